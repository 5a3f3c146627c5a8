-- Demo data: 30 runs of workflows and 120 tasks of the background workers for each workspace, over the last 90 days. Runs and tasks are
-- numbered by time: the last ones wait or run at the moment of the first seeding. What runs wait for is decided in 0050, where the
-- scripts are.

create temporary view demo_spaces as
select
  space.number,
  workspaces.id,
  space.people,
  workspaces.created_at + space.age as seeded_at
from (
  values
  (1, interval '9600 hours', array[1, 2]), (2, interval '7200 hours', array[4, 5]), (3, interval '4800 hours', array[7, 8, 9])
) as space (number, age, people)
inner join public.workspaces on workspaces.id = private.computed_id('demo.workspaces:' || space.number);

create temporary view demo_runs as
with planned as (
  select
    space.id as workspace_id,
    space.seeded_at,
    space.people,
    run.place,
    (space.number - 1) * 30 + run.place as number,
    case run.place
      when 30 then 'pending'
      when 29 then 'running'
      when 25 then 'running' -- approved an hour ago
      when 28 then 'awaiting_approval'
      when 27 then 'awaiting_approval'
      when 7 then 'cancelled' -- rejected
      when 18 then 'cancelled' -- rejected
      when 11 then 'cancelled' -- before it started
      else case when run.place in (6, 14, 22) then 'failed' else 'completed' end
    end as status,
    case
      when run.place % 3 <> 2 then 'script_to_video'
      when run.place % 2 = 0 then 'trend_to_post'
      else 'weekly_report'
    end as workflow_name,
    space.seeded_at - case run.place
      when 30 then interval '2 minutes'
      when 29 then interval '9 minutes'
      when 28 then interval '5 hours'
      when 27 then interval '19 hours'
      when 25 then interval '100 minutes'
      when 26 then interval '30 hours'
      else (25 - run.place) * interval '88 hours' + interval '20 hours'
    end as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series(1, 30) as run (place)
)

select
  planned.workspace_id,
  planned.seeded_at,
  planned.people,
  planned.place,
  planned.number,
  planned.status,
  planned.workflow_name,
  planned.created_at,
  private.computed_id('demo.workflow_executions:' || planned.number) as id,
  -- four minutes for the script, 35 to 210 for the human, and the rest for the film
  planned.created_at + case
    when planned.place = 11 then interval '3 minutes'
    when planned.workflow_name <> 'script_to_video' then interval '6 minutes' + planned.place * interval '11 seconds'
    when planned.status = 'cancelled' then interval '4 minutes 20 seconds' + (1 + planned.place % 6) * interval '35 minutes'
    else interval '16 minutes 20 seconds' + (1 + planned.place % 6) * interval '35 minutes'
  end as ended_at
from planned;

insert into public.workflow_executions (
  id, workspace_id, user_id, workflow_name, workflow_config, tasks, status, progress, started_at, completed_at, results, error_message,
  metadata, created_at, updated_at
)
select
  run.id,
  run.workspace_id,
  private.computed_id('demo.users:' || run.people[1 + run.number % cardinality(run.people)]) as user_id,
  run.workflow_name,
  steps.config::jsonb as workflow_config,
  steps.names as tasks,
  run.status,
  case
    when run.status = 'completed' then 1
    when run.status in ('running', 'failed') then 0.75
    when run.status = 'pending' or run.place = 11 then 0
    else 0.5
  end as progress,
  case when run.status <> 'pending' and run.place <> 11 then run.created_at + interval '20 seconds' end as started_at,
  case when run.status in ('completed', 'failed', 'cancelled') then run.ended_at end as completed_at,
  case
    when run.status <> 'completed' then '{}'
    when run.workflow_name = 'script_to_video'
      then
        jsonb_build_object('render_video', jsonb_build_object('video_id', private.computed_id('demo.video_generations:' || run.number)))
    when run.workflow_name = 'trend_to_post' then jsonb_build_object('draft_posts', jsonb_build_object('drafts', 1 + run.number % 3))
    else jsonb_build_object('send_report', jsonb_build_object('recipients', cardinality(run.people)))
  end as results,
  case when run.status = 'failed' then steps.fault end as error_message,
  jsonb_build_object('started_from', (array['schedule', 'dashboard'])[1 + run.number % 2]) as metadata,
  run.created_at,
  coalesce(case when run.status in ('completed', 'failed', 'cancelled') then run.ended_at end, run.created_at + interval '1 minute')
    as updated_at
