-- The sequences of the schemas in the setting catalogue.schemas, those of columns too.
select
  space.nspname,
  class.relname,
  has_schema_privilege(space.oid, 'usage') and has_sequence_privilege(class.oid, 'select') as readable,
  has_schema_privilege(space.oid, 'usage') and has_sequence_privilege(class.oid, 'update') as writable
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where class.relkind = 'S'
  and class.relpersistence <> 't'
  and space.nspname = any(current_setting('catalogue.schemas')::name[])
  and not exists (
    select from pg_catalog.pg_depend as depends
    where depends.classid = 'pg_catalog.pg_class'::regclass and depends.objid = class.oid and depends.deptype = 'e'
  )
order by space.nspname, class.relname;
