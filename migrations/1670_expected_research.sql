-- Why: what configurations, jobs, results, insights and recommendations must be, by the lineage.
-- Touches: views, rows of expectations.

create view consolidation.expected_b_research_configurations with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.research_configurations:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  coalesce(source_type.becomes, consolidation.expected_word(old.source_type)) as source_type,
  -- distinct_name
  old.config_name || case
    when person.hybrid_id is not null and row_number() over of_name > 1 then format(' (%s)', row_number() over of_name)
    else ''
  end as config_name,
  old.description,
  consolidation.expected_json(old.configuration) as configuration,
  consolidation.expected_json(old.schedule) as schedule,
  coalesce(old.auto_run_enabled, false) as auto_run_enabled,
  coalesce(old.is_active, true) as is_active,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at,
  old.last_run_at
from consolidation.read_b_research_configurations as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.research_configurations' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
cross join
  lateral (
    select coalesce(space.hybrid_id, home.workspace_id) as workspace_id
  ) as own
left join consolidation.value_map as source_type
  on source_type.hybrid_column = 'research_configurations.source_type'
    and consolidation.expected_word(old.source_type) = source_type.word
window of_name as (
  partition by
    own.workspace_id, person.hybrid_id, coalesce(source_type.becomes, consolidation.expected_word(old.source_type)), old.config_name
  order by old.created_at, old.legacy_key
);

comment on view consolidation.expected_b_research_configurations is 'public.research_configurations, by B.research_configurations.';

create view consolidation.expected_b_research_jobs with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.research_jobs:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  case when configuration.workspace_id = own.workspace_id then configuration.hybrid_id end as configuration_id,
  coalesce(source_type.becomes, consolidation.expected_word(old.source_type)) as source_type,
  coalesce(job_type.becomes, consolidation.expected_word(old.job_type)) as job_type,
  status.becomes as status,
  coalesce(priority.becomes, consolidation.expected_word(coalesce(old.priority, 'normal'))) as priority,
  old.started_at,
  old.completed_at,
  old.error_message,
  old.results_path,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_research_jobs as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.research_jobs' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.became_b_research_configurations as configuration on old.configuration_id::text = configuration.legacy_key
cross join
  lateral (
    select
      coalesce(
        space.hybrid_id, case when old.workspace_id is null then configuration.workspace_id end, home.workspace_id
      ) as workspace_id
  ) as own
left join consolidation.value_map as source_type
  on source_type.hybrid_column = 'research_jobs.source_type'
    and consolidation.expected_word(old.source_type) = source_type.word
left join consolidation.value_map as job_type
  on job_type.hybrid_column = 'research_jobs.job_type'
    and consolidation.expected_word(old.job_type) = job_type.word
left join consolidation.value_map as status
  on status.hybrid_column = 'research_jobs.status'
    and consolidation.expected_word(coalesce(old.status, 'queued')) = status.word
left join consolidation.value_map as priority
  on priority.hybrid_column = 'research_jobs.priority'
    and consolidation.expected_word(coalesce(old.priority, 'normal')) = priority.word;

comment on view consolidation.expected_b_research_jobs is 'public.research_jobs, by B.research_jobs.';

create view consolidation.expected_b_research_results with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.research_results:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  case when job.workspace_id = own.workspace_id then job.hybrid_id end as job_id,
  coalesce(source_type.becomes, consolidation.expected_word(old.source_type)) as source_type,
  coalesce(result_type.becomes, consolidation.expected_word(old.result_type)) as result_type,
  old.title,
  consolidation.expected_json(old.content) as content,
  old.summary,
  consolidation.expected_json(old.insights) as insights,
  consolidation.expected_json(old.metrics) as metrics,
  consolidation.expected_list(old.tags) as tags,
  coalesce(old.is_public, false) as is_public,
  consolidation.expected_score(old.quality_score) as quality_score,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_research_results as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.research_results' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.became_b_research_jobs as job on old.job_id::text = job.legacy_key
cross join
  lateral (
    select coalesce(space.hybrid_id, case when old.workspace_id is null then job.workspace_id end, home.workspace_id) as workspace_id
  ) as own
left join consolidation.value_map as source_type
  on source_type.hybrid_column = 'research_results.source_type'
    and consolidation.expected_word(old.source_type) = source_type.word
left join consolidation.value_map as result_type
  on result_type.hybrid_column = 'research_results.result_type'
    and consolidation.expected_word(old.result_type) = result_type.word;

comment on view consolidation.expected_b_research_results is 'public.research_results, by B.research_results.';

create view consolidation.expected_a_content_insights with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.content_insights:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  case when run.workspace_id = own.workspace_id then run.hybrid_id end as workflow_id,
  old.source_platform,
  old.source_url,
  old.title,
  old.content,
  old.author,
  coalesce(old.engagement_score, 0) as engagement_score,
  consolidation.expected_score(old.sentiment_score, null, -1) as sentiment_score,
  consolidation.expected_list(old.keywords) as keywords,
  consolidation.expected_list(old.topics) as topics,
  coalesce(old.extracted_at, old.created_at, consolidation.expected_start()) as extracted_at,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_a_content_insights as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.content_insights' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.became_a_workflow_executions as run on old.workflow_id::text = run.legacy_key
cross join lateral (
  select coalesce(space.hybrid_id, case when old.workspace_id is null then run.workspace_id end, home.workspace_id) as workspace_id
) as own;

comment on view consolidation.expected_a_content_insights is 'public.content_insights, by A.content_insights.';

create view consolidation.expected_a_content_recommendations with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.content_recommendations:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  old.title,
  old.description,
  coalesce(content_type.becomes, consolidation.expected_word(coalesce(old.content_type, 'post'))) as content_type,
  list.words as recommended_platforms,
  consolidation.expected_score(old.confidence_score, 0) as confidence_score,
  old.reasoning,
  old.suggested_content,
  consolidation.expected_list(old.tags) as tags,
  status.becomes as status,
  old.expires_at,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.created_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_content_recommendations as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.content_recommendations' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.expected_lists as list on coalesce(old.recommended_platforms, '{}') = list.platforms
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
cross join
  lateral (
    select coalesce(space.hybrid_id, home.workspace_id) as workspace_id
  ) as own
left join consolidation.value_map as content_type
  on content_type.hybrid_column = 'content_recommendations.content_type'
    and consolidation.expected_word(coalesce(old.content_type, 'post')) = content_type.word
left join consolidation.value_map as status
  on status.hybrid_column = 'content_recommendations.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_a_content_recommendations is 'public.content_recommendations, by A.content_recommendations.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(
  610,
  'b.research_configurations',
  'b.research_configurations',
  'public.research_configurations',
  'expected_b_research_configurations',
  'id',
  'ledger'
),
(620, 'b.research_jobs', 'b.research_jobs', 'public.research_jobs', 'expected_b_research_jobs', 'id', 'ledger'),
(630, 'b.research_results', 'b.research_results', 'public.research_results', 'expected_b_research_results', 'id', 'ledger'),
(640, 'a.content_insights', 'a.content_insights', 'public.content_insights', 'expected_a_content_insights', 'id', 'ledger'),
(
  650,
  'a.content_recommendations',
  'a.content_recommendations',
  'public.content_recommendations',
  'expected_a_content_recommendations',
  'id',
  'ledger'
);
