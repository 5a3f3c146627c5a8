-- the queue of a workspace: what waits, in its order
select
  task.id,
  task.worker_type,
  task.task_type,
  task.status,
  task.priority,
  task.retry_count,
  task.scheduled_at,
  task.error_message,
  task.created_at
from public.worker_tasks as task
where task.workspace_id = :workspace
  and task.status = :status
order by task.scheduled_at asc
limit :limit offset :offset;
