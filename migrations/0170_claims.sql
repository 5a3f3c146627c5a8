-- Why: a person imported from B may come back under another id. Where a DBA states that the auth service sends no one in
-- without confirming the address, such a person gets the imported row's content at first sign-in, by email.
-- Touches: three new tables, functions, a trigger on users and one more on auth.users. Off until private.enable_claims() is called.
-- What could go wrong: where addresses are not confirmed, anybody could claim anybody. Hence off, and a list that expires.
--
-- Decisions:
-- * The sign-in only logs the claim; moving the content is private.work_on_claims(), in batches, by the service.
-- * Two entries of the list with one address: nobody gets either, a human decides.
-- * The trigger comes after that of 0140 by its name, and its faults are its own: they cost the claim, never the sign-up.
-- * No right grows by a claim: a viewer stays one, and platform role, tier and video limit do not move. A row that would be a
--   second one of the person stays with the old row.
-- * While claims are disabled nothing moves either, and nothing moves to a person who is inactive.

create table secrets.claim_settings (
  is_the_one boolean primary key default true,
  enabled boolean not null default false,
  confirmation_enforced_by text,
  stated_at timestamptz not null default now(),

  constraint claim_settings_is_one_row check (is_the_one),
  constraint claim_settings_enabled_needs_a_name check (not enabled or btrim(coalesce(confirmation_enforced_by, '')) <> '')
);

alter table secrets.claim_settings enable row level security;

comment on table secrets.claim_settings is 'Whether rows of imported people can be claimed; no row means no.';

comment on column secrets.claim_settings.is_the_one is 'Key that allows one row.';

comment on column secrets.claim_settings.enabled is 'Whether a first sign-in may claim, and the service move.';

comment on column secrets.claim_settings.confirmation_enforced_by is
'Who states that the auth service confirms each address before it lets anybody in.';

comment on column secrets.claim_settings.stated_at is 'When claims were last enabled or disabled.';

create table secrets.claimable_users (
  user_id uuid primary key references public.users (id) on delete cascade,
  email text not null,
  expires_at timestamptz not null,
  listed_at timestamptz not null default now(),

  constraint claimable_users_email_is_normalised check (email = lower(btrim(email)) and email <> ''),
  constraint claimable_users_expires_later check (expires_at > listed_at)
);

alter table secrets.claimable_users enable row level security;

create index claimable_users_email_idx on secrets.claimable_users (email);

comment on table secrets.claimable_users is 'Imported people whose row can be claimed; written by the import, used up by the claim.';

comment on column secrets.claimable_users.user_id is 'The imported row.';

comment on column secrets.claimable_users.email is 'The address that must be confirmed; the row itself must still have it.';

comment on column secrets.claimable_users.expires_at is 'From then on the row cannot be claimed.';

comment on column secrets.claimable_users.listed_at is 'When the import listed it.';

-- A sign-up takes the verified mark off a row that holds a confirmed address no longer. Without this such a row, once bound,
-- would look like one that never was.
-- security definer: whoever changes a person's row may not read secrets. The columns stand in the body as in 0150.
create function private.unlist_claimable() returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  if (old.email, old.email_verified_at, old.is_active) is distinct from (new.email, new.email_verified_at, new.is_active) then
    delete from secrets.claimable_users
    where claimable_users.user_id = old.id;
  end if;
  return null;
end
$function$;

comment on function private.unlist_claimable() is
'Trigger: a row whose address, proof of it or activity changed is no longer as the import left it, and cannot be claimed.';

create trigger users_unlist_what_changed
after update on public.users
for each row execute function private.unlist_claimable();

create table secrets.user_claims (
  id uuid primary key default gen_random_uuid(),
  old_user_id uuid not null references public.users (id) on delete cascade,
  new_user_id uuid not null references public.users (id) on delete cascade,
  email text not null,
  claimed_at timestamptz not null default now(),
  finished_at timestamptz,

  constraint user_claims_old_is_claimed_once unique (old_user_id),
  constraint user_claims_new_claims_once unique (new_user_id),
  constraint user_claims_are_two_people check (old_user_id <> new_user_id)
);

