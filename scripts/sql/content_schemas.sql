-- The schemas that are somebody's own: neither PostgreSQL's nor part of an extension.
select
  space.nspname,
  pg_get_userbyid(space.nspowner) as owner
from pg_catalog.pg_namespace as space
where space.nspname !~ '^pg_'
  and space.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend as depends
    where depends.classid = 'pg_catalog.pg_namespace'::regclass and depends.objid = space.oid and depends.deptype = 'e'
  )
order by space.nspname;
