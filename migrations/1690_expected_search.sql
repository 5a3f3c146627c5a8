-- Why: what embeddings must be, by the lineage.
-- Touches: views, rows of expectations.

create view consolidation.expected_b_content_embeddings with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.content_embeddings:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, case when old.workspace_id is null then named.workspace_id end) as workspace_id,
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
-- lookup_content: a table is named as it is called, in the singular, or as what it holds
left join (
  select
    'post' as kind,
    line.*
  from consolidation.became_b_social_media_posts as line
  union all
  select
    'asset',
    line.*
  from consolidation.became_b_media_assets as line
  union all
  select
    'template',
    line.*
  from consolidation.became_b_content_templates as line
  union all
  select
    'campaign',
    line.*
  from consolidation.became_b_campaigns as line
  union all
  select
    'research_result',
    line.*
  from consolidation.became_b_research_results as line
) as named
  on old.content_id::text = named.legacy_key
    and case consolidation.expected_word(old.content_type)
      when 'social_media_posts' then 'post'
      when 'social_media_post' then 'post'
      when 'posts' then 'post'
      when 'media_assets' then 'asset'
      when 'media_asset' then 'asset'
      when 'content_templates' then 'template'
      when 'content_template' then 'template'
      when 'campaigns' then 'campaign'
      when 'research_results' then 'research_result'
      else consolidation.expected_word(old.content_type)
    end = named.kind;

comment on view consolidation.expected_b_content_embeddings is 'public.content_embeddings, by B.content_embeddings.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(810, 'b.content_embeddings', 'b.content_embeddings', 'public.content_embeddings', 'expected_b_content_embeddings', 'id', 'ledger');
