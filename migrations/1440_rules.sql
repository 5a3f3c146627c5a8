-- Why: rules of docs/lineage_rules.csv that stand in many transforms, each once. They are bound when they are made, and inlined.
-- Touches: new functions, and the words that the value map begins with.

create function consolidation.folded(said text) returns text
language sql
immutable
parallel safe
return lower(btrim(folded.said, E' \t\n\r'));

comment on function consolidation.folded(text) is 'A word or an address, trimmed and in lower case.';

create function consolidation.computed_id(legacy_table text, part text) returns uuid
language sql
stable
parallel safe
return private.computed_id('legacy_' || computed_id.legacy_table || ':' || computed_id.part);

comment on function consolidation.computed_id(text, text) is
'Rule computed_id: the hybrid key for a.<table> or b.<table> and the legacy key, with :<part> where a row becomes several.';

create function consolidation.json_or(said jsonb, otherwise jsonb) returns jsonb
language sql
immutable
parallel safe
return case when json_or.said is null or json_or.said = 'null' then json_or.otherwise else json_or.said end;

comment on function consolidation.json_or(jsonb, jsonb) is 'Rule copy_json: SQL null and JSON null become what the hybrid column begins with.';

create function consolidation.metadata(said jsonb) returns jsonb
language sql
immutable
parallel safe
return case
  when metadata.said is null or metadata.said = 'null' then '{}'
  when jsonb_typeof(metadata.said) = 'object' then metadata.said
  else jsonb_build_object('legacy_metadata', metadata.said)
end;

comment on function consolidation.metadata(jsonb) is 'Rule copy_metadata: an object, whatever it was.';

create function consolidation.free_key(object jsonb, key text) returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
  select free_key.key || repeat('_2', tried.times)
  from generate_series(0, (select count(*) from jsonb_object_keys(free_key.object))::integer) as tried (times)
  where not free_key.object ? (free_key.key || repeat('_2', tried.times))
  order by tried.times
  limit 1
$function$;

comment on function consolidation.free_key(jsonb, text) is 'The key, with _2 appended as often as the object has that one already.';

create function consolidation.with_key(object jsonb, key text, value jsonb) returns jsonb
language sql
immutable
parallel safe
return case
  when with_key.value is null then with_key.object
  else with_key.object
    || jsonb_build_object(
      case when with_key.object ? with_key.key then consolidation.free_key(with_key.object, with_key.key) else with_key.key end,
      with_key.value
    )
end;

comment on function consolidation.with_key(jsonb, text, jsonb) is
'Rule to_metadata: the object with one more key; one that is there stays, and the new one gets _2 appended.';

-- security invoker: it reads nothing.
create function consolidation.flat_list(said text[]) returns text[]
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
  select coalesce(array_agg(element.said order by element.place) filter (where element.said is not null), '{}')
  from unnest(flat_list.said) with ordinality as element (said, place)
$function$;

comment on function consolidation.flat_list(text[]) is 'A list of lists as one list, without its null elements.';

-- array_remove() refuses lists of lists, which a text[] may hold, with an error that would stop the run
create function consolidation.list(said text[]) returns text[]
language sql
immutable
parallel safe
return case
  when array_ndims(list.said) > 1 then consolidation.flat_list(list.said)
  else coalesce(array_remove(list.said, null), '{}')
end;

comment on function consolidation.list(text[]) is 'Rule copy_list: without its null elements; null is empty.';

create function consolidation.ratio(said double precision) returns double precision
language sql
immutable
parallel safe
return case
  when ratio.said is null or ratio.said = 'nan' then null
  when ratio.said < 0 then 0
  when ratio.said <= 1 then ratio.said
  when ratio.said <= 1.000001 then 1
  when ratio.said <= 100 then ratio.said / 100
  else 1
end;

comment on function consolidation.ratio(double precision) is 'Rule ratio: 0 to 1, percent divided; null where it says nothing.';

create function consolidation.score(said double precision) returns double precision
language sql
immutable
parallel safe
return case when score.said is null or score.said = 'nan' then null else least(greatest(score.said, 0), 1) end;

comment on function consolidation.score(double precision) is 'Rule score: brought into 0 to 1; null where it says nothing.';

create function consolidation.not_negative(said double precision) returns double precision
language sql
immutable
parallel safe
return case when not_negative.said >= 0 and not_negative.said < 'infinity' then not_negative.said end;

comment on function consolidation.not_negative(double precision) is 'Rule not_negative: null where it is negative, infinite or no number.';

create function consolidation.begun_at() returns timestamptz
language sql
stable
return (
  select runs.started_at
  from consolidation.runs
  where runs.run_number = 1
);

comment on function consolidation.begun_at() is 'When the first import began: it stands for a time that nobody wrote down, in all rows and runs.';

insert into consolidation.value_map (hybrid_column, word, becomes)
select
  known.hybrid_column,
  word.word,
  coalesce(nullif(split_part(word.pair, '>', 2), ''), word.word) as becomes
from (
  values
  ('users.subscription_tier', 'free starter creator creator_pro enterprise'),
  ('users.role', 'user viewer admin>user'),
  ('workspace_members.role', 'owner admin editor member'),
  ('platform', 'x>twitter twitter ig>instagram instagram fb>facebook facebook linkedin tiktok youtube pinterest'),
  ('content_posts.status', 'draft scheduled publishing published posted>published partially_published failed error>failed archived'),
  (
    'social_media_posts.status',
    'draft scheduled publishing published posted>published failed error>failed cancelled canceled>cancelled'
  ),
  ('post_publications.status', 'pending publishing in_progress>publishing published posted>published failed error>failed deleted'),
  ('script_generations.status', 'pending completed failed error>failed'),
  ('video_generations.status', 'pending processing in_progress>processing completed failed error>failed cancelled canceled>cancelled'),
  (
    'workflow_executions.status',
    'pending running in_progress>running awaiting_approval completed failed error>failed cancelled canceled>cancelled'
  ),
  ('workflow_approvals.status', 'pending approved rejected'),
  ('worker_tasks.status', 'pending running in_progress>running completed failed error>failed dead cancelled canceled>cancelled'),
  ('worker_results.status', 'success partial error'),
  ('research_jobs.status', 'queued running in_progress>running completed failed error>failed cancelled canceled>cancelled'),
  ('content_recommendations.status', 'pending accepted rejected implemented'),
  ('campaigns.status', 'draft active paused completed archived'),
  ('user_video_limits.subscription_tier', 'free starter creator creator_pro enterprise')
) as known (hybrid_column, words)
cross join lateral (
  select
    pair.pair,
    split_part(pair.pair, '>', 1) as word
  from regexp_split_to_table(known.words, ' ') as pair (pair)
) as word;
