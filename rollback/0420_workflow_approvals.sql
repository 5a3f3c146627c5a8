drop table public.workflow_approvals;
