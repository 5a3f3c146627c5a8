-- Why: how a video is doing, from A's table; counts are bigint, and the workspace comes from the video.
-- Touches: one new table.

create table public.video_analytics (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  video_id uuid not null,
  views bigint not null default 0,
  likes bigint not null default 0,
  shares bigint not null default 0,
  comments bigint not null default 0,
  engagement_rate double precision not null default 0,
  watch_time_avg double precision,
  completion_rate double precision,
  platform_data jsonb not null default '{}',
  last_updated timestamptz not null default now(),
  created_at timestamptz not null default now(),

  constraint video_analytics_video_is_in_the_workspace
  foreign key (workspace_id, video_id) references public.video_generations (workspace_id, id) on delete cascade,
  constraint video_analytics_views_is_not_negative check (views >= 0),
  constraint video_analytics_likes_is_not_negative check (likes >= 0),
  constraint video_analytics_shares_is_not_negative check (shares >= 0),
  constraint video_analytics_comments_is_not_negative check (comments >= 0),
  constraint video_analytics_engagement_rate_is_a_fraction check (engagement_rate between 0 and 1),
  -- infinity and NaN would pass the first half
  constraint video_analytics_watch_time_is_a_length check (watch_time_avg >= 0 and watch_time_avg < 'infinity'),
  constraint video_analytics_completion_rate_is_a_fraction check (completion_rate between 0 and 1)
);

alter table public.video_analytics enable row level security;

-- the newest numbers of a video
create index video_analytics_workspace_id_video_id_last_updated_idx
on public.video_analytics (workspace_id, video_id, last_updated);

comment on table public.video_analytics is 'Numbers of a video, as the platforms last gave them. The newest row of a video counts.';

comment on column public.video_analytics.id is 'Key.';

comment on column public.video_analytics.workspace_id is 'The workspace of the video.';

comment on column public.video_analytics.video_id is 'The video.';

comment on column public.video_analytics.views is 'Times that it was played, over all platforms.';

comment on column public.video_analytics.likes is 'Likes over all platforms.';

comment on column public.video_analytics.shares is 'Shares over all platforms.';

comment on column public.video_analytics.comments is 'Comments over all platforms.';

comment on column public.video_analytics.engagement_rate is 'Share of the views with a like, share or comment, 0 to 1.';

comment on column public.video_analytics.watch_time_avg is 'Seconds that a view lasts on average; null where no platform says.';

comment on column public.video_analytics.completion_rate is 'Share of the views that reach the end, 0 to 1; null where no platform says.';

comment on column public.video_analytics.platform_data is 'What each platform said, by name of the platform.';

comment on column public.video_analytics.last_updated is 'When the numbers were read from the platforms.';

comment on column public.video_analytics.created_at is 'When the row was made.';
