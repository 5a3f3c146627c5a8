-- Every table with the file that holds its rows, and how much room it takes with its indexes.
select
  class.oid::integer,
  class.relfilenode::integer as file,
  format('%I.%I', space.nspname, class.relname) as table_name,
  pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(class.oid)) as size
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where class.relkind in ('r', 'p', 'm')
  and space.nspname not in ('pg_catalog', 'pg_toast', 'runner', 'information_schema');
