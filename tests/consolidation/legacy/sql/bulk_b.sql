-- B in bulk, for benches. Of its people every second one is A's under one id, every fourth A's under another id with the address in
-- capitals, and the rest are unknown to A. Belonging to workspaces is as in bulk_a.sql.

-- the workspace whose turn it is, and who owns it
create or replace function pg_temp.workspace(bigint) returns uuid
language sql immutable
return pg_temp.key('b-workspace', pg_temp.turn($1, pg_temp.part(0.015)));

create or replace function pg_temp.person(bigint) returns uuid
language sql immutable
return pg_temp.key(
  case when pg_temp.turn(pg_temp.turn($1, pg_temp.part(0.015)), pg_temp.part(0.012)) % 2 = 1 then 'user' else 'b-user' end,
  pg_temp.turn(pg_temp.turn($1, pg_temp.part(0.015)), pg_temp.part(0.012))
);

insert into users (id, email, full_name, avatar_url, role, subscription_tier, is_active, metadata, created_at, updated_at)
select
  pg_temp.person(n) as id,
  case
    when n % 4 = 2 then upper('person' || n || '@example.org')
    when n % 4 = 0 then 'only-in-b-' || n || '@example.org'
    else 'person' || n || '@example.org'
  end as email,
  'Person ' || n as full_name,
  'https://media.example.org/people/' || n || '.png' as avatar_url,
  case n % 50 when 0 then 'admin' when 1 then 'viewer' else 'user' end as role,
  case n % 9 when 0 then 'creator' else 'free' end as subscription_tier,
  n % 97 > 0 as is_active,
  jsonb_build_object('number', n) as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.012)) as n;

insert into workspaces (
  id, name, description, owner_id, settings, brand_guidelines, social_accounts, is_active, metadata, created_at, updated_at
)
select
  pg_temp.key('b-workspace', n) as id,
  case when n <= pg_temp.part(0.012) then 'My Workspace' else 'Workspace ' || n end as name,
  'What workspace ' || n || ' is for' as description,
  pg_temp.person(n) as owner_id,
  jsonb_build_object('number', n) as settings,
  jsonb_build_object('colour', n % 20) as brand_guidelines,
  case
    when n % 10 = 0 then jsonb_build_array(jsonb_build_object('platform', 'twitter', 'account_id', n, 'access_token', 'hush-' || n))
  end as social_accounts,
  true as is_active,
  case when n <= pg_temp.part(0.012) then '{"is_default": true}' else '{}' end::jsonb as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.015)) as n;


insert into media_assets (
  id, workspace_id, user_id, filename, original_filename, media_type, mime_type, file_size, url, dimensions, tags, metadata, created_at,
  updated_at
)
select
  pg_temp.key('asset', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'asset-' || n || '.png' as filename,
  'Picture ' || n || '.png' as original_filename,
  (array['image', 'video', 'audio', 'document', 'Image'])[n % 5 + 1] as media_type,
  'image/png' as mime_type,
  n * 5000 as file_size,
  'https://media.example.org/assets/' || n || '.png' as url,
  jsonb_build_object('width', n % 4000) as dimensions,
  array['tag' || n % 30] as tags,
  jsonb_build_object('number', n) as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.1)) as n;

insert into content_templates (id, workspace_id, user_id, name, category, template_content, platforms, usage_count, created_at, updated_at)
select
  pg_temp.key('template', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'Template ' || n as name,
  'weekly' as category,
  'Text of template ' || n as template_content,
  array['x', 'linkedin'] as platforms,
  n % 100 as usage_count,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.01)) as n;

insert into social_media_posts (
  id, workspace_id, user_id, title, content, platforms, media_urls, media_assets, hashtags, mentions, status, scheduled_at, published_at,
  ayrshare_post_id, platform_results, analytics, metadata, created_at, updated_at
)
select
  pg_temp.key('b-social', n) as id,
  case when n % 100 > 0 then pg_temp.workspace(n) end as workspace_id,
  pg_temp.person(n) as user_id,
  'Post of B ' || n as title,
  repeat('What post ' || n || ' of B says. ', 6) as content,
  case n % 4 when 0 then array['x', 'facebook'] when 1 then array['linkedin'] else array['twitter', 'ig', 'tiktok'] end as platforms,
  array['https://media.example.org/posts/' || n % 5000 || '.png'] as media_urls,
  array[pg_temp.key('asset', pg_temp.turn(n, pg_temp.part(0.015)))::text] as media_assets,
  array['#one', '#two'] as hashtags,
  array['@somebody'] as mentions,
  (array['draft', 'scheduled', 'published', 'failed', 'posted'])[n % 5 + 1] as status,
  pg_temp.moment(n) + interval '1 day' as scheduled_at,
  pg_temp.moment(n) + interval '2 days' as published_at,
  'ayr-b-' || n as ayrshare_post_id,
  case n % 3
    when 0 then '[]'
    when 1 then jsonb_build_object('twitter', jsonb_build_object('id', n))
    else jsonb_build_array(jsonb_build_object('platform', 'facebook', 'id', n))
  end as platform_results,
  jsonb_build_object('likes', n % 900) as analytics,
  jsonb_build_object('number', n) as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.15)) as n;

