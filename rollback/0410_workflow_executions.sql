drop table public.workflow_executions;
