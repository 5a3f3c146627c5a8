-- Why: who may read and change avatars, scripts, videos, their numbers and the monthly limits.
-- Touches: rights and policies on six tables. Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- avatar_profiles

grant select (
  id, workspace_id, name, avatar_id, voice_id, display_order, is_default, is_active, description, preview_url, avatar_type, created_at,
  updated_at
) on public.avatar_profiles to authenticated;

grant insert (
  workspace_id, name, avatar_id, voice_id, display_order, is_default, is_active, description, preview_url, avatar_type
) on public.avatar_profiles to authenticated;

grant update (
  name, avatar_id, voice_id, display_order, is_default, is_active, description, preview_url, avatar_type
) on public.avatar_profiles to authenticated;

grant delete on public.avatar_profiles to authenticated;

grant select, insert, update, delete on public.avatar_profiles to service_role;

create policy avatar_profiles_select_members on public.avatar_profiles
for select
to authenticated
using (avatar_profiles.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy avatar_profiles_insert_editors on public.avatar_profiles
for insert
to authenticated
with check (avatar_profiles.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

create policy avatar_profiles_update_editors on public.avatar_profiles
for update
to authenticated
using (avatar_profiles.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]))
with check (avatar_profiles.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

create policy avatar_profiles_delete_editors on public.avatar_profiles
for delete
to authenticated
using (avatar_profiles.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

-- -------------------------------------------------------------------- script_generations

grant select (
  id, workspace_id, user_id, topic, prompt, script, target_audience, video_style, duration_target, model_used, generation_time,
  quality_score, status, metadata, created_at, updated_at
) on public.script_generations to authenticated;

-- status: completed where the script is brought along, pending where the service is to write it
grant insert (
  workspace_id, user_id, topic, prompt, script, target_audience, video_style, duration_target, status, metadata
) on public.script_generations to authenticated;

grant update (
  topic, prompt, script, target_audience, video_style, duration_target, metadata
) on public.script_generations to authenticated;

grant select, insert, update, delete on public.script_generations to service_role;

create policy script_generations_select_members on public.script_generations
for select
to authenticated
using (script_generations.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy script_generations_insert_own on public.script_generations
for insert
to authenticated
with check (
  script_generations.user_id = (select private.token_person())
  and script_generations.status in ('pending', 'completed')
  and script_generations.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
);

create policy script_generations_update_admins_or_own on public.script_generations
for update
to authenticated
using (
  (
    script_generations.user_id = (select private.token_person())
    and script_generations.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or script_generations.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
)
with check (
  (
    script_generations.user_id = (select private.token_person())
    and script_generations.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or script_generations.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

-- no delete: videos name their script

-- -------------------------------------------------------------------- video_generations

grant select (
  id, workspace_id, user_id, script_id, workflow_id, avatar_workspace_id, profile_id, script, heygen_video_id, heygen_task_id, avatar_id,
  voice_id, video_style, video_url, thumbnail_url, status, aspect_ratio, duration, is_public, metadata, error_message, created_at,
  updated_at, completed_at
) on public.video_generations to authenticated;

grant select, insert, update, delete on public.video_generations to service_role;

create policy video_generations_select_members_or_public on public.video_generations
for select
to authenticated
using (
  video_generations.workspace_id = any((select private.readable_workspaces())::uuid[])
  or (video_generations.is_public and (select private.sees_public_rows()))
);

-- no insert: public.request_video() spends a credit
-- no update, delete: the service follows the provider

-- -------------------------------------------------------------------- video_analytics

-- not platform_data: what a platform said may hold secrets
grant select (
  id, workspace_id, video_id, views, likes, shares, comments, engagement_rate, watch_time_avg, completion_rate, last_updated, created_at
) on public.video_analytics to authenticated;

grant select, insert, update, delete on public.video_analytics to service_role;

create policy video_analytics_select_members on public.video_analytics
for select
to authenticated
using (video_analytics.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: the service asks the platforms

-- -------------------------------------------------------------------- user_video_limits

grant select (
  id, user_id, subscription_tier, monthly_limit, videos_this_month, credits_reset_at, premium_until, metadata, created_at, updated_at
) on public.user_video_limits to authenticated;

grant select, insert, update, delete on public.user_video_limits to service_role;

create policy user_video_limits_select_oneself on public.user_video_limits
for select
to authenticated
using (user_video_limits.user_id = (select private.acting_person()));

-- no insert, update, delete: a limit is what was paid for

-- -------------------------------------------------------------------- avatar_usage_stats

grant select (
  id, workspace_id, avatar_workspace_id, profile_id, usage_count, total_video_duration, avg_quality_score, last_used_at, created_at,
  updated_at
) on public.avatar_usage_stats to authenticated;

grant select, insert, update, delete on public.avatar_usage_stats to service_role;

create policy avatar_usage_stats_select_members on public.avatar_usage_stats
for select
to authenticated
using (avatar_usage_stats.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: the service counts
