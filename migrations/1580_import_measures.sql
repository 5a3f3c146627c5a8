-- Why: numbers of platforms, events and the log of activity: the three tables that grow most, and have no foreign keys. What they refer to
-- is looked up all the same, and must be of the row's workspace.
-- Touches: functions, three steps, words of the value map. When they are called: partitions for the months that the rows are of.
-- Lineage: A.platform_analytics, B.analytics_events, A.user_activity_logs.

insert into consolidation.value_map (hybrid_column, word, becomes)
values
('platform_analytics.metric_type', 'count', 'count'),
('platform_analytics.metric_type', 'rate', 'rate'),
('platform_analytics.metric_type', 'duration', 'duration'),
('platform_analytics.metric_type', 'percentage', 'percentage');

-- A mistyped time must not make a partition: rows of another age go to the default one, which refuses nothing.
-- security invoker: called by functions of the import.
create function consolidation.make_months(months timestamptz[]) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  month_begin timestamptz;
  made integer := 0;
begin
  for month_begin in
    select month.begins
    from unnest(make_months.months) as month (begins)
    where month.begins between begun - interval '10 years' and begun + interval '1 year'
    order by month.begins
  loop
    made := made + private.make_month_partitions(0, month_begin);
  end loop;
  return made;
end
$function$;

comment on function consolidation.make_months(timestamptz[]) is
'Makes the partitions that are missing for months within ten years before the import and one after; returns how many.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_platform_analytics() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform consolidation.make_months(
    array(select distinct date_trunc('month', coalesce(old.recorded_at, old.created_at), 'UTC') from source_a.platform_analytics as old)
  );
end
$function$;

comment on function consolidation.prepare_a_platform_analytics() is 'Makes the months that the rows are of.';

