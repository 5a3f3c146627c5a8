-- the calendar of a month: what was and is planned
select
  post.id,
  post.title,
  post.status,
  post.scheduled_for,
  post.user_id
from public.content_posts as post
where post.workspace_id = :workspace
  and post.scheduled_for >= :since
  and post.scheduled_for < :until
order by post.scheduled_for asc
limit :limit offset :offset;
