-- The tables of the platform, whether this role may write to them, and which of them they refer to; the setting catalogue.schemas
-- names the platform's schemas.
select
  space.nspname,
  class.relname,
  has_schema_privilege(space.oid, 'usage') and has_table_privilege(class.oid, 'insert') as writable,
  coalesce(
    (
      select jsonb_agg(distinct jsonb_build_array(other_space.nspname, other.relname))
      from pg_catalog.pg_constraint as rule
      inner join pg_catalog.pg_class as other on rule.confrelid = other.oid
      inner join pg_catalog.pg_namespace as other_space on other.relnamespace = other_space.oid
      where rule.conrelid = class.oid and rule.contype = 'f' and rule.confrelid <> class.oid
    ),
    '[]'
  ) as refers_to,
  array(
    select format('%s %s %s', space.nspname, class.relname, trigger.tgname)
    from pg_catalog.pg_trigger as trigger
    where trigger.tgrelid = class.oid and not trigger.tgisinternal
  ) as triggers
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where class.relkind = 'r' and space.nspname = any(current_setting('catalogue.schemas')::name[])
order by space.nspname, class.relname;
