-- Why: the one decision that a run of a workflow may wait for, from B's table. B had neither a tenant nor a foreign key to
-- the run; here the run gives both.
-- Touches: one new table.

create table public.workflow_approvals (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  workflow_id uuid not null,
  script text not null,
  video_result jsonb not null default '{}',
  config jsonb not null default '{}',
  status text not null default 'pending',
  approved_by uuid references public.users (id) on delete set null,
  approved_at timestamptz,
  feedback text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint workflow_approvals_workflow_is_in_the_workspace
  foreign key (workspace_id, workflow_id) references public.workflow_executions (workspace_id, id) on delete cascade,
  -- also the index of that foreign key
  constraint workflow_approvals_workflow_is_decided_once unique (workspace_id, workflow_id),
  -- the time tells decided from open, because the person who decided may be deleted
  constraint workflow_approvals_decision_has_a_time check ((status = 'pending') = (approved_at is null)),
  constraint workflow_approvals_status_is_known check (
    status in (
      'pending', -- -> approved, rejected
      'approved', -- the end
      'rejected' -- the end
    )
  )
);

alter table public.workflow_approvals enable row level security;

-- what waits for a decision; decided ones are reached through their run
create index workflow_approvals_workspace_id_created_at_idx
on public.workflow_approvals (workspace_id, created_at)
where status = 'pending';

create index workflow_approvals_approved_by_idx on public.workflow_approvals (approved_by);

create trigger workflow_approvals_stamp_updated_at
before update on public.workflow_approvals
for each row execute function private.set_updated_at();

comment on table public.workflow_approvals is 'What a run shows to a human, and the decision on it: one for each run, decided once.';

comment on column public.workflow_approvals.id is 'Key.';

comment on column public.workflow_approvals.workspace_id is 'The workspace of the run.';

comment on column public.workflow_approvals.workflow_id is 'The run that waits: a row of workflow_executions.';

comment on column public.workflow_approvals.script is 'Script to be decided on, as it was when it was shown.';

comment on column public.workflow_approvals.video_result is 'Video to be decided on, as the provider described it.';

comment on column public.workflow_approvals.config is 'Settings of the run that the decider should see.';

comment on column public.workflow_approvals.status is 'State of the decision; see docs/states.md.';

comment on column public.workflow_approvals.approved_by is
'Who decided, for or against; null while pending and once the person''s row is deleted.';

comment on column public.workflow_approvals.approved_at is 'When it was decided, for or against.';

comment on column public.workflow_approvals.feedback is 'Reason of the decider, in his words.';

comment on column public.workflow_approvals.created_at is 'When the run began to wait.';

comment on column public.workflow_approvals.updated_at is 'When the row last changed.';
