-- the same as one who knows the tables would write it: the newest of each workspace, then the newest of those
select
  newest.id,
  newest.workspace_id,
  newest.title,
  newest.content,
  newest.status,
  newest.created_at
from public.workspace_members as member
inner join lateral (
  select
    post.id,
    post.workspace_id,
    post.title,
    post.content,
    post.status,
    post.created_at
  from public.content_posts as post
  where post.workspace_id = member.workspace_id
  order by post.created_at desc
  limit :each
) as newest on true
where member.user_id = :user
order by newest.created_at desc
limit :limit offset :offset;
