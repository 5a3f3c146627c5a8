drop table public.content_embeddings;
