drop table public.research_jobs;
