-- The tables whose rows a dump of the schemas in the setting catalogue.schemas holds (partitions one by one, without their parents),
-- and whether this role may read them wholly.
select
  space.nspname,
  class.relname,
  array(
    select attribute.attname::text
    from pg_catalog.pg_attribute as attribute
    where attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped
  ) as columns,
  pg_table_size(class.oid) as bytes,
  greatest(class.reltuples, 0)::bigint as estimated_rows,
  has_schema_privilege(space.oid, 'usage') and has_table_privilege(class.oid, 'select') and not row_security_active(class.oid) as readable
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where class.relkind = 'r'
  and class.relpersistence <> 't'
  and space.nspname = any(current_setting('catalogue.schemas')::name[])
  and not exists (
    select from pg_catalog.pg_depend as depends
    where depends.classid = 'pg_catalog.pg_class'::regclass and depends.objid = class.oid and depends.deptype = 'e'
  )
order by space.nspname, class.relname;
