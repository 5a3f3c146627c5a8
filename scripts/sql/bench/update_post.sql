-- another text for a post
-- noqa: disable=RF01
update public.content_posts
set content = pgrst_body.content
from (select :body::json as json_data) as pgrst_payload
inner join lateral (
  select record.content
  from json_to_record(pgrst_payload.json_data) as record (content text)
) as pgrst_body on true
where content_posts.workspace_id = :workspace
  and content_posts.id = :post
returning content_posts.id, content_posts.title, content_posts.content, content_posts.updated_at;