-- security invoker: called by the driver.
create function consolidation.import_a_platform_analytics() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
begin
  with batch as materialized (
    select
      old.legacy_key,
      case when taken.id is null or is_equal.holds then old.id else consolidation.computed_id('a.platform_analytics', old.legacy_key) end
        as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      taken.holder,
      own.workspace_id,
      account.hybrid_id as account_id,
      old.account_id as account_before,
      post_found.post_id,
      old.post_id as post_before,
      old.metric_name,
      old.metric_value,
      kind.becomes as metric_type,
      coalesce(old.recorded_at, old.created_at, begun) as recorded_at,
      consolidation.metadata(old.metadata) as metadata,
      coalesce(old.created_at, begun) as created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.platform_analytics_batch as old
    left join consolidation.taken on taken.legacy_table = 'a.platform_analytics' and taken.id = old.id
    left join consolidation.ledger as account
      on account.legacy_table = 'a.user_social_accounts' and account.legacy_key = old.account_id::text
    left join consolidation.ledger as post on post.legacy_table = 'a.content_posts' and post.legacy_key = old.post_id::text
    left join consolidation.value_map as kind
      on kind.hybrid_column = 'platform_analytics.metric_type' and kind.word = consolidation.folded(coalesce(old.metric_type, 'count'))
    -- workspace_of_parent: the account's, else the post's
    cross join lateral (
      select coalesce(account.workspace_id, post.workspace_id) as workspace_id
      offset 0
    ) as own
    cross join lateral (
      select case when post.workspace_id = own.workspace_id then post.hybrid_id end as post_id
    ) as post_found
    -- keep_id: of a row that the hybrid had, whether it says the same
    cross join lateral (
      select case
        when taken.id is not null then taken.holder || jsonb_build_object(
          'workspace_id', own.workspace_id, 'account_id', account.hybrid_id, 'post_id', post_found.post_id,
          'metric_name', old.metric_name, 'metric_value', old.metric_value, 'metric_type', kind.becomes,
          'recorded_at', coalesce(old.recorded_at, old.created_at, begun), 'metadata', consolidation.metadata(old.metadata),
          'created_at', coalesce(old.created_at, begun)
        ) = taken.holder
      end as holds
    ) as is_equal
    cross join lateral (
      select case
        when own.workspace_id is null then 'account_id: neither an account nor a post says the workspace'
        when old.metric_name is null then 'metric_name: there is none'
        when old.metric_value is null then 'metric_value: there is none'
        when kind.becomes is null then 'metric_type: a word that is not mapped'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.platform_analytics (
      id, workspace_id, account_id, post_id, metric_name, metric_value, metric_type, recorded_at, metadata, created_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.account_id, sound.post_id, sound.metric_name, sound.metric_value, sound.metric_type,
      sound.recorded_at, sound.metadata, sound.created_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.platform_analytics', sound.legacy_key, 'account_id', to_jsonb(sound.account_before)
    from sound
    where sound.account_before is not null
      and sound.account_id is null
    union all
    select 'a.platform_analytics', sound.legacy_key, 'post_id', to_jsonb(sound.post_before)
    from sound
    where sound.post_before is not null
      and sound.post_id is null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.platform_analytics', sound.legacy_key, 'public.platform_analytics', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('workspace_id', sound.workspace_id, 'metric_name', sound.metric_name, 'recorded_at', sound.recorded_at),
      'keep_id: another row has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.platform_analytics', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.platform_analytics',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another row''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_platform_analytics() is 'A.platform_analytics to public.platform_analytics: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_b_analytics_events() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform consolidation.make_months(
    array(select distinct date_trunc('month', old.created_at, 'UTC') from source_b.analytics_events as old)
  );
end
$function$;

comment on function consolidation.prepare_b_analytics_events() is 'Makes the months that the rows are of.';

-- security invoker: called by the driver.
create function consolidation.import_b_analytics_events() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
  posts text := consolidation.found_as('b.social_media_posts');
  own_schema text := left(spaces, 1);
begin
  with batch as materialized (
    select
      old.legacy_key,
      case when taken.id is null or is_equal.holds then old.id else consolidation.computed_id('b.analytics_events', old.legacy_key) end
        as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      taken.holder,
      own.workspace_id,
      person.hybrid_id as user_id,
      old.user_id as user_before,
      old.event_type,
      consolidation.json_or(old.event_data, '{}') as event_data,
      found.post_id,
      old.post_id as post_before,
      found.task_id,
      old.task_id as task_before,
      old.session_id,
      old.ip_address,
      old.user_agent,
      coalesce(old.created_at, begun) as created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_b.analytics_events_batch as old
    left join consolidation.taken on taken.legacy_table = 'b.analytics_events' and taken.id = old.id
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = own_schema and home.user_id = person.hybrid_id
    left join consolidation.ledger as post on post.legacy_table = posts and post.legacy_key = old.post_id::text
    left join consolidation.ledger as task on task.legacy_table = 'b.worker_tasks' and task.legacy_key = old.task_id::text
    -- lookup_workspace: the own one, else the post's, else the task's, else the person's
    cross join lateral (
      select case
        when old.workspace_id is not null then space.hybrid_id
        else coalesce(post.workspace_id, task.workspace_id, home.workspace_id)
      end as workspace_id
      offset 0
    ) as own
    cross join lateral (
      select
        case when post.workspace_id = own.workspace_id then post.hybrid_id end as post_id,
        case when task.workspace_id = own.workspace_id then task.hybrid_id end as task_id
    ) as found
    -- keep_id: of a row that the hybrid had, whether it says the same
    cross join lateral (
      select case
        when taken.id is not null then taken.holder || jsonb_build_object(
          'workspace_id', own.workspace_id, 'user_id', person.hybrid_id, 'event_type', old.event_type,
          'event_data', consolidation.json_or(old.event_data, '{}'), 'post_id', found.post_id, 'task_id', found.task_id,
          'session_id', old.session_id, 'ip_address', old.ip_address, 'user_agent', old.user_agent,
          'created_at', coalesce(old.created_at, begun)
        ) = taken.holder
      end as holds
    ) as is_equal
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when own.workspace_id is null then 'workspace_id: none, and none to be found'
        when old.event_type is null then 'event_type: there is none'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.analytics_events (
      id, workspace_id, user_id, event_type, event_data, post_id, task_id, session_id, ip_address, user_agent, created_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.event_type, sound.event_data, sound.post_id, sound.task_id,
      sound.session_id, sound.ip_address, sound.user_agent, sound.created_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.analytics_events', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_before is not null
      and sound.user_id is null
    union all
    select 'b.analytics_events', sound.legacy_key, 'post_id', to_jsonb(sound.post_before)
    from sound
    where sound.post_before is not null
      and sound.post_id is null
    union all
    select 'b.analytics_events', sound.legacy_key, 'task_id', to_jsonb(sound.task_before)
    from sound
    where sound.task_before is not null
      and sound.task_id is null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'b.analytics_events', sound.legacy_key, 'public.analytics_events', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('workspace_id', sound.workspace_id, 'event_type', sound.event_type, 'created_at', sound.created_at),
      'keep_id: another event has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.analytics_events', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'b.analytics_events',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another event''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_analytics_events() is 'B.analytics_events to public.analytics_events: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_user_activity_logs() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform consolidation.make_months(
    array(select distinct date_trunc('month', old.created_at, 'UTC') from source_a.user_activity_logs as old)
  );
end
$function$;

comment on function consolidation.prepare_a_user_activity_logs() is 'Makes the months that the rows are of.';

-- security invoker: called by the driver.
create function consolidation.import_a_user_activity_logs() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
  own_schema text := left(spaces, 1);
begin
  with batch as materialized (
    select
      old.legacy_key,
      case when taken.id is null or is_equal.holds then old.id else consolidation.computed_id('a.user_activity_logs', old.legacy_key) end
        as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      taken.holder,
      own.workspace_id,
      person.hybrid_id as user_id,
      old.user_id as user_before,
      old.action,
      old.resource_type,
      old.resource_id,
      consolidation.json_or(old.details, '{}') as details,
      old.ip_address,
      old.user_agent,
      coalesce(old.created_at, begun) as created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.user_activity_logs_batch as old
    left join consolidation.taken on taken.legacy_table = 'a.user_activity_logs' and taken.id = old.id
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = own_schema and home.user_id = person.hybrid_id
    cross join lateral (
      select case when old.workspace_id is not null then space.hybrid_id else home.workspace_id end as workspace_id
    ) as own
    -- keep_id: of a row that the hybrid had, whether it says the same
    cross join lateral (
      select case
        when taken.id is not null then taken.holder || jsonb_build_object(
          'workspace_id', own.workspace_id, 'user_id', person.hybrid_id, 'action', old.action, 'resource_type', old.resource_type,
          'resource_id', old.resource_id, 'details', consolidation.json_or(old.details, '{}'), 'ip_address', old.ip_address,
          'user_agent', old.user_agent, 'created_at', coalesce(old.created_at, begun)
        ) = taken.holder
      end as holds
    ) as is_equal
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when own.workspace_id is null then 'workspace_id: none, and none to be found'
        when old.action is null then 'action: there is none'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.user_activity_logs (
      id, workspace_id, user_id, action, resource_type, resource_id, details, ip_address, user_agent, created_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.action, sound.resource_type, sound.resource_id, sound.details,
      sound.ip_address, sound.user_agent, sound.created_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.user_activity_logs', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_before is not null
      and sound.user_id is null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.user_activity_logs', sound.legacy_key, 'public.user_activity_logs', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('workspace_id', sound.workspace_id, 'action', sound.action, 'created_at', sound.created_at),
      'keep_id: another row has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.user_activity_logs', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.user_activity_logs',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another row''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_user_activity_logs() is 'A.user_activity_logs to public.user_activity_logs: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(710, 'measures', 'a.platform_analytics', 'a.platform_analytics', '{public.platform_analytics}'),
(720, 'measures', 'b.analytics_events', 'b.analytics_events', '{public.analytics_events}'),
(730, 'measures', 'a.user_activity_logs', 'a.user_activity_logs', '{public.user_activity_logs}');
