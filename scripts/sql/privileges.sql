-- What the roles of the API may do in effect: by attribute, by membership, by a right of their own or of PUBLIC. One row for each role and
-- object of which it has any right. `public` stands for PUBLIC.
-- A partition in the schema partitions stands under the pattern of its parent. Rights on columns stand where there is none on the table.
-- MAINTAIN is not looked for, because PostgreSQL knows it since 17 only; nor are types of rows, whose use gives nothing.
-- To be asked with an empty search path, so that every name is written in full. Names are not quoted: which need it differs by version.

-- the branches of a union take their names from the first
-- noqa: disable=AL03
-- "char" with quotes is another type than char
-- noqa: disable=RF06

with roles (role) as (
  values ('anon'),
  ('authenticated'),
  ('authenticator'),
  ('public'),
  ('service_role')
),

spaces as (
  select
    space.oid,
    space.nspname
  from pg_catalog.pg_namespace as space
  where space.nspname !~ '^pg_'
    and space.nspname <> 'information_schema'
),

-- auth and extensions belong to the platform
own_spaces as (
  select
    spaces.oid,
    spaces.nspname
  from spaces
  where spaces.nspname not in ('auth', 'extensions')
),

relations as (
  select
    class.oid,
    class.relkind,
    case
      when class.relispartition and own_spaces.nspname = 'partitions'
        then format('%s.%s_*', own_spaces.nspname, root.relname)
      else format('%s.%s', own_spaces.nspname, class.relname)
    end as name
  from pg_catalog.pg_class as class
  inner join own_spaces on class.relnamespace = own_spaces.oid
  left join pg_catalog.pg_class as root on pg_catalog.pg_partition_root(class.oid) = root.oid
),

table_rights as (
  select
    roles.role,
    relations.oid,
    relations.name,
    wanted.privilege,
    has_table_privilege(roles.role, relations.oid, wanted.privilege) as whole
  from roles
  cross join relations
  cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as wanted (privilege)
  where relations.relkind in ('r', 'p', 'v', 'm', 'f')
),

-- what objects that a role makes from now on give away: what was set for all schemas, or else what PostgreSQL gives, and what was set for
-- one schema beside it
defaults as (
  select
    owner.rolname,
    kind.word,
    'any schema' as place,
    coalesce(entry.defaclacl, acldefault(kind.letter, owner.oid)) as acl
  from pg_catalog.pg_roles as owner
  cross join (
    values ('r'::"char", 'tables'),
    ('s'::"char", 'sequences'),
    ('f'::"char", 'functions'),
    ('T'::"char", 'types'),
    ('n'::"char", 'schemas')
  ) as kind (letter, word)
  left join pg_catalog.pg_default_acl as entry
    on owner.oid = entry.defaclrole and entry.defaclnamespace = 0 and upper(entry.defaclobjtype::text) = upper(kind.letter::text)
  where owner.rolname = current_user or entry.oid is not null
  union all
  select
    owner.rolname,
    case entry.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else 'types' end,
    spaces.nspname,
    entry.defaclacl
  from pg_catalog.pg_default_acl as entry
  inner join pg_catalog.pg_roles as owner on entry.defaclrole = owner.oid
  inner join spaces on entry.defaclnamespace = spaces.oid
  where entry.defaclobjtype in ('r', 'S', 'f', 'T')
),

