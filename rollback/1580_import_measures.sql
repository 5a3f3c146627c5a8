delete from consolidation.steps
where domain = 'measures';

delete from consolidation.value_map
where hybrid_column = 'platform_analytics.metric_type';

drop function consolidation.import_a_user_activity_logs();

drop function consolidation.prepare_a_user_activity_logs();

drop function consolidation.import_b_analytics_events();

drop function consolidation.prepare_b_analytics_events();

drop function consolidation.import_a_platform_analytics();

drop function consolidation.prepare_a_platform_analytics();

drop function consolidation.make_months(timestamptz[]);
