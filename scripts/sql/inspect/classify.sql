-- Each table of the schema in the setting inspect.schema: how much it is like A's and B's of that name (shared columns of all), and whose
-- it is. The same as consolidation.classify, for databases in which nothing may be made; the lists are in inspect.legacy_columns.
with known as (
  select
    column_of.legacy_schema,
    column_of.table_name,
    column_of.column_name
  from jsonb_to_recordset(current_setting('inspect.legacy_columns')::jsonb) as column_of (
      legacy_schema text, table_name text, column_name text
    )
),

found as (
  select
    class.relname::text as table_name,
    greatest(class.reltuples, 0)::bigint as estimated_rows,
    has_schema_privilege(space.oid, 'usage') and has_table_privilege(class.oid, 'select')
    and not row_security_active(class.oid) as is_readable,
    class.relkind = 'f' as is_foreign,
    array_agg(part.attname::text) as column_names
  from pg_catalog.pg_class as class
  inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
  inner join pg_catalog.pg_attribute as part on class.oid = part.attrelid and part.attnum > 0 and not part.attisdropped
  where space.nspname = current_setting('inspect.schema')
    and class.relkind in ('r', 'p', 'f')
    and not class.relispartition
    and not exists (
      select from pg_catalog.pg_depend as tie
      where tie.objid = class.oid
        and tie.deptype = 'e'
    )
  group by class.oid, class.relname, class.reltuples, class.relkind, space.oid
),

shape as (
  select
    known.legacy_schema,
    known.table_name,
    count(*) as columns
  from known
  group by known.legacy_schema, known.table_name
),

likeness as (
  select
    found.table_name,
    shape.legacy_schema,
    (
      select count(*)::double precision / (shape.columns + cardinality(found.column_names) - count(*))
      from known
      where known.legacy_schema = shape.legacy_schema
        and known.table_name = shape.table_name
        and known.column_name = any(found.column_names)
    ) as share
  from found
  inner join shape on found.table_name = shape.table_name
),

judged as (
  select
    found.table_name,
    found.estimated_rows,
    found.is_readable,
    found.is_foreign,
    a.share as like_a,
    b.share as like_b,
    case
      when coalesce(greatest(a.share, b.share), 0) < 0.5 then null
      when abs(coalesce(a.share, 0) - coalesce(b.share, 0)) < 0.1 then 'either'
      when coalesce(a.share, 0) > coalesce(b.share, 0) then 'a'
      else 'b'
    end as verdict
  from found
  left join likeness as a on found.table_name = a.table_name and a.legacy_schema = 'a'
  left join likeness as b on found.table_name = b.table_name and b.legacy_schema = 'b'
),

said as (
  select coalesce(array_agg(judged.verdict) filter (where judged.verdict is not null), '{}') as verdicts
  from judged
)

select
  judged.table_name,
  case
    when judged.verdict <> 'either' then judged.verdict
    when judged.verdict is null then null
    when current_setting('inspect.wanted') = any(said.verdicts) then current_setting('inspect.wanted')
    when 'b' = any(said.verdicts) and 'a' <> all(said.verdicts) then 'b'
    when 'a' = any(said.verdicts) and 'b' <> all(said.verdicts) then 'a'
    when judged.like_b > judged.like_a then 'b'
    else 'a'
  end as legacy_schema,
  judged.like_a,
  judged.like_b,
  judged.estimated_rows,
  judged.is_readable,
  judged.is_foreign
from judged
cross join said
order by judged.table_name;
