-- Why: who may read the texts and vectors that search is made of.
-- Touches: rights and one policy on one table. Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- content_embeddings

grant select, insert, update, delete on public.content_embeddings to service_role;

-- read by public.search_content() alone, which verifies once; `@@` and `<->` are not leakproof, and would scan under a policy
create policy content_embeddings_select_nobody on public.content_embeddings
for select
to authenticated
using (false);

-- no insert, update, delete: the service makes them
