-- Why: what embeddings must be, by the lineage.
-- Touches: a view, a row of expectations.

create view consolidation.expected_b_content_embeddings with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.content_embeddings:' || old.legacy_key)
  end as hybrid_id,
  coalesce(
    space.hybrid_id,
    case when old.workspace_id is null then nullif(coalesce(named.workspace_id, video.workspace_id), private.platform_workspace_id()) end
  ) as workspace_id,
  old.content_type,
  coalesce(named.hybrid_id, old.content_id) as content_id,
  old.content,
  old.embedding,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_content_embeddings as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.content_embeddings' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
-- lookup_content: the value map says which table a word names
left join (
  select
    map.word,
    consolidation.name_in_ledger('b', split_part(map.becomes, '.', 2)) as legacy_table
  from consolidation.value_map as map
  where map.hybrid_column = 'content_embeddings.content_id'
) as meaning on consolidation.expected_word(old.content_type) = meaning.word
-- `limit` keeps it a look at an index for each embedding, instead of all tables read for a few
left join lateral (
  select
    known.hybrid_id,
    known.workspace_id
  from consolidation.ledger as known
  where known.legacy_table = meaning.legacy_table
    and known.legacy_key = old.content_id::text
  order by known.legacy_key
  limit 1
) as named on true
-- the ledger does not say the workspace of videos
left join public.video_generations as video
  on old.workspace_id is null and meaning.legacy_table ~ 'video_generations$' and named.hybrid_id = video.id;

comment on view consolidation.expected_b_content_embeddings is 'public.content_embeddings, by B.content_embeddings.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(810, 'b.content_embeddings', 'b.content_embeddings', 'public.content_embeddings', 'expected_b_content_embeddings', 'id', 'ledger');
