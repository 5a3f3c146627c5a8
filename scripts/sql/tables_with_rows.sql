-- Every table of the user's with its columns; the runner asks each whether it has a row.
select
  class.oid::integer,
  format('%I.%I', space.nspname, class.relname) as name,
  array(
    select attribute.attname::text
    from pg_catalog.pg_attribute as attribute
    where attribute.attrelid = class.oid
      and attribute.attnum > 0
      and not attribute.attisdropped
      -- a generated column can be made again from the others
      and attribute.attgenerated = ''
  ) as columns
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where class.relkind = 'r'
  and space.nspname not in ('pg_catalog', 'information_schema', 'runner')
  and space.nspname !~ '^pg_(toast|temp)'
  and pg_catalog.has_table_privilege(class.oid, 'select')
order by 2;
