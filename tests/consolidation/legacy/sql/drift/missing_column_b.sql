-- B.social_media_posts, B.worker_tasks: columns of the list that the database lacks.

alter table social_media_posts drop column media_urls, drop column scheduled_at;

alter table worker_tasks drop column max_retries;
