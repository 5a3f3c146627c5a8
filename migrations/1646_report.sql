-- Why: what became of the two legacy databases is told in numbers: `make report` writes them as a page, and these functions give them to
-- whoever has only SQL. They read the books, and count the captured tables themselves.
-- Touches: one view, functions. Nothing that is there.
-- What could go wrong: nothing is changed. report_tables() and report_words() read the captured tables whole: seconds for millions of rows.

-- The lines of docs/lineage.csv whose rule sends words through the value map; a test compares them.
create view consolidation.mapped_columns with (security_invoker = true) as
select
  known.legacy_table,
  known.legacy_column,
  known.hybrid_column,
  known.keeps_unknown
from (
  values
  ('a.avatar_profiles', 'avatar_type', 'avatar_profiles.avatar_type', false),
  ('a.content_posts', 'content_type', 'content_posts.content_type', false),
  ('a.content_posts', 'status', 'content_posts.status', false),
  ('a.content_recommendations', 'content_type', 'content_recommendations.content_type', false),
  ('a.content_recommendations', 'recommended_platforms', 'platform', true),
  ('a.content_recommendations', 'status', 'content_recommendations.status', false),
  ('a.platform_analytics', 'metric_type', 'platform_analytics.metric_type', false),
  ('a.post_publications', 'status', 'post_publications.status', false),
  ('a.social_media_posts', 'platforms', 'platform', false),
  ('a.social_media_posts', 'status', 'content_posts.status', false),
  ('a.social_media_posts', 'status', 'social_media_posts.status', false),
  ('a.social_platforms', 'name', 'platform', true),
  ('a.user_video_limits', 'subscription_tier', 'user_video_limits.subscription_tier', false),
  ('a.users', 'subscription_tier', 'users.subscription_tier', false),
  ('a.video_generations', 'aspect_ratio', 'video_generations.aspect_ratio', false),
  ('a.video_generations', 'status', 'video_generations.status', false),
  ('a.workflow_executions', 'status', 'workflow_executions.status', false),
  ('a.workspace_members', 'role', 'workspace_members.role', false),
  ('b.avatar_profiles', 'avatar_type', 'avatar_profiles.avatar_type', false),
  ('b.campaigns', 'status', 'campaigns.status', false),
  ('b.content_templates', 'platforms', 'platform', true),
  ('b.research_configurations', 'source_type', 'research_configurations.source_type', false),
  ('b.research_jobs', 'job_type', 'research_jobs.job_type', false),
  ('b.research_jobs', 'priority', 'research_jobs.priority', false),
  ('b.research_jobs', 'source_type', 'research_jobs.source_type', false),
  ('b.research_jobs', 'status', 'research_jobs.status', false),
  ('b.research_results', 'result_type', 'research_results.result_type', false),
  ('b.research_results', 'source_type', 'research_results.source_type', false),
  ('b.script_generations', 'status', 'script_generations.status', false),
  ('b.social_media_posts', 'platforms', 'platform', false),
  ('b.social_media_posts', 'status', 'content_posts.status', false),
  ('b.social_media_posts', 'status', 'social_media_posts.status', false),
  ('b.users', 'role', 'users.role', false),
  ('b.users', 'subscription_tier', 'users.subscription_tier', false),
  ('b.video_generations', 'status', 'video_generations.status', false),
  ('b.worker_results', 'status', 'worker_results.status', false),
  ('b.worker_tasks', 'status', 'worker_tasks.status', false),
  ('b.workflow_approvals', 'status', 'workflow_approvals.status', false),
  ('b.workflow_executions', 'status', 'workflow_executions.status', false)
) as known (legacy_table, legacy_column, hybrid_column, keeps_unknown);

comment on view consolidation.mapped_columns is
'Which legacy columns hold words that go through the value map, under which hybrid column they stand there, and whether a word that is not in it
is kept as it is.';

