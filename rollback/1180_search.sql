drop policy content_embeddings_select_nobody on public.content_embeddings;

revoke all on public.content_embeddings from service_role;
