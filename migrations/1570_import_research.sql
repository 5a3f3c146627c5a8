-- Why: A's findings and proposals, and B's research: what is looked for, its runs, and what they found.
-- Touches: one new table, functions, five steps, words for the value map. Lineage: A.content_insights, A.content_recommendations,
-- B.research_configurations, B.research_jobs, B.research_results.

create table consolidation.configuration_names (
  legacy_key text collate "C" primary key,
  config_name text not null
);

alter table consolidation.configuration_names enable row level security;

comment on table consolidation.configuration_names is
'Rule distinct_name: the names of those configurations of B whose own name another one of the same person, workspace and source has.';

comment on column consolidation.configuration_names.legacy_key is 'The configuration.';

comment on column consolidation.configuration_names.config_name is 'Its name, with a number appended.';

insert into consolidation.value_map (hybrid_column, word, becomes)
select
  known.hybrid_column,
  word.word,
  word.word as becomes
from (
  values
  ('content_recommendations.content_type', 'post video story carousel'),
  ('research_configurations.source_type', 'reddit hackernews github google_trends linkedin twitter'),
  ('research_jobs.job_type', 'raw analyze pipeline'),
  ('research_jobs.priority', 'low normal high'),
  ('research_results.result_type', 'raw_data analyzed_data insights summary')
) as known (hybrid_column, words)
cross join lateral regexp_split_to_table(known.words, ' ') as word (word);

create function consolidation.sentiment(said double precision) returns double precision
language sql
immutable
parallel safe
return case when sentiment.said is null or sentiment.said = 'nan' then null else least(greatest(sentiment.said, -1), 1) end;

comment on function consolidation.sentiment(double precision) is 'Rule sentiment: brought into -1 to 1; null where it says nothing.';

-- security invoker: called by the driver.
create function consolidation.import_a_content_insights() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
  runs text := consolidation.found_as('a.workflow_executions');