-- security invoker: it reads the books, and counts what is captured.
create function consolidation.report_tables()
returns table (
  domain text, legacy_table text, hybrid_tables text[], state text, source bigint, migrated bigint, merged bigint, split bigint,
  rejected bigint, unaccounted bigint, checked_at timestamptz, is_checked boolean, compared bigint, differing bigint, changed_since bigint
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  last_run integer := (select max(runs.run_number) from consolidation.runs);
  part record;
begin
  for part in
    select
      step.domain,
      known.legacy_table,
      known.schema_name,
      known.table_name,
      known.row_count,
      step.hybrid_tables,
      case when step.step is null then 'no step' else coalesce(mark.state, 'pending') end as state,
      coalesce(lines.migrated, 0) as migrated,
      coalesce(lines.merged, 0) as merged,
      coalesce(lines.split, 0) as split,
      coalesce(lines.rejected, 0) as rejected,
      result.checked_at,
      result.run_number,
      result.compared,
      result.differing,
      result.changed_since
    from consolidation.sources as known
    left join consolidation.steps as step on known.legacy_table = step.step
    left join consolidation.progress as mark on known.legacy_table = mark.step
    left join (
      select
        line.legacy_table,
        count(*) filter (where line.outcome = 'migrated') as migrated,
        count(*) filter (where line.outcome = 'merged') as merged,
        count(*) filter (where line.outcome = 'split') as split,
        count(*) filter (where line.outcome = 'rejected') as rejected
      from consolidation.ledger as line
      group by line.legacy_table
    ) as lines on known.legacy_table = lines.legacy_table
    left join lateral (
      select checked.*
      from consolidation.reconciliation as checked
      where checked.legacy_table = known.legacy_table
      order by checked.validation desc
      limit 1
    ) as result on true
    where exists (
        select from consolidation.legacy_columns as listed
        where listed.legacy_schema || '.' || listed.table_name = known.legacy_table
      )
    order by step.position nulls last, known.legacy_table
  loop
    domain := part.domain;
    legacy_table := part.legacy_table;
    hybrid_tables := coalesce(part.hybrid_tables, '{}');
    state := part.state;
    -- what is there, not what the import says that it saw; of what was released since the import's count is all that is left
    if to_regclass(format('%I.%I', part.schema_name, part.table_name)) is null then
      source := part.row_count;
      state := part.state || ', released';
    else
      execute format('select count(*) from %I.%I', part.schema_name, part.table_name) into source;
    end if;
    migrated := part.migrated;
    merged := part.merged;
    split := part.split;
    rejected := part.rejected;
    unaccounted := source - migrated - merged - split - rejected;
    checked_at := part.checked_at;
    -- a check before the last run says nothing of what that run did, and one that knew nothing to compare says nothing of these rows
    is_checked := coalesce(part.run_number = last_run and (part.compared > 0 or part.migrated + part.split = 0), false);
    compared := part.compared;
    differing := part.differing;
    changed_since := part.changed_since;
    return next;
  end loop;
end
$function$;

comment on function consolidation.report_tables() is
'The account of each captured table: source = migrated + merged + split + rejected where unaccounted is 0; and what its last check found.';

-- security invoker: it reads the books.
create function consolidation.report_sources()
returns table (
  legacy_schema text, source text, from_schema text, is_copy boolean, captured_at timestamptz, tables bigint, row_count bigint,
  listed_tables bigint
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    captured.legacy_schema,
    coalesce(copied.source, current_database()) as source,
    captured.from_schema,
    captured.is_copy,
    captured.captured_at,
    count(known.legacy_table) as tables,
    coalesce(sum(known.row_count), 0)::bigint as row_count,
    (
      select count(distinct listed.table_name)
      from consolidation.legacy_columns as listed
      where listed.legacy_schema = captured.legacy_schema
    ) as listed_tables
  from consolidation.captures as captured
  left join consolidation.copies as copied on captured.copy_number = copied.copy_number
  left join consolidation.sources as known on known.schema_name = 'legacy_' || captured.legacy_schema
  group by captured.legacy_schema, copied.source
  order by captured.legacy_schema
$function$;

comment on function consolidation.report_sources() is 'What was captured: from where, how, when, and how much.';

-- security invoker: it reads the books.
create function consolidation.report_drift()
returns table (legacy_table text, column_name text, kind text, listed text, found text, row_count bigint)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    known.legacy_table,
    coalesce(pair.key, '') as column_name,
    case when pair.value = 'null' then 'missing column' else 'other type' end as kind,
    listed.type as listed,
    pair.value #>> '{}' as found,
    known.row_count
  from consolidation.sources as known
  cross join lateral jsonb_each(known.drift) as pair
  inner join consolidation.legacy_columns as listed
    on listed.legacy_schema || '.' || listed.table_name = known.legacy_table and pair.key = listed.column_name
  union all
  select
    known.legacy_table,
    stray.name,
    'extra column',
    null,
    (
      select format_type(part.atttypid, part.atttypmod)
      from pg_attribute as part
      where part.attrelid = to_regclass(format('%I.%I', known.schema_name, known.table_name))
        and part.attname = stray.name
        and not part.attisdropped
    ),
    known.row_count
  from consolidation.sources as known
  cross join lateral unnest(known.unknown_columns) as stray (name)
  union all
  select
    known.legacy_table,
    '',
    'extra table',
    null,
    format('%I.%I', known.schema_name, known.table_name),
    known.row_count
  from consolidation.sources as known
  where not exists (
      select from consolidation.legacy_columns as listed
      where listed.legacy_schema || '.' || listed.table_name = known.legacy_table
    )
  union all
  select distinct
    listed.legacy_schema || '.' || listed.table_name,
    '',
    'missing table',
    null,
    null,
    0::bigint
  from consolidation.legacy_columns as listed
  inner join consolidation.captures as captured on listed.legacy_schema = captured.legacy_schema
  where not exists (
      select from consolidation.sources as known
      where known.legacy_table = listed.legacy_schema || '.' || listed.table_name
    )
    -- A and B in one schema share tables: those are not missing
    and consolidation.found_as(listed.legacy_schema || '.' || listed.table_name) = listed.legacy_schema || '.' || listed.table_name
  order by 3, 1, 2
$function$;

comment on function consolidation.report_drift() is
'How what was captured differs from the lists: columns and tables that are missing, extra or of another type.';

-- security invoker: it reads the books.
create function consolidation.report_flows()
returns table (domain text, legacy_table text, hybrid_table text, outcome text, is_further boolean, row_count bigint)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with flows as (
    select
      line.legacy_table,
      coalesce(step.hybrid_tables[1], '') as hybrid_table,
      line.outcome,
      false as is_further,
      count(*) as row_count
    from consolidation.ledger as line
    inner join consolidation.steps as step on line.legacy_table = step.step
    where line.hybrid_id is not null
    group by line.legacy_table, step.hybrid_tables[1], line.outcome
    union all
    select
      line.legacy_table,
      'consolidation.rejects',
      'rejected',
      false,
      count(*)
    from consolidation.ledger as line
    where line.hybrid_id is null
    group by line.legacy_table
    union all
    select
      further.legacy_table,
      further.hybrid_table,
      'further',
      true,
      count(*)
    from consolidation.ledger_targets as further
    group by further.legacy_table, further.hybrid_table
  )

  select
    step.domain,
    flows.legacy_table,
    flows.hybrid_table,
    flows.outcome,
    flows.is_further,
    flows.row_count
  from flows
  inner join consolidation.steps as step on flows.legacy_table = step.step
  order by step.position, flows.outcome = 'rejected', flows.is_further, flows.hybrid_table, flows.outcome
$function$;

comment on function consolidation.report_flows() is
'How many rows of which legacy table became rows of which hybrid table; is_further for those beside the first that a row became.';

-- security invoker: it reads the books.
create function consolidation.report_merges(most integer default 3)
returns table (legacy_table text, hybrid_table text, reason text, row_count bigint, examples jsonb)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    found.legacy_table,
    step.hybrid_tables[1] as hybrid_table,
    found.reason,
    found.row_count,
    (
      select jsonb_agg(jsonb_build_array(left(first.legacy_key, 100), first.hybrid_id) order by first.legacy_key)
      from (
        select
          line.legacy_key,
          line.hybrid_id
        from consolidation.ledger as line
        where line.legacy_table = found.legacy_table
          and line.outcome = 'merged'
          and line.reason is not distinct from nullif(found.reason, '')
        order by line.legacy_key
        limit report_merges.most
      ) as first
    ) as examples
  from (
    select
      line.legacy_table,
      coalesce(line.reason, '') as reason,
      count(*) as row_count
    from consolidation.ledger as line
    where line.outcome = 'merged'
    group by line.legacy_table, line.reason
  ) as found
  inner join consolidation.steps as step on found.legacy_table = step.step
  order by step.position, found.row_count desc, found.reason
$function$;

comment on function consolidation.report_merges(integer) is 'What was merged and why: rules with counts, and so many examples of each (legacy key, hybrid id).';

-- security invoker: it reads the books.
create function consolidation.report_conflicts(most integer default 3)
returns table (
  kind text, legacy_table text, hybrid_table text, hybrid_column text, rule text, row_count bigint, decided bigint, examples jsonb
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    found.kind,
    found.legacy_table,
    found.hybrid_table,
    found.hybrid_column,
    found.rule,
    found.row_count,
    found.decided,
    (
      select jsonb_agg(
        jsonb_build_object(
          'legacy_key', left(first.legacy_key, 100),
          'hybrid_id', first.hybrid_id,
          'hybrid_column', left(first.hybrid_column, 100),
          'value_a', consolidation.shown(first.hybrid_column, first.value_a),
          'value_b', consolidation.shown(first.hybrid_column, first.value_b)
        )
        order by first.legacy_key, first.hybrid_column
      )
      from (
        select item.*
        from consolidation.conflicts as item
        where item.kind = found.kind
          and item.legacy_table = found.legacy_table
          and item.hybrid_table = found.hybrid_table
          and split_part(item.hybrid_column, '.', 1) = found.hybrid_column
          and item.rule = found.rule
        order by item.legacy_key, item.hybrid_column
        limit report_conflicts.most
      ) as first
    ) as examples
  from (
    select
      item.kind,
      item.legacy_table,
      item.hybrid_table,
      split_part(item.hybrid_column, '.', 1) as hybrid_column,
      item.rule,
      count(*) as row_count,
      count(*) filter (
        where exists (
          select from consolidation.decisions as answer
          where answer.kind = item.kind
            and answer.legacy_table = item.legacy_table
            and answer.legacy_key = item.legacy_key
        )
      ) as decided
    from consolidation.conflicts as item
    group by item.kind, item.legacy_table, item.hybrid_table, split_part(item.hybrid_column, '.', 1), item.rule
  ) as found
  order by found.kind, found.row_count desc, found.legacy_table, found.hybrid_table, found.hybrid_column, found.rule
$function$;

comment on function consolidation.report_conflicts(integer) is
'Where two sources say different things, by kind, column and rule, with so many examples of each: both values, secrets masked.';

-- security invoker: it reads the books.
create function consolidation.report_rejects(most integer default 5)
returns table (legacy_table text, reason text, row_count bigint, legacy_keys text[])
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    found.legacy_table,
    found.reason,
    found.row_count,
    array(
      select left(item.legacy_key, 100)
      from consolidation.rejects as item
      where item.legacy_table = found.legacy_table
        and item.reason = found.reason
      order by item.legacy_key
      limit report_rejects.most
    ) as legacy_keys
  from (
    select
      item.legacy_table,
      item.reason,
      count(*) as row_count
    from consolidation.rejects as item
    group by item.legacy_table, item.reason
  ) as found
  left join consolidation.steps as step on found.legacy_table = step.step
  order by step.position, found.row_count desc, found.reason
$function$;

comment on function consolidation.report_rejects(integer) is
'What was rejected and why, with so many keys of each; the whole rows are in consolidation.rejects.';

-- security invoker: it reads the books.
create function consolidation.report_kept()
returns table (legacy_table text, legacy_column text, is_unknown boolean, row_count bigint)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    found.legacy_table,
    found.legacy_column,
    not exists (
      select from consolidation.legacy_columns as listed
      where listed.legacy_schema || '.' || listed.table_name = found.legacy_table
        and listed.column_name = found.legacy_column
    ) as is_unknown,
    found.row_count
  from (
    select
      item.legacy_table,
      item.legacy_column,
      count(*) as row_count
    from consolidation.kept as item
    group by item.legacy_table, item.legacy_column
  ) as found
  left join consolidation.steps as step on found.legacy_table = step.step
  order by step.position, found.legacy_table, found.legacy_column
$function$;

comment on function consolidation.report_kept() is
'Of which legacy columns originals are kept in consolidation.kept, and how many; is_unknown for columns that the list does not know.';

-- A word that stands for itself is no news; what is in no map waits, and its row is in rejects or keeps it, by the rule of its column.
-- security invoker: it reads the views over what is captured.
create function consolidation.report_words(most integer default 20)
returns table (hybrid_column text, legacy_table text, legacy_column text, word text, becomes text, row_count bigint, words bigint)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  part record;
begin
  for part in
    select
      known.legacy_table,
      known.legacy_column,
      known.hybrid_column,
      known.keeps_unknown,
      listed.type
    from consolidation.mapped_columns as known
    inner join consolidation.sources as source on known.legacy_table = source.legacy_table
    inner join consolidation.legacy_columns as listed
      on listed.legacy_schema || '.' || listed.table_name = known.legacy_table and known.legacy_column = listed.column_name
    where to_regclass('source_' || known.legacy_table) is not null
      and to_regclass(format('%I.%I', source.schema_name, source.table_name)) is not null
      and exists (select from consolidation.value_map as map where map.hybrid_column = known.hybrid_column)
    order by known.hybrid_column, known.legacy_table, known.legacy_column
  loop
    return query execute format(
      $query$
      select
        %1$L::text,
        %2$L::text,
        %3$L::text,
        consolidation.masked_text(left(found.word, 100)),
        map.becomes,
        found.row_count,
        count(*) over ()
      from (
        select
          consolidation.folded(said.word) as word,
          count(*) as row_count
        from source_%2$s as old
        cross join lateral %4$s as said (word)
        group by consolidation.folded(said.word)
      ) as found
      left join consolidation.value_map as map on map.hybrid_column = %1$L and map.word = found.word
      where found.word <> ''
        and found.word is distinct from map.becomes
        and (map.becomes is not null or not %5$L::boolean)
      order by found.row_count desc, found.word
      limit %6$s
      $query$,
      part.hybrid_column, part.legacy_table, part.legacy_column,
      case
        when part.type like '%[]' then format('unnest(old.%I)', part.legacy_column)
        else format('(values (old.%I::text))', part.legacy_column)
      end,
      part.keeps_unknown, report_words.most
    );
  end loop;
end
$function$;

comment on function consolidation.report_words(integer) is
'Words of the legacy tables that the value map changed, and those that it does not know (becomes is null): the most frequent of each column,
and how many different ones it has.';

-- security invoker: it reads the books.
create function consolidation.report_waiting()
returns table (kind text, what text, questions bigint, row_count bigint)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    open.kind,
    case open.kind
      when 'same_person' then 'People who may be one: an address says so, and nothing proves it'
      when 'same_workspace' then 'Workspaces with one id and two owners'
      when 'candidate_admin' then 'Platform admins to confirm'
      when 'candidate_tier' then 'Paid tiers to confirm'
      when 'word' then 'Words that the value map does not know'
      when 'no_owner' then 'Workspaces without an owner'
      when 'no_workspace' then 'Rows without a workspace'
      else 'Rows rejected for another reason'
    end as what,
    count(*) as questions,
    sum(open.row_count)::bigint as row_count
  from consolidation.waiting() as open
  -- one answer to all of same_person, and no question of its own
  where open.kind <> 'trust_addresses'
  group by open.kind
  order by open.kind
$function$;

comment on function consolidation.report_waiting() is 'What waits for a human, by kind: how many questions of consolidation.waiting(), and how many rows.';

-- security invoker: it reads the books.
create function consolidation.report_steps()
returns table (
  domain text, step text, state text, row_count bigint, started_at timestamptz, finished_at timestamptz, seconds double precision
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    step.domain,
    step.step,
    mark.state,
    mark.rows_done as row_count,
    mark.started_at,
    mark.finished_at,
    extract(epoch from mark.finished_at - mark.started_at)::double precision as seconds
  from consolidation.progress as mark
  inner join consolidation.steps as step on mark.step = step.step
  order by step.position
$function$;

comment on function consolidation.report_steps() is 'How long each step took, from its preparation to its last row.';
