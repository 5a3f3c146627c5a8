-- Why: who may read and change workflows, approvals, tasks and results.
-- Touches: rights and policies on four tables. Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- workflow_executions

grant select (
  id, workspace_id, user_id, workflow_name, workflow_config, tasks, status, progress, started_at, completed_at, results, error_message,
  metadata, created_at, updated_at
) on public.workflow_executions to authenticated;

-- a new run is pending; what becomes of it the service writes
grant insert (
  workspace_id, user_id, workflow_name, workflow_config, tasks, metadata
) on public.workflow_executions to authenticated;

-- status: a person cancels
grant update (status, metadata) on public.workflow_executions to authenticated;

grant delete on public.workflow_executions to authenticated;

grant select, insert, update, delete on public.workflow_executions to service_role;

create policy workflow_executions_select_members on public.workflow_executions
for select
to authenticated
using (workflow_executions.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy workflow_executions_insert_editors on public.workflow_executions
for insert
to authenticated
with check (
  workflow_executions.user_id = (select private.token_person())
  and workflow_executions.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy workflow_executions_update_editors on public.workflow_executions
for update
to authenticated
using (workflow_executions.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]))
with check (workflow_executions.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

-- A run takes its approval along, and what an admin decided stays.
create policy workflow_executions_delete_editors on public.workflow_executions
for delete
to authenticated
using (
  workflow_executions.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  and not exists (
    select from public.workflow_approvals as decision
    where decision.workspace_id = workflow_executions.workspace_id
      and decision.workflow_id = workflow_executions.id
      and decision.status <> 'pending'
  )
);

-- -------------------------------------------------------------------- workflow_approvals

grant select (
  id, workspace_id, workflow_id, script, video_result, config, status, approved_by, approved_at, feedback, created_at, updated_at
) on public.workflow_approvals to authenticated;

grant select, insert, update, delete on public.workflow_approvals to service_role;

create policy workflow_approvals_select_members on public.workflow_approvals
for select
to authenticated
using (workflow_approvals.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert: the service asks
-- no update: an admin decides once, by public.decide_approval()
-- no delete: it goes with its run

-- -------------------------------------------------------------------- worker_tasks

grant select (
  id, workspace_id, user_id, worker_type, task_type, input_data, status, priority, retry_count, max_retries, timeout_seconds, scheduled_at,
  started_at, completed_at, error_message, metadata, created_at, updated_at
) on public.worker_tasks to authenticated;

grant select, insert, update, delete on public.worker_tasks to service_role;

create policy worker_tasks_select_members on public.worker_tasks
for select
to authenticated
using (worker_tasks.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update: by public.request_task() and public.cancel_task()
-- no delete: what was done stays

-- -------------------------------------------------------------------- worker_results

grant select (
  id, workspace_id, task_id, worker_type, status, result_data, error_message, execution_time_ms, tokens_used, cost_usd, metadata, created_at
) on public.worker_results to authenticated;

-- written once, by the service as well
grant select, insert on public.worker_results to service_role;

create policy worker_results_select_members on public.worker_results
for select
to authenticated
using (worker_results.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: the service writes what a try gave, and that never changes
