-- Why: what the migrating role makes from now on must give nothing away by default: PostgreSQL gives EXECUTE on each
-- function to PUBLIC, and Supabase gives rights on each table in public to the API roles (how many depends on the age of
-- the project). From here on a right exists only where a file grants it.
-- Touches: default privileges of the migrating role, not of objects that exist.
-- They are revoked for all schemas and for public, because a revoke `in schema` takes nothing away from what is granted for all.

-- What was in force before, so that the rollback can put it back on every platform.
create table private.default_privileges_before (
  scope text not null,
  object_type text not null,
  grantee text not null,
  privilege text not null,
  primary key (scope, object_type, grantee, privilege)
);

alter table private.default_privileges_before enable row level security;

comment on table private.default_privileges_before is 'Default privileges of the migrating role before 0020, for its rollback.';

comment on column private.default_privileges_before.scope is 'The schema that they are for; empty for all schemas.';

comment on column private.default_privileges_before.object_type is 'tables, sequences or functions, as in alter default privileges.';

comment on column private.default_privileges_before.grantee is 'Who got the privilege on each new object: PUBLIC or a role of the API.';

comment on column private.default_privileges_before.privilege is 'The privilege, as in a grant.';

insert into private.default_privileges_before (scope, object_type, grantee, privilege)
select
  coalesce(space.nspname, '') as scope,
  case defaults.object_type when 'r' then 'tables' when 'S' then 'sequences' else 'functions' end as object_type,
  case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end as grantee,
  acl.privilege_type as privilege
from (
  select
    entry.defaclnamespace as namespace,
    entry.defaclobjtype::text as object_type,
    entry.defaclacl as acl
  from pg_catalog.pg_default_acl as entry
  where entry.defaclrole = quote_ident(current_user)::regrole
    and entry.defaclobjtype in ('r', 'S', 'f')
  union all
  -- where nothing was ever said for all schemas, PostgreSQL lets PUBLIC execute
  select
    0 as namespace,
    'f' as object_type,
    acldefault('f', quote_ident(current_user)::regrole) as acl
  where not exists (
      select from pg_catalog.pg_default_acl as entry
      where entry.defaclrole = quote_ident(current_user)::regrole
        and entry.defaclobjtype = 'f'
        and entry.defaclnamespace = 0
    )
) as defaults
left join pg_catalog.pg_namespace as space on defaults.namespace = space.oid
cross join pg_catalog.aclexplode(defaults.acl) as acl
where (defaults.namespace = 0 or space.nspname = 'public')
  and acl.grantee in (0, 'anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole);

alter default privileges
revoke all on tables from public, anon, authenticated, service_role;

alter default privileges
revoke all on sequences from public, anon, authenticated, service_role;

alter default privileges
revoke all on functions from public, anon, authenticated, service_role;

alter default privileges in schema public
revoke all on tables from public, anon, authenticated, service_role;

alter default privileges in schema public
revoke all on sequences from public, anon, authenticated, service_role;

alter default privileges in schema public
revoke all on functions from public, anon, authenticated, service_role;
