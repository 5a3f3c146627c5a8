-- Why: the rules of docs/lineage_rules.csv, said a second time, so that a mistake in 1440 or in a transform is not in the check as well.
-- The views of 1620 and following use these and nothing of the import.
-- Touches: new functions.

create function consolidation.expected_word(said text) returns text
language sql
immutable
parallel safe
return btrim(lower(expected_word.said), e' \t\r\n');

comment on function consolidation.expected_word(text) is 'A word or an address in lower case, without white space around it.';

-- By hexadecimal digits: the 13th says version 8, the 17th the variant.
create function consolidation.expected_id(name text) returns uuid
language sql
immutable
parallel safe
return left(
  overlay(
    overlay(encode(sha256(convert_to(expected_id.name, 'UTF8')), 'hex'), '8', 13, 1),
    translate(
      substr(encode(sha256(convert_to(expected_id.name, 'UTF8')), 'hex'), 17, 1), '0123456789abcdef', '89ab89ab89ab89ab'
    ),
    17,
    1
  ),
  32
)::uuid;

comment on function consolidation.expected_id(text) is 'The key that is computed for legacy_<a or b>.<table>:<key>[:<part>].';

create function consolidation.expected_json(said jsonb, otherwise jsonb default '{}') returns jsonb
language sql
immutable
parallel safe
return coalesce(nullif(expected_json.said, 'null'), expected_json.otherwise);

comment on function consolidation.expected_json(jsonb, jsonb) is 'Rule copy_json.';

create function consolidation.expected_object(said jsonb) returns jsonb
language sql
immutable
parallel safe
return case coalesce(jsonb_typeof(expected_object.said), 'null')
  when 'null' then '{}'
  when 'object' then expected_object.said
  else jsonb_build_object('legacy_metadata', expected_object.said)
end;

comment on function consolidation.expected_object(jsonb) is 'Rule copy_metadata.';

create function consolidation.expected_key(object jsonb, key text) returns text
language sql
immutable
parallel safe
return case
  when not expected_key.object ? expected_key.key then expected_key.key
  when not expected_key.object ? (expected_key.key || '_2') then expected_key.key || '_2'
  else expected_key.key || '_2_2'
end;

comment on function consolidation.expected_key(jsonb, text) is 'Rule to_metadata: the key, or the key with _2 as long as there is one of that name.';

create function consolidation.expected_with(object jsonb, key text, said jsonb) returns jsonb
language sql
immutable
parallel safe
return case
  when expected_with.said is null then expected_with.object
  else expected_with.object || jsonb_build_object(consolidation.expected_key(expected_with.object, expected_with.key), expected_with.said)
end;

comment on function consolidation.expected_with(jsonb, text, jsonb) is 'Rule to_metadata: an object with one more key.';

create function consolidation.expected_list(said text[]) returns text[]
language sql
immutable
parallel safe
return array_remove(coalesce(expected_list.said, '{}'), null);

comment on function consolidation.expected_list(text[]) is 'Rule copy_list.';

create function consolidation.expected_flag(said jsonb) returns boolean
language sql
immutable
parallel safe
return jsonb_typeof(expected_flag.said) = 'object'
and expected_flag.said ->> 'is_default' = 'true'
and jsonb_typeof(expected_flag.said -> 'is_default') in ('boolean', 'string');

comment on function consolidation.expected_flag(jsonb) is 'Rule default_flag; null where there is no metadata.';

create function consolidation.expected_amount(said double precision, otherwise double precision default null) returns double precision
language sql
immutable
parallel safe
return case when expected_amount.said between 0 and 1.7976931348623157e308 then expected_amount.said else expected_amount.otherwise end;

comment on function consolidation.expected_amount(double precision, double precision) is 'Rule not_negative.';

create function consolidation.expected_count(said bigint, otherwise bigint default null) returns bigint
language sql
immutable
parallel safe
return case when expected_count.said >= 0 then expected_count.said else expected_count.otherwise end;

comment on function consolidation.expected_count(bigint, bigint) is 'Rule not_negative, of a whole number.';

create function consolidation.expected_ratio(said double precision, otherwise double precision default null) returns double precision
language sql
immutable
parallel safe
return case
  when expected_ratio.said between 0 and 1 then expected_ratio.said
  when expected_ratio.said < 0 then 0
  when expected_ratio.said <= 1.000001 then 1
  when expected_ratio.said <= 100 then expected_ratio.said / 100
  when expected_ratio.said < 'nan' then 1
  else expected_ratio.otherwise
end;

comment on function consolidation.expected_ratio(double precision, double precision) is 'Rule ratio. NaN is greater than any number.';

create function consolidation.expected_score(
  said double precision, otherwise double precision default null, lowest double precision default 0
)
returns double precision
language sql
immutable
parallel safe
return case
  when expected_score.said between expected_score.lowest and 1 then expected_score.said
  when expected_score.said < expected_score.lowest then expected_score.lowest
  when expected_score.said < 'nan' then 1
  else expected_score.otherwise
end;

comment on function consolidation.expected_score(double precision, double precision, double precision) is
'Rules score and, from -1 on, sentiment.';

-- security invoker: it reads the books.
create function consolidation.expected_start() returns timestamptz
language sql
stable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select min(run.started_at) from consolidation.runs as run
$function$;

comment on function consolidation.expected_start() is 'The start of the import, which stands for a time that nobody wrote down.';
