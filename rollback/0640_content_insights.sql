drop table public.content_insights;
