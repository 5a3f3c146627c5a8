-- Why: who did what in a workspace, for its admins; from A's user_activity_logs.
-- Touches: one new table with its default partition and its first months.
-- No foreign keys, no triggers, no index but the primary key: why is said in 0720.

create table public.user_activity_logs (
  id uuid not null default private.uuid_v7(),
  workspace_id uuid not null,
  user_id uuid,
  action text not null,
  resource_type text,
  resource_id text,
  details jsonb not null default '{}',
  ip_address inet,
  user_agent text,
  created_at timestamptz not null default now(),

  primary key (workspace_id, created_at, id)
)
partition by range (created_at);

alter table public.user_activity_logs enable row level security;

create table partitions.user_activity_logs_default partition of public.user_activity_logs default;

alter table partitions.user_activity_logs_default enable row level security;

insert into private.measures_tables (table_name, time_column)
values ('public.user_activity_logs', 'created_at');

comment on table partitions.user_activity_logs_default is 'Partition of public.user_activity_logs: what fits no month.';

comment on table public.user_activity_logs is 'Who did what in a workspace; written once. By month, in UTC.';

comment on column public.user_activity_logs.id is 'Key within the workspace and the time; time-ordered.';

comment on column public.user_activity_logs.workspace_id is 'The workspace; whoever writes the row checks it, no foreign key does.';

comment on column public.user_activity_logs.user_id is 'Who did it: users.id, not checked, may be gone; null for the platform itself.';

comment on column public.user_activity_logs.action is 'What was done.';

comment on column public.user_activity_logs.resource_type is 'What kind of thing it was done to.';

comment on column public.user_activity_logs.resource_id is 'Which one: its key as text, whatever kind of key that is.';

comment on column public.user_activity_logs.details is 'What else is worth knowing of it.';

comment on column public.user_activity_logs.ip_address is 'Where the request came from; personal data.';

comment on column public.user_activity_logs.user_agent is 'What program sent the request; personal data.';

comment on column public.user_activity_logs.created_at is 'When it was done; decides the partition.';

-- the first months of this table; those of the tables before it are there already
select private.make_month_partitions();
