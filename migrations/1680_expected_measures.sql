-- Why: what figures, events and the log of activity must be, by the lineage.
-- Touches: views, rows of expectations.

create view consolidation.expected_a_platform_analytics with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.platform_analytics:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  case when account.workspace_id = own.workspace_id then account.hybrid_id end as account_id,
  case when post.workspace_id = own.workspace_id then post.hybrid_id end as post_id,
  old.metric_name,
  old.metric_value,
  coalesce(metric_type.becomes, consolidation.expected_word(coalesce(old.metric_type, 'count'))) as metric_type,
  coalesce(old.recorded_at, old.created_at, consolidation.expected_start()) as recorded_at,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_a_platform_analytics as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.platform_analytics' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_user_social_accounts as account on old.account_id::text = account.legacy_key
left join consolidation.became_a_content_posts as post on old.post_id::text = post.legacy_key
cross join
  lateral (
    select coalesce(account.workspace_id, post.workspace_id) as workspace_id
  ) as own
left join consolidation.value_map as metric_type
  on metric_type.hybrid_column = 'platform_analytics.metric_type'
    and consolidation.expected_word(coalesce(old.metric_type, 'count')) = metric_type.word;

comment on view consolidation.expected_a_platform_analytics is 'public.platform_analytics, by A.platform_analytics.';

create view consolidation.expected_b_analytics_events with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.analytics_events:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  old.event_type,
  consolidation.expected_json(old.event_data) as event_data,
  case when post.workspace_id = own.workspace_id then post.hybrid_id end as post_id,
  case when task.workspace_id = own.workspace_id then task.hybrid_id end as task_id,
  old.session_id,
  old.ip_address,
  old.user_agent,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_b_analytics_events as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.analytics_events' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.became_b_social_media_posts as post on old.post_id::text = post.legacy_key
left join consolidation.became_b_worker_tasks as task on old.task_id::text = task.legacy_key
cross join lateral (
  select
    coalesce(
      space.hybrid_id, case when old.workspace_id is null then coalesce(post.workspace_id, task.workspace_id) end, home.workspace_id
    ) as workspace_id
) as own;

comment on view consolidation.expected_b_analytics_events is 'public.analytics_events, by B.analytics_events.';

create view consolidation.expected_a_user_activity_logs with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.user_activity_logs:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  old.action,
  old.resource_type,
  old.resource_id,
  consolidation.expected_json(old.details) as details,
  old.ip_address,
  old.user_agent,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_a_user_activity_logs as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.user_activity_logs' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
cross join lateral (
  select coalesce(space.hybrid_id, home.workspace_id) as workspace_id
) as own;

comment on view consolidation.expected_a_user_activity_logs is 'public.user_activity_logs, by A.user_activity_logs.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(710, 'a.platform_analytics', 'a.platform_analytics', 'public.platform_analytics', 'expected_a_platform_analytics', 'id', 'ledger'),
(720, 'b.analytics_events', 'b.analytics_events', 'public.analytics_events', 'expected_b_analytics_events', 'id', 'ledger'),
(730, 'a.user_activity_logs', 'a.user_activity_logs', 'public.user_activity_logs', 'expected_a_user_activity_logs', 'id', 'ledger');
