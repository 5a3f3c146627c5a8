-- the same by the function that is there for it
-- noqa: disable=AM09
select
  post.id,
  post.workspace_id,
  post.title,
  post.content,
  post.status,
  post.created_at
from public.newest_posts(:each::integer) as post
limit :limit offset :offset;
