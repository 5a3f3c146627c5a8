-- Why: numbers that platforms report about accounts and posts, over time; from A's platform_analytics.
-- Touches: one new table with its default partition and its first months.
-- No foreign keys and no triggers: ingest would take five times as long. Ingest checks what it writes; 0750 removes the rows of a
-- deleted workspace.
-- The primary key is the only index: a workspace is read by time. No BRIN on the time: whoever reads all workspaces reads whole
-- months, which the partitions give already.

create table public.platform_analytics (
  id uuid not null default private.uuid_v7(),
  workspace_id uuid not null,
  account_id uuid,
  post_id uuid,
  metric_name text not null,
  metric_value numeric not null,
  metric_type text not null default 'count',
  recorded_at timestamptz not null default now(),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),

  primary key (workspace_id, recorded_at, id),
  constraint platform_analytics_metric_type_is_known check (
    metric_type in ('count', 'rate', 'duration', 'percentage')
  )
)
partition by range (recorded_at);

alter table public.platform_analytics enable row level security;

create table partitions.platform_analytics_default partition of public.platform_analytics default;

alter table partitions.platform_analytics_default enable row level security;

insert into private.measures_tables (table_name, time_column)
values ('public.platform_analytics', 'recorded_at');

comment on table partitions.platform_analytics_default is 'Partition of public.platform_analytics: what fits no month.';

comment on table public.platform_analytics is 'Numbers that platforms report, one row for each metric and time. By month, in UTC.';

comment on column public.platform_analytics.id is 'Key within the workspace and the time; time-ordered.';

comment on column public.platform_analytics.workspace_id is 'The workspace; ingest checks it, no foreign key does.';

comment on column public.platform_analytics.account_id is 'The account that it is about: user_social_accounts.id, not checked, may be gone.';

comment on column public.platform_analytics.post_id is 'The post that it is about: content_posts.id, not checked, may be gone; null for the account as a whole.';

comment on column public.platform_analytics.metric_name is 'What was measured, as the platform calls it.';

comment on column public.platform_analytics.metric_value is 'The number; metric_type says in what unit.';

comment on column public.platform_analytics.metric_type is 'count is a whole number, rate a part of 1, duration seconds, percentage a part of 100.';

comment on column public.platform_analytics.recorded_at is 'The time that the number is of; decides the partition.';

comment on column public.platform_analytics.metadata is 'What has no column of its own.';

comment on column public.platform_analytics.created_at is 'When the row was made, which may be long after recorded_at.';

-- the first months
select private.make_month_partitions();
