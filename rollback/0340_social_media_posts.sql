drop table public.social_media_posts;