rights as (
  select
    roles.role,
    1 as place,
    'role' as kind,
    'attributes' as object,
    wanted.name as privilege
  from roles
  inner join pg_catalog.pg_roles as attributes on roles.role = attributes.rolname
  cross join jsonb_each_text(to_jsonb(attributes)) as wanted (name, value)
  where wanted.value = 'true'

  union all

  select
    roles.role,
    2,
    'member of',
    parent.rolname::text,
    case when pg_has_role(roles.role, parent.oid, 'usage') then 'with its rights' else 'by set role' end
  from roles
  inner join pg_catalog.pg_roles as self on roles.role = self.rolname
  inner join pg_catalog.pg_roles as parent on self.oid <> parent.oid and pg_has_role(self.oid, parent.oid, 'member')

  union all

  select
    roles.role,
    3,
    'database',
    'this one',
    wanted.privilege
  from roles
  cross join unnest(array['connect', 'create', 'temporary']) as wanted (privilege)
  where has_database_privilege(roles.role, current_database(), wanted.privilege)

  union all

  select
    roles.role,
    4,
    'schema',
    spaces.nspname::text,
    wanted.privilege
  from roles
  cross join spaces
  cross join unnest(array['usage', 'create']) as wanted (privilege)
  where has_schema_privilege(roles.role, spaces.oid, wanted.privilege)

  union all

  select
    table_rights.role,
    5,
    'table',
    table_rights.name,
    table_rights.privilege
  from table_rights
  where table_rights.whole

  union all

  select
    part.role,
    6,
    'columns',
    part.name,
    format('%s (%s)', part.privilege, part.columns)
  from (
    select
      table_rights.role,
      table_rights.oid,
      table_rights.name,
      table_rights.privilege,
      string_agg(attribute.attname, ', ' order by attribute.attnum) as columns
    from table_rights
    inner join pg_catalog.pg_attribute as attribute on table_rights.oid = attribute.attrelid
    where not table_rights.whole
      and table_rights.privilege in ('select', 'insert', 'update', 'references')
      and attribute.attnum > 0
      and not attribute.attisdropped
      and has_column_privilege(table_rights.role, table_rights.oid, attribute.attnum, table_rights.privilege)
    group by table_rights.role, table_rights.oid, table_rights.name, table_rights.privilege
  ) as part

  union all

  select
    roles.role,
    7,
    'sequence',
    relations.name,
    wanted.privilege
  from roles
  cross join relations
  cross join unnest(array['select', 'update', 'usage']) as wanted (privilege)
  where relations.relkind = 'S'
    and has_sequence_privilege(roles.role, relations.oid, wanted.privilege)

  union all

  select
    roles.role,
    8,
    'function',
    format('%s.%s(%s)', own_spaces.nspname, function.proname, oidvectortypes(function.proargtypes)),
    'execute'
  from roles
  cross join pg_catalog.pg_proc as function
  inner join own_spaces on function.pronamespace = own_spaces.oid
  where has_function_privilege(roles.role, function.oid, 'execute')
    and not exists (
      select from pg_catalog.pg_depend as depends
      where depends.classid = 'pg_catalog.pg_proc'::regclass
        and depends.objid = function.oid
        and depends.deptype = 'e'
    )

  union all

  select
    roles.role,
    9,
    'type',
    format('%s.%s', own_spaces.nspname, type.typname),
    'usage'
  from roles
  cross join pg_catalog.pg_type as type
  inner join own_spaces on type.typnamespace = own_spaces.oid
  left join pg_catalog.pg_class as class on type.typrelid = class.oid
  where has_type_privilege(roles.role, type.oid, 'usage')
    -- not the types of rows and of arrays
    and (type.typtype in ('d', 'e', 'r', 'm') or class.relkind = 'c' or (type.typtype = 'b' and type.typelem = 0))
    and not exists (
      select from pg_catalog.pg_depend as depends
      where depends.classid = 'pg_catalog.pg_type'::regclass
        and depends.objid = type.oid
        and depends.deptype = 'e'
    )

  union all

  select
    roles.role,
    10,
    'later ' || defaults.word,
    format('of %s in %s', defaults.rolname, defaults.place),
    lower(acl.privilege_type)
  from defaults
  cross join lateral aclexplode(defaults.acl) as acl
  left join pg_catalog.pg_roles as grantee on acl.grantee = grantee.oid
  inner join roles on coalesce(grantee.rolname, 'public') = roles.role
  where acl.privilege_type <> 'MAINTAIN'
)

select
  rights.role,
  rights.place,
  rights.kind,
  rights.object,
  string_agg(distinct rights.privilege, ', ' order by rights.privilege) as privileges
from rights
group by rights.role, rights.place, rights.kind, rights.object;
