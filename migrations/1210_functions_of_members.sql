-- Why: what people do with workspaces and memberships takes more than their own rights, or needs a clear answer: by function.
-- Touches: new functions. Each in public runs as its caller and only calls the one in private that runs as its owner; that one finds
-- out who asks by itself, so that nobody can ask in another's name.
-- Whoever may not do a thing to a workspace gets the same answer as for one that does not exist.

-- in a body of this form the linter takes the names of arguments for tables
-- noqa: disable=RF01

-- -------------------------------------------------------------------- who asks

-- security invoker: called by the definers below, which are the only way to it.
create function private.caller() returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.acting_person();
begin
  if person is null then
    raise exception 'sign in first, with an account that is confirmed and active' using errcode = 'HS020';
  end if;
  return person;
end
$function$;

comment on function private.caller() is 'The person of the token; raises HS020 where there is none who may act.';

-- security invoker: called by the definers below, which are the only way to it.
create function private.writing_caller() returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform private.caller();
  if private.writing_person() is null then
    raise exception 'a viewer of the platform reads and changes nothing' using errcode = 'HS021';
  end if;
  return private.writing_person();
end
$function$;

comment on function private.writing_caller() is 'The same, for whoever may write; raises HS021 for a viewer.';

-- security invoker: called by the definers below, which are the only way to it.
create function private.caller_with_role(workspace_id uuid, least_role text) returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.writing_caller();
begin
  if (caller_with_role.workspace_id = any(private.writable_workspaces(caller_with_role.least_role))) is not true then
    raise exception 'you have no such right in this workspace' using errcode = 'HS022';
  end if;
  return person;
end
$function$;

comment on function private.caller_with_role(uuid, text) is
'The person of the token, who has at least this role in the workspace and may write there; raises HS020, HS021, HS022.';

-- -------------------------------------------------------------------- workspaces

-- security definer: no client inserts a workspace or a membership.
create function private.create_workspace_by_caller(name text, description text) returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.writing_caller();
  made uuid;
begin
  if btrim(coalesce(create_workspace_by_caller.name, '')) = '' then
    raise exception 'a workspace needs a name' using errcode = 'HS023';
  end if;
  -- whatever the transaction has set: the owner's membership comes after the workspace
  set constraints public.workspaces_owner_is_an_owner_member deferred;
  insert into public.workspaces (name, description, owner_id)
  values (btrim(create_workspace_by_caller.name), create_workspace_by_caller.description, person)
  returning workspaces.id into made;
  insert into public.workspace_members (workspace_id, user_id, role)
  values (made, person, 'owner');
  return made;
end
$function$;

comment on function private.create_workspace_by_caller(text, text) is 'See public.create_workspace.';

create function public.create_workspace(name text, description text default null) returns uuid
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.create_workspace_by_caller(create_workspace.name, create_workspace.description);

comment on function public.create_workspace(text, text) is 'Makes a workspace that the caller owns, and returns its id.';

