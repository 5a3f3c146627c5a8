delete from consolidation.expectations
where position between 610 and 650;

drop view consolidation.expected_a_content_recommendations;

drop view consolidation.expected_a_content_insights;

drop view consolidation.expected_b_research_results;

drop view consolidation.expected_b_research_jobs;

drop view consolidation.expected_b_research_configurations;
