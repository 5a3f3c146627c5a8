-- What Supabase has and plain PostgreSQL lacks, part 1: roles, which belong to the whole server.
-- Only for servers without Supabase. A role that exists already is left as it is.

do $roles$
declare
  missing record;
begin
  for missing in
    select wanted.name, wanted.attributes
    from (
      values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit'),
      ('supabase_auth_admin', 'nologin noinherit createrole'),
      -- as on Supabase: no superuser, and the one who applies all migrations
      ('postgres', 'login createdb createrole replication bypassrls')
    ) as wanted (name, attributes)
    where not exists (
      select from pg_catalog.pg_roles as existing
      where existing.rolname = wanted.name
    )
  loop
    execute format('create role %I %s', missing.name, missing.attributes);
  end loop;
end
$roles$;

grant anon to authenticator;

grant authenticated to authenticator;

grant service_role to authenticator;

-- Beside a policy PostgreSQL takes a plan for a request's own values for cheaper than the one that it keeps, and plans each request anew,
-- which takes longer than to answer it (docs/decisions/0007). Supabase does not set this by itself.
alter role authenticator set plan_cache_mode = 'force_generic_plan';

do $members$
begin
  if not (
    select rolsuper
    from pg_catalog.pg_roles
    where rolname = 'postgres'
  ) then
    grant anon, authenticated, service_role to postgres with admin option;
  end if;
end
$members$;
