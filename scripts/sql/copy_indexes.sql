-- Keys and indexes of the schema in the setting copy.schema that a copy gets too: of columns, over all rows, in the usual order.
select
  class.relname::text as table_name,
  index_class.relname::text as index_name,
  index.indisprimary as is_key,
  index.indisunique as is_unique,
  array(
    select part.attname::text
    from unnest(index.indkey::smallint[]) with ordinality as place (number, position)
    inner join pg_catalog.pg_attribute as part on place.number = part.attnum and class.oid = part.attrelid
    where place.position <= index.indnkeyatts
    order by place.position
  ) as columns
from pg_catalog.pg_index as index
inner join pg_catalog.pg_class as class on index.indrelid = class.oid
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
inner join pg_catalog.pg_class as index_class on index.indexrelid = index_class.oid
inner join pg_catalog.pg_am as method on index_class.relam = method.oid and method.amname = 'btree'
where space.nspname = current_setting('copy.schema')
  and class.relkind in ('r', 'p')
  and not class.relispartition
  and index.indisvalid
  and index.indexprs is null
  and index.indpred is null
order by class.relname, index_class.relname;
