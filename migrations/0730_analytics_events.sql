-- Why: what people and workers did with posts and pages, one row an event; from B's analytics_events.
-- Touches: one new table with its default partition and its first months.
-- No foreign keys, no triggers, no index but the primary key: why is said in 0720.

create table public.analytics_events (
  id uuid not null default private.uuid_v7(),
  workspace_id uuid not null,
  user_id uuid,
  event_type text not null,
  event_data jsonb not null default '{}',
  post_id uuid,
  task_id uuid,
  session_id text,
  ip_address inet,
  user_agent text,
  created_at timestamptz not null default now(),

  primary key (workspace_id, created_at, id)
)
partition by range (created_at);

alter table public.analytics_events enable row level security;

create table partitions.analytics_events_default partition of public.analytics_events default;

alter table partitions.analytics_events_default enable row level security;

insert into private.measures_tables (table_name, time_column)
values ('public.analytics_events', 'created_at');

comment on table partitions.analytics_events_default is 'Partition of public.analytics_events: what fits no month.';

comment on table public.analytics_events is 'Events for analysis; written once. By month, in UTC.';

comment on column public.analytics_events.id is 'Key within the workspace and the time; time-ordered.';

comment on column public.analytics_events.workspace_id is 'The workspace; ingest checks it, no foreign key does.';

comment on column public.analytics_events.user_id is 'Who did it: users.id, not checked, may be gone; null for what no person did.';

comment on column public.analytics_events.event_type is 'What happened; any word.';

comment on column public.analytics_events.event_data is 'What else belongs to the event, in a shape of its type.';

comment on column public.analytics_events.post_id is 'The post that it is about: content_posts.id, not checked, may be gone.';

comment on column public.analytics_events.task_id is 'The task that it is about: worker_tasks.id, not checked, may be gone.';

comment on column public.analytics_events.session_id is 'The client''s own name for a visit.';

comment on column public.analytics_events.ip_address is 'Where the request came from; personal data.';

comment on column public.analytics_events.user_agent is 'What program sent the request; personal data.';

comment on column public.analytics_events.created_at is 'When it happened; decides the partition.';

-- the first months of this table; those of the tables before it are there already
select private.make_month_partitions();
