delete from consolidation.expectations
where position between 710 and 730;

drop view consolidation.expected_a_user_activity_logs;

drop view consolidation.expected_b_analytics_events;

drop view consolidation.expected_a_platform_analytics;
