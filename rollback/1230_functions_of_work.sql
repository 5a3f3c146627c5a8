drop function public.cancel_task(uuid);

drop function private.cancel_task_by_caller(uuid);

drop function public.request_task(uuid, text, text, jsonb, integer, timestamptz);

drop function private.request_task_by_caller(uuid, text, text, jsonb, integer, timestamptz);

drop function public.decide_approval(uuid, text, text);

drop function private.decide_approval_by_caller(uuid, text, text);

drop function public.decide_recommendation(uuid, text);

drop function private.decide_recommendation_by_caller(uuid, text);

drop function public.request_video(uuid, uuid, text, uuid, text, text);

drop function private.request_video_by_caller(uuid, uuid, text, uuid, text, text);
