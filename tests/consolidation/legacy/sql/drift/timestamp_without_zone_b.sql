-- B.worker_tasks, B.social_media_posts: times without a zone, which the application wrote in UTC.

alter table worker_tasks alter column started_at type timestamp using started_at at time zone 'UTC';

alter table social_media_posts alter column created_at type timestamp using created_at at time zone 'UTC';