begin
  with batch as materialized (
    select
      insight.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.content_insights', insight.legacy_key)
        else insight.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (insight.user_id is null and insight.user_before is not null)
      or (insight.workflow_id is null and insight.workflow_before is not null)
      or insight.sentiment_score is distinct from insight.sentiment_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        own.workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        -- lookup_parent
        case when run.workspace_id = own.workspace_id then run.hybrid_id end as workflow_id,
        old.workflow_id as workflow_before,
        old.source_platform,
        old.source_url,
        old.title,
        old.content,
        old.author,
        coalesce(old.engagement_score, 0) as engagement_score,
        consolidation.sentiment(old.sentiment_score) as sentiment_score,
        old.sentiment_score as sentiment_before,
        consolidation.list(old.keywords) as keywords,
        consolidation.list(old.topics) as topics,
        -- copy_or_created_at
        coalesce(old.extracted_at, old.created_at, consolidation.begun_at()) as extracted_at,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.content_insights_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.ledger as run on run.legacy_table = runs and run.legacy_key = old.workflow_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      -- lookup_workspace
      cross join lateral (
        select case when old.workspace_id is null then coalesce(run.workspace_id, home.workspace_id) else space.hybrid_id end
          as workspace_id
      ) as own
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when own.workspace_id is null and old.workspace_id is not null then 'workspace_id: no such workspace'
          when own.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.source_platform is null then 'source_platform: there is none'
        end as reason
      ) as fault
    ) as insight
    left join consolidation.taken on taken.legacy_table = 'a.content_insights' and taken.id = insight.id
    cross join lateral (
      select case
        when taken.id is not null
          -- which result it was drawn from the hybrid alone knows
          then taken.holder - 'research_result_id' = jsonb_build_object(
            'id', insight.id, 'workspace_id', insight.workspace_id, 'user_id', insight.user_id, 'workflow_id', insight.workflow_id,
            'source_platform', insight.source_platform, 'source_url', insight.source_url, 'title', insight.title,
            'content', insight.content, 'author', insight.author, 'engagement_score', insight.engagement_score,
            'sentiment_score', insight.sentiment_score, 'keywords', insight.keywords, 'topics', insight.topics,
            'extracted_at', insight.extracted_at, 'metadata', insight.metadata, 'created_at', insight.created_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.content_insights (
      id, workspace_id, user_id, workflow_id, source_platform, source_url, title, content, author, engagement_score, sentiment_score,
      keywords, topics, extracted_at, metadata, created_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.workflow_id, batch.source_platform, batch.source_url, batch.title,
      batch.content, batch.author, batch.engagement_score, batch.sentiment_score, batch.keywords, batch.topics, batch.extracted_at,
      batch.metadata, batch.created_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.content_insights', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('workflow_id', case when batch.workflow_id is null then to_jsonb(batch.workflow_before) end),
      (
        'sentiment_score',
        case when batch.sentiment_score is distinct from batch.sentiment_before then to_jsonb(batch.sentiment_before) end
      )
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'a.content_insights', batch.legacy_key, 'public.content_insights', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'title', batch.holder -> 'title'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'title', batch.title),
      'keep_id: another insight has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.content_insights', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.content_insights',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another insight''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_content_insights() is 'A.content_insights to public.content_insights: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_a_content_recommendations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
  -- a word that becomes nothing is one that posts are imported without
  platforms jsonb := coalesce(
    (
      select jsonb_object_agg(known.word, known.becomes)
      from consolidation.value_map as known
      where known.hybrid_column = 'platform'
        and known.becomes <> ''
    ),
    '{}'
  );
begin
  with batch as materialized (
    select
      proposal.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.content_recommendations', proposal.legacy_key)
        else proposal.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (proposal.user_id is null and proposal.user_before is not null)
      or proposal.confidence_score <> proposal.confidence_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.title,
        old.description,
        kind.becomes as content_type,
        -- map_platform_names
        array(
          select coalesce(platforms ->> consolidation.folded(element.said), element.said)
          from unnest(old.recommended_platforms) with ordinality as element (said, place)
          where consolidation.folded(element.said) <> ''
          group by 1
          order by min(element.place)
        ) as recommended_platforms,
        coalesce(consolidation.score(old.confidence_score), 0) as confidence_score,
        old.confidence_score as confidence_before,
        old.reasoning,
        old.suggested_content,
        consolidation.list(old.tags) as tags,
        status.becomes as status,
        old.expires_at,
        consolidation.metadata(old.metadata) as metadata,
        -- A has no updated_at: created_at stands in
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.content_recommendations_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as kind
        on kind.hybrid_column = 'content_recommendations.content_type'
          and kind.word = consolidation.folded(coalesce(old.content_type, 'post'))
      left join consolidation.value_map as status
        on status.hybrid_column = 'content_recommendations.status'
          and status.word = consolidation.folded(coalesce(old.status, 'pending'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.title is null then 'title: there is none'
          when kind.becomes is null then 'content_type: a word that is not mapped'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as proposal
    left join consolidation.taken on taken.legacy_table = 'a.content_recommendations' and taken.id = proposal.id
    cross join lateral (
      select case
        when taken.id is not null
          -- what it rests on, and what was made of it, the hybrid alone knows
          then taken.holder - '{insight_id,post_id}'::text[] = jsonb_build_object(
            'id', proposal.id, 'workspace_id', proposal.workspace_id, 'user_id', proposal.user_id, 'title', proposal.title,
            'description', proposal.description, 'content_type', proposal.content_type,
            'recommended_platforms', proposal.recommended_platforms, 'confidence_score', proposal.confidence_score,
            'reasoning', proposal.reasoning, 'suggested_content', proposal.suggested_content, 'tags', proposal.tags,
            'status', proposal.status, 'expires_at', proposal.expires_at, 'metadata', proposal.metadata,
            'created_at', proposal.created_at, 'updated_at', proposal.created_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.content_recommendations (
      id, workspace_id, user_id, title, description, content_type, recommended_platforms, confidence_score, reasoning,
      suggested_content, tags, status, expires_at, metadata, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.title, batch.description, batch.content_type,
      batch.recommended_platforms, batch.confidence_score, batch.reasoning, batch.suggested_content, batch.tags, batch.status,
      batch.expires_at, batch.metadata, batch.created_at, batch.created_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.content_recommendations', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('confidence_score', case when batch.confidence_score <> batch.confidence_before then to_jsonb(batch.confidence_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'a.content_recommendations', batch.legacy_key, 'public.content_recommendations', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'title', batch.holder -> 'title'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'title', batch.title),
      'keep_id: another recommendation has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.content_recommendations', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.content_recommendations',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another recommendation''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_content_recommendations() is
'A.content_recommendations to public.content_recommendations: the batch at hand.';

-- Numbers begin with 2 and pass over names that are in use. A name too long for its number loses its end; names that are alike up to
-- there are numbered together.
-- security invoker: called by the driver.
create function consolidation.prepare_b_research_configurations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  delete from consolidation.configuration_names;
  insert into consolidation.configuration_names (legacy_key, config_name)
  with ours as (
    select
      old.legacy_key,
      case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
      person.hybrid_id as user_id,
      coalesce(kind.becomes, consolidation.folded(old.source_type)) as source_type,
      old.config_name,
      old.created_at
    from source_b.research_configurations as old
    inner join consolidation.ledger as person
      on person.legacy_table = people and person.legacy_key = old.user_id::text and person.hybrid_id is not null
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
    left join consolidation.value_map as kind
      on kind.hybrid_column = 'research_configurations.source_type' and kind.word = consolidation.folded(old.source_type)
    where length(old.config_name) <= 255
  ),

  -- what the hybrid has of its own
  theirs as (
    select there.workspace_id, there.user_id, there.source_type, there.config_name
    from public.research_configurations as there
    where not exists (select from source_b.research_configurations as old where old.id = there.id)
  ),

  used as materialized (
    select ours.workspace_id, ours.user_id, ours.source_type, ours.config_name
    from ours
    union
    select theirs.workspace_id, theirs.user_id, theirs.source_type, theirs.config_name
    from theirs
  ),

  placed as (
    select
      ours.*,
      left(ours.config_name, 245) as begins,
      row_number() over (
        partition by ours.workspace_id, ours.user_id, ours.source_type, ours.config_name
        order by ours.created_at nulls last, ours.legacy_key
      ) as place,
      theirs.config_name is not null as is_theirs
    from ours
    left join theirs using (workspace_id, user_id, source_type, config_name)
  ),

  later as materialized (
    select
      placed.*,
      row_number() over (
        partition by placed.workspace_id, placed.user_id, placed.source_type, placed.begins
        order by placed.created_at nulls last, placed.legacy_key
      ) as turn
    from placed
    where placed.place > 1
      or placed.is_theirs
  ),

  -- how many names each beginning wants, and how many with a number there are at most
  wanted as (
    select
      beginning.workspace_id,
      beginning.user_id,
      beginning.source_type,
      beginning.begins,
      beginning.wanted,
      count(used.config_name) as numbered
    from (
      select later.workspace_id, later.user_id, later.source_type, later.begins, count(*) as wanted
      from later
      group by later.workspace_id, later.user_id, later.source_type, later.begins
    ) as beginning
    left join used
      on (used.workspace_id, used.user_id, used.source_type) = (beginning.workspace_id, beginning.user_id, beginning.source_type)
        and starts_with(used.config_name, beginning.begins || ' (')
    group by beginning.workspace_id, beginning.user_id, beginning.source_type, beginning.begins, beginning.wanted
  ),

  free as (
    select
      beginning.workspace_id,
      beginning.user_id,
      beginning.source_type,
      beginning.begins,
      candidate.config_name,
      row_number() over (
        partition by beginning.workspace_id, beginning.user_id, beginning.source_type, beginning.begins order by number.number
      ) as turn
    from wanted as beginning
    cross join lateral generate_series(2, 1 + beginning.wanted + beginning.numbered) as number (number)
    cross join lateral (select format('%s (%s)', beginning.begins, number.number) as config_name) as candidate
    where not exists (
        select from used
        where (used.workspace_id, used.user_id, used.source_type, used.config_name)
          = (beginning.workspace_id, beginning.user_id, beginning.source_type, candidate.config_name)
      )
  )

  select
    later.legacy_key,
    free.config_name
  from later
  inner join free using (workspace_id, user_id, source_type, begins, turn);
  analyze consolidation.configuration_names;
end
$function$;

comment on function consolidation.prepare_b_research_configurations() is
'Gives a number to each configuration of B whose name an older one of the same person, workspace and source has: distinct_name.';

-- security invoker: called by the driver.
create function consolidation.import_b_research_configurations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  with batch as materialized (
    select
      configuration.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.research_configurations', configuration.legacy_key)
        else configuration.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (configuration.user_id is null and configuration.user_before is not null)
      or configuration.config_name <> configuration.name_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        kind.becomes as source_type,
        -- distinct_name
        coalesce(numbered.config_name, old.config_name) as config_name,
        old.config_name as name_before,
        old.description,
        consolidation.json_or(old.configuration, '{}') as configuration,
        consolidation.json_or(old.schedule, '{}') as schedule,
        coalesce(old.auto_run_enabled, false) as auto_run_enabled,
        coalesce(old.is_active, true) as is_active,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        old.last_run_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.research_configurations_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.configuration_names as numbered on numbered.legacy_key = old.legacy_key
      left join consolidation.value_map as kind
        on kind.hybrid_column = 'research_configurations.source_type' and kind.word = consolidation.folded(old.source_type)
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.source_type is null then 'source_type: there is none'
          when kind.becomes is null then 'source_type: a word that is not mapped'
          when old.config_name is null then 'config_name: there is none'
          when length(old.config_name) > 255 then 'config_name: longer than 255 characters'
        end as reason
      ) as fault
    ) as configuration
    left join consolidation.taken on taken.legacy_table = 'b.research_configurations' and taken.id = configuration.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', configuration.id, 'workspace_id', configuration.workspace_id, 'user_id', configuration.user_id,
            'source_type', configuration.source_type, 'config_name', configuration.config_name,
            'description', configuration.description, 'configuration', configuration.configuration,
            'schedule', configuration.schedule, 'auto_run_enabled', configuration.auto_run_enabled,
            'is_active', configuration.is_active, 'created_at', configuration.created_at, 'updated_at', configuration.updated_at,
            'last_run_at', configuration.last_run_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.research_configurations (
      id, workspace_id, user_id, source_type, config_name, description, configuration, schedule, auto_run_enabled, is_active,
      created_at, updated_at, last_run_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.source_type, batch.config_name, batch.description,
      batch.configuration, batch.schedule, batch.auto_run_enabled, batch.is_active, batch.created_at, batch.updated_at,
      batch.last_run_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.research_configurations', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('config_name', case when batch.config_name <> batch.name_before then to_jsonb(batch.name_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.research_configurations', batch.legacy_key, 'public.research_configurations', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'config_name', batch.holder -> 'config_name'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'config_name', batch.config_name),
      'keep_id: another configuration has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.research_configurations', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.research_configurations',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another configuration''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_research_configurations() is
'B.research_configurations to public.research_configurations: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_research_jobs() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
  configurations text := consolidation.found_as('b.research_configurations');
begin
  with batch as materialized (
    select
      job.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.research_jobs', job.legacy_key)
        else job.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (job.user_id is null and job.user_before is not null)
      or (job.configuration_id is null and job.configuration_before is not null) as keeps
    from (
      select
        old.legacy_key,
        old.id,
        own.workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        -- lookup_parent
        case when configuration.workspace_id = own.workspace_id then configuration.hybrid_id end as configuration_id,
        old.configuration_id as configuration_before,
        -- any word
        consolidation.folded(old.source_type) as source_type,
        kind.becomes as job_type,
        status.becomes as status,
        priority.becomes as priority,
        old.started_at,
        old.completed_at,
        old.error_message,
        old.results_path,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.research_jobs_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.ledger as configuration
        on configuration.legacy_table = configurations and configuration.legacy_key = old.configuration_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as kind
        on kind.hybrid_column = 'research_jobs.job_type' and kind.word = consolidation.folded(old.job_type)
      left join consolidation.value_map as status
        on status.hybrid_column = 'research_jobs.status' and status.word = consolidation.folded(coalesce(old.status, 'queued'))
      left join consolidation.value_map as priority
        on priority.hybrid_column = 'research_jobs.priority'
          and priority.word = consolidation.folded(coalesce(old.priority, 'normal'))
      -- lookup_workspace
      cross join lateral (
        select case
          when old.workspace_id is null then coalesce(configuration.workspace_id, home.workspace_id)
          else space.hybrid_id
        end as workspace_id
      ) as own
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when own.workspace_id is null and old.workspace_id is not null then 'workspace_id: no such workspace'
          when own.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.source_type is null then 'source_type: there is none'
          when old.job_type is null then 'job_type: there is none'
          when kind.becomes is null then 'job_type: a word that is not mapped'
          when status.becomes is null then 'status: a word that is not mapped'
          when priority.becomes is null then 'priority: a word that is not mapped'
        end as reason
      ) as fault
    ) as job
    left join consolidation.taken on taken.legacy_table = 'b.research_jobs' and taken.id = job.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', job.id, 'workspace_id', job.workspace_id, 'user_id', job.user_id, 'configuration_id', job.configuration_id,
            'source_type', job.source_type, 'job_type', job.job_type, 'status', job.status, 'priority', job.priority,
            'started_at', job.started_at, 'completed_at', job.completed_at, 'error_message', job.error_message,
            'results_path', job.results_path, 'metadata', job.metadata, 'created_at', job.created_at, 'updated_at', job.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.research_jobs (
      id, workspace_id, user_id, configuration_id, source_type, job_type, status, priority, started_at, completed_at, error_message,
      results_path, metadata, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.configuration_id, batch.source_type, batch.job_type, batch.status,
      batch.priority, batch.started_at, batch.completed_at, batch.error_message, batch.results_path, batch.metadata,
      batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.research_jobs', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('configuration_id', case when batch.configuration_id is null then to_jsonb(batch.configuration_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.research_jobs', batch.legacy_key, 'public.research_jobs', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'job_type', batch.holder -> 'job_type'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'job_type', batch.job_type),
      'keep_id: another job has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.research_jobs', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.research_jobs',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another job''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_research_jobs() is 'B.research_jobs to public.research_jobs: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_research_results() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
  jobs text := consolidation.found_as('b.research_jobs');
begin
  with batch as materialized (
    select
      finding.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.research_results', finding.legacy_key)
        else finding.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (finding.user_id is null and finding.user_before is not null)
      or (finding.job_id is null and finding.job_before is not null)
      or finding.quality_score is distinct from finding.quality_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        own.workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        -- lookup_parent
        case when job.workspace_id = own.workspace_id then job.hybrid_id end as job_id,
        old.job_id as job_before,
        -- any word
        consolidation.folded(old.source_type) as source_type,
        kind.becomes as result_type,
        old.title,
        consolidation.json_or(old.content, '{}') as content,
        old.summary,
        consolidation.json_or(old.insights, '{}') as insights,
        consolidation.json_or(old.metrics, '{}') as metrics,
        consolidation.list(old.tags) as tags,
        coalesce(old.is_public, false) as is_public,
        consolidation.score(old.quality_score) as quality_score,
        old.quality_score as quality_before,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.research_results_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.ledger as job on job.legacy_table = jobs and job.legacy_key = old.job_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as kind
        on kind.hybrid_column = 'research_results.result_type' and kind.word = consolidation.folded(old.result_type)
      -- lookup_workspace
      cross join lateral (
        select case when old.workspace_id is null then coalesce(job.workspace_id, home.workspace_id) else space.hybrid_id end
          as workspace_id
      ) as own
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when own.workspace_id is null and old.workspace_id is not null then 'workspace_id: no such workspace'
          when own.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.source_type is null then 'source_type: there is none'
          when old.result_type is null then 'result_type: there is none'
          when kind.becomes is null then 'result_type: a word that is not mapped'
        end as reason
      ) as fault
    ) as finding
    left join consolidation.taken on taken.legacy_table = 'b.research_results' and taken.id = finding.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', finding.id, 'workspace_id', finding.workspace_id, 'user_id', finding.user_id, 'job_id', finding.job_id,
            'source_type', finding.source_type, 'result_type', finding.result_type, 'title', finding.title,
            'content', finding.content, 'summary', finding.summary, 'insights', finding.insights, 'metrics', finding.metrics,
            'tags', finding.tags, 'is_public', finding.is_public, 'quality_score', finding.quality_score,
            'created_at', finding.created_at, 'updated_at', finding.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.research_results (
      id, workspace_id, user_id, job_id, source_type, result_type, title, content, summary, insights, metrics, tags, is_public,
      quality_score, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.job_id, batch.source_type, batch.result_type, batch.title,
      batch.content, batch.summary, batch.insights, batch.metrics, batch.tags, batch.is_public, batch.quality_score,
      batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.research_results', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('job_id', case when batch.job_id is null then to_jsonb(batch.job_before) end),
      ('quality_score', case when batch.quality_score is distinct from batch.quality_before then to_jsonb(batch.quality_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.research_results', batch.legacy_key, 'public.research_results', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'title', batch.holder -> 'title'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'title', batch.title),
      'keep_id: another result has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.research_results', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.research_results',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another result''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_research_results() is 'B.research_results to public.research_results: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(610, 'research', 'a.content_insights', 'a.content_insights', '{public.content_insights}'),
(620, 'research', 'a.content_recommendations', 'a.content_recommendations', '{public.content_recommendations}'),
(630, 'research', 'b.research_configurations', 'b.research_configurations', '{public.research_configurations}'),
(640, 'research', 'b.research_jobs', 'b.research_jobs', '{public.research_jobs}'),
(650, 'research', 'b.research_results', 'b.research_results', '{public.research_results}');
