drop table public.video_generations;
