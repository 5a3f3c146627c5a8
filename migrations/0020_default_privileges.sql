-- Why: what the migrating role makes from now on must give nothing away by default: PostgreSQL gives EXECUTE on each
-- function to PUBLIC, and Supabase gives rights on each table in public to the API roles (how many depends on the age of
-- the project). From here on a right exists only where a file grants it.
-- Touches: default privileges of the migrating role, not of objects that exist.
-- The revoke for functions is global, because one `in schema` takes nothing away from what is granted globally.

-- What was in force before, so that the rollback can put it back on every platform.
create table private.default_privileges_before (
  object_type text not null,
  grantee regrole not null,
  privilege text not null,
  primary key (object_type, grantee, privilege)
);

comment on table private.default_privileges_before is 'Default privileges in public before 0020, for its rollback.';

comment on column private.default_privileges_before.object_type is 'r table, S sequence, f function, as in pg_default_acl.';

comment on column private.default_privileges_before.grantee is 'The API role that got the privilege on each new object.';

comment on column private.default_privileges_before.privilege is 'The privilege, as in a grant.';

alter table private.default_privileges_before enable row level security;

insert into private.default_privileges_before (object_type, grantee, privilege)
select
  defaults.defaclobjtype::text,
  acl.grantee::regrole,
  acl.privilege_type
from pg_catalog.pg_default_acl as defaults
cross join pg_catalog.aclexplode(defaults.defaclacl) as acl
where defaults.defaclrole = quote_ident(current_user)::regrole
  and defaults.defaclnamespace = 'public'::regnamespace
  and acl.grantee in ('anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole);

alter default privileges in schema public
revoke all on tables from anon, authenticated, service_role;

alter default privileges in schema public
revoke all on sequences from anon, authenticated, service_role;

alter default privileges in schema public
revoke all on functions from anon, authenticated, service_role;

alter default privileges
revoke execute on functions from public;
