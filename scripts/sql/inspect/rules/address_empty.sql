-- A person without an address.
select old.the_key as example
from the_table as old
where coalesce(btrim(old.the_column::text, E' \t\n\r'), '') = '';
