-- Why: one row for each person, from A's and B's users. The id is the id of the auth user; there is no foreign key to
-- auth.users, because a removed account leaves an inactive user and not a hole in a workspace's content.
-- Touches: one new table.

create table public.users (
  id uuid primary key,
  email text not null,
  email_verified_at timestamptz,
  full_name text,
  avatar_url text,
  role text not null default 'user',
  is_admin boolean not null generated always as (role = 'admin') stored,
  subscription_tier text not null default 'free',
  is_active boolean not null default true,
  onboarding_completed boolean not null default false,
  preferences jsonb not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint users_email_is_normalised check (email = lower(btrim(email)) and email <> ''),
  constraint users_role_is_known check (role in ('admin', 'user', 'viewer')),
  constraint users_tier_is_known check (
    subscription_tier in ('free', 'starter', 'creator', 'creator_pro', 'enterprise')
  )
);

alter table public.users enable row level security;

-- An address that nobody has proven may stand twice: two imported people may be one, and a human decides that.
create unique index users_email_verified_idx on public.users (email) where email_verified_at is not null;

create index users_email_idx on public.users (email);

create trigger users_stamp_updated_at
before update on public.users
for each row execute function private.set_updated_at();

comment on table public.users is 'People. A row is made when the auth user''s email is confirmed, or by the import.';

comment on column public.users.id is 'The id of the auth user; no foreign key, so that a removed account leaves the row.';

comment on column public.users.email is 'Address, trimmed and in lower case; set from the confirmed address, never by the person.';

comment on column public.users.email_verified_at is 'When the address was confirmed; null for imported people until they sign in.';

comment on column public.users.full_name is 'Name as the person writes it.';

comment on column public.users.avatar_url is 'Picture of the person.';

comment on column public.users.role is 'Platform role: admin runs the platform, user works in workspaces, viewer reads and never writes.';

comment on column public.users.is_admin is 'Whether role is admin; generated, so that the two cannot disagree.';

comment on column public.users.subscription_tier is 'Plan that is paid for; decides the monthly video credits.';

comment on column public.users.is_active is 'False for a person who may do nothing any more; what was written stays.';

comment on column public.users.onboarding_completed is 'Whether the introduction was gone through.';

comment on column public.users.preferences is 'Settings of the person''s own, such as language and theme.';

comment on column public.users.metadata is 'What has no column of its own.';

comment on column public.users.created_at is 'When the person joined.';

comment on column public.users.updated_at is 'When the row last changed.';
