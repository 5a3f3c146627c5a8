delete from consolidation.steps
where step in ('a.workflow_executions', 'b.workflow_executions');

drop function consolidation.import_b_workflow_executions();

drop function consolidation.import_a_workflow_executions();
