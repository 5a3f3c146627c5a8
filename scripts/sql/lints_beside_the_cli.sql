-- What splinter looks for and the CLI does not: its lints 0028 to 0030, which the CLI's copy of it lacks, and on partitioned tables what
-- it looks for on plain ones alone. Same names and levels; the columns of scripts/advisors.py.
with own_schemas as (
  select
    space.oid,
    space.nspname
  from pg_catalog.pg_namespace as space
  where space.nspname !~ '^pg_'
    -- as in splinter: what belongs to Supabase and to extensions
    and space.nspname not in (
      'auth', 'cron', 'extensions', 'graphql', 'graphql_public', 'information_schema', 'net', 'pgbouncer', 'pgmq', 'pgsodium', 'pgtle',
      'realtime', 'storage', 'supabase_functions', 'supabase_migrations', 'tiger', 'topology', 'vault'
    )
),

api_roles as (
  select
    role.oid,
    role.rolname
  from pg_catalog.pg_roles as role
  where role.rolname in ('anon', 'authenticated')
),

partitioned as (
  select
    class.oid,
    space.nspname,
    class.relname,
    class.relrowsecurity
  from pg_catalog.pg_class as class
  inner join own_schemas as space on class.relnamespace = space.oid
  where class.relkind = 'p'
    and not class.relispartition
),

open_policies as (
  select
    partitioned.nspname,
    partitioned.relname,
    policy.polname,
    policy.polroles,
    case policy.polcmd when '*' then array['r', 'a', 'w', 'd'] else array[policy.polcmd::text] end as commands,
    pg_catalog.pg_get_expr(policy.polqual, policy.polrelid) as qual,
    pg_catalog.pg_get_expr(policy.polwithcheck, policy.polrelid) as with_check
  from pg_catalog.pg_policy as policy
  inner join partitioned on policy.polrelid = partitioned.oid
  where policy.polpermissive
),

found as (
  select
    role.rolname || '_security_definer_function_executable' as lint,
    'WARN' as level,
    space.nspname,
    format('%I(%s)', function.proname, pg_catalog.pg_get_function_identity_arguments(function.oid)) as object,
    format(
      'Function `%I.%I(%s)` runs with its owner''s rights, and `%s` may execute it',
      space.nspname, function.proname, pg_catalog.pg_get_function_identity_arguments(function.oid), role.rolname
    ) as detail
  from pg_catalog.pg_proc as function
  inner join own_schemas as space on function.pronamespace = space.oid
  cross join api_roles as role
  where function.prosecdef
    and pg_catalog.has_function_privilege(role.oid, function.oid, 'execute')

  union all

  select
    'invalid_index' as lint,
    'WARN' as level,
    space.nspname,
    class.relname as object,
    format('Index `%I.%I` is invalid: a concurrent build of it was cut off', space.nspname, class.relname) as detail
  from pg_catalog.pg_index as index
  inner join pg_catalog.pg_class as class on index.indexrelid = class.oid
  inner join own_schemas as space on class.relnamespace = space.oid
  where not index.indisvalid
    and not exists (
      select from pg_catalog.pg_stat_progress_create_index as build
      where build.index_relid = class.oid
    )

  union all

  select
    'rls_disabled_in_public' as lint,
    'ERROR' as level,
    partitioned.nspname,
    partitioned.relname as object,
    format('Partitioned table `%I.%I` is public, but row level security is not enabled', partitioned.nspname, partitioned.relname) as detail
  from partitioned
  where partitioned.nspname = 'public'
    and not partitioned.relrowsecurity

  union all

  select
    'rls_enabled_no_policy' as lint,
    'INFO' as level,
    partitioned.nspname,
    partitioned.relname as object,
    format('Partitioned table `%I.%I` has row level security enabled, but no policy', partitioned.nspname, partitioned.relname) as detail
  from partitioned
  where partitioned.relrowsecurity
    and not exists (
      select from pg_catalog.pg_policy as policy
      where policy.polrelid = partitioned.oid
    )

  union all

  select
    'multiple_permissive_policies' as lint,
    'WARN' as level,
    policy.nspname,
    policy.relname as object,
    format(
      'Partitioned table `%I.%I` has several permissive policies of one command for `%s`: %s',
      policy.nspname, policy.relname, role.rolname, string_agg(policy.polname, ', ' order by policy.polname)
    ) as detail
  from open_policies as policy
  cross join lateral unnest(policy.commands) as command (letter)
  inner join api_roles as role on 0 = any(policy.polroles) or role.oid = any(policy.polroles)
  group by policy.nspname, policy.relname, role.rolname, command.letter
  having count(*) > 1

  union all

  select
    'rls_policy_always_true' as lint,
    'WARN' as level,
    policy.nspname,
    policy.relname as object,
    format('Partitioned table `%I.%I` has a policy that lets everything be written: %s', policy.nspname, policy.relname, policy.polname)
      as detail
  from open_policies as policy
  where exists (
      select from api_roles as role
      where 0 = any(policy.polroles) or role.oid = any(policy.polroles)
    )
    and (
      policy.with_check = 'true'
      -- reading everything is often meant, changing and deleting everything is not
      or (policy.qual = 'true' and policy.commands && array['w', 'd'])
    )
)

select
  found.lint,
  found.level,
  found.nspname as schema,
  found.detail,
  concat_ws('_', found.lint, found.nspname, found.object) as key
from found;
