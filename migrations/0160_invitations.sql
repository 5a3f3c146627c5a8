-- Why: people join a workspace by a token that was sent to their address. Only its hash is kept, and no client reads the table.
-- Touches: one new table, new functions. Nothing of before changes.
--
-- Decisions:
-- * An invitation is as good as the one who sent it: where that person may no longer invite, it cannot be accepted.
-- * A new invitation of an address takes the place of the open one.
-- * Accepting never changes the role of somebody who already is a member.

create table secrets.workspace_invitations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  email text not null,
  role text not null,
  token_hash bytea not null,
  invited_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references public.users (id) on delete set null,
  revoked_at timestamptz,

  constraint workspace_invitations_email_is_an_address check (email = lower(btrim(email)) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  constraint workspace_invitations_role_can_be_given check (role in ('admin', 'editor', 'member')),
  constraint workspace_invitations_token_is_hashed check (octet_length(token_hash) = 32),
  constraint workspace_invitations_expires_later check (expires_at > created_at),
  constraint workspace_invitations_ends_once check (accepted_at is null or revoked_at is null)
);

alter table secrets.workspace_invitations enable row level security;

create unique index workspace_invitations_open_idx on secrets.workspace_invitations (workspace_id, email)
where accepted_at is null and revoked_at is null;

create index workspace_invitations_workspace_id_created_at_idx on secrets.workspace_invitations (workspace_id, created_at);

-- not unique: no unique rule without workspace_id, and two tokens of 244 random bits are never the same
create index workspace_invitations_token_hash_idx on secrets.workspace_invitations (token_hash);

create index workspace_invitations_invited_by_idx on secrets.workspace_invitations (invited_by);

create index workspace_invitations_accepted_by_idx on secrets.workspace_invitations (accepted_by);

comment on table secrets.workspace_invitations is
'Invitations to a workspace: open until accepted, revoked or expired, and then kept as a record.';

comment on column secrets.workspace_invitations.id is 'Key; names the invitation where it is listed or revoked.';

comment on column secrets.workspace_invitations.workspace_id is 'The workspace to join.';

comment on column secrets.workspace_invitations.email is 'The address that was invited, trimmed and in lower case; only who has verified it can accept.';

comment on column secrets.workspace_invitations.role is 'Role that the person gets; never owner.';

comment on column secrets.workspace_invitations.token_hash is 'sha256 of the 32 bytes of the token; the token itself is kept nowhere.';

comment on column secrets.workspace_invitations.invited_by is 'Who invited; null once that person''s row is deleted, and then nobody can accept.';

comment on column secrets.workspace_invitations.created_at is 'When it was made.';

comment on column secrets.workspace_invitations.expires_at is 'From then on it cannot be accepted.';

comment on column secrets.workspace_invitations.accepted_at is 'When it was used up; null before.';

comment on column secrets.workspace_invitations.accepted_by is 'Who accepted it; null again once that person''s row is deleted.';

comment on column secrets.workspace_invitations.revoked_at is 'When an admin, or a newer invitation, took it back.';

-- security invoker: asked by the definers below only.
create function private.inviting_role(workspace_id uuid, user_id uuid) returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  own_role text := private.writing_role(inviting_role.workspace_id, inviting_role.user_id);
begin
  return case when own_role in ('owner', 'admin') then own_role end;
end
$function$;

comment on function private.inviting_role(uuid, uuid) is
'The role of a person who may invite to a workspace; null for everybody else.';

-- security definer: it writes secrets, which no client may.
create function private.invite(
  workspace_id uuid,
  email text,
  role text,
  by_user uuid,
  at timestamptz default now(),
  valid_for interval default '7 days'
) returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  address text := lower(btrim(invite.email));
  token bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  own_role text := private.inviting_role(invite.workspace_id, invite.by_user);
begin
  -- the same answer for a workspace that does not exist, so that an outsider learns nothing
  if own_role is null then
    raise exception 'only an admin of the workspace invites people' using errcode = 'HS040';
  end if;
  if (address ~ '^[^@[:space:]]+@[^@[:space:]]+$') is not true then
    raise exception 'this is not an address that can be invited' using errcode = 'HS041';
  end if;
  -- never owner, and never above one's own role
  if (invite.role in ('admin', 'editor', 'member') and private.role_rank(invite.role) <= private.role_rank(own_role)) is not true then
    raise exception 'an invitation cannot give this role' using errcode = 'HS042';
  end if;

  -- of two invitations of one address at once the second takes the place of the first
  perform
  from public.workspaces
  where workspaces.id = invite.workspace_id
  for no key update;

  update secrets.workspace_invitations
  set revoked_at = invite.at
  where workspace_invitations.workspace_id = invite.workspace_id
    and workspace_invitations.email = address
    and workspace_invitations.accepted_at is null
    and workspace_invitations.revoked_at is null;

  insert into secrets.workspace_invitations (workspace_id, email, role, token_hash, invited_by, created_at, expires_at)
  values (
    invite.workspace_id, address, invite.role, sha256(token), invite.by_user, invite.at, invite.at + invite.valid_for
  );
  return encode(token, 'hex');
