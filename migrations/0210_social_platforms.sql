-- Why: the platforms that posts go to, from A's social_platforms. Reference rows, the same for every workspace; what may hold a
-- key of ours (A's api_config) stands apart, where no client can read it.
-- Touches: two new tables.

create table public.social_platforms (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  display_name text not null,
  icon_url text,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  -- a reference table, so its unique rule has no workspace
  constraint social_platforms_name_stands_once unique (name),
  constraint social_platforms_name_is_normalised check (name = lower(btrim(name)) and name <> '')
);

alter table public.social_platforms enable row level security;

create trigger social_platforms_stamp_updated_at
before update on public.social_platforms
for each row execute function private.set_updated_at();

create table secrets.social_platform_configs (
  platform_id uuid primary key references public.social_platforms (id) on delete cascade,
  api_config jsonb not null default '{}',
  updated_at timestamptz not null default now()
);

alter table secrets.social_platform_configs enable row level security;

create trigger social_platform_configs_stamp_updated_at
before update on secrets.social_platform_configs
for each row execute function private.set_updated_at();

comment on table public.social_platforms is 'Platforms that can be published to; reference rows without a workspace.';

comment on column public.social_platforms.id is 'Key.';

comment on column public.social_platforms.name is
'What code and content_templates.platforms call the platform: trimmed, in lower case, such as linkedin.';

comment on column public.social_platforms.display_name is 'What people call the platform, such as X (Twitter).';

comment on column public.social_platforms.icon_url is 'Picture of the platform; null where the application has its own.';

comment on column public.social_platforms.is_active is
'False for a platform that takes no new accounts and posts; what exists stays.';

comment on column public.social_platforms.created_at is 'When the platform was added.';

comment on column public.social_platforms.updated_at is 'When the row last changed.';

comment on table secrets.social_platform_configs is 'How our servers speak to a platform: at most one row for each.';

comment on column secrets.social_platform_configs.platform_id is 'Key: the platform.';

comment on column secrets.social_platform_configs.api_config is
'Addresses, limits, client ids and secrets of the platform''s API.';

comment on column secrets.social_platform_configs.updated_at is 'When the row last changed.';
