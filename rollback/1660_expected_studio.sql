delete from consolidation.expectations
where position between 510 and 560;

delete from consolidation.asides
where position between 550 and 550;

drop view consolidation.expected_kept_a_user_video_limits;

drop view consolidation.expected_a_avatar_usage_stats;

drop view consolidation.expected_a_user_video_limits;

drop view consolidation.expected_a_video_analytics;

drop view consolidation.expected_b_video_generations;

drop view consolidation.expected_a_video_generations;

drop view consolidation.expected_b_script_generations;

drop view consolidation.expected_a_script_generations;

drop view consolidation.expected_b_avatar_profiles;

drop view consolidation.expected_a_avatar_profiles;
