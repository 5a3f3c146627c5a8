-- Why: rules of docs/lineage_rules.csv that transforms of posts, files and templates share: names of platforms, kinds and names of files.
-- Touches: a view and functions of the import. Nothing that is there.

-- in a body that is bound the linter takes the names of arguments for tables
-- noqa: disable=RF01

create view consolidation.platform_words with (security_invoker = true) as
select
  known.word,
  known.becomes as name,
  platform.id as platform_id,
  known.becomes = '' as is_ignored
from consolidation.value_map as known
left join public.social_platforms as platform on known.becomes = platform.name
where known.hybrid_column = 'platform'
union all
-- a platform of the owner's own
select
  own.name as word,
  own.name, -- noqa: AL08
  own.id as platform_id,
  false as is_ignored
from public.social_platforms as own
where not exists (
    select from consolidation.value_map as known
    where known.hybrid_column = 'platform'
      and known.word = own.name
  );

comment on view consolidation.platform_words is
'Words for platforms: those of the value map, and the names of other platforms that there are. A word that becomes nothing is ignored.';

comment on column consolidation.platform_words.word is 'The word, trimmed and in lower case.';

comment on column consolidation.platform_words.name is 'The name of the platform.';

comment on column consolidation.platform_words.platform_id is 'The row of social_platforms; null where there is none of that name.';

comment on column consolidation.platform_words.is_ignored is 'The value map says that the word names no platform.';