alter table secrets.user_claims enable row level security;

create index user_claims_unfinished_idx on secrets.user_claims (claimed_at) where finished_at is null;

comment on table secrets.user_claims is 'Log of claims: who got the content of which imported row.';

comment on column secrets.user_claims.id is 'Key.';

comment on column secrets.user_claims.old_user_id is 'The imported row; never claimed a second time.';

comment on column secrets.user_claims.new_user_id is 'The row of the auth user who confirmed the address; never claims a second time.';

comment on column secrets.user_claims.email is 'The address by which it was claimed.';

comment on column secrets.user_claims.claimed_at is 'When the person first signed in.';

comment on column secrets.user_claims.finished_at is 'When nothing was left to move; null while the service works on it.';

-- security invoker: called by the trigger's function, which is the only way to it.
create function private.note_claim(auth_user_id uuid) returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  person record;
  old_user uuid;
begin
  if not exists (
    select from secrets.claim_settings
    where claim_settings.enabled
  ) then
    return false;
  end if;

  -- verified: so neither SSO nor anonymous, by private.make_user_from_auth
  select users.email
  into person
  from public.users
  inner join auth.users as account on users.id = account.id
  where users.id = note_claim.auth_user_id
    and users.is_active
    and users.email_verified_at is not null
    and account.email_confirmed_at is not null
    and lower(btrim(account.email)) = users.email
    and account.is_sso_user is not true
    and account.is_anonymous is not true
    and account.deleted_at is null
    and not exists (
      select from secrets.user_claims
      where note_claim.auth_user_id in (user_claims.old_user_id, user_claims.new_user_id)
    )
    and not exists (
      select from secrets.claimable_users
      where claimable_users.user_id = note_claim.auth_user_id
    );
  if not found then
    return false;
  end if;

  -- one entry and no other, and a row that is still as the import left it
  delete from secrets.claimable_users as entry
  using public.users as imported
  where entry.email = person.email
    and entry.expires_at > now()
    and imported.id = entry.user_id
    and imported.email = entry.email
    and imported.email_verified_at is null
    and imported.is_active
    and not exists (
      select from secrets.claimable_users as another
      where another.email = entry.email
        and another.user_id <> entry.user_id
    )
    and not exists (
      select from auth.users as bound
      where bound.id = entry.user_id
    )
    and not exists (
      select from secrets.user_claims
      where entry.user_id in (user_claims.old_user_id, user_claims.new_user_id)
    )
  returning entry.user_id into old_user;
  if not found then
    return false;
  end if;

  insert into secrets.user_claims (old_user_id, new_user_id, email)
  values (old_user, note_claim.auth_user_id, person.email);

  -- Who might only read before does not become one who writes.
  update public.users as own
  set role = 'viewer'
  from public.users as imported
  where own.id = note_claim.auth_user_id
    and own.role = 'user'
    and imported.id = old_user
    and imported.role = 'viewer';
  return true;
end
$function$;

comment on function private.note_claim(uuid) is
'Logs the claim of an imported row by a person who just confirmed its address, where that is enabled; returns whether it did.';

-- security definer: the auth service has no rights here. lock_timeout and the caught fault: as in 0140.
create function private.follow_first_confirmation() returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $function$
begin
  begin
    if new.email_confirmed_at is not null and (tg_op = 'INSERT' or old.email_confirmed_at is null) then
      perform private.note_claim(new.id);
    end if;
  exception
    when others then
      raise warning 'the claim of auth user % was not noted [%]', new.id, sqlstate using errcode = 'HS012';
  end;
  return null;
end
$function$;

comment on function private.follow_first_confirmation() is 'Trigger: notes a claim when an address is confirmed for the first time; never fails.';

create trigger users_note_a_claim
after insert or update on auth.users
for each row execute function private.follow_first_confirmation();

