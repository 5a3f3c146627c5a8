-- A in bulk, for benches: rows that are clean for the most part, with some of what the import has to mend. A row of a table without a
-- parent belongs to the workspace whose turn it is; a row with a parent to its parent's.

-- the workspace whose turn it is, and who owns it
create or replace function pg_temp.workspace(bigint) returns uuid
language sql immutable
return pg_temp.key('workspace', pg_temp.turn($1, pg_temp.part(0.012)));

create or replace function pg_temp.person(bigint) returns uuid
language sql immutable
return pg_temp.key('user', pg_temp.turn(pg_temp.turn($1, pg_temp.part(0.012)), pg_temp.part(0.01)));

insert into users (id, email, full_name, avatar_url, subscription_tier, is_admin, onboarding_completed, preferences, created_at, updated_at)
select
  pg_temp.key('user', n) as id,
  'person' || n || '@example.org' as email,
  'Person ' || n as full_name,
  'https://media.example.org/people/' || n || '.png' as avatar_url,
  (array['free', 'free', 'free', 'starter', 'creator', 'creator_pro', 'enterprise'])[n % 7 + 1] as subscription_tier,
  n % 500 = 0 as is_admin,
  n % 3 > 0 as onboarding_completed,
  jsonb_build_object('theme', n % 5) as preferences,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.01)) as n;

insert into workspaces (id, name, description, owner_id, settings, created_at, updated_at)
select
  pg_temp.key('workspace', n) as id,
  'Workspace ' || n as name,
  'What workspace ' || n || ' is for' as description,
  pg_temp.person(n) as owner_id,
  jsonb_build_object('number', n) as settings,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.012)) as n;

-- the owner, and then for some workspaces one person more
insert into workspace_members (id, workspace_id, user_id, role, permissions, joined_at)
select
  pg_temp.key('member', n) as id,
  pg_temp.workspace(n) as workspace_id,
  case when n > pg_temp.part(0.012) then pg_temp.person(pg_temp.turn(n, pg_temp.part(0.012)) + 1) else pg_temp.person(n) end as user_id,
  case when n > pg_temp.part(0.012) then 'editor' else 'owner' end as role,
  '{}' as permissions,
  pg_temp.moment(n) as joined_at
from generate_series(1, pg_temp.part(0.02)) as n;

insert into social_platforms (id, name, display_name)
select
  pg_temp.key('platform', n) as id,
  name,
  initcap(name) as display_name
from unnest(array['linkedin', 'twitter', 'facebook', 'instagram', 'tiktok', 'youtube', 'pinterest']) with ordinality as platform (name, n);

insert into user_social_accounts (
  id, user_id, workspace_id, platform_id, account_name, account_id, access_token, refresh_token, token_expires_at, account_metadata,
  connected_at
)
select
  pg_temp.key('account', n) as id,
  pg_temp.person(n) as user_id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.key('platform', pg_temp.turn(n, 7)) as platform_id,
  'Account ' || n as account_name,
  'account-' || n as account_id,
  'hush-access-' || n as access_token,
  'hush-refresh-' || n as refresh_token,
  pg_temp.moment(n) + interval '60 days' as token_expires_at,
  jsonb_build_object('followers', n % 10000) as account_metadata,
  pg_temp.moment(n) as connected_at
from generate_series(1, pg_temp.part(0.02)) as n;

insert into content_posts (
  id, workspace_id, user_id, title, content, content_type, status, scheduled_for, published_at, metadata, tags, created_at, updated_at
)
select
  pg_temp.key('post', n) as id,
  case when n % 100 > 0 then pg_temp.workspace(n) end as workspace_id,
  pg_temp.person(n) as user_id,
  'Post ' || n as title,
  repeat('What post ' || n || ' says. ', 8) as content,
  (array['text', 'image', 'video', 'carousel', 'story'])[n % 5 + 1] as content_type,
  (array['draft', 'scheduled', 'published', 'failed', 'archived'])[n % 5 + 1] as status,
  pg_temp.moment(n) + interval '1 day' as scheduled_for,
  pg_temp.moment(n) + interval '2 days' as published_at,
  jsonb_build_object('number', n) as metadata,
  array['tag' || n % 50, 'tag' || n % 7] as tags,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.14)) as n;

insert into content_media (id, post_id, workspace_id, file_name, file_url, file_type, file_size, mime_type, alt_text, metadata, created_at)
select
  pg_temp.key('media', n) as id,
  pg_temp.key('post', pg_temp.turn(n, pg_temp.part(0.14))) as post_id,
  pg_temp.workspace(pg_temp.turn(n, pg_temp.part(0.14))) as workspace_id,
  'file-' || n || '.png' as file_name,
  'https://media.example.org/files/' || n || '.png' as file_url,
  (array['image', 'image/png', 'video'])[n % 3 + 1] as file_type,
  n % 2000000000 as file_size,
  'image/png' as mime_type,
  'What picture ' || n || ' shows' as alt_text,
  '{}' as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.1)) as n;

