-- Why: text with its vector, for search by meaning; from B's content_embeddings.
-- Touches: one new table.
-- How it is searched: exactly, within one workspace, in two steps: the rows nearest by bits, then those put in order by the half
-- vector. No vector index: one for all workspaces finds too little of what belongs to a small one, and takes longer. A workspace
-- beyond some 10,000 rows is given an index of its own later.
-- Cost: the two generated columns add about a fifth to the time of an insert. Every update makes them anew (a trigger that stamps
-- the row might have changed the vector), which writes 3 kB, so what changes often does not belong here.

create table public.content_embeddings (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  content_type text not null,
  content_id uuid not null,
  content text not null,
  embedding extensions.vector(1536),
  embedding_half extensions.halfvec(1536) generated always as (embedding::extensions.halfvec(1536)) stored,
  embedding_bits bit(1536) generated always as (extensions.binary_quantize(embedding)::bit(1536)) stored,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
)
-- The first step reads each row of a workspace, so rows are kept short: text and vectors that do not fit lie out of line. 3,000 rows
-- with 1,000 characters each: 137 pages to read, instead of 500 by PostgreSQL's own measure (2 kB).
with (toast_tuple_target = 512);

-- The bits always in line and never compressed: 200 bytes, read for each row. The vectors out of line and not compressed, which is
-- their types' own choice, said here because the search rests on it: half vectors in line would make 1,500 pages of the 137.
alter table public.content_embeddings
alter column embedding_bits set storage plain,
alter column embedding_half set storage external,
alter column embedding set storage external;

alter table public.content_embeddings enable row level security;

create index content_embeddings_workspace_id_content_type_content_id_idx
on public.content_embeddings (workspace_id, content_type, content_id);

create trigger content_embeddings_stamp_updated_at
before update on public.content_embeddings
for each row execute function private.set_updated_at();

comment on table public.content_embeddings is 'Texts with their vectors, for search by meaning.';

comment on column public.content_embeddings.id is 'Key.';

comment on column public.content_embeddings.workspace_id is 'The workspace that it belongs to, and the only one whose search finds it.';

comment on column public.content_embeddings.content_type is 'What kind of thing the text is of; any word.';

comment on column public.content_embeddings.content_id is 'Which one: a key of the table that content_type means, not checked, may be gone.';

comment on column public.content_embeddings.content is 'The text that the vector stands for; one thing may have several, piece by piece.';

comment on column public.content_embeddings.embedding is
'The vector as the model gave it, in full precision; null until it is made. Numbers above 65,504 are refused: no half vector holds them.';

comment on column public.content_embeddings.embedding_half is 'The vector in half precision, generated: puts the nearest in their order.';

comment on column public.content_embeddings.embedding_bits is 'One bit a dimension, whether it is above 0, generated: finds the nearest.';

comment on column public.content_embeddings.metadata is 'What has no column of its own.';

comment on column public.content_embeddings.created_at is 'When the text was taken in.';

comment on column public.content_embeddings.updated_at is 'When the row last changed.';
