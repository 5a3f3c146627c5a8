-- The roles without which a dump of this database cannot be restored as it was: owners, and whoever is granted something.
with named as (
  select depends.refobjid as role
  from pg_catalog.pg_shdepend as depends
  inner join pg_catalog.pg_database as base on depends.dbid = base.oid and base.datname = current_database()
  where depends.refclassid = 'pg_catalog.pg_authid'::regclass
  union
  -- what the first superuser owns is not written down there
  select class.relowner
  from pg_catalog.pg_class as class
  union
  select space.nspowner
  from pg_catalog.pg_namespace as space
  union
  select routine.proowner
  from pg_catalog.pg_proc as routine
  union
  select type.typowner
  from pg_catalog.pg_type as type
  union
  select entry.defaclrole
  from pg_catalog.pg_default_acl as entry
  union
  select acl.grantee
  from pg_catalog.pg_class as class
  cross join aclexplode(class.relacl) as acl
)

select roles.rolname
from named
inner join pg_catalog.pg_roles as roles on named.role = roles.oid
where roles.rolname !~ '^pg_'
order by roles.rolname;
