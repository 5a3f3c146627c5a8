drop table public.research_configurations;
