-- Demo data: 45 posts and 25 findings of each workspace, with made-up vectors. What is about the same subject has a similar vector, so
-- that a search for the nearest finds something sensible; the numbers are not those of any model.

create temporary view demo_texts as
select
  post.workspace_id,
  'post' as content_type,
  post.id as content_id,
  concat_ws(chr(10), post.title, post.content) as content,
  listed.number,
  -- 12 subjects in each workspace, in turn
  (listed.number - 1) / 110 * 12 + (listed.number - 1) % 110 % 12 as subject,
  post.created_at
from generate_series(1, 330) as listed (number)
inner join public.content_posts as post on post.id = private.computed_id('demo.content_posts:' || listed.number)
where (listed.number - 1) % 110 < 45

union all

select
  insight.workspace_id,
  'insight' as content_type,
  insight.id as content_id,
  concat_ws(chr(10), insight.title, insight.content) as content,
  1000 + listed.number as number,
  40 + listed.number / 4 as subject,
  insight.created_at
from generate_series(1, 300, 4) as listed (number)
inner join public.content_insights as insight on insight.id = private.computed_id('demo.content_insights:' || listed.number);

-- The subject decides the wave, the text what is added to it; the length is 1, as models give it. A few wait for their vector.
with vectors as (
  select
    text.number,
    array_agg(
      sin(axis.number * (1 + text.subject) * 0.37) + 0.4 * sin(axis.number * text.number * 0.61 + 0.13)
      order by axis.number
    )::real[]::extensions.vector(1536) as embedding
  from pg_temp.demo_texts as text
  cross join generate_series(1, 1536) as axis (number)
  where text.number % 110 <> 45
    -- a second run need not compute them again
    and not exists (
      select from public.content_embeddings as present
      where present.id = private.computed_id('demo.content_embeddings:' || text.number)
    )
  group by text.number
)

insert into public.content_embeddings (id, workspace_id, content_type, content_id, content, embedding, metadata, created_at, updated_at)
select
  private.computed_id('demo.content_embeddings:' || text.number) as id,
  text.workspace_id,
  text.content_type,
  text.content_id,
  text.content,
  extensions.l2_normalize(vectors.embedding) as embedding,
  jsonb_build_object('model', 'made up for the demo') as metadata,
  text.created_at + interval '2 minutes' as created_at,
  text.created_at + interval '2 minutes' as updated_at
from pg_temp.demo_texts as text
left join vectors on text.number = vectors.number
on conflict do nothing;

drop view pg_temp.demo_texts;
