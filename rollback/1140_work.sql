drop policy worker_results_select_members on public.worker_results;

drop policy worker_tasks_select_members on public.worker_tasks;

drop policy workflow_approvals_select_members on public.workflow_approvals;

drop policy workflow_executions_delete_editors on public.workflow_executions;

drop policy workflow_executions_update_editors on public.workflow_executions;

drop policy workflow_executions_insert_editors on public.workflow_executions;

drop policy workflow_executions_select_members on public.workflow_executions;

revoke all on public.worker_results from authenticated, service_role;

revoke all on public.worker_tasks from authenticated, service_role;

revoke all on public.workflow_approvals from authenticated, service_role;

revoke all on public.workflow_executions from authenticated, service_role;
