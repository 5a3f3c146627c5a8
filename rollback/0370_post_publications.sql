drop table public.post_publications;
