-- Why: the queue of the background workers, from B's table.
-- Touches: one new table.

create table public.worker_tasks (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  worker_type text not null,
  task_type text not null,
  input_data jsonb not null default '{}',
  status text not null default 'pending',
  priority integer not null default 5,
  retry_count integer not null default 0,
  max_retries integer not null default 3,
  timeout_seconds integer not null default 300,
  scheduled_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  error_message text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint worker_tasks_workspace_id_id_key unique (workspace_id, id),
  constraint worker_tasks_priority_is_1_to_10 check (priority between 1 and 10),
  constraint worker_tasks_retry_count_is_not_negative check (retry_count >= 0),
  constraint worker_tasks_max_retries_is_not_negative check (max_retries >= 0),
  constraint worker_tasks_timeout_is_positive check (timeout_seconds > 0),
  constraint worker_tasks_status_is_known check (
    status in (
      'pending', -- -> running, cancelled
      'running', -- -> completed, failed, dead, cancelled, pending when its worker is lost
      'completed', -- the end
      'failed', -- -> pending by retry (some are left), cancelled
      'dead', -- -> pending by hand: no retry is left
      'cancelled' -- the end
    )
  )
);

alter table public.worker_tasks enable row level security;

-- What a worker claims: its types, the most urgent first, then the longest due; the id makes the order total. Small,
-- however many finished tasks there are. Not by workspace, because a worker serves them all.
create index worker_tasks_worker_type_priority_scheduled_at_id_idx
on public.worker_tasks (worker_type, priority desc, scheduled_at, id)
where status = 'pending';

-- The queue as a workspace sees it: how many are in each state, and which, by the time that they were due.
create index worker_tasks_workspace_id_status_scheduled_at_idx on public.worker_tasks (workspace_id, status, scheduled_at);

create index worker_tasks_user_id_idx on public.worker_tasks (user_id);

-- what its worker lost, over all workspaces
create index worker_tasks_started_at_running_idx on public.worker_tasks (started_at) where status = 'running';

-- what waits for its retry, over all workspaces
create index worker_tasks_scheduled_at_failed_idx on public.worker_tasks (scheduled_at) where status = 'failed';

create trigger worker_tasks_stamp_updated_at
before update on public.worker_tasks
for each row execute function private.set_updated_at();

comment on table public.worker_tasks is 'Queue of work for the background workers; claimed through functions only.';

comment on column public.worker_tasks.id is 'Key, ordered by time for new rows.';

comment on column public.worker_tasks.workspace_id is 'The workspace that it is done for.';

comment on column public.worker_tasks.user_id is 'Who asked for it; null for tasks of the service and once the person''s row is deleted.';

comment on column public.worker_tasks.worker_type is 'Which kind of worker may claim it.';

comment on column public.worker_tasks.task_type is 'What that worker is to do.';

comment on column public.worker_tasks.input_data is 'Arguments of the task.';

comment on column public.worker_tasks.status is 'State of the task; see docs/states.md.';

comment on column public.worker_tasks.priority is '1 to 10; 10 is the most urgent.';

comment on column public.worker_tasks.retry_count is 'Tries after the first one so far.';

comment on column public.worker_tasks.max_retries is 'Tries after the first one that are allowed; then the task is dead.';

comment on column public.worker_tasks.timeout_seconds is 'Seconds that one try may take.';

comment on column public.worker_tasks.scheduled_at is 'Not to be claimed before; a retry moves it.';

comment on column public.worker_tasks.started_at is 'When the last try began.';

comment on column public.worker_tasks.completed_at is 'When it ended, well or not; null while another try may come.';

comment on column public.worker_tasks.error_message is 'Why the last try failed.';

comment on column public.worker_tasks.metadata is 'What has no column of its own.';

comment on column public.worker_tasks.created_at is 'When it was put in the queue.';

comment on column public.worker_tasks.updated_at is 'When the row last changed.';
