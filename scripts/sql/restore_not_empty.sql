-- What is in the way of a restore: everything in this database that is somebody's own, the schemas in the setting restore.platform apart.
with ours as (
  select
    space.oid,
    space.nspname
  from pg_catalog.pg_namespace as space
  where space.nspname !~ '^pg_'
    and space.nspname <> 'information_schema'
    and not space.nspname = any(string_to_array(current_setting('restore.platform'), ','))
    and not exists (
      select from pg_catalog.pg_depend as depends
      where depends.classid = 'pg_catalog.pg_namespace'::regclass and depends.objid = space.oid and depends.deptype = 'e'
    )
),

from_extensions as (
  select
    depends.classid,
    depends.objid
  from pg_catalog.pg_depend as depends
  where depends.deptype = 'e'
),

things as (
  select
    ours.nspname,
    'relation' as word
  from ours
  inner join pg_catalog.pg_class as class on ours.oid = class.relnamespace
  where class.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_class'::regclass and part.objid = class.oid
    )
  union all
  select
    ours.nspname,
    'function' as word
  from ours
  inner join pg_catalog.pg_proc as routine on ours.oid = routine.pronamespace
  where not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_proc'::regclass and part.objid = routine.oid
    )
  union all
  select
    ours.nspname,
    'type' as word
  from ours
  inner join pg_catalog.pg_type as type on ours.oid = type.typnamespace
  where type.typtype in ('e', 'd')
    and not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_type'::regclass and part.objid = type.oid
    )
)

select
  ours.nspname,
  count(*) filter (where things.word = 'relation') as relations,
  count(*) filter (where things.word = 'function') as functions,
  count(*) filter (where things.word = 'type') as types
from ours
left join things on ours.nspname = things.nspname
group by ours.nspname
having ours.nspname <> 'public' or count(things.word) > 0
order by ours.nspname;
