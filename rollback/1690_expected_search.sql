delete from consolidation.expectations
where position between 810 and 810;

drop view consolidation.expected_b_content_embeddings;
