-- What hazards/links.py makes, found in the database: one view for each hazard.

create view found.same_uuid_other_content as
select
  one.letter,
  one.tab,
  one.key
from found.every_row as one
inner join found.every_row as other on one.key = other.key and (one.letter, one.tab) <> (other.letter, other.tab)
where (one.tab = other.tab or (one.tab, other.tab) in (('content_posts', 'social_media_posts'), ('social_media_posts', 'content_posts')))
  and one.tab in ('users', 'content_posts', 'social_media_posts', 'workflow_executions')
  and one.body <> other.body
  and not (one.tab = 'users' and one.body ->> 'email' = other.body ->> 'email');

create view found.same_uuid_same_content as
select
  one.letter,
  one.tab,
  one.key
from found.every_row as one
inner join found.every_row as other on one.key = other.key and one.tab = other.tab and one.letter <> other.letter
where one.tab = 'workflow_executions' and one.body = other.body;

create view found.reference_into_another_workspace as
select
  child.letter,
  child.tab,
  child.key
from found.cells as child
inner join found.every_row as parent
  on child.letter = parent.letter and child.parent = parent.tab and child.value #>> '{}' = parent.key
where parent.body ->> 'workspace_id' <> child.body ->> 'workspace_id'
union
select
  'A' as letter,
  child.tab,
  child.key
from found.every_row as child
inner join legacy_a.content_posts as post on child.body ->> 'post_id' = post.id::text
inner join legacy_a.user_social_accounts as account on child.body ->> 'account_id' = account.id::text
where child.tab in ('post_publications', 'platform_analytics') and post.workspace_id <> account.workspace_id;

create view found.reference_to_nothing as
select distinct
  child.letter,
  child.tab,
  child.key
from found.cells as child
where child.parent is not null and not child.is_null and not exists (
    select from found.every_row as parent
    where parent.letter = child.letter and parent.tab = child.parent and parent.key = child.value #>> '{}'
  );

create view found.approval_of_no_run as
select
  'B' as letter,
  'workflow_approvals' as tab,
  id::text as key
from legacy_b.workflow_approvals
where workflow_id not in (
    select run.id::text
    from legacy_b.workflow_executions as run
  );

create view found.video_of_no_run as
select
  'B' as letter,
  'video_generations' as tab,
  video.id::text as key
from legacy_b.video_generations as video
where not exists (
    select from legacy_b.workflow_executions as run
    where run.id::text = video.workflow_id and run.workspace_id = video.workspace_id
  );

create view found.events_without_post as
select
  'B' as letter,
  'analytics_events' as tab,
  id::text as key
from legacy_b.analytics_events
where post_id is null;

create view found.embedding_is_null as
select
  'B' as letter,
  'content_embeddings' as tab,
  id::text as key
from legacy_b.content_embeddings
where embedding is null;

create view found.embedding_of_nothing as
select
  'B' as letter,
  'content_embeddings' as tab,
  id::text as key
from legacy_b.content_embeddings
where content_type <> 'post' or content_id not in (
    select post.id
    from legacy_b.social_media_posts as post
  );

-- rows that name one that is rejected, whatever column or list names it
create view found.parent_is_rejected as
select distinct
  child.letter,
  child.tab,
  child.key
from found.every_row as parent
inner join
  found.cells
    as child
  on parent.letter = child.letter and (
      child.value = to_jsonb(parent.key) or (child.type_name = 'text[]' and child.value @> to_jsonb(parent.key))
    )
where (
  parent.body ->> 'status' = 'on hold' or parent.body -> 'platforms' = '["myspace"]'
  or (parent.tab = 'workspaces' and 'owner_id' = any(parent.nulls))
)
and child.name <> 'id';
