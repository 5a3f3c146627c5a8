-- Which names the catalogue writes with a schema before them: those of the schemas in catalogue.schemas, and those that extensions brought.

with ours as (
  select space.oid
  from pg_catalog.pg_namespace as space
  where space.nspname = any(current_setting('catalogue.schemas')::name[])
),

named as (
  select
    'pg_catalog.pg_class'::regclass as catalogue,
    class.oid,
    class.relnamespace as space,
    class.relname as name
  from pg_catalog.pg_class as class
  union all
  select
    'pg_catalog.pg_type'::regclass,
    type.oid,
    type.typnamespace,
    type.typname
  from pg_catalog.pg_type as type
  union all
  select
    'pg_catalog.pg_proc'::regclass,
    routine.oid,
    routine.pronamespace,
    routine.proname
  from pg_catalog.pg_proc as routine
  union all
  select
    'pg_catalog.pg_operator'::regclass,
    operator.oid,
    operator.oprnamespace,
    operator.oprname
  from pg_catalog.pg_operator as operator
  union all
  select
    'pg_catalog.pg_opclass'::regclass,
    class.oid,
    class.opcnamespace,
    class.opcname
  from pg_catalog.pg_opclass as class
  union all
  select
    'pg_catalog.pg_collation'::regclass,
    sorting.oid,
    sorting.collnamespace,
    sorting.collname
  from pg_catalog.pg_collation as sorting
  union all
  select
    'pg_catalog.pg_ts_config'::regclass,
    config.oid,
    config.cfgnamespace,
    config.cfgname
  from pg_catalog.pg_ts_config as config
  union all
  select
    'pg_catalog.pg_statistic_ext'::regclass,
    statistic.oid,
    statistic.stxnamespace,
    statistic.stxname
  from pg_catalog.pg_statistic_ext as statistic
)

select distinct
  space.nspname,
  named.name
from named
inner join pg_catalog.pg_namespace as space on named.space = space.oid
where space.nspname <> 'pg_catalog'
  and (
    named.space in (select ours.oid from ours)
    or exists (
      select from pg_catalog.pg_depend as depends
      where depends.classid = named.catalogue and depends.objid = named.oid and depends.deptype = 'e'
    )
  );
