delete from consolidation.steps
where step = 'b.content_embeddings';

drop function consolidation.import_b_content_embeddings();

drop function consolidation.prepare_b_content_embeddings();

delete from consolidation.value_map
where hybrid_column = 'content_embeddings.content_id';

drop table consolidation.embedding_workspaces;
