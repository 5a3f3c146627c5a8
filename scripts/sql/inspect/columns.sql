-- The columns of the tables of the schema in the setting inspect.schema, with their types; vector is wherever its extension is.
select
  class.relname::text as table_name,
  part.attname::text as column_name,
  regexp_replace(format_type(part.atttypid, part.atttypmod), '^("[^"]+"|\w+)\.vector\M', 'vector') as type
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
inner join pg_catalog.pg_attribute as part on class.oid = part.attrelid and part.attnum > 0 and not part.attisdropped
where space.nspname = current_setting('inspect.schema')
  and class.relkind in ('r', 'p', 'f')
  and not class.relispartition
order by class.relname, part.attnum;
