drop trigger users_keep_video_limit_in_step on public.users;

drop function private.keep_video_limit_in_step();

drop function private.reset_monthly_video_credits(timestamptz);

drop function private.return_video_credit(uuid, timestamptz);

drop function private.spend_video_credit(uuid, timestamptz);

drop function private.video_limit_at(integer, timestamptz, timestamptz);

drop function private.monthly_video_limit(text);