insert into social_media_posts (
  id, workspace_id, user_id, title, content, platforms, media_assets, hashtags, mentions, status, scheduled_for, published_at,
  ayrshare_post_id, platform_results, analytics, metadata, created_at, updated_at
)
select
  pg_temp.key('a-social', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'Social post ' || n as title,
  'What social post ' || n || ' says' as content,
  case n % 4 when 0 then array['x', 'facebook'] when 1 then array['linkedin'] else array['twitter', 'instagram', 'tiktok'] end as platforms,
  array['https://media.example.org/assets/' || n % 1000 || '.png'] as media_assets,
  array['#one', '#two'] as hashtags,
  array['@somebody'] as mentions,
  (array['draft', 'scheduled', 'published', 'failed'])[n % 4 + 1] as status,
  pg_temp.moment(n) + interval '1 day' as scheduled_for,
  pg_temp.moment(n) + interval '2 days' as published_at,
  'ayr-' || n as ayrshare_post_id,
  case n % 3
    when 0 then '{}'
    when 1 then jsonb_build_object('twitter', jsonb_build_object('id', n), 'linkedin', jsonb_build_object('id', n))
    else jsonb_build_array(jsonb_build_object('platform', 'facebook', 'id', n))
  end as platform_results,
  jsonb_build_object('twitter', jsonb_build_object('likes', n % 900)) as analytics,
  '{}' as metadata,
  pg_temp.moment(n) as created_at,
  pg_temp.moment(n) as updated_at
from generate_series(1, pg_temp.part(0.1)) as n;

-- accounts: the first ones are one for each workspace
insert into post_publications (
  id, post_id, account_id, platform_post_id, status, published_at, error_message, platform_response, created_at
)
select
  pg_temp.key('publication', n) as id,
  pg_temp.key('post', pg_temp.turn(n, pg_temp.part(0.14))) as post_id,
  pg_temp.key('account', pg_temp.turn(pg_temp.turn(n, pg_temp.part(0.14)), pg_temp.part(0.012))) as account_id,
  'platform-post-' || n as platform_post_id,
  (array['pending', 'published', 'published', 'failed', 'deleted'])[n % 5 + 1] as status,
  pg_temp.moment(n) as published_at,
  case when n % 5 = 3 then 'refused' end as error_message,
  jsonb_build_object('id', n) as platform_response,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.1)) as n;

insert into avatar_profiles (id, name, avatar_id, voice_id, display_order, is_default, description, preview_url, avatar_type, workspace_id)
select
  n,
  'Avatar ' || n as name,
  'avatar-' || n as avatar_id,
  'voice-' || n as voice_id,
  n % 20 as display_order,
  n % 5 = 0 as is_default,
  'What avatar ' || n || ' looks like' as description,
  'https://media.example.org/avatars/' || n || '.png' as preview_url,
  (array['talking_photo', 'avatar', 'custom'])[n % 3 + 1] as avatar_type,
  pg_temp.workspace(n) as workspace_id
from generate_series(1, pg_temp.part(0.005)) as n;

insert into avatar_usage_stats (id, profile_id, workspace_id, usage_count, total_video_duration, avg_quality_score, last_used_at)
select
  n as id,
  n as profile_id,
  pg_temp.workspace(n) as workspace_id,
  n % 100 as usage_count,
  n / 7.0 as total_video_duration,
  (n % 100) / 100.0 as avg_quality_score,
  pg_temp.moment(n) as last_used_at
from generate_series(1, pg_temp.part(0.005)) as n;

insert into script_generations (
  id, user_id, workspace_id, topic, script, target_audience, video_style, duration_target, model_used, quality_score, metadata, created_at
)
select
  n,
  pg_temp.person(n) as user_id,
  pg_temp.workspace(n) as workspace_id,
  'Topic ' || n as topic,
  repeat('A line of script ' || n || '. ', 10) as script,
  'everybody' as target_audience,
  'casual' as video_style,
  30 + n % 90 as duration_target,
  'small-1' as model_used,
  (n % 100) / 100.0 as quality_score,
  '{}' as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.03)) as n;

insert into video_generations (
  id, user_id, workspace_id, script_id, profile_id, heygen_video_id, video_url, status, aspect_ratio, duration, metadata, created_at
)
select
  n as id,
  pg_temp.person(n) as user_id,
  pg_temp.workspace(n) as workspace_id,
  n as script_id,
  case when n <= pg_temp.part(0.005) then n end as profile_id,
  'heygen-' || n as heygen_video_id,
  'https://media.example.org/videos/' || n || '.mp4' as video_url,
  (array['pending', 'processing', 'completed', 'failed', 'cancelled'])[n % 5 + 1] as status,
  (array['landscape', 'portrait', 'square'])[n % 3 + 1] as aspect_ratio,
  n % 300 as duration,
  '{}' as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.03)) as n;

