drop table public.video_analytics;
