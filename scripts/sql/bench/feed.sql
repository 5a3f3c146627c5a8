-- the feed of a workspace: its newest 50 posts
select
  post.id,
  post.title,
  post.content,
  post.content_type,
  post.status,
  post.scheduled_for,
  post.published_at,
  post.tags,
  post.user_id,
  post.created_at
from public.content_posts as post
where post.workspace_id = :workspace
order by post.created_at desc
limit :limit offset :offset;
