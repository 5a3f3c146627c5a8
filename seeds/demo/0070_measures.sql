-- Demo data: what platforms reported about posts and accounts, what people did with them, and who did what in the workspaces.
-- These tables are written once, and made from posts as they are now. So a workspace that has the first row of a kind is left alone: a
-- post that was published since the first run gets no made-up figures.

create temporary view demo_spaces as
select
  space.number,
  workspaces.id,
  space.people,
  space.platforms,
  workspaces.created_at + space.age as seeded_at
from (
  values
  (1, interval '9600 hours', array[1, 2, 3, 9], array['instagram', 'facebook', 'pinterest', 'tiktok']),
  (2, interval '7200 hours', array[4, 5, 6, 9], array['instagram', 'facebook', 'youtube', 'tiktok']),
  (3, interval '4800 hours', array[7, 8, 9], array['linkedin', 'twitter', 'youtube'])
) as space (number, age, people, platforms)
inner join public.workspaces on workspaces.id = private.computed_id('demo.workspaces:' || space.number);

-- The months that have passed already have no partition yet.
select private.make_month_partitions(4, min(space.seeded_at) - interval '2400 hours')
from pg_temp.demo_spaces as space;

create temporary view demo_places as
select
  place.number,
  place.address::inet as ip_address,
  place.program as user_agent
