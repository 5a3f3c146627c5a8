-- Why: the videos that the provider makes, from A's and B's tables of the same name: A names script and avatar by id, B holds
-- the script's text and names the run of the workflow.
-- Touches: one new table.

create table public.video_generations (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  script_id uuid,
  workflow_id uuid,
  avatar_workspace_id uuid,
  profile_id uuid,
  script text,
  heygen_video_id text,
  heygen_task_id text,
  avatar_id text,
  voice_id text,
  video_style text not null default 'professional',
  video_url text,
  thumbnail_url text,
  status text not null default 'pending',
  aspect_ratio text not null default 'landscape',
  duration double precision,
  is_public boolean not null default false,
  metadata jsonb not null default '{}',
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz,

  constraint video_generations_workspace_id_id_key unique (workspace_id, id),
  constraint video_generations_heygen_video_stands_once unique (workspace_id, heygen_video_id),
  constraint video_generations_script_is_in_the_workspace
  foreign key (workspace_id, script_id) references public.script_generations (workspace_id, id)
  on delete set null (script_id),
  constraint video_generations_workflow_is_in_the_workspace
  foreign key (workspace_id, workflow_id) references public.workflow_executions (workspace_id, id)
  on delete set null (workflow_id),
  constraint video_generations_avatar_exists
  foreign key (avatar_workspace_id, profile_id) references public.avatar_profiles (workspace_id, id)
  on delete set null (avatar_workspace_id, profile_id),
  constraint video_generations_avatar_is_own_or_shared check (
    avatar_workspace_id in (workspace_id, private.platform_workspace_id())
  ),
  -- with one half null the foreign key would check nothing
  constraint video_generations_avatar_is_named_in_full check ((avatar_workspace_id is null) = (profile_id is null)),
  -- infinity and NaN would pass the first half
  constraint video_generations_duration_is_a_length check (duration >= 0 and duration < 'infinity'),
  constraint video_generations_aspect_ratio_is_known check (aspect_ratio in ('landscape', 'portrait', 'square')),
  constraint video_generations_status_is_known check (
    status in (
      'pending', -- -> processing, failed, cancelled
      'processing', -- -> completed, failed, cancelled
      'completed', -- the end
      'failed', -- the end: the credit goes back, another try is a new video
      'cancelled' -- the end
    )
  )
);

alter table public.video_generations enable row level security;

create index video_generations_workspace_id_script_id_idx on public.video_generations (workspace_id, script_id);

create index video_generations_workspace_id_workflow_id_idx on public.video_generations (workspace_id, workflow_id);

create index video_generations_avatar_workspace_id_profile_id_idx
on public.video_generations (avatar_workspace_id, profile_id);

create index video_generations_workspace_id_created_at_idx on public.video_generations (workspace_id, created_at);

-- the provider calls back with its own id and knows no workspace
create index video_generations_heygen_video_id_idx on public.video_generations (heygen_video_id);

-- what every signed-in user may look through
create index video_generations_created_at_idx on public.video_generations (created_at) where is_public;

create index video_generations_user_id_idx on public.video_generations (user_id);

-- what the provider has not answered, over all workspaces
create index video_generations_created_at_open_idx on public.video_generations (created_at)
where status in ('pending', 'processing');

create trigger video_generations_stamp_updated_at
before update on public.video_generations
for each row execute function private.set_updated_at();

comment on table public.video_generations is 'Videos made at the provider. Each new one spends a monthly credit of its author.';

comment on column public.video_generations.id is 'Key.';

comment on column public.video_generations.workspace_id is 'The workspace that it was made for.';

comment on column public.video_generations.user_id is 'Who asked for it and spent the credit; null once the person''s row is deleted.';

comment on column public.video_generations.script_id is 'The script that it speaks; null where the text stands in script alone.';

comment on column public.video_generations.workflow_id is 'The run that made it: a row of workflow_executions.';

comment on column public.video_generations.avatar_workspace_id is
'Workspace of the avatar: the own one or the platform''s; set together with profile_id.';

comment on column public.video_generations.profile_id is
'The avatar: a row of avatar_profiles; null where none was named or it is deleted.';

comment on column public.video_generations.script is 'The spoken text itself, where it was given without a row in script_generations.';

comment on column public.video_generations.heygen_video_id is 'The provider''s id of the video; null until the provider has taken it.';

comment on column public.video_generations.heygen_task_id is 'The provider''s id of the job, as B kept it.';

comment on column public.video_generations.avatar_id is 'The provider''s id of the face when the video was made; stays when the avatar goes.';

comment on column public.video_generations.voice_id is 'The provider''s id of the voice when the video was made; stays when the avatar goes.';

comment on column public.video_generations.video_style is 'How the video should feel.';

comment on column public.video_generations.video_url is 'Where the film is.';

comment on column public.video_generations.thumbnail_url is 'Still picture of it.';

comment on column public.video_generations.status is 'State of the video; see docs/states.md.';

comment on column public.video_generations.aspect_ratio is 'Shape of the picture.';

comment on column public.video_generations.duration is 'Seconds that it plays.';

comment on column public.video_generations.is_public is 'Whether every signed-in user may see it.';

comment on column public.video_generations.metadata is 'What has no column of its own.';

comment on column public.video_generations.error_message is 'Why it failed, as the provider says it.';

comment on column public.video_generations.created_at is 'When it was asked for, and its credit spent.';

comment on column public.video_generations.updated_at is 'When the row last changed.';

comment on column public.video_generations.completed_at is 'When the film was ready; null where B''s row does not say.';
