-- Every table that holds rows of the user's, with its file and its columns: a rollback is measured against this.
select
  class.oid::integer,
  format('%I.%I', space.nspname, class.relname) as name,
  pg_relation_filenode(class.oid)::integer as file,
  has_schema_privilege(space.oid, 'usage') and has_table_privilege(class.oid, 'select') as readable,
  has_schema_privilege(space.oid, 'usage')
  and (pg_has_role(class.relowner, 'usage') or has_table_privilege(class.oid, 'update, delete, truncate')) as lockable,
  array_agg(attribute.attnum order by attribute.attnum) as numbers,
  array_agg(attribute.attname::text order by attribute.attnum) as names
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
inner join pg_catalog.pg_attribute as attribute
  on
    class.oid = attribute.attrelid
    and attribute.attnum > 0
    and not attribute.attisdropped
    -- a generated column can be made again from the others
    and attribute.attgenerated = ''
    -- and so can one that a foreign key carries along (on update cascade), beside the key of the row that it is carried from
    and not exists (
      select from pg_catalog.pg_constraint as rule
      inner join pg_catalog.pg_constraint as parent_key on rule.confrelid = parent_key.conrelid and parent_key.contype = 'p'
      where rule.conrelid = class.oid
        and rule.contype = 'f'
        and rule.confupdtype = 'c'
        and rule.confkey @> parent_key.conkey
        and rule.confkey[array_position(rule.conkey, attribute.attnum)] <> all(parent_key.conkey)
    )
where class.relkind = 'r'
  and space.nspname not in ('pg_catalog', 'information_schema', 'runner')
  and space.nspname !~ '^pg_(toast|temp)'
group by class.oid, class.relname, class.relowner, space.oid, space.nspname
order by space.nspname, class.relname;
