drop table public.script_generations;
