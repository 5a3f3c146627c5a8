-- The locks that this session holds on tables, before it commits.
select
  format('%I.%I', space.nspname, class.relname) as table_name,
  held.mode,
  class.oid::integer,
  class.relfilenode::integer as file
from pg_catalog.pg_locks as held
inner join pg_catalog.pg_class as class on held.relation = class.oid
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where held.pid = pg_catalog.pg_backend_pid()
  and held.locktype = 'relation'
  and class.relkind in ('r', 'p', 'm')
  and space.nspname not in ('pg_catalog', 'pg_toast', 'runner', 'information_schema');
