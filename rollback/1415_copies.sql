-- a copy goes with its books: what it was copied from still has it
select released.table_name
from consolidation.captures
cross join lateral consolidation.release_copies(captures.legacy_schema) as released
where captures.is_copy;

drop function consolidation.release_copies(text);

drop function consolidation.take_copy(text, text, integer, text);

drop table consolidation.copied_accounts;

alter table consolidation.captures
drop constraint captures_copy_has_a_number,
drop column copy_number;

drop table consolidation.copies;
