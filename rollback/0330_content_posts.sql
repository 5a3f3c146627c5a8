drop table public.content_posts;
