-- What belongs to the structure beside scripts/sql/catalogue.sql, and there hangs on who looks: owners, and default rights of all roles;
-- and the bounds of partitions outside of the schema partitions. The setting catalogue.schemas names the schemas.
-- Columns as in catalogue.sql.

-- the branches of a union take their names from the first
-- noqa: disable=AL03
-- a lateral subquery names what several columns are made of
-- noqa: disable=ST05

with ours as (
  select
    space.oid,
    space.nspname,
    space.nspowner
  from pg_catalog.pg_namespace as space
  where space.nspname = any(current_setting('catalogue.schemas')::name[])
),

from_extensions as (
  select
    depends.classid,
    depends.objid
  from pg_catalog.pg_depend as depends
  where depends.deptype = 'e'
),

owned as (
  select
    'schema' as word,
    quote_ident(ours.nspname) as name,
    ours.nspowner as owner
  from ours
  union all
  select
    'relation',
    class.oid::regclass::text,
    class.relowner
  from pg_catalog.pg_class as class
  inner join ours on class.relnamespace = ours.oid
  where class.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and not (class.relispartition and ours.nspname = 'partitions')
    and not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_class'::regclass and part.objid = class.oid
    )
  union all
  select
    'function',
    routine.oid::regprocedure::text,
    routine.proowner
  from pg_catalog.pg_proc as routine
  inner join ours on routine.pronamespace = ours.oid
  where not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_proc'::regclass and part.objid = routine.oid
    )
),

beside as (
  select
    'owner' as kind,
    concat_ws(' ', owned.word, owned.name) as name,
    owned.owner::regrole::text as definition,
    '' as undone_by
  from owned
  union all
  select
    'default right',
    format('%s on %s%s to %s by %s', acl.privilege_type, defaults.word, defaults.scope, defaults.grantee, entry.defaclrole::regrole),
    acl.is_grantable::text,
    case
      when acl.grantee <> entry.defaclrole
        then format(
            'alter default privileges for role %s%s revoke %s on %s from %s;',
            entry.defaclrole::regrole, defaults.scope, acl.privilege_type, defaults.word, defaults.grantee
          )
      else ''
    end
  from pg_catalog.pg_default_acl as entry
  left join ours on entry.defaclnamespace = ours.oid
  cross join aclexplode(entry.defaclacl) as acl
  cross join
    lateral (
      select
        case entry.defaclobjtype
          when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
          else 'large objects'
        end as word,
        case when ours.nspname is null then '' else format(' in schema %I', ours.nspname) end as scope,
        case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end as grantee
    ) as defaults
  where entry.defaclnamespace = 0 or ours.oid is not null
  union all
  select
    'partition',
    class.oid::regclass::text,
    format('of %s %s', link.inhparent::regclass, pg_get_expr(class.relpartbound, class.oid)),
    ''
  from pg_catalog.pg_class as class
  inner join ours on class.relnamespace = ours.oid and ours.nspname <> 'partitions'
  inner join pg_catalog.pg_inherits as link on class.oid = link.inhrelid
)

select
  beside.kind,
  beside.name,
  coalesce(beside.definition, '') as definition,
  beside.undone_by
from beside
order by beside.kind, beside.name;
