-- Why: a person's row, a default workspace and its ownership are made when the auth user's email is confirmed, never before.
-- Touches: one new table, functions, one trigger on auth.users (which belongs to supabase_auth_admin).
-- What could go wrong: a fault here would block sign-up, so it is caught, recorded and warned of; private.repair_sign_ups()
-- makes later what is missing.
--
-- Decisions:
-- * The trigger names no column of auth.users, neither in `update of` nor in `when`: PostgreSQL would then refuse to alter
--   that column, and the auth service, which alters its own tables when it starts, would not start.
-- * The address of an SSO account is what an identity provider says, and may equal that of another account. Such an account
--   gets its row and its workspace, but the address never counts as verified: it can take nobody's address, invitation or claim.
-- * auth.users is the authority on who has an address. Where another row still holds it as verified and its account has it
--   no longer, that row loses the mark, not the person who just confirmed.
-- * An inactive row is left alone; confirming an address does not bring anybody back.

create table secrets.sign_up_faults (
  auth_user_id uuid primary key,
  sqlstate text not null,
  message text not null,
  failed_at timestamptz not null default now(),

  constraint sign_up_faults_sqlstate_is_one check (sqlstate ~ '^[0-9A-Z]{5}$')
);

alter table secrets.sign_up_faults enable row level security;

comment on table secrets.sign_up_faults is
'Auth users whose row could not be made or changed; private.repair_sign_ups() clears what it mends.';

comment on column secrets.sign_up_faults.auth_user_id is 'The auth user; no foreign key, because a removed one may be at fault too.';

comment on column secrets.sign_up_faults.sqlstate is 'PostgreSQL''s code of the last fault.';

comment on column secrets.sign_up_faults.message is 'PostgreSQL''s message without its detail, and with addresses taken out.';

comment on column secrets.sign_up_faults.failed_at is 'When it last failed.';

-- What a person says of oneself at sign-up is anybody's text: no control characters, nothing that turns the direction of
-- the text around it, and no more of it than fits a line.
create function private.harmless_text(said jsonb, max_length integer) returns text
language sql
immutable
parallel safe
return nullif(
  btrim(
    left(
      regexp_replace(
        case when jsonb_typeof(harmless_text.said) = 'string' then harmless_text.said #>> '{}' end,
        '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]',
        ' ',
        'g'
      ),
      harmless_text.max_length
    )
  ),
  ''
);

comment on function private.harmless_text(jsonb, integer) is
'A JSON string as one line of at most so many characters; null where it is no string, or blank.';