from pg_temp.demo_runs as run
inner join (
  values
  (
    'script_to_video', array['write_script', 'await_approval', 'render_video', 'attach_video'], '{"duration": 15, "needs_approval": true}',
    'The video provider answered: the voice does not speak the language of the script.'
  ),
  (
    'trend_to_post', array['collect_trends', 'rank', 'draft_posts', 'notify'], '{"sources": ["reddit", "google_trends"], "limit": 20}',
    'collect_trends: the source gave nothing in three tries.'
  ),
  (
    'weekly_report', array['fetch_metrics', 'summarise', 'render_report', 'send_report'], '{"weekday": "monday", "format": "pdf"}',
    'render_report: the figures of one account are missing, because its sign-in is no longer accepted.'
  )
) as steps (workflow_name, names, config, fault) on run.workflow_name = steps.workflow_name
on conflict do nothing;

create temporary view demo_kinds as
select
  kind.number,
  kind.worker_type,
  kind.task_type,
  kind.priority,
  kind.timeout,
  kind.takes,
  kind.tokens,
  kind.cost,
  kind.is_of_the_service,
  kind.result,
  kind.fault
from (
  -- milliseconds, tokens and dollars of one try
  values
  (
    0, 'content', 'write_caption', 5, 120, 4200, 640, 0.0041, false, '{"captions": 3, "language": "en"}'::jsonb,
    'The language model answered 529 (overloaded).'
  ),
  (
    1, 'publisher', 'publish_post', 9, 60, 900, null, 0, false, '{"published": true}',
    'The platform answered 503 (service unavailable).'
  ),
  (
    2, 'research', 'collect_trends', 3, 300, 16500, 2900, 0.0182, false, '{"found": 47, "kept": 12}',
    'The source allows no more requests this hour.'
  ),
  (
    3, 'video', 'render_video', 6, 900, 94000, null, 0.9, false, '{"format": "mp4"}',
    'The video provider answered: not enough credit.'
  ),
  (
    4, 'analytics', 'fetch_metrics', 2, 300, 2600, null, 0, true, '{"accounts": 3, "metrics": 36}',
    'One of the accounts took longer than 30 seconds.'
  ),
  (
    5, 'search', 'embed_content', 1, 120, 1100, 510, 0.0001, true, '{"dimensions": 1536}',
    'The embedding model answered 500 (internal error).'
  )
) as kind (number, worker_type, task_type, priority, timeout, takes, tokens, cost, is_of_the_service, result, fault);

create temporary view demo_tasks as
with planned as (
  select
    space.number as space,
    space.id as workspace_id,
    space.people,
    space.seeded_at,
    task.place,
    (space.number - 1) * 120 + task.place as number,
    (task.place + space.number) % 6 as kind,
    case
      when task.place > 116 then 'pending'
      when task.place > 113 then 'running'
      when task.place = 113 then 'pending' -- its first try failed, and the next is due
      when task.place > 109 then 'failed'
      when task.place % 23 = 7 then 'dead'
      when task.place % 17 = 13 then 'cancelled'
      else 'completed'
    end as status,
    space.seeded_at - case
      when task.place > 116 then (121 - task.place) * interval '25 seconds'
      when task.place > 109 then (117 - task.place) * interval '7 minutes'
      else (110 - task.place) * interval '19 hours 30 minutes'
    end as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series(1, 120) as task (place)
),

tried as (
  select
    planned.space,
    planned.workspace_id,
    planned.people,
    planned.seeded_at,
    planned.place,
    planned.number,
    planned.kind,
    planned.status,
    planned.created_at,
    kind.takes + planned.number * 7919 % 3000 as takes,
    case
      when planned.status = 'dead' then 3
      when planned.status = 'failed' or planned.place in (113, 115) then 1
      when planned.status = 'completed' and planned.place % 29 = 9 then 2
      when planned.status = 'completed' and planned.place % 10 = 4 then 1
      else 0
    end as retries
  from planned
  inner join pg_temp.demo_kinds as kind on planned.kind = kind.number
)

select
  tried.space,
  tried.workspace_id,
  tried.people,
  tried.place,
  tried.number,
  tried.kind,
  tried.status,
  tried.created_at,
  tried.retries,
  tried.takes,
  private.computed_id('demo.worker_tasks:' || tried.number) as id,
  -- each retry comes five minutes after the try before it
  tried.created_at + tried.retries * interval '5 minutes' as scheduled_at,
  case
    when tried.status = 'running' then tried.seeded_at - (117 - tried.place) * interval '9 seconds'
    when tried.status = 'pending' and tried.retries > 0 then tried.created_at + interval '3 seconds'
    when tried.status in ('completed', 'failed', 'dead') then tried.created_at + tried.retries * interval '5 minutes' + interval '3 seconds'
  end as started_at,
  case
    when tried.status in ('completed', 'failed', 'dead') then tried.retries + 1
    else tried.retries
  end as tries_ended
