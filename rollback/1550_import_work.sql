delete from consolidation.steps
where step in ('a.workflow_executions', 'b.workflow_executions', 'b.workflow_approvals', 'b.worker_tasks', 'b.worker_results');

drop function consolidation.import_b_worker_results();

drop function consolidation.import_b_worker_tasks();

drop function consolidation.import_b_workflow_approvals();

drop function consolidation.prepare_b_workflow_approvals();

drop function consolidation.import_b_workflow_executions();

drop function consolidation.import_a_workflow_executions();
