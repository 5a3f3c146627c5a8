drop policy user_activity_logs_select_admins_or_own on public.user_activity_logs;

drop policy analytics_events_insert_own on public.analytics_events;

drop policy analytics_events_select_members on public.analytics_events;

drop policy platform_analytics_select_members on public.platform_analytics;

revoke all on public.user_activity_logs from authenticated, service_role;

revoke all on public.analytics_events from authenticated, service_role;

revoke all on public.platform_analytics from authenticated, service_role;
