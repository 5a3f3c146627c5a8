-- Why: B's texts with their vectors. What each is of is said by a word and an id without a foreign key, so the id is looked up where the
-- word points to.
-- Touches: one new table, functions, one step, words for the value map. Lineage: B.content_embeddings.

create table consolidation.embedding_workspaces (
  legacy_key text collate "C" primary key,
  workspace_id uuid not null
);

alter table consolidation.embedding_workspaces enable row level security;

comment on table consolidation.embedding_workspaces is
'Rule lookup_workspace for embeddings that name none, and have no user either: the workspace of what they are of.';

comment on column consolidation.embedding_workspaces.legacy_key is 'The embedding.';

comment on column consolidation.embedding_workspaces.workspace_id is 'The workspace, in the hybrid.';

-- What a word in content_type means: the legacy table whose key content_id is. Keys of scripts and avatars are numbers, so none is of them.
insert into consolidation.value_map (hybrid_column, word, becomes)
select
  'content_embeddings.content_id' as hybrid_column,
  word.word,
  'b.' || known.table_name as becomes
from (
  values
  ('social_media_posts', 'post posts content_post content_posts social_media_post social_media_posts'),
  ('media_assets', 'media asset assets media_asset media_assets'),
  ('content_templates', 'template templates content_template content_templates'),
  ('campaigns', 'campaign campaigns'),
  ('video_generations', 'video videos video_generation video_generations'),
  ('workflow_executions', 'workflow workflows workflow_execution workflow_executions'),
  ('workflow_approvals', 'approval approvals workflow_approval workflow_approvals'),
  ('worker_tasks', 'task tasks worker_task worker_tasks'),
  ('worker_results', 'worker_result worker_results'),
  ('research_configurations', 'research_configuration research_configurations'),
  ('research_jobs', 'research_job research_jobs'),
  ('research_results', 'research research_result research_results'),
  ('analytics_events', 'event events analytics_event analytics_events'),
  ('users', 'user users'),
  ('workspaces', 'workspace workspaces')
) as known (table_name, words)
cross join lateral regexp_split_to_table(known.words, ' ') as word (word);

-- The hybrid tables are read here, once, and only those that an embedding without a workspace points to.
-- security invoker: called by the driver.
create function consolidation.prepare_b_content_embeddings() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  kind record;
begin
  delete from consolidation.embedding_workspaces;
  for kind in
    select
      meant.becomes as meaning,
      step.step,
      step.hybrid_tables[1] as hybrid_table
    from (
      select distinct map.becomes
      from source_b.content_embeddings as old
      inner join consolidation.value_map as map
        on map.hybrid_column = 'content_embeddings.content_id' and map.word = consolidation.folded(old.content_type)
      where old.workspace_id is null
    ) as meant
    inner join consolidation.steps as step on step.step = consolidation.found_as(meant.becomes)
    inner join pg_attribute as own
      on own.attrelid = step.hybrid_tables[1]::regclass and own.attname = 'workspace_id' and not own.attisdropped
    order by meant.becomes
  loop
    execute format(
      'insert into consolidation.embedding_workspaces (legacy_key, workspace_id)'
      ' select old.legacy_key, there.workspace_id'
      ' from source_b.content_embeddings as old'
      ' join consolidation.value_map as map on map.hybrid_column = ''content_embeddings.content_id'''
      '   and map.word = consolidation.folded(old.content_type) and map.becomes = %L'
      ' join consolidation.ledger as line on line.legacy_table = %L and line.legacy_key = old.content_id::text'
      ' join %s as there on there.id = line.hybrid_id'
      ' where old.workspace_id is null and there.workspace_id <> private.platform_workspace_id()',
      kind.meaning, kind.step, kind.hybrid_table
    );
  end loop;
  analyze consolidation.embedding_workspaces;
end
$function$;

comment on function consolidation.prepare_b_content_embeddings() is 'Finds the workspace of what those embeddings are of that name none.';

-- security invoker: called by the driver.
create function consolidation.import_b_content_embeddings() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  spaces text := consolidation.found_as('b.workspaces');
  meanings jsonb := coalesce(
    (
      select jsonb_object_agg(known.word, consolidation.found_as(known.becomes))
      from consolidation.value_map as known
      where known.hybrid_column = 'content_embeddings.content_id'
    ),
    '{}'
  );
begin
  with batch as materialized (
    select
      piece.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.content_embeddings', piece.legacy_key)
        else piece.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
        old.content_type,
        -- lookup_content
        coalesce(content.hybrid_id, old.content_id) as content_id,
        old.content,
        old.embedding,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.content_embeddings_batch as old
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.embedding_workspaces as home on home.legacy_key = old.legacy_key
      -- a key stands once; with the limit only the part of the ledger that the word means is looked into, row by row
      left join lateral (
        select line.hybrid_id
        from consolidation.ledger as line
        where line.legacy_table = meanings ->> consolidation.folded(old.content_type)
          and line.legacy_key = old.content_id::text
        limit 1
      ) as content on true
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.content_type is null then 'content_type: there is none'
          when old.content_id is null then 'content_id: there is none'
          when old.content is null then 'content: there is none'
        end as reason
      ) as fault
    ) as piece
    left join consolidation.taken on taken.legacy_table = 'b.content_embeddings' and taken.id = piece.id
    cross join lateral (
      select case
        when taken.id is not null
          -- what is derived from the vector
          then taken.holder - '{embedding_half,embedding_bits}'::text[] = jsonb_build_object(
            'id', piece.id, 'workspace_id', piece.workspace_id, 'content_type', piece.content_type, 'content_id', piece.content_id,
            'content', piece.content, 'embedding', piece.embedding, 'metadata', piece.metadata, 'created_at', piece.created_at,
            'updated_at', piece.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.content_embeddings (
      id, workspace_id, content_type, content_id, content, embedding, metadata, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.content_type, batch.content_id, batch.content, batch.embedding, batch.metadata,
      batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.content_embeddings', batch.legacy_key, 'public.content_embeddings', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'content_id', batch.holder -> 'content_id'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'content_id', batch.content_id),
      'keep_id: another embedding has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.content_embeddings', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'b.content_embeddings',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another embedding''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_content_embeddings() is 'B.content_embeddings to public.content_embeddings: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values (810, 'search', 'b.content_embeddings', 'b.content_embeddings', '{public.content_embeddings}');
