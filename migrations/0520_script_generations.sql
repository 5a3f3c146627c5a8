-- Why: the texts that videos speak, from A's and B's tables of the same name. A had no status: all of its rows are completed.
-- Touches: one new table.

create table public.script_generations (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  topic text not null,
  prompt text,
  script text,
  target_audience text not null default 'general audience',
  video_style text not null default 'professional',
  duration_target integer not null default 60,
  model_used text,
  generation_time double precision,
  quality_score double precision,
  -- as in B: who brings a script along need not say that it is done
  status text not null default 'completed',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint script_generations_workspace_id_id_key unique (workspace_id, id),
  constraint script_generations_completed_has_a_script check (status <> 'completed' or script is not null),
  constraint script_generations_duration_target_is_positive check (duration_target > 0),
  -- infinity and NaN would pass the first half
  constraint script_generations_generation_time_is_a_length check (generation_time >= 0 and generation_time < 'infinity'),
  constraint script_generations_quality_score_is_a_fraction check (quality_score between 0 and 1),
  constraint script_generations_status_is_known check (
    status in (
      'pending', -- -> completed, failed
      'completed', -- the end
      'failed' -- the end: another try is a new row
    )
  )
);

alter table public.script_generations enable row level security;

create index script_generations_workspace_id_created_at_idx on public.script_generations (workspace_id, created_at);

create index script_generations_user_id_idx on public.script_generations (user_id);

create trigger script_generations_stamp_updated_at
before update on public.script_generations
for each row execute function private.set_updated_at();

comment on table public.script_generations is 'Texts for videos, written by a language model or brought along.';

comment on column public.script_generations.id is 'Key.';

comment on column public.script_generations.workspace_id is 'The workspace that it was written for.';

comment on column public.script_generations.user_id is 'Who asked for it; null once the person''s row is deleted.';

comment on column public.script_generations.topic is 'What the video is about, in a few words.';

comment on column public.script_generations.prompt is 'What the model was told; null where no model wrote it, or A''s row does not say.';

comment on column public.script_generations.script is 'The text; null only while it is being written, or when that failed.';

comment on column public.script_generations.target_audience is 'Whom the video speaks to.';

comment on column public.script_generations.video_style is 'How the video should feel.';

comment on column public.script_generations.duration_target is 'Seconds that the spoken text should take.';

comment on column public.script_generations.model_used is 'The language model that wrote it.';

comment on column public.script_generations.generation_time is 'Seconds that the model took.';

comment on column public.script_generations.quality_score is 'How good the text was judged, 0 to 1; null where nobody judged.';

comment on column public.script_generations.status is 'State of the text; see docs/states.md.';

comment on column public.script_generations.metadata is 'What has no column of its own.';

comment on column public.script_generations.created_at is 'When it was asked for.';

comment on column public.script_generations.updated_at is 'When the row last changed.';
