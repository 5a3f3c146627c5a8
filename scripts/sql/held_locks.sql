-- The locks that this session holds on relations, before it commits; no file for one that it has dropped.
select
  held.relation::integer as oid,
  held.mode,
  class.relfilenode::integer as file
from pg_catalog.pg_locks as held
left join pg_catalog.pg_class as class on held.relation = class.oid
where held.pid = pg_catalog.pg_backend_pid()
  and held.locktype = 'relation';
