-- Why: the library of a workspace, from B's media_assets, the files of A's content_media, and addresses in B's media_urls.
-- Touches: one new table. The files themselves are in storage, not here.

create table public.media_assets (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  filename text not null,
  original_filename text,
  media_type text not null,
  mime_type text not null default 'application/octet-stream',
  file_size bigint,
  url text not null,
  thumbnail_url text,
  dimensions jsonb not null default '{}',
  duration double precision,
  generated_by text,
  generation_params jsonb not null default '{}',
  tags text[] not null default '{}',
  is_public boolean not null default false,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint media_assets_workspace_id_id_key unique (workspace_id, id),
  constraint media_assets_media_type_is_known check (media_type in ('image', 'video', 'audio', 'document', 'other')),
  constraint media_assets_file_size_is_not_negative check (file_size >= 0),
  -- NaN counts as greater than Infinity, so the upper bound keeps out both
  constraint media_assets_duration_is_a_time check (duration >= 0 and duration < 'Infinity')
);

alter table public.media_assets enable row level security;

create index media_assets_workspace_id_created_at_idx on public.media_assets (workspace_id, created_at desc);

create index media_assets_workspace_id_media_type_created_at_idx
on public.media_assets (workspace_id, media_type, created_at desc);

-- the gallery of public assets, over all workspaces
create index media_assets_created_at_public_idx on public.media_assets (created_at desc) where is_public;

create index media_assets_user_id_idx on public.media_assets (user_id);

create trigger media_assets_stamp_updated_at
before update on public.media_assets
for each row execute function private.set_updated_at();

comment on table public.media_assets is 'The library of a workspace: one row for each file, whether uploaded or generated.';

comment on column public.media_assets.id is 'Key.';

comment on column public.media_assets.workspace_id is 'The workspace that it belongs to, and whose posts may use it.';

comment on column public.media_assets.user_id is 'Who uploaded or generated it; null once that person is gone.';

comment on column public.media_assets.filename is 'Name of the file in storage.';

comment on column public.media_assets.original_filename is
'Name that the file had where it came from; null where it had none, as when it was generated.';

comment on column public.media_assets.media_type is 'What people look for it as; mime_type says exactly what it is.';

comment on column public.media_assets.mime_type is
'Type of the file as it was uploaded; application/octet-stream where unknown.';

comment on column public.media_assets.file_size is 'Bytes; null where unknown.';

comment on column public.media_assets.url is 'Where the file is; may be a place of somebody else''s.';

comment on column public.media_assets.thumbnail_url is 'Where a small picture of it is.';

comment on column public.media_assets.dimensions is 'Width and height in pixels; empty where unknown, or where it has none.';

comment on column public.media_assets.duration is 'Seconds; null for what does not play.';

comment on column public.media_assets.generated_by is 'The model or tool that made it; null where it was uploaded.';

comment on column public.media_assets.generation_params is 'What the model was told.';

comment on column public.media_assets.tags is 'Words that members find it by.';

comment on column public.media_assets.is_public is
'Whether every signed-in user may read the row; another workspace uses a copy.';

comment on column public.media_assets.metadata is 'What has no column of its own.';

comment on column public.media_assets.created_at is 'When it came into the library.';

comment on column public.media_assets.updated_at is 'When the row last changed.';
