-- the newest 50 posts of all of one's workspaces, with no filter but the policy
select
  post.id,
  post.workspace_id,
  post.title,
  post.content,
  post.status,
  post.created_at
from public.content_posts as post
order by post.created_at desc
limit :limit offset :offset;
