-- A row with text that should be the id of another one, and is not.
select old.the_key as example
from the_table as old
where old.the_column is not null
  and not exists (
    select from the_parent as parent
    where parent.id::text = lower(btrim(old.the_column::text, E' \t\n\r'))
  );
