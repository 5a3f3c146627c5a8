-- B.worker_tasks: a view of the owner's own.

create view waiting_tasks as
select
  id,
  worker_type,
  priority
from worker_tasks
where status = 'pending';