-- security definer: it writes secrets; for the DBA alone.
create function private.enable_claims(stated_by text) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  if btrim(coalesce(enable_claims.stated_by, '')) = '' then
    raise exception 'name who states that the auth service confirms each address' using errcode = 'HS046';
  end if;
  insert into secrets.claim_settings (enabled, confirmation_enforced_by)
  values (true, btrim(enable_claims.stated_by))
  on conflict on constraint claim_settings_pkey do update
    set
      enabled = excluded.enabled,
      confirmation_enforced_by = excluded.confirmation_enforced_by,
      stated_at = excluded.stated_at;
end
$function$;

comment on function private.enable_claims(text) is
'Switches claims on; stated_by is who states that nobody gets in without confirming the address.';

-- security definer: it writes secrets; for the DBA alone.
create function private.disable_claims() returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  update secrets.claim_settings
  set
    enabled = false,
    stated_at = now();
  return (
    select count(*)
    from secrets.user_claims
    where user_claims.finished_at is null
  );
end
$function$;

comment on function private.disable_claims() is
'Switches claims off, the moving as well; returns how many claims are left unfinished by that.';

-- Columns that hold a person's id and can simply be given another one. Memberships, ownership and the claims themselves are not
-- among them. The measures have no foreign keys and are known by name.
-- security invoker: it reads the catalogue.
create function private.columns_of_users() returns table (place regclass, user_column name, is_unique boolean)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with known (parent, column_name) as (
    select
      rule.conrelid,
      part.attname
    from pg_catalog.pg_constraint as rule
    inner join pg_catalog.pg_attribute as part on rule.conrelid = part.attrelid and rule.conkey[1] = part.attnum
    where rule.contype = 'f'
      and rule.confrelid = 'public.users'::regclass
      and rule.conparentid = 0
      and cardinality(rule.conkey) = 1
      and rule.conrelid not in (
        'public.workspaces'::regclass, 'public.workspace_members'::regclass,
        'secrets.claimable_users'::regclass, 'secrets.user_claims'::regclass
      )
      -- a limit is what was paid for, which the import proves of nobody; made after this file
      and rule.conrelid is distinct from to_regclass('public.user_video_limits')
    union
    select
      measure.name::regclass,
      'user_id'
    from (values ('public.analytics_events'), ('public.user_activity_logs')) as measure (name)
    where to_regclass(measure.name) is not null
  )

  select
    leaf.oid::regclass,
    known.column_name,
    exists (
      select from pg_catalog.pg_index as rule
      inner join pg_catalog.pg_attribute as part on rule.indrelid = part.attrelid and part.attnum = any(rule.indkey::smallint [])
      where rule.indrelid = leaf.oid
        and rule.indisunique
        and part.attname = known.column_name
    )
  from known
  inner join pg_catalog.pg_class as leaf
    on leaf.relkind = 'r'
      and (leaf.oid = known.parent or leaf.oid in (select tree.relid from pg_catalog.pg_partition_tree(known.parent) as tree))
  order by leaf.oid::regclass::text, known.column_name
$function$;

comment on function private.columns_of_users() is
'Columns with the id of a person, partitions one by one, and whether a unique rule covers the column.';

-- security invoker: called by private.work_on_claims only.
create function private.move_memberships(old_user uuid, new_user uuid, max_rows integer) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  membership record;
  moved integer := 0;
begin
  for membership in
    select
      old_one.workspace_id,
      old_one.role,
      old_one.permissions,
      old_one.joined_at
    from public.workspace_members as old_one
    where old_one.user_id = move_memberships.old_user
    order by old_one.workspace_id
    limit move_memberships.max_rows
    for update
  loop
    insert into public.workspace_members as own (workspace_id, user_id, role, permissions, joined_at)
    values (
      membership.workspace_id, move_memberships.new_user, membership.role, membership.permissions, membership.joined_at
    )
    on conflict on constraint workspace_members_is_a_member_once do update
      set
        role = case
          when private.role_rank(excluded.role) > private.role_rank(own.role) then excluded.role
          else own.role
        end,
        permissions = excluded.permissions || own.permissions,
        joined_at = least(excluded.joined_at, own.joined_at);
    -- named before the old membership goes: an accountable owner cannot leave
    update public.workspaces
    set owner_id = move_memberships.new_user
    where workspaces.id = membership.workspace_id
      and workspaces.owner_id = move_memberships.old_user;
    delete from public.workspace_members
    where workspace_members.workspace_id = membership.workspace_id
      and workspace_members.user_id = move_memberships.old_user;
    moved := moved + 1;
  end loop;
  return moved;
