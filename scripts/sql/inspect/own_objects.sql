-- What hangs on the tables in the setting inspect.tables of the schema in inspect.schema, and did not come with A or B: the references and
-- functions that did are in the settings inspect.references (table.column) and inspect.functions.
with legacy as (
  select
    class.oid,
    class.relnamespace,
    class.relname::text as table_name
  from pg_catalog.pg_class as class
  inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
  where space.nspname = current_setting('inspect.schema')
    and class.relname = any(current_setting('inspect.tables')::text[])
)

select
  case view.relkind when 'm' then 'materialized view' else 'view' end as kind,
  view.oid::regclass::text as name,
  string_agg(distinct legacy.table_name, ', ') as hangs_on
from legacy
inner join pg_catalog.pg_depend as tie
  on legacy.oid = tie.refobjid
    and tie.refclassid = 'pg_catalog.pg_class'::regclass
    and tie.classid = 'pg_catalog.pg_rewrite'::regclass
inner join pg_catalog.pg_rewrite as rule on tie.objid = rule.oid
inner join pg_catalog.pg_class as view on rule.ev_class = view.oid
where legacy.oid <> view.oid
group by view.oid, view.relkind

union all

select
  'rule' as kind,
  rule.rulename::text as name,
  legacy.table_name as hangs_on
from legacy
inner join pg_catalog.pg_rewrite as rule on legacy.oid = rule.ev_class

union all

select
  'foreign key' as kind,
  key.conrelid::regclass::text || '.' || key.conname::text as name,
  legacy.table_name as hangs_on
from legacy
inner join pg_catalog.pg_constraint as key on legacy.oid = key.confrelid and key.contype = 'f' and key.conparentid = 0
inner join pg_catalog.pg_class as child on key.conrelid = child.oid
where not exists (
    select from pg_catalog.pg_attribute as part
    where part.attrelid = key.conrelid
      and key.conkey = array[part.attnum]
      and child.relnamespace = legacy.relnamespace
      and child.relname || '.' || part.attname = any(current_setting('inspect.references')::text[])
  )

union all

select
  'trigger' as kind,
  trigger.tgname::text as name,
  trigger.tgrelid::regclass::text as hangs_on
from pg_catalog.pg_trigger as trigger
inner join pg_catalog.pg_proc as routine on trigger.tgfoid = routine.oid
where not trigger.tgisinternal
  and routine.proname <> all(current_setting('inspect.functions')::text[])
  and (
    trigger.tgrelid in (select legacy.oid from legacy)
    -- on auth.users, say: it fires a function that writes here
    or exists (
      select from pg_catalog.pg_namespace as space
      where space.oid = routine.pronamespace
        and space.nspname = current_setting('inspect.schema')
    )
  )

union all

select
  'policy' as kind,
  policy.polname::text as name,
  legacy.table_name as hangs_on
from legacy
inner join pg_catalog.pg_policy as policy on legacy.oid = policy.polrelid

union all

select
  'function' as kind,
  routine.oid::regprocedure::text as name,
  string_agg(distinct legacy.table_name, ', ') as hangs_on
from pg_catalog.pg_proc as routine
inner join pg_catalog.pg_namespace as space on routine.pronamespace = space.oid
inner join legacy
  on routine.prosrc ~* ('\m(from|join|into|update|only|table)\s+("?\w+"?\s*\.\s*)?"?' || legacy.table_name || '\M')
    or exists (
      select from pg_catalog.pg_depend as tie
      where tie.classid = 'pg_catalog.pg_proc'::regclass
        and tie.objid = routine.oid
        and tie.refclassid = 'pg_catalog.pg_class'::regclass
        and tie.refobjid = legacy.oid
    )
where space.nspname <> 'information_schema'
  and space.nspname !~ '^pg_'
  -- those of this repository's own import
  and space.nspname not in ('consolidation', 'private', 'runner')
  and routine.prokind in ('f', 'p')
  and (routine.proname <> all(current_setting('inspect.functions')::text[]) or space.nspname <> current_setting('inspect.schema'))
  and not exists (
    select from pg_catalog.pg_depend as tie
    where tie.objid = routine.oid
      and tie.deptype = 'e'
  )
group by routine.oid

union all

select
  'publication' as kind,
  published.pubname::text as name,
  string_agg(published.tablename::text, ', ' order by published.tablename) as hangs_on
from pg_catalog.pg_publication_tables as published
inner join legacy on published.tablename = legacy.table_name
where published.schemaname = current_setting('inspect.schema')
group by published.pubname

order by kind, name, hangs_on;
