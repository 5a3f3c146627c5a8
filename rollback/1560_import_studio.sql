delete from consolidation.steps
where domain = 'studio';

delete from consolidation.value_map
where hybrid_column in ('avatar_profiles.avatar_type', 'video_generations.aspect_ratio');

drop function consolidation.import_a_user_video_limits();

drop function consolidation.prepare_a_user_video_limits();

drop function consolidation.import_a_avatar_usage_stats();

drop function consolidation.prepare_a_avatar_usage_stats();

drop function consolidation.import_a_video_analytics();

drop function consolidation.import_b_video_generations();

drop function consolidation.import_a_video_generations();

drop function consolidation.prepare_a_video_generations();

drop function consolidation.import_b_script_generations();

drop function consolidation.import_a_script_generations();

drop function consolidation.import_b_avatar_profiles();

drop function consolidation.import_a_avatar_profiles();

drop table consolidation.usage_of_avatars;