from tried;

insert into public.worker_tasks (
  id, workspace_id, user_id, worker_type, task_type, input_data, status, priority, retry_count, max_retries, timeout_seconds, scheduled_at,
  started_at, completed_at, error_message, metadata, created_at, updated_at
)
select
  task.id,
  task.workspace_id,
  case
    when not kind.is_of_the_service then private.computed_id('demo.users:' || task.people[1 + task.number % cardinality(task.people)])
  end as user_id,
  kind.worker_type,
  kind.task_type,
  case kind.worker_type
    when 'research' then jsonb_build_object('source', (array['reddit', 'google_trends', 'hackernews'])[1 + task.number % 3], 'limit', 50)
    when 'video'
      then
        jsonb_build_object(
          'video_id', private.computed_id('demo.video_generations:' || (task.space - 1) * 30 + 10 + task.place * 6 / 121 * 3)
        )
    when 'analytics' then jsonb_build_object('days', 7)
    -- a post of about that time
    else jsonb_build_object('post_id', private.computed_id('demo.content_posts:' || (task.space - 1) * 110 + 1 + task.place * 83 / 120))
  end as input_data,
  task.status,
  case when task.number % 25 = 3 then 10 else kind.priority end as priority,
  task.retries as retry_count,
  3 as max_retries,
  kind.timeout as timeout_seconds,
  task.scheduled_at,
  task.started_at,
  case
    when task.status in ('completed', 'dead') then task.started_at + task.takes * interval '1 millisecond'
    when task.status = 'cancelled' then task.created_at + interval '90 seconds'
  end as completed_at,
  case when task.status in ('failed', 'dead') or (task.status = 'pending' and task.retries > 0) then kind.fault end as error_message,
  jsonb_build_object('queued_by', case when kind.is_of_the_service then 'scheduler' else 'application' end) as metadata,
  task.created_at,
  case
    when task.status = 'cancelled' then task.created_at + interval '90 seconds'
    when task.status = 'running' then task.started_at
    else coalesce(task.started_at + task.takes * interval '1 millisecond', task.created_at)
  end as updated_at
from pg_temp.demo_tasks as task
inner join pg_temp.demo_kinds as kind on task.kind = kind.number
on conflict do nothing;

-- One row for each try that has ended. The last one of a completed task gave all, or a part; every other one nothing.
with tried as (
  select
    task.workspace_id,
    task.id as task_id,
    task.number as task_number,
    task.kind,
    task.takes,
    try.number,
    case
      when task.status <> 'completed' or try.number <= task.retries then 'error'
      when task.number % 14 = 2 then 'partial'
      else 'success'
    end as status,
    task.created_at
    + (try.number - 1) * interval '5 minutes' + interval '3 seconds' + task.takes * interval '1 millisecond' as ended_at
  from pg_temp.demo_tasks as task
  cross join generate_series(1, task.tries_ended) as try (number)
)

insert into public.worker_results (
  id, workspace_id, task_id, worker_type, status, result_data, error_message, execution_time_ms, tokens_used, cost_usd, created_at
)
select
  private.computed_id('demo.worker_results:' || tried.task_number || ':' || tried.number) as id,
  tried.workspace_id,
  tried.task_id,
  kind.worker_type,
  tried.status,
  case tried.status
    when 'success' then kind.result
    when 'partial' then kind.result || '{"complete": false}'
    else '{}'
  end as result_data,
  case tried.status
    when 'error' then kind.fault
    when 'partial' then 'Not all of it: ' || kind.fault
  end as error_message,
  tried.takes as execution_time_ms,
  -- null where no language model was asked, or it gave nothing
  case when tried.status <> 'error' then kind.tokens + tried.task_number * 13 % 170 end as tokens_used,
  case when tried.status = 'error' then 0 else round(kind.cost * (1 + tried.task_number % 7 * 0.1), 4) end as cost_usd,
  tried.ended_at as created_at
from tried
inner join pg_temp.demo_kinds as kind on tried.kind = kind.number
on conflict do nothing;

drop view
pg_temp.demo_tasks,
pg_temp.demo_kinds,
pg_temp.demo_runs,
pg_temp.demo_spaces;
