drop function public.newest_posts(integer, timestamptz, uuid);

drop function private.newest_posts_by_caller(integer, timestamptz, uuid);
