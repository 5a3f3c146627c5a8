-- Why: embeddings are read by search alone. It verifies once and then scans one workspace exactly; under a policy the operators of
-- vectors, which are not leakproof, would wait for it row by row.
-- Touches: two new functions.

-- in a body of this form the linter takes the names of arguments for tables
-- noqa: disable=RF01

-- The nearest by bits, ten times as many as are asked for and a hundred at least, then put in order by the half vector.
-- security definer: no client has a right on the table.
create function private.search_content_by_caller(workspace_id uuid, query extensions.vector, max_results integer)
returns table (id uuid, content_type text, content_id uuid, content text, metadata jsonb, distance double precision)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  if coalesce(extensions.vector_dims(search_content_by_caller.query), 0) <> 1536
    or (search_content_by_caller.max_results between 1 and 200) is not true
  then
    raise exception 'a search takes a vector of 1536 numbers and gives 1 to 200 results' using errcode = 'HS081';
  end if;
  if (search_content_by_caller.workspace_id = any(private.readable_workspaces())) is not true then
    return;
  end if;
  return query
  with nearest as materialized (
    select
      embedding.id,
      embedding.content_type,
      embedding.content_id,
      embedding.content,
      embedding.metadata,
      embedding.embedding_half
    from public.content_embeddings as embedding
    where embedding.workspace_id = search_content_by_caller.workspace_id
      and embedding.embedding is not null
    order by
      embedding.embedding_bits
      operator(extensions.<~>) extensions.binary_quantize(search_content_by_caller.query)::bit(1536)
    limit greatest(100, 10 * search_content_by_caller.max_results)
  )

  select
    nearest.id,
    nearest.content_type,
    nearest.content_id,
    nearest.content,
    nearest.metadata,
    nearest.embedding_half operator(extensions.<=>) search_content_by_caller.query::extensions.halfvec(1536) as distance
  from nearest
  order by distance, nearest.id
  limit search_content_by_caller.max_results;
end
$function$;

comment on function private.search_content_by_caller(uuid, extensions.vector, integer) is 'See public.search_content.';

create function public.search_content(workspace_id uuid, query extensions.vector, max_results integer default 10)
returns table (id uuid, content_type text, content_id uuid, content text, metadata jsonb, distance double precision)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
begin atomic
  select
    hit.id,
    hit.content_type,
    hit.content_id,
    hit.content,
    hit.metadata,
    hit.distance
  from private.search_content_by_caller(
      search_content.workspace_id, search_content.query, search_content.max_results
    ) as hit
  order by hit.distance, hit.id;
end;

comment on function public.search_content(uuid, extensions.vector, integer) is
'The texts of a workspace whose meaning is nearest, by cosine distance, for whoever may read it; nothing for everybody else.';
