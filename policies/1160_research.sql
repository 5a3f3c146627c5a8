-- Why: who may read and change research, insights and recommendations.
-- Touches: rights and policies on five tables. Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- research_configurations

grant select (
  id, workspace_id, user_id, source_type, config_name, description, configuration, schedule, auto_run_enabled, is_active, created_at,
  updated_at, last_run_at
) on public.research_configurations to authenticated;

grant insert (
  workspace_id, user_id, source_type, config_name, description, configuration, schedule, auto_run_enabled, is_active
) on public.research_configurations to authenticated;

grant update (
  config_name, description, configuration, schedule, auto_run_enabled, is_active
) on public.research_configurations to authenticated;

grant delete on public.research_configurations to authenticated;

grant select, insert, update, delete on public.research_configurations to service_role;

create policy research_configurations_select_members on public.research_configurations
for select
to authenticated
using (research_configurations.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy research_configurations_insert_editors on public.research_configurations
for insert
to authenticated
with check (
  research_configurations.user_id = (select private.token_person())
  and research_configurations.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy research_configurations_update_editors on public.research_configurations
for update
to authenticated
using (research_configurations.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]))
with check (research_configurations.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

create policy research_configurations_delete_editors on public.research_configurations
for delete
to authenticated
using (research_configurations.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

-- -------------------------------------------------------------------- research_jobs

grant select (
  id, workspace_id, user_id, configuration_id, source_type, job_type, status, priority, started_at, completed_at, error_message,
  results_path, metadata, created_at, updated_at
) on public.research_jobs to authenticated;

-- a new job is queued; what becomes of it the service writes
grant insert (
  workspace_id, user_id, configuration_id, source_type, job_type, priority, metadata
) on public.research_jobs to authenticated;

-- status: a person cancels, and tries again
grant update (status, priority, metadata) on public.research_jobs to authenticated;

grant delete on public.research_jobs to authenticated;

grant select, insert, update, delete on public.research_jobs to service_role;

create policy research_jobs_select_members on public.research_jobs
for select
to authenticated
using (research_jobs.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy research_jobs_insert_editors on public.research_jobs
for insert
to authenticated
with check (
  research_jobs.user_id = (select private.token_person())
  and research_jobs.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy research_jobs_update_editors on public.research_jobs
for update
to authenticated
using (research_jobs.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]))
with check (research_jobs.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

create policy research_jobs_delete_editors on public.research_jobs
for delete
to authenticated
using (research_jobs.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

-- -------------------------------------------------------------------- research_results

grant select (
  id, workspace_id, user_id, job_id, source_type, result_type, title, content, summary, insights, metrics, tags, is_public, quality_score,
  created_at, updated_at
) on public.research_results to authenticated;

grant update (tags, is_public) on public.research_results to authenticated;

grant select, insert, update, delete on public.research_results to service_role;

create policy research_results_select_members_or_public on public.research_results
for select
to authenticated
using (
  research_results.workspace_id = any((select private.readable_workspaces())::uuid[])
  or (research_results.is_public and (select private.sees_public_rows()))
);

-- no insert: the service finds

create policy research_results_update_editors on public.research_results
for update
to authenticated
using (research_results.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]))
with check (research_results.workspace_id = any((select private.writable_workspaces('editor'))::uuid[]));

-- no delete: they go with their job

-- -------------------------------------------------------------------- content_insights

grant select (
  id, workspace_id, user_id, workflow_id, research_result_id, source_platform, source_url, title, content, author, engagement_score,
  sentiment_score, keywords, topics, extracted_at, metadata, created_at
) on public.content_insights to authenticated;

grant select, insert, update, delete on public.content_insights to service_role;

create policy content_insights_select_members on public.content_insights
for select
to authenticated
using (content_insights.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: the service finds

-- -------------------------------------------------------------------- content_recommendations

grant select (
  id, workspace_id, user_id, insight_id, post_id, title, description, content_type, recommended_platforms, confidence_score, reasoning,
  suggested_content, tags, status, expires_at, metadata, created_at, updated_at
) on public.content_recommendations to authenticated;

grant select, insert, update, delete on public.content_recommendations to service_role;

create policy content_recommendations_select_members on public.content_recommendations
for select
to authenticated
using (content_recommendations.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, delete: the service recommends
-- no update: an editor accepts or rejects, by public.decide_recommendation()
