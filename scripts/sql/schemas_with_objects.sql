-- The schemas of a database that hold a table, a view, a sequence, a function or a type of their own, for a hint.
select space.nspname
from pg_catalog.pg_namespace as space
where space.nspname <> 'information_schema'
  and space.nspname !~ '^pg_'
  and (
    exists (
      select from pg_catalog.pg_class as class
      where class.relnamespace = space.oid
    )
    or exists (
      select from pg_catalog.pg_proc as routine
      where routine.pronamespace = space.oid
    )
  )
order by space.nspname;
