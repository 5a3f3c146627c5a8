-- A row that refers to one that is not there.
select old.the_key as example
from the_table as old
where old.the_column is not null
  and not exists (
    select from the_parent as parent
    where parent.id::text = old.the_column::text
  );