insert into video_analytics (id, video_id, views, likes, shares, comments, engagement_rate, watch_time_avg, completion_rate, platform_data)
select
  n as id,
  n as video_id,
  n % 100000 as views,
  n % 900 as likes,
  n % 80 as shares,
  n % 70 as comments,
  (n % 1000) / 1000.0 as engagement_rate,
  n % 60 as watch_time_avg,
  (n % 100) / 100.0 as completion_rate,
  jsonb_build_object('number', n) as platform_data
from generate_series(1, pg_temp.part(0.03)) as n;

insert into user_video_limits (id, user_id, workspace_id, subscription_tier, monthly_limit, videos_this_month, credits_reset_at)
select
  n,
  pg_temp.key('user', n) as user_id,
  pg_temp.key('workspace', n) as workspace_id,
  'starter' as subscription_tier,
  3 as monthly_limit,
  n % 4 as videos_this_month,
  '2026-01-01 00:00+00' as credits_reset_at
from generate_series(1, pg_temp.part(0.01)) as n;

insert into workflow_executions (
  id, workspace_id, user_id, workflow_name, workflow_config, tasks, status, progress, started_at, completed_at, results, created_at
)
select
  pg_temp.key('a-run', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'Workflow ' || n % 20 as workflow_name,
  jsonb_build_object('steps', jsonb_build_array(n % 3, n % 5)) as workflow_config,
  array['write', 'film'] as tasks,
  (array['pending', 'running', 'completed', 'failed', 'cancelled'])[n % 5 + 1] as status,
  (n % 100) / 100.0 as progress,
  pg_temp.moment(n) as started_at,
  pg_temp.moment(n) + interval '1 hour' as completed_at,
  jsonb_build_object('number', n) as results,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.04)) as n;

insert into content_insights (
  id, workspace_id, user_id, workflow_id, source_platform, source_url, title, content, author, engagement_score, sentiment_score, keywords,
  topics, extracted_at, metadata, created_at
)
select
  pg_temp.key('insight', n) as id,
  pg_temp.workspace(pg_temp.turn(n, pg_temp.part(0.04))) as workspace_id,
  null as user_id,
  pg_temp.key('a-run', pg_temp.turn(n, pg_temp.part(0.04))) as workflow_id,
  'reddit' as source_platform,
  'https://example.org/insights/' || n as source_url,
  'Insight ' || n as title,
  'What was found in place ' || n as content,
  'Author ' || n % 300 as author,
  (n % 1000) / 1000.0 as engagement_score,
  (n % 200) / 100.0 - 1 as sentiment_score,
  array['word' || n % 40] as keywords,
  array['topic' || n % 9] as topics,
  pg_temp.moment(n) as extracted_at,
  '{}' as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.05)) as n;

insert into content_recommendations (
  id, workspace_id, user_id, title, description, content_type, recommended_platforms, confidence_score, reasoning, tags, status, created_at
)
select
  pg_temp.key('recommendation', n) as id,
  pg_temp.workspace(n) as workspace_id,
  pg_temp.person(n) as user_id,
  'Recommendation ' || n as title,
  'Do it in way ' || n as description,
  (array['post', 'video', 'story', 'carousel'])[n % 4 + 1] as content_type,
  array['x', 'linkedin'] as recommended_platforms,
  (n % 100) / 100.0 as confidence_score,
  'It went well ' || n % 30 || ' times' as reasoning,
  array['tag' || n % 12] as tags,
  (array['pending', 'accepted', 'rejected', 'implemented'])[n % 4 + 1] as status,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.04)) as n;

insert into platform_analytics (id, account_id, post_id, metric_name, metric_value, metric_type, recorded_at, metadata, created_at)
select
  pg_temp.key('metric', n) as id,
  pg_temp.key('account', pg_temp.turn(pg_temp.turn(n, pg_temp.part(0.14)), pg_temp.part(0.012))) as account_id,
  pg_temp.key('post', pg_temp.turn(n, pg_temp.part(0.14))) as post_id,
  (array['impressions', 'reach', 'clicks'])[n % 3 + 1] as metric_name,
  n / 8.0 as metric_value,
  'count' as metric_type,
  pg_temp.moment(n) as recorded_at,
  '{}' as metadata,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.15)) as n;

insert into user_activity_logs (
  id, user_id, workspace_id, action, resource_type, resource_id, details, ip_address, user_agent, created_at
)
select
  pg_temp.key('log', n) as id,
  pg_temp.person(n) as user_id,
  pg_temp.workspace(n) as workspace_id,
  'post.updated' as action,
  'post' as resource_type,
  pg_temp.key('post', n)::text as resource_id,
  jsonb_build_object('number', n) as details,
  '192.0.2.1'::inet + n % 200 as ip_address,
  'agent ' || n % 20 as user_agent,
  pg_temp.moment(n) as created_at
from generate_series(1, pg_temp.part(0.108)) as n;