-- security definer: no client may change owner_id.
create function private.hand_over_workspace_by_caller(workspace_id uuid, to_user uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform private.hand_over_workspace(
    hand_over_workspace_by_caller.workspace_id,
    hand_over_workspace_by_caller.to_user,
    private.caller_with_role(hand_over_workspace_by_caller.workspace_id, 'owner')
  );
end
$function$;

comment on function private.hand_over_workspace_by_caller(uuid, uuid) is 'See public.hand_over_workspace.';

create function public.hand_over_workspace(workspace_id uuid, to_user uuid) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.hand_over_workspace_by_caller(hand_over_workspace.workspace_id, hand_over_workspace.to_user);

comment on function public.hand_over_workspace(uuid, uuid) is
'Makes a member the accountable owner, asked by the present one, who stays as an admin.';

-- -------------------------------------------------------------------- invitations

-- security definer: it writes secrets, which no client may.
create function private.invite_by_caller(workspace_id uuid, email text, role text) returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return private.invite(
    invite_by_caller.workspace_id,
    invite_by_caller.email,
    invite_by_caller.role,
    private.caller_with_role(invite_by_caller.workspace_id, 'admin')
  );
end
$function$;

comment on function private.invite_by_caller(uuid, text, text) is 'See public.invite.';

create function public.invite(workspace_id uuid, email text, role text default 'member') returns text
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.invite_by_caller(invite.workspace_id, invite.email, invite.role);

comment on function public.invite(uuid, text, text) is
'Invites an address to a workspace, asked by an admin, and returns the token: this once, it cannot be had again.';

-- security definer: the one who accepts is no member yet, and reads no secrets. A viewer may: it gives nothing but reading.
create function private.accept_invitation_by_caller(token text) returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return private.accept_invitation(accept_invitation_by_caller.token, private.caller());
end
$function$;

comment on function private.accept_invitation_by_caller(text) is 'See public.accept_invitation.';

create function public.accept_invitation(token text) returns uuid
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.accept_invitation_by_caller(accept_invitation.token);

comment on function public.accept_invitation(text) is
'Makes the caller, whose verified address was invited, a member; once. Returns the workspace.';

-- security definer: it writes secrets, which no client may.
create function private.revoke_invitation_by_caller(invitation_id uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.writing_caller();
begin
  -- a request that names another workspace is not about this one
  if not exists (
    select from secrets.workspace_invitations as invitation
    where invitation.id = revoke_invitation_by_caller.invitation_id
      and invitation.workspace_id = any(private.writable_workspaces('admin'))
  ) then
    raise exception 'only an admin of the workspace takes an invitation back' using errcode = 'HS040';
  end if;
  perform private.revoke_invitation(revoke_invitation_by_caller.invitation_id, person);
end
$function$;

comment on function private.revoke_invitation_by_caller(uuid) is 'See public.revoke_invitation.';

create function public.revoke_invitation(invitation_id uuid) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.revoke_invitation_by_caller(revoke_invitation.invitation_id);

comment on function public.revoke_invitation(uuid) is 'Takes an invitation back, asked by an admin of its workspace.';

-- security definer: it reads secrets, which no client may; and of them never the token.
create function private.open_invitations_by_caller(workspace_id uuid)
returns table (id uuid, email text, role text, invited_by uuid, created_at timestamptz, expires_at timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return query
  select
    invitation.id,
    invitation.email,
    invitation.role,
    invitation.invited_by,
    invitation.created_at,
    invitation.expires_at
  from secrets.workspace_invitations as invitation
  where invitation.workspace_id = open_invitations_by_caller.workspace_id
    and invitation.workspace_id = any(private.audited_workspaces())
    and invitation.accepted_at is null
    and invitation.revoked_at is null
    and invitation.expires_at > now()
  order by invitation.created_at, invitation.id;
end
$function$;

comment on function private.open_invitations_by_caller(uuid) is 'See public.open_invitations.';

create function public.open_invitations(workspace_id uuid)
returns table (id uuid, email text, role text, invited_by uuid, created_at timestamptz, expires_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
begin atomic
  select
    invitation.id,
    invitation.email,
    invitation.role,
    invitation.invited_by,
    invitation.created_at,
    invitation.expires_at
  from private.open_invitations_by_caller(open_invitations.workspace_id) as invitation;
end;

comment on function public.open_invitations(uuid) is
'Invitations to a workspace that can still be accepted, for its admins; nothing for everybody else.';

-- -------------------------------------------------------------------- members

-- security definer: nobody reads the row of another in users.
create function private.co_members_by_caller(workspace_id uuid)
returns table (user_id uuid, full_name text, avatar_url text, role text, joined_at timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return query
  select
    member.user_id,
    person.full_name,
    person.avatar_url,
    member.role,
    member.joined_at
  from public.workspace_members as member
  inner join public.users as person on member.user_id = person.id
  where member.workspace_id = co_members_by_caller.workspace_id
    and member.workspace_id = any(private.readable_workspaces())
  order by member.joined_at, member.user_id;
end
$function$;

comment on function private.co_members_by_caller(uuid) is 'See public.co_members.';

create function public.co_members(workspace_id uuid)
returns table (user_id uuid, full_name text, avatar_url text, role text, joined_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
begin atomic
  select
    member.user_id,
    member.full_name,
    member.avatar_url,
    member.role,
    member.joined_at
  from private.co_members_by_caller(co_members.workspace_id) as member;
end;

comment on function public.co_members(uuid) is
'Members of a workspace by name and picture, for whoever may read it; nothing for everybody else.';

-- Of a member's present role and a new one neither is above the caller's own; a member with the role owner is the accountable
-- owner's alone to change. The workspace is locked first, as a hand-over does, so that the roles hold until the end.
-- security invoker: called by the definers below, which are the only way to it.
create function private.check_change_of_member(workspace_id uuid, user_id uuid, new_role text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.caller_with_role(check_change_of_member.workspace_id, 'admin');
  accountable uuid;
  own_role text;
  present_role text;
begin
  select space.owner_id
  into accountable
  from public.workspaces as space
  where space.id = check_change_of_member.workspace_id
  for no key update;
  -- asked again under the lock: the right may have been taken away meanwhile
  own_role := private.writing_role(check_change_of_member.workspace_id, person);
  select member.role
  into present_role
  from public.workspace_members as member
  where member.workspace_id = check_change_of_member.workspace_id
    and member.user_id = check_change_of_member.user_id
  for update;
  if not found then
    raise exception 'there is no such member' using errcode = 'HS036';
  end if;
  if (
    own_role in ('admin', 'owner')
    and private.role_rank(present_role) <= private.role_rank(own_role)
    and private.role_rank(check_change_of_member.new_role) <= private.role_rank('admin')
    and (present_role <> 'owner' or person = accountable)
  ) is not true then
    raise exception 'a role is not given or taken by somebody of a lower one, and nobody is made owner but by hand-over'
      using errcode = 'HS037';
  end if;
end
$function$;

comment on function private.check_change_of_member(uuid, uuid, text) is
'Raises where the caller may not give this member this role: HS020, HS021, HS022, HS036, HS037.';

-- security definer: no client changes a membership.
create function private.change_member_role_by_caller(workspace_id uuid, user_id uuid, role text) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform private.check_change_of_member(
    change_member_role_by_caller.workspace_id, change_member_role_by_caller.user_id, change_member_role_by_caller.role
  );
  update public.workspace_members
  set role = change_member_role_by_caller.role
  where workspace_members.workspace_id = change_member_role_by_caller.workspace_id
    and workspace_members.user_id = change_member_role_by_caller.user_id
    and workspace_members.role <> change_member_role_by_caller.role;
end
$function$;

comment on function private.change_member_role_by_caller(uuid, uuid, text) is 'See public.change_member_role.';

create function public.change_member_role(workspace_id uuid, user_id uuid, role text) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.change_member_role_by_caller(change_member_role.workspace_id, change_member_role.user_id, change_member_role.role);

comment on function public.change_member_role(uuid, uuid, text) is
'Gives a member the role admin, editor or member, asked by an admin; never above the own role, never the accountable owner.';

-- security definer: no client deletes a membership.
create function private.remove_member_by_caller(workspace_id uuid, user_id uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform private.check_change_of_member(remove_member_by_caller.workspace_id, remove_member_by_caller.user_id, 'member');
  delete from public.workspace_members
  where workspace_members.workspace_id = remove_member_by_caller.workspace_id
    and workspace_members.user_id = remove_member_by_caller.user_id;
end
$function$;

comment on function private.remove_member_by_caller(uuid, uuid) is 'See public.remove_member.';

create function public.remove_member(workspace_id uuid, user_id uuid) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.remove_member_by_caller(remove_member.workspace_id, remove_member.user_id);

comment on function public.remove_member(uuid, uuid) is
'Removes a member, asked by an admin; nobody above the own role, and never the accountable owner. What was written stays.';

-- security definer: no client deletes a membership. A viewer may leave as well: it takes nothing from anybody.
create function private.leave_workspace_by_caller(workspace_id uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from public.workspace_members
  where workspace_members.workspace_id = leave_workspace_by_caller.workspace_id
    and workspace_members.workspace_id = coalesce(private.named_workspace(), workspace_members.workspace_id)
    and workspace_members.user_id = private.caller();
  if not found then
    raise exception 'there is no such member' using errcode = 'HS036';
  end if;
end
$function$;

comment on function private.leave_workspace_by_caller(uuid) is 'See public.leave_workspace.';

create function public.leave_workspace(workspace_id uuid) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.leave_workspace_by_caller(leave_workspace.workspace_id);

comment on function public.leave_workspace(uuid) is
'Ends the caller''s own membership; the accountable owner hands over first. What was written stays.';
