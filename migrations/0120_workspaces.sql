-- Why: the tenant. Every row that is not a person's or the platform's belongs to one workspace, and goes with it.
-- Touches: two new tables, which refer to each other: a workspace names the member who owns it.

create table public.workspaces (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text,
  owner_id uuid references public.users (id) on delete restrict,
  owner_role text not null generated always as ('owner') stored,
  is_default boolean not null default false,
  is_active boolean not null default true,
  settings jsonb not null default '{}',
  brand_guidelines jsonb not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  -- the platform's workspace belongs to nobody
  constraint workspaces_has_an_owner check ((owner_id is null) = (id = private.platform_workspace_id()))
);

alter table public.workspaces enable row level security;

create index workspaces_owner_id_idx on public.workspaces (owner_id);

create trigger workspaces_stamp_updated_at
before update on public.workspaces
for each row execute function private.set_updated_at();

create table public.workspace_members (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  role text not null default 'member',
  permissions jsonb not null default '{}',
  joined_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint workspace_members_is_a_member_once unique (workspace_id, user_id),
  -- what workspaces refers to, to be sure that its owner is one
  constraint workspace_members_role_key unique (workspace_id, user_id, role),
  constraint workspace_members_role_is_known check (role in ('owner', 'admin', 'editor', 'member'))
);

alter table public.workspace_members enable row level security;

create index workspace_members_user_id_workspace_id_idx on public.workspace_members (user_id, workspace_id);

create trigger workspace_members_stamp_updated_at
before update on public.workspace_members
for each row execute function private.set_updated_at();

-- A workspace always has an owner: the person it names must be a member with the role owner. A foreign key holds this in
-- any number of transactions at once, where a trigger that counts owners would not. Deferred, so that a workspace and its
-- first member are made, and ownership is handed over, in one transaction.
alter table public.workspaces
add constraint workspaces_owner_is_an_owner_member
foreign key (id, owner_id, owner_role) references public.workspace_members (workspace_id, user_id, role)
deferrable initially deferred;

create index workspaces_id_owner_id_owner_role_idx on public.workspaces (id, owner_id, owner_role);

comment on table public.workspaces is 'Tenants: what a team shares. One reserved row belongs to the platform.';

comment on column public.workspaces.id is 'Key; other tables carry it as workspace_id.';

comment on column public.workspaces.name is 'Name that its members see; need not be unique.';

comment on column public.workspaces.description is 'What the workspace is for.';

comment on column public.workspaces.owner_id is 'The accountable owner, always a member with the role owner; null for the platform''s workspace alone.';

comment on column public.workspaces.owner_role is 'Always owner; lets a foreign key check the role of owner_id.';

comment on column public.workspaces.is_default is 'Made with its owner''s account; the oldest one counts where an owner has several.';

comment on column public.workspaces.is_active is 'False for a workspace that was put away.';

comment on column public.workspaces.settings is 'Settings that its admins change.';

comment on column public.workspaces.brand_guidelines is 'Tone, colours and words of the brand, for generated content.';

comment on column public.workspaces.metadata is 'What has no column of its own.';

comment on column public.workspaces.created_at is 'When the workspace was made.';

comment on column public.workspaces.updated_at is 'When the row last changed.';

comment on table public.workspace_members is 'Who belongs to a workspace, and as what.';

comment on column public.workspace_members.id is 'Key.';

comment on column public.workspace_members.workspace_id is 'The workspace.';

comment on column public.workspace_members.user_id is 'The person.';

comment on column public.workspace_members.role is 'What the person may do: owner, admin, editor, member, each what the next may and more.';

comment on column public.workspace_members.permissions is 'Exceptions that the application makes beyond the role; no policy reads it.';

comment on column public.workspace_members.joined_at is 'When the person joined.';

comment on column public.workspace_members.updated_at is 'When the role or the exceptions last changed.';
