drop trigger research_jobs_keep_to_transitions on public.research_jobs;

drop trigger workflow_executions_keep_to_transitions on public.workflow_executions;

drop trigger social_media_posts_keep_to_transitions on public.social_media_posts;

drop trigger content_posts_keep_to_transitions on public.content_posts;

drop trigger campaigns_keep_to_transitions on public.campaigns;

drop function private.keep_to_transitions();
