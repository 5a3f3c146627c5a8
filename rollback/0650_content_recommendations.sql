drop table public.content_recommendations;