insert into campaigns (id, workspace_id, user_id, name, objectives, budget, start_date, end_date, posts, status, created_at, updated_at)
select
  pg_temp.key('campaign', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'Campaign ' || n as name,
  array['reach'] as objectives,
  n % 100000 + 0.99 as budget,
  pg_temp.moment(n) as start_date,
  pg_temp.moment(n) + interval '30 days' as end_date,
  array[pg_temp.key('b-social', n)::text] as posts,
  (array['draft', 'active', 'paused', 'completed', 'in_progress'])[n % 5 + 1] as status,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.01)) as n;

insert into worker_tasks (
  id, workspace_id, user_id, worker_type, task_type, input_data, status, priority, retry_count, scheduled_at, started_at, completed_at,
  metadata, created_at, updated_at
)
select
  pg_temp.key('task', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'writer' as worker_type,
  'caption' as task_type,
  jsonb_build_object('number', n) as input_data,
  (array['pending', 'running', 'completed', 'failed', 'error'])[n % 5 + 1] as status,
  n % 12 as priority,
  n % 3 as retry_count,
  pg_temp.moment(n) as scheduled_at,
  pg_temp.moment(n) as started_at,
  pg_temp.moment(n) + interval '1 minute' as completed_at,
  '{}'::jsonb as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.15)) as n;

insert into worker_results (id, task_id, worker_type, status, result_data, execution_time_ms, tokens_used, cost_usd, metadata, created_at)
select
  pg_temp.key('result', n) as id,
  pg_temp.key('task', pg_temp.turn(n, pg_temp.part(0.15))) as task_id,
  'writer' as worker_type,
  (array['success', 'partial', 'error'])[n % 3 + 1] as status,
  jsonb_build_object('text', 'Result ' || n) as result_data,
  n % 60000 as execution_time_ms,
  n % 4000 as tokens_used,
  (n % 1000) / 1000.0 as cost_usd,
  '{}'::jsonb as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.15)) as n;

insert into workflow_executions (
  id, workspace_id, user_id, workflow_name, workflow_config, tasks, status, progress, started_at, results, created_at, updated_at
)
select
  pg_temp.key('b-run', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'Workflow ' || n % 20 as workflow_name,
  jsonb_build_object('steps', n % 7) as workflow_config,
  array['write', 'film'] as tasks,
  (array['pending', 'running', 'completed', 'Completed', 'failed'])[n % 5 + 1] as status,
  n % 101 as progress,
  pg_temp.moment(n) as started_at,
  jsonb_build_object('number', n) as results,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.03)) as n;

insert into workflow_approvals (id, workflow_id, script, video_result, config, status, approved_by, approved_at, created_at, updated_at)
select
  pg_temp.key('approval', n) as id,
  pg_temp.key('b-run', n)::text as workflow_id,
  'Script ' || n as script,
  jsonb_build_object('number', n) as video_result,
  '{}'::jsonb as config,
  (array['approved', 'rejected'])[n % 2 + 1] as status,
  pg_temp.person(n) as approved_by,
  pg_temp.moment(n) as approved_at,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.01)) as n;

insert into research_configurations (
  id, workspace_id, user_id, source_type, config_name, configuration, last_run_at, created_at, updated_at
)
select
  pg_temp.key('configuration', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'reddit' as source_type,
  'Configuration ' || n as config_name,
  jsonb_build_object('number', n) as configuration,
  pg_temp.moment(n) as last_run_at,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.01)) as n;

