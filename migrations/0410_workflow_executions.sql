-- Why: one run of a workflow, from A's and B's tables of the same name; A's checks on status and progress hold for both.
-- Touches: one new table.

create table public.workflow_executions (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  workflow_name text not null,
  workflow_config jsonb not null default '{}',
  tasks text[] not null default '{}',
  status text not null default 'pending',
  progress double precision not null default 0,
  started_at timestamptz,
  completed_at timestamptz,
  results jsonb not null default '{}',
  error_message text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint workflow_executions_workspace_id_id_key unique (workspace_id, id),
  constraint workflow_executions_progress_is_a_fraction check (progress between 0 and 1),
  constraint workflow_executions_status_is_known check (
    status in (
      'pending', -- -> running, cancelled
      'running', -- -> awaiting_approval, completed, failed, cancelled
      'awaiting_approval', -- -> running, cancelled
      'completed', -- the end
      'failed', -- the end: another try is a new run
      'cancelled' -- the end
    )
  )
);

alter table public.workflow_executions enable row level security;

create index workflow_executions_workspace_id_created_at_idx on public.workflow_executions (workspace_id, created_at);

create index workflow_executions_workspace_id_status_created_at_idx
on public.workflow_executions (workspace_id, status, created_at);

create index workflow_executions_user_id_idx on public.workflow_executions (user_id);

create trigger workflow_executions_stamp_updated_at
before update on public.workflow_executions
for each row execute function private.set_updated_at();

comment on table public.workflow_executions is 'Runs of workflows: what was asked, how far it is, what came of it.';

comment on column public.workflow_executions.id is 'Key.';

comment on column public.workflow_executions.workspace_id is 'The workspace that it runs for.';

comment on column public.workflow_executions.user_id is 'Who started it; null once the person''s row is deleted.';

comment on column public.workflow_executions.workflow_name is 'Which workflow runs; the backend knows them by name.';

comment on column public.workflow_executions.workflow_config is 'Settings that the run was started with; not changed afterwards.';

comment on column public.workflow_executions.tasks is 'Names of the steps, in the order in which they run.';

comment on column public.workflow_executions.status is 'State of the run; see docs/states.md.';

comment on column public.workflow_executions.progress is 'Share of the work that is done, 0 to 1.';

comment on column public.workflow_executions.started_at is 'When it first left pending.';

comment on column public.workflow_executions.completed_at is 'When it ended, well or not.';

comment on column public.workflow_executions.results is 'What the steps gave, by name of the step.';

comment on column public.workflow_executions.error_message is 'Why it failed, as the backend says it.';

comment on column public.workflow_executions.metadata is 'What has no column of its own.';

comment on column public.workflow_executions.created_at is 'When it was asked for.';

comment on column public.workflow_executions.updated_at is 'When the row last changed.';