from (
  values
  (0, '192.0.2.17', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15'),
  (1, '198.51.100.204', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0'),
  (2, '2001:db8:4::1f', 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile'),
  (3, '203.0.113.9', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148')
) as place (number, address, program);

-- A form's figures after a day and after a week (the last ones are those that stand in the form), and followers each week.
with published as (
  select
    space.number as space,
    space.id as workspace_id,
    post.number,
    form.content_post_id as post_id,
    form.published_at,
    account.id as account_id,
    platform.name as platform,
    case when form.published_at < space.seeded_at - interval '168 hours' then 168 else 24 end as last_hours,
    (form.analytics ->> 'impressions')::bigint as impressions,
    (form.analytics ->> 'likes')::bigint + (form.analytics ->> 'comments')::bigint + (form.analytics ->> 'shares')::bigint as answers
  from pg_temp.demo_spaces as space
  cross join generate_series((space.number - 1) * 110 + 1, space.number * 110) as post (number)
  inner join public.social_media_posts as form
    on space.id = form.workspace_id and form.content_post_id = private.computed_id('demo.content_posts:' || post.number)
  inner join public.social_platforms as platform on form.platform_id = platform.id
  left join public.user_social_accounts as account
    on form.workspace_id = account.workspace_id
      and account.id = private.computed_id('demo.user_social_accounts:' || space.number || ':' || platform.name)
  where form.status = 'published'
    and form.analytics ? 'impressions'
),

measured as (
  select
    published.space,
    published.workspace_id,
    published.account_id,
    published.post_id,
    metric.name,
    metric.value,
    metric.type,
    published.published_at + metric.hours * interval '1 hour' as recorded_at,
    published.platform
  from published
  cross join
    lateral (
      values
      ('impressions', published.last_hours, published.impressions::numeric, 'count', true),
      ('impressions', 24, round(published.impressions * 0.58), 'count', published.last_hours > 24),
      ('engagement_rate', published.last_hours, round(published.answers::numeric / published.impressions, 4), 'rate', true),
      (
        'click_through', published.last_hours, round((8 + published.number * 13 % 47) / 10.0, 1), 'percentage',
        published.platform in ('linkedin', 'facebook', 'pinterest')
      ),
      (
        'average_view_duration', published.last_hours, round(4 + published.number * 7 % 190 / 10.0, 1), 'duration',
        published.platform in ('tiktok', 'youtube')
      )
    ) as metric (name, hours, value, type, is_told)
  where metric.is_told

  union all

  select
    space.number as space,
    space.id as workspace_id,
    account.id as account_id,
    null as post_id,
    'followers' as name,
    -- a few more each week, and a few less in every fifth
    700 + platform.place * 431 + week.number * (9 + platform.place * 3) - (week.number % 5 = 3)::integer * 14 as value,
    'count' as type,
    space.seeded_at - (12 - week.number) * interval '168 hours' - interval '5 hours' as recorded_at,
    platform.name as platform
  from pg_temp.demo_spaces as space
  cross join unnest(space.platforms) with ordinality as platform (name, place)
  cross join generate_series(0, 12) as week (number)
  inner join public.user_social_accounts as account
    on space.id = account.workspace_id
      and account.id = private.computed_id('demo.user_social_accounts:' || space.number || ':' || platform.name)
),

numbered as (
  select
    measured.*,
    row_number() over (
      partition by measured.space
      order by measured.recorded_at desc, measured.name asc, measured.platform asc, measured.post_id asc
    ) as number
  from measured
)

insert into public.platform_analytics (
  id, workspace_id, account_id, post_id, metric_name, metric_value, metric_type, recorded_at, metadata, created_at
)
select
  private.computed_id('demo.platform_analytics:' || numbered.space || ':' || numbered.number) as id,
  numbered.workspace_id,
  numbered.account_id,
  numbered.post_id,
  numbered.name as metric_name,
  numbered.value as metric_value,
  numbered.type as metric_type,
  numbered.recorded_at,
  jsonb_build_object('platform', numbered.platform) as metadata,
  numbered.recorded_at + interval '90 seconds' as created_at
from numbered
where
  not exists (
    select from public.platform_analytics as present
    where present.workspace_id = numbered.workspace_id
      and present.id = private.computed_id('demo.platform_analytics:' || numbered.space || ':1')
  );

-- What readers did with posts, what members did in the application, and what the workers did.
with happened as (
  select
    space.number as space,
    space.id as workspace_id,
    null::integer as person,
    (array['post_viewed', 'link_clicked', 'post_viewed', 'post_shared', 'comment_added'])[1 + (post.number + event.place) % 5]
      as event_type,
    jsonb_build_object('source', (array['feed', 'profile', 'search', 'direct link'])[1 + (post.number * 3 + event.place) % 4])
      as event_data,
    written.id as post_id,
    null::uuid as task_id,
    post.number * 3 + event.place as turn,
    written.published_at + (event.place * event.place * 9 + post.number % 7) * interval '1 hour' + post.number * interval '11 seconds'
      as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series((space.number - 1) * 110 + 1, space.number * 110) as post (number)
  inner join public.content_posts as written on written.id = private.computed_id('demo.content_posts:' || post.number)
  cross join generate_series(0, 2) as event (place)
  where written.published_at is not null

  union all

  select
    space.number as space,
    space.id as workspace_id,
    space.people[1 + event.place % cardinality(space.people)] as person,
    (array['calendar_opened', 'editor_opened', 'report_exported', 'search_used'])[1 + event.place * 7 % 4] as event_type,
    jsonb_build_object('from', (array['menu', 'shortcut', 'notification'])[1 + event.place % 3]) as event_data,
    null as post_id,
    null as task_id,
    space.number * 60 + event.place as turn,
    space.seeded_at - (61 - event.place) * interval '35 hours' + event.place * 29 % 400 * interval '1 minute' as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series(1, 60) as event (place)

  union all

  select
    space.number as space,
    space.id as workspace_id,
    null as person,
    'task_completed' as event_type,
    jsonb_build_object('worker_type', done.worker_type, 'retries', done.retry_count) as event_data,
    null as post_id,
    done.id as task_id,
    task.number as turn,
    done.completed_at as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series((space.number - 1) * 120 + 1, space.number * 120, 4) as task (number)
  inner join public.worker_tasks as done on done.id = private.computed_id('demo.worker_tasks:' || task.number)
  where done.status = 'completed'
),

numbered as (
  select
    happened.*,
    row_number() over (partition by happened.space order by happened.created_at desc, happened.turn asc) as number
  from happened
  inner join pg_temp.demo_spaces as space on happened.space = space.number
  where happened.created_at < space.seeded_at
)

insert into public.analytics_events (
  id, workspace_id, user_id, event_type, event_data, post_id, task_id, session_id, ip_address, user_agent, created_at
)
select
  private.computed_id('demo.analytics_events:' || numbered.space || ':' || numbered.number) as id,
  numbered.workspace_id,
  case when numbered.person is not null then private.computed_id('demo.users:' || numbered.person) end as user_id,
  numbered.event_type,
  numbered.event_data,
  numbered.post_id,
  numbered.task_id,
  case when numbered.task_id is null then 'demo-' || to_hex(numbered.turn * 7919) end as session_id,
  case when numbered.task_id is null then place.ip_address end as ip_address,
  case when numbered.task_id is null then place.user_agent end as user_agent,
  numbered.created_at
from numbered
inner join pg_temp.demo_places as place on numbered.turn % 4 = place.number
where
  not exists (
    select from public.analytics_events as present
    where present.workspace_id = numbered.workspace_id
      and present.id = private.computed_id('demo.analytics_events:' || numbered.space || ':1')
  );

-- Who wrote which post, who decided on which run, and who made up one's mind about which proposal.
with happened as (
  select
    space.number as space,
    space.id as workspace_id,
    written.user_id,
    'post.created' as action,
    'content_posts' as resource_type,
    written.id as resource_id,
    jsonb_build_object('title', written.title) as details,
    post.number as turn,
    written.created_at
  from pg_temp.demo_spaces as space
  cross join generate_series((space.number - 1) * 110 + 1, space.number * 110) as post (number)
  inner join public.content_posts as written on written.id = private.computed_id('demo.content_posts:' || post.number)

  union all

  select
    space.number as space,
    space.id as workspace_id,
    decided.approved_by as user_id,
    'workflow.' || decided.status as action,
    'workflow_executions' as resource_type,
    decided.workflow_id as resource_id,
    jsonb_build_object('feedback', decided.feedback) as details,
    run.number as turn,
    decided.approved_at as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series((space.number - 1) * 30 + 1, space.number * 30) as run (number)
  inner join public.workflow_approvals as decided on decided.id = private.computed_id('demo.workflow_approvals:' || run.number)
  where decided.status <> 'pending'

  union all

  select
    space.number as space,
    space.id as workspace_id,
    private.computed_id('demo.users:' || space.people[1 + proposal.number % 2]) as user_id,
    'recommendation.' || decided.status as action,
    'content_recommendations' as resource_type,
    decided.id as resource_id,
    jsonb_build_object('title', decided.title) as details,
    proposal.number as turn,
    decided.updated_at as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series((space.number - 1) * 100 + 1, space.number * 100) as proposal (number)
  inner join public.content_recommendations as decided
    on decided.id = private.computed_id('demo.content_recommendations:' || proposal.number)
  where decided.status <> 'pending'
),

numbered as (
  select
    happened.*,
    row_number() over (partition by happened.space order by happened.created_at desc, happened.turn asc) as number
  from happened
)

insert into public.user_activity_logs (
  id, workspace_id, user_id, action, resource_type, resource_id, details, ip_address, user_agent, created_at
)
select
  private.computed_id('demo.user_activity_logs:' || numbered.space || ':' || numbered.number) as id,
  numbered.workspace_id,
  numbered.user_id,
  numbered.action,
  numbered.resource_type,
  numbered.resource_id::text as resource_id,
  jsonb_strip_nulls(numbered.details) as details,
  place.ip_address,
  place.user_agent,
  numbered.created_at
from numbered
inner join pg_temp.demo_places as place on numbered.turn % 4 = place.number
where
  not exists (
    select from public.user_activity_logs as present
    where present.workspace_id = numbered.workspace_id
      and present.id = private.computed_id('demo.user_activity_logs:' || numbered.space || ':1')
  );

drop view
pg_temp.demo_places,
pg_temp.demo_spaces;
