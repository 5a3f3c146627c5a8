-- a new draft
insert into public.content_posts (workspace_id, user_id, title, content, status)
select
  pgrst_body.workspace_id,
  pgrst_body.user_id,
  pgrst_body.title,
  pgrst_body.content,
  pgrst_body.status
from (select :body::json as json_data) as pgrst_payload
inner join lateral (
  select
    record.workspace_id,
    record.user_id,
    record.title,
    record.content,
    record.status
  from json_to_record(pgrst_payload.json_data) as record (workspace_id uuid, user_id uuid, title text, content text, status text)
) as pgrst_body on true
returning id, workspace_id, user_id, title, content, status, created_at;
