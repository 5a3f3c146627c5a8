select
  count(*) as tables,
  coalesce(sum(pg_catalog.pg_total_relation_size(class.oid)), 0)::bigint as bytes
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where space.nspname = pg_catalog.current_setting('copy.schema')
  and class.relkind in ('r', 'p', 'm', 'f');
