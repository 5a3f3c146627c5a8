-- Why: what may not be changed by hand says so with an error code, whatever a later policy or grant lets through: one's own
-- role, a membership's keys, the accountable owner. And the one way to hand a workspace over.
-- Touches: triggers on users, workspaces and workspace_members; functions.
-- What could go wrong: nothing that held before is refused, but for demoting an owner first and naming the new one after.

create function private.role_rank(role text) returns integer
language sql
immutable
parallel safe
return array_position(array['member', 'editor', 'admin', 'owner'], role_rank.role);

comment on function private.role_rank(text) is 'Height of a role in a workspace: member 1, editor 2, admin 3, owner 4.';

-- security definer: the functions that ask it are called by people who cannot read these rows.
create function private.writing_role(workspace_id uuid, user_id uuid) returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return (
    select member.role
    from public.workspace_members as member
    inner join public.users as person on member.user_id = person.id
    inner join public.workspaces as space on member.workspace_id = space.id
    where member.workspace_id = writing_role.workspace_id
      and member.user_id = writing_role.user_id
      and person.is_active
      and person.role <> 'viewer'
      and space.is_active
  );
end
$function$;

comment on function private.writing_role(uuid, uuid) is
'The role with which a person may change a workspace; null for outsiders, viewers, the inactive, and a workspace put away.';

-- security invoker: it only raises.
-- The columns stand here and not in the trigger: a column that a trigger names cannot be given another type.
create function private.refuse_not_self_service() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  if (old.id, old.email, old.email_verified_at, old.role, old.subscription_tier, old.is_active, old.created_at)
    is distinct from (new.id, new.email, new.email_verified_at, new.role, new.subscription_tier, new.is_active, new.created_at)
  then
    raise exception 'id, email, role, tier, activity and date of a person are not changed by the person' using errcode = 'HS030';
  end if;
  return new;
end
$function$;

comment on function private.refuse_not_self_service() is 'Trigger: refuses what a person may not change of the own row.';

-- By role and not by token: a definer function of ours runs as the owner and passes, with or without a token.
create trigger users_keep_what_is_not_self_service
before update on public.users
for each row
when (current_user in ('authenticated', 'anon'))
execute function private.refuse_not_self_service();

-- security invoker: it only raises.
create function private.refuse_new_keys() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception 'the keys of a row in % never change', tg_table_name
    using errcode = 'HS031', hint = 'Delete the row and insert another one.';
end
$function$;

comment on function private.refuse_new_keys() is 'Trigger: refuses to give a row to another workspace or person, to everybody.';

create trigger workspaces_keep_their_key
before update on public.workspaces
for each row
when (old.id is distinct from new.id)
execute function private.refuse_new_keys();

create trigger workspace_members_keep_their_keys
before update on public.workspace_members
for each row
when ((old.workspace_id, old.user_id) is distinct from (new.workspace_id, new.user_id))
execute function private.refuse_new_keys();

-- security invoker: it only raises.
create function private.refuse_new_owner() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception 'a workspace is handed over by its owner, with the function for it' using errcode = 'HS035';
end
$function$;

comment on function private.refuse_new_owner() is 'Trigger: refuses a client that names another owner by hand.';

create trigger workspaces_keep_their_owner
before update on public.workspaces
for each row
when (current_user in ('authenticated', 'anon') and old.owner_id is distinct from new.owner_id)
execute function private.refuse_new_owner();

-- What really holds is the foreign key workspaces_owner_is_an_owner_member, at commit and in any number of transactions. This
-- says so at once, with a code. When a whole workspace is deleted its row is gone before those of its members, and nothing is
-- found here; a hand-over names the new owner before it lowers the old one.
-- security definer: the one who leaves may not be able to read the workspace.
create function private.keep_accountable_owner() returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  if exists (
    select from public.workspaces
    where workspaces.id = old.workspace_id
      and workspaces.owner_id = old.user_id
  ) then
    raise exception 'the accountable owner cannot leave, be removed or get a lower role'
      using errcode = 'HS032', hint = 'Hand the workspace over first, or delete it.';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$function$;

comment on function private.keep_accountable_owner() is
'Trigger: says at once what the foreign key of the accountable owner would say at commit.';

create trigger workspace_members_keep_the_owner_in
before delete on public.workspace_members
for each row
when (old.role = 'owner')
execute function private.keep_accountable_owner();

create trigger workspace_members_keep_the_owners_role
before update on public.workspace_members
for each row
when (old.role = 'owner' and new.role <> 'owner')
execute function private.keep_accountable_owner();

-- security invoker: called by the two definers below, which hold the lock on the workspace.
create function private.change_owner(workspace_id uuid, from_user uuid, to_user uuid) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  update public.workspace_members
  set role = 'owner'
  where workspace_members.workspace_id = change_owner.workspace_id
    and workspace_members.user_id = change_owner.to_user
    and exists (
      select from public.users
      where users.id = workspace_members.user_id
        and users.is_active
        and users.role <> 'viewer'
      for share
    );
  if not found then
    raise exception 'the new owner must be an active member who may write' using errcode = 'HS034';
  end if;

  update public.workspaces
  set owner_id = change_owner.to_user
  where workspaces.id = change_owner.workspace_id;

  update public.workspace_members
  set role = 'admin'
  where workspace_members.workspace_id = change_owner.workspace_id
    and workspace_members.user_id = change_owner.from_user;
end
$function$;

comment on function private.change_owner(uuid, uuid, uuid) is
'Makes a member the accountable owner in place of another, who stays as an admin; raises HS034.';

-- security definer: no client may change owner_id.
create function private.hand_over_workspace(workspace_id uuid, to_user uuid, by_user uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- Locked first: of two hand-overs at once the second finds that its person is no longer the owner.
  if private.writing_role(hand_over_workspace.workspace_id, hand_over_workspace.by_user) is distinct from 'owner'
    or not exists (
      select from public.workspaces
      where workspaces.id = hand_over_workspace.workspace_id
        and workspaces.owner_id = hand_over_workspace.by_user
      for no key update
    )
  then
    raise exception 'only the accountable owner hands a workspace over' using errcode = 'HS033';
  end if;

  if hand_over_workspace.to_user is distinct from hand_over_workspace.by_user then
    perform private.change_owner(hand_over_workspace.workspace_id, hand_over_workspace.by_user, hand_over_workspace.to_user);
  end if;
end
$function$;

comment on function private.hand_over_workspace(uuid, uuid, uuid) is
'Makes a member the accountable owner, asked by the present one, who stays as an admin.';

-- The account of an accountable owner may be removed, and then nobody is left who could hand over.
-- security definer: for the service alone, which decides for whom it asks.
create function private.replace_inactive_owner(workspace_id uuid, to_user uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  former uuid;
begin
  select space.owner_id
  into former
  from public.workspaces as space
  inner join public.users as person on space.owner_id = person.id
  where space.id = replace_inactive_owner.workspace_id
    and not person.is_active
  for no key update of space;
  if not found then
    raise exception 'the accountable owner is active, and hands the workspace over' using errcode = 'HS033';
  end if;

  perform private.change_owner(replace_inactive_owner.workspace_id, former, replace_inactive_owner.to_user);
end
$function$;

comment on function private.replace_inactive_owner(uuid, uuid) is
'Makes a member the accountable owner in place of one whose account was removed; for the service.';
