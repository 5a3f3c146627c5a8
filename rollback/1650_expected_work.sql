delete from consolidation.expectations
where position between 410 and 450;

drop view consolidation.expected_b_worker_results;

drop view consolidation.expected_b_worker_tasks;

drop view consolidation.expected_b_workflow_approvals;

drop view consolidation.expected_b_workflow_executions;

drop view consolidation.expected_a_workflow_executions;
