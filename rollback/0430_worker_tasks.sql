drop table public.worker_tasks;
