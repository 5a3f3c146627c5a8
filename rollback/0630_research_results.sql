drop table public.research_results;
