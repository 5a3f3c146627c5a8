-- Why: who may read and add measures.
-- Touches: rights and policies on three tables, by which their partitions are reached; those themselves stay closed.
-- Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- platform_analytics

grant select (
  id, workspace_id, account_id, post_id, metric_name, metric_value, metric_type, recorded_at, metadata, created_at
) on public.platform_analytics to authenticated;

grant select, insert, update, delete on public.platform_analytics to service_role;

create policy platform_analytics_select_members on public.platform_analytics
for select
to authenticated
using (platform_analytics.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: the service asks the platforms

-- -------------------------------------------------------------------- analytics_events

-- not session_id, ip_address, user_agent: personal data of the others
grant select (
  id, workspace_id, user_id, event_type, event_data, post_id, task_id, created_at
) on public.analytics_events to authenticated;

-- not created_at: an event is of the moment at which it comes in
grant insert (workspace_id, user_id, event_type, event_data, post_id, task_id, session_id) on public.analytics_events to authenticated;

-- written once, by the service as well
grant select, insert on public.analytics_events to service_role;

create policy analytics_events_select_members on public.analytics_events
for select
to authenticated
using (analytics_events.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- No foreign key checks what an event is about, so this does. Each subquery sees only what the person may read.
create policy analytics_events_insert_own on public.analytics_events
for insert
to authenticated
with check (
  analytics_events.user_id = (select private.token_person())
  and analytics_events.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  and (
    analytics_events.post_id is null
    or exists (
      select from public.content_posts as post
      where post.workspace_id = analytics_events.workspace_id
        and post.id = analytics_events.post_id
    )
  )
  and (
    analytics_events.task_id is null
    or exists (
      select from public.worker_tasks as task
      where task.workspace_id = analytics_events.workspace_id
        and task.id = analytics_events.task_id
    )
  )
);

-- no update, delete: an event never changes

-- -------------------------------------------------------------------- user_activity_logs

grant select (
  id, workspace_id, user_id, action, resource_type, resource_id, details, ip_address, user_agent, created_at
) on public.user_activity_logs to authenticated;

-- written by triggers and functions alone
grant select on public.user_activity_logs to service_role;

create policy user_activity_logs_select_admins_or_own on public.user_activity_logs
for select
to authenticated
using (
  user_activity_logs.workspace_id = any((select private.audited_workspaces())::uuid[])
  or (
    user_activity_logs.user_id = (select private.token_person())
    and user_activity_logs.workspace_id = any((select private.readable_workspaces())::uuid[])
  )
);

-- no insert, update, delete: a log that can be written proves nothing
