-- A.content_posts, A.user_activity_logs: times without a zone, which the application wrote in UTC.

alter table content_posts
alter column scheduled_for type timestamp using scheduled_for at time zone 'UTC',
alter column created_at type timestamp using created_at at time zone 'UTC';

alter table user_activity_logs alter column created_at type timestamp using created_at at time zone 'UTC';