-- security invoker: it reads the value map.
create function consolidation.split_platforms(said text[])
returns table (names text[], platform_ids uuid[], ignored jsonb, fault text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with elements as (
    select
      element.said,
      element.place,
      words.name,
      words.platform_id,
      words.is_ignored
    from unnest(split_platforms.said) with ordinality as element (said, place)
    left join consolidation.platform_words as words on words.word = consolidation.folded(element.said)
    where consolidation.folded(element.said) <> ''
  ),

  forms as (
    select
      elements.platform_id,
      elements.name,
      min(elements.place) as place
    from elements
    where elements.platform_id is not null
    group by elements.platform_id, elements.name
  )

  select
    coalesce((select array_agg(forms.name order by forms.place) from forms), '{}'),
    coalesce((select array_agg(forms.platform_id order by forms.place) from forms), '{}'),
    jsonb_agg(elements.said order by elements.place) filter (where elements.is_ignored),
    case
      when bool_or(elements.name is null) then 'platforms: a name that is not mapped'
      when bool_or(elements.platform_id is null and not elements.is_ignored) then 'platforms: one that social_platforms does not have'
    end
  from elements
$function$;

comment on function consolidation.split_platforms(text[]) is
'Rule split_platforms: the platforms that a list names, each once and in order, the words that are to be ignored, and what is wrong.';

-- security invoker: it reads the value map.
create function consolidation.platform_names(said text[]) returns text[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select coalesce(array_agg(named.name order by named.place), '{}')
  from (
    select
      coalesce(known.becomes, element.said) as name,
      min(element.place) as place
    from unnest(platform_names.said) with ordinality as element (said, place)
    left join consolidation.value_map as known
      on known.hybrid_column = 'platform' and known.word = consolidation.folded(element.said) and known.becomes <> ''
    where consolidation.folded(element.said) <> ''
    group by coalesce(known.becomes, element.said)
  ) as named
$function$;

comment on function consolidation.platform_names(text[]) is
'Rule map_platform_names: each name through the value map, each once, in order; one that it does not know stays as it is.';

-- security invoker: it reads nothing.
create function consolidation.parsed(said jsonb) returns jsonb
language plpgsql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  return (parsed.said #>> '{}')::jsonb;
exception
  when data_exception or program_limit_exceeded or statement_too_complex then
    return parsed.said;
end
$function$;

comment on function consolidation.parsed(jsonb) is 'Text that is JSON, as what it says; other text as it is.';

create function consolidation.uuid_text(said text) returns text
language sql
immutable
parallel safe
return case
  -- as it is mostly written; an expression with counts costs ten times as much
  when uuid_text.said like '________-____-____-____-____________' and translate(uuid_text.said, '0123456789abcdef', '') = '----'
    then uuid_text.said
  -- in capitals, in braces, or with spaces around it
  when btrim(uuid_text.said, E' \t\n\r') ~* '^([0-9a-f]{4}-?){7}[0-9a-f]{4}$|^\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\}$'
    then btrim(uuid_text.said, E' \t\n\r')::uuid::text
end;

comment on function consolidation.uuid_text(text) is 'Text that is a uuid, as PostgreSQL writes it; null where it is none.';

-- security invoker: it reads nothing.
create function consolidation.with_keys(object jsonb, keys text[], said jsonb[]) returns jsonb
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  whole jsonb := with_keys.object;
begin
  for place in 1 .. cardinality(with_keys.keys) loop
    if with_keys.said[place] is not null then
      whole := consolidation.with_key(whole, with_keys.keys[place], with_keys.said[place]);
    end if;
  end loop;
  return whole;
end
$function$;

comment on function consolidation.with_keys(jsonb, text[], jsonb[]) is 'Rule to_metadata for several keys at once.';

create function consolidation.last_of_path(said text) returns text
language sql
immutable
parallel safe
return case
  -- an address without a path has a host as its last part
  when last_of_path.said like '%://%' and split_part(split_part(last_of_path.said, '#', 1), '?', 1) not like '%://%/%' then ''
  else split_part(split_part(split_part(btrim(last_of_path.said, E' \t\n\r'), '#', 1), '?', 1), '/', -1)
end;

comment on function consolidation.last_of_path(text) is
'The last part of the path of an address or of a file, without query and fragment; empty where there is none.';

-- In PL/pgSQL, whose expressions cost less than a query in SQL would for each call.
-- security invoker: it reads nothing.
create function consolidation.media_type(said text) returns text
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  word text := consolidation.folded(media_type.said);
  part text := consolidation.last_of_path(word);
  ending text := case
    when part like '%.%' then split_part(part, '.', -1)
    -- a word alone may be an ending, the last part of a path may not
    when word not like '%/%' then part
  end;
begin
  return case
    when word in ('image', 'video', 'audio', 'document', 'other') then word
    -- by its ending first: a path such as video/cover.png looks like a MIME type
    when ending in ('png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'bmp', 'tif', 'tiff', 'heic', 'heif', 'avif', 'ico', 'psd') then 'image'
    when ending in ('mp4', 'mov', 'webm', 'avi', 'mkv', 'm4v', 'mpg', 'mpeg', 'ogv', '3gp', 'wmv', 'flv') then 'video'
    when ending in ('mp3', 'wav', 'ogg', 'oga', 'm4a', 'aac', 'flac', 'opus', 'wma', 'aif', 'aiff') then 'audio'
    when ending in (
        'pdf', 'doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'odt', 'ods', 'odp', 'rtf', 'txt', 'csv', 'md', 'epub', 'pages', 'numbers',
        'key'
      ) then 'document'
    when word ~ '^(data:)?(image|video|audio)/' then substring(word from '(image|video|audio)/')
    when word ~ '^(data:)?(text/|application/(pdf|rtf|msword|epub|vnd\.(ms-|openxmlformats|oasis\.opendocument|apple\.)))' then 'document'
    when word ~ '^(data:)?(application|font|model|multipart|message)/' then 'other'
  end;
end
$function$;

comment on function consolidation.media_type(text) is
'Rule media_type: the kind of file that a word, a MIME type, a file name or an address says; null where it says none.';

-- security invoker: it reads nothing.
create function consolidation.percent_decoded(said text) returns text
language plpgsql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  return (
    select convert_from(
      string_agg(
        case when part.found[1] is not null then decode(part.found[1], 'hex') else convert_to(part.found[2], 'UTF8') end,
        '' order by part.place
      ),
      'UTF8'
    )
    from regexp_matches(percent_decoded.said, '%([0-9A-Fa-f]{2})|(%|[^%]+)', 'g') with ordinality as part (found, place)
  );
exception
  when data_exception then
    -- it decodes to no text
    return percent_decoded.said;
end
$function$;

comment on function consolidation.percent_decoded(text) is 'Text with %20 and the like decoded; as it is where that gives no text.';

-- security invoker: it reads nothing.
create function consolidation.file_name_of_url(said text) returns text
language plpgsql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  part text := consolidation.last_of_path(file_name_of_url.said);
begin
  if part like '%\%%' then
    part := consolidation.percent_decoded(part);
  end if;
  return coalesce(nullif(part, ''), 'file');
end
$function$;

comment on function consolidation.file_name_of_url(text) is
'Rule file_name_of_url: the last part of an address''s path, decoded; the word file where there is none.';

-- Bound, so that it is inlined where it is asked for each row.
create function consolidation.by_platform(said jsonb, names text[], words jsonb) returns table (parts jsonb, rest jsonb)
language sql
immutable
parallel safe
begin atomic
  select
    jsonb_object_agg(part.platform, part.value) filter (where part.platform is not null) as parts,
    jsonb_agg(part.rest) filter (where part.platform is null) -> 0 as rest
  from (
    select
      told.platform,
      case count(*) when 1 then jsonb_agg(told.value) -> 0 else jsonb_agg(told.value order by told.place) end as value,
      case
        when bool_or(told.key is null) then jsonb_agg(told.value order by told.place)
        else jsonb_object_agg(coalesce(told.key, ''), told.value)
      end as rest
    from (
      select
        element.place,
        null as key,
        element.value,
        case
          when by_platform.words ->> consolidation.folded(element.value ->> 'platform') = any(by_platform.names)
            then by_platform.words ->> consolidation.folded(element.value ->> 'platform')
        end as platform
      from jsonb_array_elements(case when jsonb_typeof(by_platform.said) = 'array' then by_platform.said else '[]' end)
        with ordinality as element (value, place)
      where jsonb_typeof(by_platform.said) = 'array'
      union all
      select
        pair.place,
        pair.key,
        pair.value,
        case
          when by_platform.words ->> consolidation.folded(pair.key) = any(by_platform.names)
            then by_platform.words ->> consolidation.folded(pair.key)
        end as platform
      from jsonb_each(case when jsonb_typeof(by_platform.said) = 'object' then by_platform.said else '{}' end)
        with ordinality as pair (key, value, place)
      where jsonb_typeof(by_platform.said) = 'object'
    ) as told
    group by told.platform
  ) as part;
end;

comment on function consolidation.by_platform(jsonb, text[], jsonb) is
'Rules split_results and split_analytics: of a list the elements whose platform is one of the names, of an object the values under them, by
platform; and the rest. The words say which platform each word is.';
