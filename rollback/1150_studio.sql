drop policy avatar_usage_stats_select_members on public.avatar_usage_stats;

drop policy user_video_limits_select_oneself on public.user_video_limits;

drop policy video_analytics_select_members on public.video_analytics;

drop policy video_generations_select_members_or_public on public.video_generations;

drop policy script_generations_update_admins_or_own on public.script_generations;

drop policy script_generations_insert_own on public.script_generations;

drop policy script_generations_select_members on public.script_generations;

drop policy avatar_profiles_delete_editors on public.avatar_profiles;

drop policy avatar_profiles_update_editors on public.avatar_profiles;

drop policy avatar_profiles_insert_editors on public.avatar_profiles;

drop policy avatar_profiles_select_members on public.avatar_profiles;

revoke all on public.avatar_usage_stats from authenticated, service_role;

revoke all on public.user_video_limits from authenticated, service_role;

revoke all on public.video_analytics from authenticated, service_role;

revoke all on public.video_generations from authenticated, service_role;

revoke all on public.script_generations from authenticated, service_role;

revoke all on public.avatar_profiles from authenticated, service_role;