create function private.harmless_url(said jsonb) returns text
language sql
immutable
parallel safe
return case
  when jsonb_typeof(harmless_url.said) = 'string'
    and length(harmless_url.said #>> '{}') <= 2048
    and (harmless_url.said #>> '{}') ~ '^https://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+$'
    then harmless_url.said #>> '{}'
end;

comment on function private.harmless_url(jsonb) is 'A JSON string that is an https address of at most 2048 characters; else null.';

-- security invoker: called by the definers below, which are the only way to it.
create function private.make_user_from_auth(auth_user_id uuid) returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  account record;
  person record;
  new_workspace uuid;
  changed boolean;
begin
  select
    lower(btrim(auth_user.email)) as email,
    auth_user.email_confirmed_at,
    auth_user.email_confirmed_at is not null
    and btrim(coalesce(auth_user.email, '')) <> ''
    and auth_user.is_anonymous is not true
    and auth_user.deleted_at is null as is_confirmed,
    case when auth_user.is_sso_user is not true then auth_user.email_confirmed_at end as verified_at,
    coalesce(
      private.harmless_text(auth_user.raw_user_meta_data -> 'full_name', 200),
      private.harmless_text(auth_user.raw_user_meta_data -> 'name', 200)
    ) as full_name,
    coalesce(
      private.harmless_url(auth_user.raw_user_meta_data -> 'avatar_url'),
      private.harmless_url(auth_user.raw_user_meta_data -> 'picture')
    ) as avatar_url
  into account
  from auth.users as auth_user
  where auth_user.id = make_user_from_auth.auth_user_id;

  if not found then
    return false;
  end if;

  if not account.is_confirmed then
    update public.users
    set email_verified_at = null
    where users.id = make_user_from_auth.auth_user_id
      and users.email_verified_at is not null;
    return found;
  end if;

  -- an address that its former holder has no longer
  if account.verified_at is not null then
    update public.users
    set email_verified_at = null
    where users.email = account.email
      and users.email_verified_at is not null
      and users.id <> make_user_from_auth.auth_user_id
      and not exists (
        select from auth.users as holder
        where holder.id = users.id
          and lower(btrim(holder.email)) = users.email
          and holder.email_confirmed_at is not null
          and holder.is_sso_user is not true
          and holder.deleted_at is null
      );
  end if;

  -- No rule is named: a second run for this person at the same moment may meet the first one in either of two indexes.
  insert into public.users (id, email, email_verified_at, full_name, avatar_url)
  values (make_user_from_auth.auth_user_id, account.email, account.verified_at, account.full_name, account.avatar_url)
  on conflict do nothing;
  changed := found;

  -- The lock makes a second run for this person wait here, and see below the workspace that the first one made.
  select
    users.email,
    users.email_verified_at,
    users.is_active
  into person
  from public.users
  where users.id = make_user_from_auth.auth_user_id
  for no key update;

  if not found then
    raise exception 'another person holds this address as verified' using errcode = 'HS013';
  end if;
  if not person.is_active then
    return changed;
  end if;

  if person.email <> account.email or (person.email_verified_at is null) <> (account.verified_at is null) then
    update public.users
    set
      email = account.email,
      -- the auth service keeps the first confirmation's time when the address changes
      email_verified_at = case
        when account.verified_at is null then null
        when person.email = account.email then account.verified_at
        else now()
      end
    where users.id = make_user_from_auth.auth_user_id;
    changed := true;
  end if;

  if not exists (
    select from public.workspaces
    where workspaces.owner_id = make_user_from_auth.auth_user_id
  ) then
    set constraints public.workspaces_owner_is_an_owner_member deferred;
    insert into public.workspaces (name, owner_id, is_default)
    values ('My Workspace', make_user_from_auth.auth_user_id, true)
    returning workspaces.id into new_workspace;
    insert into public.workspace_members (workspace_id, user_id, role)
    values (new_workspace, make_user_from_auth.auth_user_id, 'owner');
    -- checked here, where a fault can be caught, and not at commit
    set constraints public.workspaces_owner_is_an_owner_member immediate;
    set constraints public.workspaces_owner_is_an_owner_member deferred;
    changed := true;
  end if;

  return changed;
end
$function$;

comment on function private.make_user_from_auth(uuid) is
'Brings the row of one auth user in step: made once the email is confirmed, with a workspace where the person owns none. '
'Role, tier and the like are never taken from the account. Returns whether anything changed.';

-- security invoker: called by the definers below, which are the only way to it.
-- The address is given free, so that it can be confirmed by a new account.
create function private.put_user_away(auth_user_id uuid) returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  update public.users
  set
    is_active = false,
    email_verified_at = null
  where users.id = put_user_away.auth_user_id
    and (users.is_active or users.email_verified_at is not null);
  return found;
end
$function$;

comment on function private.put_user_away(uuid) is
'Leaves the row of a removed auth user inactive, with what was written. Returns whether anything changed.';

-- security invoker: called by the definers below, which are the only way to it.
create function private.note_sign_up_fault(auth_user_id uuid, code text, message text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  clean text := left(
    regexp_replace(note_sign_up_fault.message, '[^[:space:]"''<>=(),;]+@[^[:space:]"''<>=(),;]+', '(address)', 'g'), 500
  );
begin
  raise warning 'the row of auth user % is not in step [%]: %', note_sign_up_fault.auth_user_id, note_sign_up_fault.code, clean
    using errcode = 'HS011', hint = 'Mend the cause, then: select private.repair_sign_ups();';
  insert into secrets.sign_up_faults as known (auth_user_id, sqlstate, message)
  values (note_sign_up_fault.auth_user_id, note_sign_up_fault.code, clean)
  on conflict on constraint sign_up_faults_pkey do update
    set
      sqlstate = excluded.sqlstate,
      message = excluded.message,
      failed_at = excluded.failed_at;
end
$function$;

comment on function private.note_sign_up_fault(uuid, text, text) is 'Warns of a fault in a sign-up and records it, without addresses.';

-- security definer: the auth service has no rights in public, and needs none.
-- lock_timeout: whoever holds a lock on our tables must not hold up a sign-in; repair makes up for it.
create function private.follow_auth_user() returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $function$
declare
  account_id uuid := coalesce(new.id, old.id);
  code text;
  message text;
begin
  begin
    if tg_op = 'UPDATE'
      and (old.email, old.email_confirmed_at, old.is_anonymous, old.is_sso_user, old.deleted_at)
      is not distinct from (new.email, new.email_confirmed_at, new.is_anonymous, new.is_sso_user, new.deleted_at)
    then
      return null;
    end if;
    if tg_op = 'DELETE' or new.deleted_at is not null then
      perform private.put_user_away(account_id);
    else
      perform private.make_user_from_auth(account_id);
    end if;
    delete from secrets.sign_up_faults
    where sign_up_faults.auth_user_id = account_id;
  exception
    when others then
      get stacked diagnostics code = returned_sqlstate, message = message_text;
      begin
        perform private.note_sign_up_fault(account_id, code, message);
      exception
        when others then
          raise warning 'a fault in the sign-up of % [%] could not be recorded [%]', account_id, code, sqlstate
            using errcode = 'HS011';
      end;
  end;
  return null;
end
$function$;

comment on function private.follow_auth_user() is
'Trigger: keeps public.users in step with auth.users. It never fails; what goes wrong is in secrets.sign_up_faults.';

create trigger users_follow_the_account
after insert or update or delete on auth.users
for each row execute function private.follow_auth_user();

-- security definer: it reads auth.users and secrets for whoever is given EXECUTE.
create function private.repair_sign_ups(max_users integer default null) returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  candidate uuid;
  account record;
  changed boolean;
  repaired integer := 0;
  code text;
  message text;
begin
  for candidate in
    select missing.id
    from (
    select
      auth_user.id,
      null::timestamptz as failed_at
    from auth.users as auth_user
    left join public.users as person on auth_user.id = person.id
    where auth_user.email_confirmed_at is not null
      and btrim(coalesce(auth_user.email, '')) <> ''
      and auth_user.is_anonymous is not true
      and auth_user.deleted_at is null
      and person.is_active is not false
      and (
        person.id is null
        or person.email <> lower(btrim(auth_user.email))
        or (person.email_verified_at is null) <> (auth_user.is_sso_user is true)
        or not exists (
          select from public.workspaces
          where workspaces.owner_id = auth_user.id
        )
      )
    union all
    select
      known.auth_user_id,
      known.failed_at
    from secrets.sign_up_faults as known
    ) as missing
    group by missing.id
    -- those that failed last come last, or they would be tried again and again before the others
    order by max(missing.failed_at) nulls first, missing.id
    limit repair_sign_ups.max_users
  loop
    begin
      -- The account is locked before the row, as in the trigger. One that is being changed now is left to that trigger.
      select auth_user.deleted_at is not null as is_removed
      into account
      from auth.users as auth_user
      where auth_user.id = candidate
      for share skip locked;
      if found and not account.is_removed then
        changed := private.make_user_from_auth(candidate);
      elsif found or not exists (
        select from auth.users as auth_user
        where auth_user.id = candidate
      ) then
        changed := private.put_user_away(candidate);
      else
        continue;
      end if;
      delete from secrets.sign_up_faults
      where sign_up_faults.auth_user_id = candidate;
      repaired := repaired + changed::integer;
    exception
      when others then
        get stacked diagnostics code = returned_sqlstate, message = message_text;
        perform private.note_sign_up_fault(candidate, code, message);
    end;
  end loop;
  return repaired;
end
$function$;

comment on function private.repair_sign_ups(integer) is
'Makes what is missing for confirmed auth users, all or at most so many, and returns for how many; clears the faults that it mends.';
