-- Why: one run of research, started by a configuration or by hand; from B's research_jobs.
-- Touches: one new table.

create table public.research_jobs (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  configuration_id uuid,
  source_type text not null,
  job_type text not null,
  status text not null default 'queued',
  priority text not null default 'normal',
  started_at timestamptz,
  completed_at timestamptz,
  error_message text,
  results_path text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint research_jobs_workspace_id_id_key unique (workspace_id, id),
  -- What was found outlives the configuration that asked for it.
  constraint research_jobs_configuration_is_in_the_workspace
  foreign key (workspace_id, configuration_id) references public.research_configurations (workspace_id, id)
  on delete set null (configuration_id),
  constraint research_jobs_job_type_is_known check (job_type in ('raw', 'analyze', 'pipeline')),
  constraint research_jobs_priority_is_known check (priority in ('low', 'normal', 'high')),
  constraint research_jobs_status_is_known check (
    status in (
      'queued', -- -> running, cancelled
      'running', -- -> completed, failed, cancelled
      'completed',
      'failed', -- -> queued by retry
      'cancelled'
    )
  )
);

alter table public.research_jobs enable row level security;

create index research_jobs_workspace_id_configuration_id_idx on public.research_jobs (workspace_id, configuration_id);

create index research_jobs_workspace_id_created_at_idx on public.research_jobs (workspace_id, created_at);

create index research_jobs_workspace_id_status_created_at_idx on public.research_jobs (workspace_id, status, created_at);

create index research_jobs_user_id_idx on public.research_jobs (user_id);

-- What waits, for all workspaces, oldest first: what the service takes from.
create index research_jobs_created_at_idx on public.research_jobs (created_at) where status = 'queued';

create trigger research_jobs_stamp_updated_at
before update on public.research_jobs
for each row execute function private.set_updated_at();

comment on table public.research_jobs is 'Runs of research. What a run found is in research_results.';

comment on column public.research_jobs.id is 'Key.';

comment on column public.research_jobs.workspace_id is 'The workspace that it belongs to.';

comment on column public.research_jobs.user_id is 'Who started it; null where the scheduler did, or once that person''s row is gone.';

comment on column public.research_jobs.configuration_id is 'What was asked for; null where it was started without one, or the configuration is gone.';

comment on column public.research_jobs.source_type is 'Where it looks; beside the words of research_configurations, B let others in, so no check.';

comment on column public.research_jobs.job_type is 'raw collects, analyze works on what was collected, pipeline does both.';

comment on column public.research_jobs.status is 'Where the job stands; docs/states.md has the transitions.';

comment on column public.research_jobs.priority is 'What is taken first among the queued ones.';

comment on column public.research_jobs.started_at is 'When the last try began.';

comment on column public.research_jobs.completed_at is 'When it ended, well or not.';

comment on column public.research_jobs.error_message is 'Why it failed.';

comment on column public.research_jobs.results_path is 'Where the files of the run lie, in the storage of the service.';

comment on column public.research_jobs.metadata is 'What has no column of its own.';

comment on column public.research_jobs.created_at is 'When it was queued.';

comment on column public.research_jobs.updated_at is 'When the row last changed.';
