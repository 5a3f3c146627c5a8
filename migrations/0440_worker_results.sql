-- Why: what each try of a task gave and cost, from B's table; the workspace comes from the task.
-- Touches: one new table.

create table public.worker_results (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  task_id uuid not null,
  worker_type text not null,
  status text not null default 'success',
  result_data jsonb not null default '{}',
  error_message text,
  execution_time_ms integer,
  tokens_used integer,
  cost_usd numeric,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),

  constraint worker_results_task_is_in_the_workspace
  foreign key (workspace_id, task_id) references public.worker_tasks (workspace_id, id) on delete cascade,
  constraint worker_results_execution_time_is_not_negative check (execution_time_ms >= 0),
  constraint worker_results_tokens_used_is_not_negative check (tokens_used >= 0),
  -- infinity and NaN would pass the first half
  constraint worker_results_cost_is_an_amount check (cost_usd >= 0 and cost_usd < 'infinity'),
  constraint worker_results_status_is_known check (
    status in (
      'success', -- the end: what a try gave never changes
      'partial', -- the end: part of it came, part failed
      'error' -- the end: nothing came
    )
  )
);

alter table public.worker_results enable row level security;

create index worker_results_workspace_id_task_id_idx on public.worker_results (workspace_id, task_id);

-- what a workspace spent in a time
create index worker_results_workspace_id_created_at_idx on public.worker_results (workspace_id, created_at);

comment on table public.worker_results is 'What one try of a task gave and cost. Written once, never changed.';

comment on column public.worker_results.id is 'Key, ordered by time for new rows.';

comment on column public.worker_results.workspace_id is 'The workspace of the task.';

comment on column public.worker_results.task_id is 'The task; one that is tried again has several results.';

comment on column public.worker_results.worker_type is 'The kind of worker that did it.';

comment on column public.worker_results.status is 'How the try ended: all, part or nothing came.';

comment on column public.worker_results.result_data is 'What came.';

comment on column public.worker_results.error_message is 'Why not all came.';

comment on column public.worker_results.execution_time_ms is 'Milliseconds that the try took; null where nobody measured.';

comment on column public.worker_results.tokens_used is 'Tokens of language models, prompt and answer together; null where none was asked.';

comment on column public.worker_results.cost_usd is 'What the try cost at the providers, in US dollars.';

comment on column public.worker_results.metadata is 'What has no column of its own.';

comment on column public.worker_results.created_at is 'When the try ended.';
