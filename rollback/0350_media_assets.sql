drop table public.media_assets;
