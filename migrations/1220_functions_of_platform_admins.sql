-- Why: a platform admin reads a tenant's rows only after opening that one workspace, and changes of a person only role, tier and
-- activity. Both are kept, and an opening stands in the log that the workspace's own admins read.
-- Touches: new functions, one trigger on secrets.workspace_openings.

-- security invoker: called by the definers below, which are the only way to it.
create function private.platform_admin_caller() returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.caller();
begin
  if nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'aal' is distinct from 'aal2'
    or not exists (
      select from public.users
      where users.id = person
        and users.is_admin
    )
  then
    raise exception 'only a platform admin does this, signed in with a second factor' using errcode = 'HS060';
  end if;
  return person;
end
$function$;

comment on function private.platform_admin_caller() is
'The person of the token, a platform admin signed in with a second factor; raises HS020, HS060.';

-- By trigger, so that no opening is without its line, however it was made.
-- security definer: nobody but the owner of the schema writes the log.
create function private.log_opening() returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  insert into public.user_activity_logs (workspace_id, user_id, action, resource_type, resource_id, details)
  values (
    new.workspace_id,
    new.opened_by,
    case tg_op when 'INSERT' then 'workspace_opened_by_platform_admin' else 'workspace_closed_by_platform_admin' end,
    'workspace',
    new.workspace_id::text,
    jsonb_build_object('reason', new.reason, 'expires_at', new.expires_at)
  );
  return null;
end
$function$;

comment on function private.log_opening() is 'Trigger: writes an opening, and its end before time, into the log of the workspace.';

create trigger workspace_openings_are_logged
after insert on secrets.workspace_openings
for each row execute function private.log_opening();

create trigger workspace_openings_closing_is_logged
after update on secrets.workspace_openings
for each row
when (old.closed_at is null and new.closed_at is not null)
execute function private.log_opening();

-- security definer: it writes secrets, which no client may.
create function private.open_workspace_by_caller(workspace_id uuid, reason text) returns timestamptz
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.platform_admin_caller();
  session uuid := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id';
  ends timestamptz;
begin
  if session is null then
    raise exception 'the token names no session, and an opening holds for one session' using errcode = 'HS060';
  end if;
  if btrim(coalesce(open_workspace_by_caller.reason, '')) = '' then
    raise exception 'say why this workspace must be opened' using errcode = 'HS061';
  end if;
  if not exists (
    select from public.workspaces
    where workspaces.id = open_workspace_by_caller.workspace_id
  ) then
    raise exception 'there is no such workspace' using errcode = 'HS062';
  end if;
  insert into secrets.workspace_openings (workspace_id, opened_by, session_id, reason, expires_at)
  values (open_workspace_by_caller.workspace_id, person, session, btrim(open_workspace_by_caller.reason), now() + interval '1 hour')
  returning workspace_openings.expires_at into ends;
  return ends;
end
$function$;

comment on function private.open_workspace_by_caller(uuid, text) is 'See public.open_workspace.';

create function public.open_workspace(workspace_id uuid, reason text) returns timestamptz
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.open_workspace_by_caller(open_workspace.workspace_id, open_workspace.reason);

comment on function public.open_workspace(uuid, text) is
'Lets a platform admin, signed in with a second factor, read one workspace in this session for an hour; returns when it ends. Logged.';

-- security definer: it writes secrets, which no client may.
create function private.close_workspace_by_caller(workspace_id uuid) returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.platform_admin_caller();
  closed integer;
begin
  -- in whatever session it was opened: less is read by it
  update secrets.workspace_openings
  set closed_at = now()
  where workspace_openings.workspace_id = close_workspace_by_caller.workspace_id
    and workspace_openings.opened_by = person
    and workspace_openings.closed_at is null
    and workspace_openings.expires_at > now();
  get diagnostics closed = row_count;
  return closed;
end
$function$;

comment on function private.close_workspace_by_caller(uuid) is 'See public.close_workspace.';

create function public.close_workspace(workspace_id uuid) returns integer
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.close_workspace_by_caller(close_workspace.workspace_id);

comment on function public.close_workspace(uuid) is
'Ends what the platform admin has open of a workspace, before its hour is over; returns how many openings that were.';

-- security definer: no client changes role, tier or activity of a person.
create function private.change_user_by_caller(user_id uuid, role text, subscription_tier text, is_active boolean) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  admin uuid := private.platform_admin_caller();
  was record;
begin
  -- neither more nor less: an admin who locks himself out cannot undo it
  if change_user_by_caller.user_id = admin then
    raise exception 'nobody changes the own role, tier or activity' using errcode = 'HS063';
  end if;
  -- Both are locked, in one order, and the right is asked again: of two admins who put each other away at once one stays.
  perform
  from public.users
  where users.id in (admin, change_user_by_caller.user_id)
  order by users.id
  for update;
  perform private.platform_admin_caller();
  select
    person.role,
    person.subscription_tier,
    person.is_active
  into was
  from public.users as person
  where person.id = change_user_by_caller.user_id;
  if not found then
    raise exception 'there is no such user' using errcode = 'HS064';
  end if;
  if (was.role, was.subscription_tier, was.is_active) = (
    coalesce(change_user_by_caller.role, was.role),
    coalesce(change_user_by_caller.subscription_tier, was.subscription_tier),
    coalesce(change_user_by_caller.is_active, was.is_active)
  ) then
    return;
  end if;
  update public.users as person
  set
    role = coalesce(change_user_by_caller.role, was.role),
    subscription_tier = coalesce(change_user_by_caller.subscription_tier, was.subscription_tier),
    is_active = coalesce(change_user_by_caller.is_active, was.is_active)
  where person.id = change_user_by_caller.user_id;
  insert into secrets.user_changes (user_id, changed_by, before, after)
  values (
    change_user_by_caller.user_id,
    admin,
    jsonb_build_object('role', was.role, 'subscription_tier', was.subscription_tier, 'is_active', was.is_active),
    jsonb_strip_nulls(
      jsonb_build_object(
        'role', change_user_by_caller.role,
        'subscription_tier', change_user_by_caller.subscription_tier,
        'is_active', change_user_by_caller.is_active
      )
    )
  );
end
$function$;

comment on function private.change_user_by_caller(uuid, text, text, boolean) is 'See public.change_user.';

create function public.change_user(
  user_id uuid,
  role text default null,
  subscription_tier text default null,
  is_active boolean default null
) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.change_user_by_caller(change_user.user_id, change_user.role, change_user.subscription_tier, change_user.is_active);

comment on function public.change_user(uuid, text, text, boolean) is
'Changes role, tier or activity of another person, asked by a platform admin with a second factor; null leaves as it is. Kept in secrets.';
