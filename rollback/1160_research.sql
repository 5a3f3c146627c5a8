drop policy content_recommendations_select_members on public.content_recommendations;

drop policy content_insights_select_members on public.content_insights;

drop policy research_results_update_editors on public.research_results;

drop policy research_results_select_members_or_public on public.research_results;

drop policy research_jobs_delete_editors on public.research_jobs;

drop policy research_jobs_update_editors on public.research_jobs;

drop policy research_jobs_insert_editors on public.research_jobs;

drop policy research_jobs_select_members on public.research_jobs;

drop policy research_configurations_delete_editors on public.research_configurations;

drop policy research_configurations_update_editors on public.research_configurations;

drop policy research_configurations_insert_editors on public.research_configurations;

drop policy research_configurations_select_members on public.research_configurations;

revoke all on public.content_recommendations from authenticated, service_role;

revoke all on public.content_insights from authenticated, service_role;

revoke all on public.research_results from authenticated, service_role;

revoke all on public.research_jobs from authenticated, service_role;

revoke all on public.research_configurations from authenticated, service_role;
