-- Why: what runs, approvals, tasks and their results must be, by the lineage.
-- Touches: views, rows of expectations.

create view consolidation.expected_a_workflow_executions with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.workflow_executions:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.workflow_name,
  consolidation.expected_json(old.workflow_config) as workflow_config,
  consolidation.expected_list(old.tasks) as tasks,
  status.becomes as status,
  consolidation.expected_ratio(old.progress, 0) as progress,
  old.started_at,
  old.completed_at,
  consolidation.expected_json(old.results) as results,
  old.error_message,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_workflow_executions as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.workflow_executions' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.value_map as status
  on status.hybrid_column = 'workflow_executions.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_a_workflow_executions is 'public.workflow_executions, by A.workflow_executions.';

create view consolidation.expected_b_workflow_executions with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.workflow_executions:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.workflow_name,
  consolidation.expected_json(old.workflow_config) as workflow_config,
  consolidation.expected_list(old.tasks) as tasks,
  status.becomes as status,
  consolidation.expected_ratio(old.progress, 0) as progress,
  old.started_at,
  old.completed_at,
  consolidation.expected_json(old.results) as results,
  old.error_message,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_workflow_executions as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.workflow_executions' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.value_map as status
  on status.hybrid_column = 'workflow_executions.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_b_workflow_executions is 'public.workflow_executions, by B.workflow_executions.';

create view consolidation.expected_b_workflow_approvals with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.workflow_approvals:' || old.legacy_key)
  end as hybrid_id,
  run.workspace_id,
  run.hybrid_id as workflow_id,
  old.script,
  consolidation.expected_json(old.video_result) as video_result,
  consolidation.expected_json(old.config) as config,
  status.becomes as status,
  person.hybrid_id as approved_by,
  -- decided_at
  case when status.becomes <> 'pending' then coalesce(old.approved_at, old.updated_at, old.created_at, consolidation.expected_start()) end
    as approved_at,
  old.feedback,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_workflow_approvals as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.workflow_approvals' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
-- lookup_text
left join consolidation.became_b_workflow_executions as run on consolidation.expected_word(old.workflow_id) = run.legacy_key
left join consolidation.became_b_users as person on old.approved_by::text = person.legacy_key
left join consolidation.value_map as status
  on status.hybrid_column = 'workflow_approvals.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_b_workflow_approvals is 'public.workflow_approvals, by B.workflow_approvals.';

create view consolidation.expected_b_worker_tasks with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.worker_tasks:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.worker_type,
  old.task_type,
  consolidation.expected_json(old.input_data) as input_data,
  status.becomes as status,
  least(greatest(coalesce(old.priority, 5), 1), 10) as priority,
  consolidation.expected_count(old.retry_count, 0)::integer as retry_count,
  consolidation.expected_count(old.max_retries, 3)::integer as max_retries,
  case when old.timeout_seconds > 0 then old.timeout_seconds else 300 end as timeout_seconds,
  coalesce(old.scheduled_at, old.created_at, consolidation.expected_start()) as scheduled_at,
  old.started_at,
  old.completed_at,
  old.error_message,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_worker_tasks as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.worker_tasks' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.value_map as status
  on status.hybrid_column = 'worker_tasks.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_b_worker_tasks is 'public.worker_tasks, by B.worker_tasks.';

create view consolidation.expected_b_worker_results with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.worker_results:' || old.legacy_key)
  end as hybrid_id,
  task.workspace_id,
  task.hybrid_id as task_id,
  old.worker_type,
  status.becomes as status,
  consolidation.expected_json(old.result_data) as result_data,
  old.error_message,
  consolidation.expected_count(old.execution_time_ms)::integer as execution_time_ms,
  consolidation.expected_count(old.tokens_used)::integer as tokens_used,
  -- an amount: neither NaN nor an infinity is below
  case when old.cost_usd >= 0 and old.cost_usd < 'infinity' then old.cost_usd end as cost_usd,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_b_worker_results as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.worker_results' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_worker_tasks as task on old.task_id::text = task.legacy_key
left join consolidation.value_map as status
  on status.hybrid_column = 'worker_results.status'
    and consolidation.expected_word(coalesce(old.status, 'success')) = status.word;

comment on view consolidation.expected_b_worker_results is 'public.worker_results, by B.worker_results.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(410, 'a.workflow_executions', 'a.workflow_executions', 'public.workflow_executions', 'expected_a_workflow_executions', 'id', 'ledger'),
(420, 'b.workflow_executions', 'b.workflow_executions', 'public.workflow_executions', 'expected_b_workflow_executions', 'id', 'ledger'),
(430, 'b.workflow_approvals', 'b.workflow_approvals', 'public.workflow_approvals', 'expected_b_workflow_approvals', 'id', 'ledger'),
(440, 'b.worker_tasks', 'b.worker_tasks', 'public.worker_tasks', 'expected_b_worker_tasks', 'id', 'ledger'),
(450, 'b.worker_results', 'b.worker_results', 'public.worker_results', 'expected_b_worker_results', 'id', 'ledger');
