-- A row with a list in which an id names no row; addresses (https://…) are none.
select old.the_key as example
from the_table as old
cross join lateral unnest(old.the_column) as named (id)
where named.id !~* '^\s*https?://'
  and not exists (
    select from the_parent as parent
    where parent.id::text = lower(btrim(named.id, E' \t\n\r'))
  );
