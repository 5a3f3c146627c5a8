-- The tables of the schema in the setting copy.schema with their columns, and as which type each is kept where it is copied to. It is
-- copied as text, so that a type which is not there (an enum, one of an extension) is kept as what it looks like.
with typed as (
  select
    part.attrelid,
    part.attnum,
    part.attname::text as column_name,
    part.attnotnull as is_required,
    -- a domain is what it is over
    case kind.typtype when 'd' then kind.typbasetype else part.atttypid end as type,
    case kind.typtype when 'd' then kind.typtypmod else part.atttypmod end as modifier
  from pg_catalog.pg_attribute as part
  inner join pg_catalog.pg_type as kind on part.atttypid = kind.oid
  where part.attnum > 0
    and not part.attisdropped
),

known as (
  select
    typed.attrelid,
    typed.attnum,
    typed.column_name,
    typed.is_required,
    kind.typcategory = 'A' as is_list,
    format_type(typed.type, typed.modifier) as written,
    format_type(typed.type, null) as bare,
    member.typname,
    member.typtype,
    member.typnamespace = 'pg_catalog'::regnamespace as is_everywhere,
    exists (
      select from pg_catalog.pg_depend as tie
      inner join pg_catalog.pg_extension as extension on tie.refobjid = extension.oid and extension.extname = 'vector'
      where tie.classid = 'pg_catalog.pg_type'::regclass
        and tie.objid = kind.oid
        and tie.deptype = 'e'
    ) and kind.typname = 'vector' as is_vector
  from typed
  inner join pg_catalog.pg_type as kind on typed.type = kind.oid
  -- what a list is a list of, else the type itself
  inner join pg_catalog.pg_type as member
    on member.oid = case when kind.typcategory = 'A' and kind.typelem <> 0 then kind.typelem else kind.oid end
)

select
  class.relname::text as table_name,
  class.relkind::text as kind,
  greatest(class.reltuples, 0)::bigint as estimated_rows,
  has_schema_privilege(class.relnamespace, 'usage') and has_table_privilege(class.oid, 'select')
  and not row_security_active(class.oid) as is_readable,
  coalesce(
    array_agg(known.column_name order by known.attnum) filter (where known.attnum is not null),
    '{}'
  ) as columns,
  coalesce(
    array_agg(
      case
        when known.is_vector then 'vector' || coalesce(substring(known.written from '\([0-9]+\)$'), '')
        when known.is_everywhere
          and known.typtype in ('b', 'r', 'm')
          -- numbers of a catalogue mean something else in another one, and not each server can read xml
          and known.typname !~ '^(reg|pg_|_?xml$|_?aclitem$|_?gtsvector$|_?refcursor$)'
          then known.written
        when known.is_list then 'text[]'
        else 'text'
      end
      order by known.attnum
    ) filter (where known.attnum is not null),
    '{}'
  ) as kept_as,
  coalesce(array_agg(known.written order by known.attnum) filter (where known.attnum is not null), '{}') as types,
  coalesce(array_agg(known.is_required order by known.attnum) filter (where known.attnum is not null), '{}') as required
from pg_catalog.pg_class as class
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
left join known on class.oid = known.attrelid
where space.nspname = current_setting('copy.schema')
  and class.relkind in ('r', 'p', 'f')
  and not class.relispartition
  and not exists (
    select from pg_catalog.pg_depend as tie
    where tie.classid = 'pg_catalog.pg_class'::regclass and tie.objid = class.oid and tie.deptype = 'e'
  )
group by class.oid, class.relname, class.relkind, class.reltuples, class.relnamespace
order by class.relname;