end
$function$;

comment on function private.invite(uuid, text, text, uuid, timestamptz, interval) is
'Invites an address to a workspace, asked by an admin, and returns the token: this once, it cannot be had again.';

-- security definer: the one who accepts is no member yet, and reads no secrets.
create function private.accept_invitation(token text, user_id uuid, at timestamptz default now()) returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  invitation record;
begin
  -- the form first: decode would answer anything else with an error of its own
  if (accept_invitation.token ~ '^[0-9a-f]{64}$') is not true then
    raise exception 'there is no such invitation' using errcode = 'HS043';
  end if;

  -- The workspace first, as whoever deletes it does: the other way round the two would wait for each other.
  perform
  from public.workspaces
  where workspaces.id = (
    select known.workspace_id
    from secrets.workspace_invitations as known
    where known.token_hash = sha256(decode(accept_invitation.token, 'hex'))
  )
  for key share;

  -- Locked until the end: of many at once one goes on, and the others then see it accepted.
  select
    found_one.id,
    found_one.workspace_id,
    found_one.email,
    found_one.role,
    found_one.invited_by,
    found_one.accepted_at is null
    and found_one.revoked_at is null
    and found_one.expires_at > accept_invitation.at as is_open
  into invitation
  from secrets.workspace_invitations as found_one
  where found_one.token_hash = sha256(decode(accept_invitation.token, 'hex'))
  for update;

  if not found then
    raise exception 'there is no such invitation' using errcode = 'HS043';
  end if;
  if not invitation.is_open then
    raise exception 'this invitation was used, taken back, or is too old' using errcode = 'HS044';
  end if;

  -- Whoever removes or demotes the inviter at this moment waits for us, or we for them.
  perform
  from public.workspace_members
  where workspace_members.workspace_id = invitation.workspace_id
    and workspace_members.user_id = invitation.invited_by
  for share;
  if (
    private.role_rank(private.inviting_role(invitation.workspace_id, invitation.invited_by)) >= private.role_rank(invitation.role)
  ) is not true then
    raise exception 'the one who sent this invitation may no longer invite' using errcode = 'HS044';
  end if;

  perform
  from public.users
  where users.id = accept_invitation.user_id
    and users.is_active
    and users.email_verified_at is not null
    and users.email = invitation.email
  for share;
  if not found then
    raise exception 'this invitation is for an address that is not verified as yours' using errcode = 'HS045';
  end if;

  insert into public.workspace_members (workspace_id, user_id, role)
  values (invitation.workspace_id, accept_invitation.user_id, invitation.role)
  on conflict on constraint workspace_members_is_a_member_once do nothing;

  update secrets.workspace_invitations
  set
    accepted_at = accept_invitation.at,
    accepted_by = accept_invitation.user_id
  where workspace_invitations.id = invitation.id;
  return invitation.workspace_id;
end
$function$;

comment on function private.accept_invitation(text, uuid, timestamptz) is
'Makes a person with the invited address, verified, a member, once; returns the workspace.';

-- security definer: it writes secrets, which no client may.
create function private.revoke_invitation(invitation_id uuid, by_user uuid, at timestamptz default now()) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  invitation record;
begin
  select
    found_one.accepted_at is null
    and found_one.revoked_at is null as is_open,
    private.inviting_role(found_one.workspace_id, revoke_invitation.by_user) is not null as is_allowed
  into invitation
  from secrets.workspace_invitations as found_one
  where found_one.id = revoke_invitation.invitation_id
  for update;

  -- the same answer for one that does not exist, so that an outsider learns nothing
  if not found or not invitation.is_allowed then
    raise exception 'only an admin of the workspace takes an invitation back' using errcode = 'HS040';
  end if;
  if not invitation.is_open then
    raise exception 'this invitation was used or taken back before' using errcode = 'HS044';
  end if;

  update secrets.workspace_invitations
  set revoked_at = revoke_invitation.at
  where workspace_invitations.id = revoke_invitation.invitation_id;
end
$function$;

comment on function private.revoke_invitation(uuid, uuid, timestamptz) is
'Takes an invitation back, asked by an admin of its workspace.';
