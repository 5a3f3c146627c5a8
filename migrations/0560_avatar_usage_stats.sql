-- Why: how often a workspace uses an avatar, from A's table. The avatar may be shared by all, the numbers never are.
-- Touches: one new table.

create table public.avatar_usage_stats (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  avatar_workspace_id uuid not null,
  profile_id uuid not null,
  usage_count bigint not null default 0,
  total_video_duration double precision not null default 0,
  avg_quality_score double precision,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint avatar_usage_stats_avatar_stands_once unique (workspace_id, avatar_workspace_id, profile_id),
  constraint avatar_usage_stats_avatar_exists
  foreign key (avatar_workspace_id, profile_id) references public.avatar_profiles (workspace_id, id) on delete cascade,
  constraint avatar_usage_stats_avatar_is_own_or_shared check (
    avatar_workspace_id in (workspace_id, private.platform_workspace_id())
  ),
  constraint avatar_usage_stats_usage_count_is_not_negative check (usage_count >= 0),
  -- infinity and NaN would pass the first half
  constraint avatar_usage_stats_total_duration_is_a_length check (
    total_video_duration >= 0 and total_video_duration < 'infinity'
  ),
  constraint avatar_usage_stats_quality_score_is_a_fraction check (avg_quality_score between 0 and 1)
);

alter table public.avatar_usage_stats enable row level security;

create index avatar_usage_stats_avatar_workspace_id_profile_id_idx
on public.avatar_usage_stats (avatar_workspace_id, profile_id);

create trigger avatar_usage_stats_stamp_updated_at
before update on public.avatar_usage_stats
for each row execute function private.set_updated_at();

comment on table public.avatar_usage_stats is 'How often one workspace used one avatar, its own or a shared one.';

comment on column public.avatar_usage_stats.id is 'Key.';

comment on column public.avatar_usage_stats.workspace_id is 'The workspace that used it; only its members see the numbers.';

comment on column public.avatar_usage_stats.avatar_workspace_id is 'Workspace of the avatar: the own one or the platform''s.';

comment on column public.avatar_usage_stats.profile_id is 'The avatar: a row of avatar_profiles.';

comment on column public.avatar_usage_stats.usage_count is 'Videos that this workspace made with it.';

comment on column public.avatar_usage_stats.total_video_duration is 'Seconds of those videos together.';

comment on column public.avatar_usage_stats.avg_quality_score is 'Average score of those videos, 0 to 1; null where none has one.';

comment on column public.avatar_usage_stats.last_used_at is 'When this workspace last made a video with it.';

comment on column public.avatar_usage_stats.created_at is 'When it was first used here.';

comment on column public.avatar_usage_stats.updated_at is 'When the row last changed.';
