-- The extensions of a database, which belong to all its schemas: name, version, and the schema that holds their objects.
select
  extension.extname,
  extension.extversion,
  space.nspname
from pg_catalog.pg_extension as extension
inner join pg_catalog.pg_namespace as space on extension.extnamespace = space.oid
where extension.extname <> 'plpgsql'
order by extension.extname;
