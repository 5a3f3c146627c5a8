drop table public.user_video_limits;

drop function private.next_month_begins(timestamptz);
