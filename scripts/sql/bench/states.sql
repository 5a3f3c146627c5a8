-- how many posts of a large workspace are in which state: an index alone tells
select
  post.status,
  count(*) as count
from public.content_posts as post
where post.workspace_id = :workspace
group by post.status
order by post.status asc
limit :limit offset :offset;