insert into research_jobs (
  id, workspace_id, user_id, configuration_id, source_type, job_type, status, started_at, results_path, metadata, created_at, updated_at
)
select
  pg_temp.key('job', n) as id,
  pg_temp.workspace(pg_temp.turn(n, pg_temp.part(0.01))) as workspace_id,
  pg_temp.person(pg_temp.turn(n, pg_temp.part(0.01))) as user_id,
  pg_temp.key('configuration', pg_temp.turn(n, pg_temp.part(0.01))) as configuration_id,
  'reddit' as source_type,
  (array['raw', 'analyze', 'pipeline'])[n % 3 + 1] as job_type,
  (array['queued', 'running', 'completed', 'failed', 'cancelled'])[n % 5 + 1] as status,
  pg_temp.moment(n) as started_at,
  '/results/' || n as results_path,
  '{}'::jsonb as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.04)) as n;

insert into research_results (
  id, job_id, workspace_id, source_type, result_type, title, content, summary, tags, quality_score, created_at, updated_at
)
select
  pg_temp.key('research-result', n) as id,
  pg_temp.key('job', pg_temp.turn(n, pg_temp.part(0.04))) as job_id,
  pg_temp.workspace(pg_temp.turn(pg_temp.turn(n, pg_temp.part(0.04)), pg_temp.part(0.01))) as workspace_id,
  'reddit' as source_type,
  (array['raw_data', 'analyzed_data', 'insights', 'summary'])[n % 4 + 1] as result_type,
  'Result ' || n as title,
  jsonb_build_object('text', repeat('Found ' || n || '. ', 20)) as content,
  'Summary ' || n as summary,
  array['tag' || n % 12] as tags,
  (n % 120) / 100.0 as quality_score,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.05)) as n;

insert into avatar_profiles (id, name, avatar_id, voice_id, workspace_id, created_at, updated_at)
select
  n,
  'Avatar of B ' || n as name,
  'b-avatar-' || n as avatar_id,
  'b-voice-' || n as voice_id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.003)) as n;

insert into script_generations (
  id, user_id, workspace_id, topic, prompt, script, duration_target, quality_score, status, metadata, created_at
)
select
  n,
  pg_temp.person(n) as user_id,
  pg_temp.workspace(n) as workspace_id,
  'Topic of B ' || n as topic,
  'Prompt ' || n as prompt,
  repeat('A line of script ' || n || ' of B. ', 10) as script,
  30 + n % 90 as duration_target,
  (n % 100) / 10.0 as quality_score,
  (array['completed', 'pending', 'failed'])[n % 3 + 1] as status,
  '{}'::jsonb as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.03)) as n;

insert into video_generations (
  id, workspace_id, user_id, workflow_id, heygen_task_id, script, status, video_url, duration, metadata, created_at, updated_at
)
select
  pg_temp.key('b-video', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  pg_temp.key('b-run', n)::text as workflow_id,
  'task-' || n as heygen_task_id,
  'Script ' || n as script,
  (array['pending', 'processing', 'completed', 'failed'])[n % 4 + 1] as status,
  'https://media.example.org/b-videos/' || n || '.mp4' as video_url,
  n % 300 as duration,
  '{}'::jsonb as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.03)) as n;

insert into analytics_events (
  id, workspace_id, user_id, event_type, event_data, post_id, task_id, session_id, ip_address, user_agent, created_at
)
select
  pg_temp.key('event', n) as id,
  pg_temp.workspace(pg_temp.turn(n, pg_temp.part(0.15))) as workspace_id,
  pg_temp.person(pg_temp.turn(n, pg_temp.part(0.15))) as user_id,
  (array['post_viewed', 'post_shared', 'task_finished'])[n % 3 + 1] as event_type,
  jsonb_build_object('number', n) as event_data,
  case when n % 5 > 0 then pg_temp.key('b-social', pg_temp.turn(n, pg_temp.part(0.15))) end as post_id,
  case when n % 2 = 0 then pg_temp.key('task', pg_temp.turn(n, pg_temp.part(0.15))) end as task_id,
  'session-' || n % 10000 as session_id,
  '192.0.2.1'::inet + n % 200 as ip_address,
  'agent ' || n % 20 as user_agent,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.198)) as n;

insert into content_embeddings (id, workspace_id, content_type, content_id, content, embedding, metadata, created_at, updated_at)
select
  pg_temp.key('embedding', n) as id,
  pg_temp.workspace(n) as workspace_id,
  'post' as content_type,
  pg_temp.key('b-social', n) as content_id,
  'What post ' || n || ' says' as content,
  (
    select array_agg(((n + place) * 7919 % 1999 - 999) / 25000.0)
    from generate_series(1, 1536) as place
  )::real[]::vector as embedding,
  '{}'::jsonb as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.002)) as n;