end
$function$;

comment on function private.move_memberships(uuid, uuid, integer) is
'Gives memberships and ownership of one person to another, who keeps the higher role where both are members; returns how many.';

-- Where a unique rule covers the column each row is tried by itself: one that would be the second of its kind stays.
-- security invoker: called by private.work_on_claims only.
create function private.move_rows(
  place regclass,
  user_column name,
  is_unique boolean,
  old_user uuid,
  new_user uuid,
  max_rows integer
) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  row_place tid;
  row_places tid[];
  moved integer := 0;
begin
  if not move_rows.is_unique then
    -- Locked by a statement of its own: one that is changed at this moment has another ctid afterwards, which only a later
    -- snapshot sees.
    execute format(
      'select array(select ctid from %s where %I = $1 limit $2 for no key update)', move_rows.place, move_rows.user_column
    ) into row_places using move_rows.old_user, move_rows.max_rows;
    execute format('update %s set %I = $1 where ctid = any($2)', move_rows.place, move_rows.user_column)
    using move_rows.new_user, row_places;
    get diagnostics moved = row_count;
    return moved;
  end if;

  for row_place in
    execute format('select ctid from %s where %I = $1 for update', move_rows.place, move_rows.user_column)
    using move_rows.old_user
  loop
    exit when moved >= move_rows.max_rows;
    begin
      execute format('update %s set %I = $1 where ctid = $2', move_rows.place, move_rows.user_column)
      using move_rows.new_user, row_place;
      moved := moved + 1;
    exception
      when unique_violation then
        -- the person has one already; the old row keeps this one
        continue;
    end;
  end loop;
  return moved;
end
$function$;

comment on function private.move_rows(regclass, name, boolean, uuid, uuid, integer) is
'Gives at most so many rows of one table the id of another person; returns how many.';

-- Each call is one transaction: killed anywhere it has done nothing, and the next call goes on where the last one that
-- committed was. Several can run at once, each on claims of its own.
-- security definer: the service that calls it has no rights on most of these tables.
create function private.work_on_claims(max_rows integer default 1000) returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  allowed integer := greatest(coalesce(work_on_claims.max_rows, 1000), 1);
  changed integer := 0;
  claim record;
  spot record;
begin
  while changed < allowed loop
    select
      unfinished.id,
      unfinished.old_user_id,
      unfinished.new_user_id
    into claim
    from secrets.user_claims as unfinished
    where unfinished.finished_at is null
      and exists (
        select from secrets.claim_settings
        where claim_settings.enabled
      )
      and exists (
        select from public.users
        where users.id = unfinished.new_user_id
          and users.is_active
      )
    order by unfinished.claimed_at, unfinished.id
    limit 1
    for update skip locked;
    exit when not found;

    changed := changed + private.move_memberships(claim.old_user_id, claim.new_user_id, allowed - changed);
    for spot in select * from private.columns_of_users()
    loop
      exit when changed >= allowed;
      changed := changed + private.move_rows(
        spot.place, spot.user_column, spot.is_unique, claim.old_user_id, claim.new_user_id, allowed - changed
      );
    end loop;
    -- none left over: each table had fewer rows than were allowed
    if changed < allowed then
      update public.users
      set
        is_active = false,
        email = format('claimed+%s@invalid', users.id)
      where users.id = claim.old_user_id;
      update secrets.user_claims
      set finished_at = now()
      where user_claims.id = claim.id;
      changed := changed + 1;
    end if;
  end loop;
  return changed;
end
$function$;

comment on function private.work_on_claims(integer) is
'Moves at most so many rows of claimed people to those who claimed them and returns how many changed; 0 when nothing is left.';
