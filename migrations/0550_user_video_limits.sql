-- Why: how many videos a person may make in a month, from A's table. One row a person and none a workspace, or free workspaces
-- would mean free videos. Changed through the functions of 0570.
-- Touches: one new table, one new function.

-- Months are those of UTC: adding a month to a timestamptz would follow the time zone of the client.
create function private.next_month_begins(at timestamptz) returns timestamptz
language sql
immutable
strict
parallel safe
return (date_trunc('month', next_month_begins.at at time zone 'UTC') + interval '1 month') at time zone 'UTC';

comment on function private.next_month_begins(timestamptz) is 'The first instant, in UTC, of the month after the one of a moment.';

create table public.user_video_limits (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.users (id) on delete cascade,
  subscription_tier text not null default 'free',
  monthly_limit integer not null default 1,
  videos_this_month integer not null default 0,
  credits_reset_at timestamptz not null default private.next_month_begins(now()),
  premium_until timestamptz,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint user_video_limits_person_has_one unique (user_id),
  constraint user_video_limits_tier_is_known check (
    subscription_tier in ('free', 'starter', 'creator', 'creator_pro', 'enterprise')
  ),
  constraint user_video_limits_monthly_limit_is_not_negative check (monthly_limit >= 0),
  constraint user_video_limits_videos_this_month_is_not_negative check (videos_this_month >= 0)
);

alter table public.user_video_limits enable row level security;

-- rows whose month is over
create index user_video_limits_credits_reset_at_idx on public.user_video_limits (credits_reset_at);

create trigger user_video_limits_stamp_updated_at
before update on public.user_video_limits
for each row execute function private.set_updated_at();

comment on table public.user_video_limits is 'Monthly video credits of a person. Made when the first one is spent.';

comment on column public.user_video_limits.id is 'Key.';

comment on column public.user_video_limits.user_id is 'The person.';

comment on column public.user_video_limits.subscription_tier is 'Copy of the person''s tier, kept in step by a trigger on users.';

comment on column public.user_video_limits.monthly_limit is
'Videos a month. One that differs from the limit of subscription_tier was set by hand, and stays when the tier changes.';

comment on column public.user_video_limits.videos_this_month is
'Credits spent in the month that ends at credits_reset_at; counted for platform admins too, whom no limit stops.';

comment on column public.user_video_limits.credits_reset_at is
'First instant of the next month in UTC: from then on nothing is spent yet, whether or not the row says so.';

comment on column public.user_video_limits.premium_until is
'Until when the tier is paid for, itself excluded: from then on the free limit counts, or a lower monthly_limit. Null: without end.';

comment on column public.user_video_limits.metadata is 'What has no column of its own.';

comment on column public.user_video_limits.created_at is 'When the row was made.';

comment on column public.user_video_limits.updated_at is 'When the row last changed.';
