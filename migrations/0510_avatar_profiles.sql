-- Why: the faces and voices that videos are made with, from A's and B's tables of the same name. Rows without a workspace
-- become rows of the platform's workspace, which everybody reads.
-- Touches: one new table.

create table public.avatar_profiles (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  name text not null,
  avatar_id text not null,
  voice_id text not null,
  display_order integer not null default 0,
  is_default boolean not null default false,
  is_active boolean not null default true,
  description text,
  preview_url text,
  avatar_type text not null default 'talking_photo',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint avatar_profiles_workspace_id_id_key unique (workspace_id, id),
  constraint avatar_profiles_type_is_known check (avatar_type in ('talking_photo', 'avatar', 'custom'))
);

alter table public.avatar_profiles enable row level security;

create index avatar_profiles_workspace_id_display_order_idx on public.avatar_profiles (workspace_id, display_order);

create trigger avatar_profiles_stamp_updated_at
before update on public.avatar_profiles
for each row execute function private.set_updated_at();

comment on table public.avatar_profiles is 'A face and a voice of the video provider, under a name that people choose by.';

comment on column public.avatar_profiles.id is 'Key.';

comment on column public.avatar_profiles.workspace_id is 'Whose it is; the platform''s workspace for those that are shared by all.';

comment on column public.avatar_profiles.name is 'Name that people choose by; need not be unique.';

comment on column public.avatar_profiles.avatar_id is 'The video provider''s id of the face.';

comment on column public.avatar_profiles.voice_id is 'The video provider''s id of the voice.';

comment on column public.avatar_profiles.display_order is 'Place in the list, lowest first.';

comment on column public.avatar_profiles.is_default is 'Offered first; several rows of a workspace may be.';

comment on column public.avatar_profiles.is_active is 'False for one that is no longer offered; videos made with it keep it.';

comment on column public.avatar_profiles.description is 'What it looks and sounds like.';

comment on column public.avatar_profiles.preview_url is 'Picture or short film that shows it.';

comment on column public.avatar_profiles.avatar_type is
'How the provider makes it: talking_photo from a picture, avatar from its own stock, custom for one customer.';

comment on column public.avatar_profiles.created_at is 'When it was added.';

comment on column public.avatar_profiles.updated_at is 'When the row last changed.';
