-- B.content_embeddings: a table of the list that the database lacks.

drop table content_embeddings;
