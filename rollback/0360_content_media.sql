drop table public.content_media;
