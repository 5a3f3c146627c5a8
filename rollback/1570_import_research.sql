delete from consolidation.steps
where step in (
    'a.content_insights', 'a.content_recommendations', 'b.research_configurations', 'b.research_jobs', 'b.research_results'
  );

drop function consolidation.import_b_research_results();

drop function consolidation.import_b_research_jobs();

drop function consolidation.import_b_research_configurations();

drop function consolidation.prepare_b_research_configurations();

drop function consolidation.import_a_content_recommendations();

drop function consolidation.import_a_content_insights();

drop function consolidation.sentiment(double precision);

delete from consolidation.value_map
where hybrid_column in (
    'content_recommendations.content_type', 'research_configurations.source_type', 'research_jobs.job_type', 'research_jobs.priority',
    'research_results.result_type'
  );

drop table consolidation.configuration_names;
