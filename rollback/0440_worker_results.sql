drop table public.worker_results;
