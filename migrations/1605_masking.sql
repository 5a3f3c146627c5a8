-- Why: what is shown to people, in a report or an answer, must not show a token; rows hold them in columns and anywhere in jsonb.
-- Touches: functions. Nothing that is there.
-- What could go wrong: a name that says nothing of its secret (`x1`), with a value that looks like none, is shown. It is for those who may
-- read the database.

create function consolidation.is_secret_name(name text) returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  -- author and keywords are none
  select is_secret_name.name ~* concat_ws(
      '|',
      'token|secret|passw|passphrase|pwd|credential|cookie|session|bearer|signature|jwt|otp|private',
      'auth(?!or(s|ed|ship)?($|[^a-z]))',
      'key(?!words?($|[^a-z])|board|frame)'
    )
    or exists (
      select from consolidation.legacy_columns as known
      where known.is_secret
        and known.column_name = is_secret_name.name
    )
$function$;

comment on function consolidation.is_secret_name(text) is
'Whether a column or a key of jsonb may hold a secret, by its name or because the list of legacy columns says so.';

create function consolidation.masked_text(said text) returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
  select regexp_replace(
    regexp_replace(
      regexp_replace(
        regexp_replace(
          masked_text.said,
          '(://[^/\s:@]*:)[^/\s@]+@', '\1********@', 'g'
        ),
        '\m((?:bearer|basic)\s+)[a-z0-9._~+/=-]{6,}', '\1********', 'gi'
      ),
      '\m(?:eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*|(?:sk-|ghp_|gho_|xox[a-z]-|ya29\.|AKIA|EAA)[A-Za-z0-9._-]{10,})', '********', 'g'
    ),
    -- token=… in an address, "token": "…" in a text that is no JSON
    '((?:token|secret|passw\w*|pwd|credentials?|cookie|session\w*|api_?key|signature|authorization)["'']?\s*[:=]\s*["'']?)[^"''\s,;&}]+',
    '\1********', 'gi'
  )
$function$;

comment on function consolidation.masked_text(text) is 'A text without what looks like a secret in it: tokens, and passwords of addresses.';

create function consolidation.masked(said jsonb, depth integer default 0) returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  inner_text text;
  names_a_secret boolean;
begin
  -- nobody looks there, and each level takes room on the stack
  if masked.depth > 60 then
    return '"********"';
  end if;
  case jsonb_typeof(masked.said)
    when 'object' then
      -- {"name": "access_token", "value": "…"}
      select coalesce(bool_or(consolidation.is_secret_name(pair.value #>> '{}')), false)
      into names_a_secret
      from jsonb_each(masked.said) as pair
      where lower(pair.key) in ('name', 'header', 'field', 'label', 'type', 'kind')
        and jsonb_typeof(pair.value) = 'string'
        and length(pair.value #>> '{}') <= 60;
      return (
        select coalesce(
          jsonb_object_agg(
            pair.key,
            case
              when pair.value = 'null' then pair.value
              when consolidation.is_secret_name(pair.key) or (names_a_secret and lower(pair.key) in ('value', 'val', 'data', 'content', 'text'))
                then '"********"'
              else consolidation.masked(pair.value, masked.depth + 1)
            end
          ),
          '{}'
        )
        from jsonb_each(masked.said) as pair
      );
    when 'array' then
      return (
        select coalesce(jsonb_agg(consolidation.masked(part.item, masked.depth + 1) order by part.place), '[]')
        from jsonb_array_elements(masked.said) with ordinality as part (item, place)
      );
    when 'string' then
      inner_text := masked.said #>> '{}';
      if inner_text ~ '^\s*[\[{]' then
        begin
          return to_jsonb(consolidation.masked(inner_text::jsonb, masked.depth + 1)::text);
        exception
          when data_exception or program_limit_exceeded then
            null; -- it is no JSON: a text as others
        end;
      end if;
      return to_jsonb(consolidation.masked_text(inner_text));
    else
      return masked.said;
  end case;
end
$function$;

comment on function consolidation.masked(jsonb, integer) is
'The value with what may be a secret masked, at any depth, also in JSON that stands in a text.';

create function consolidation.shown(name text, said jsonb, most integer default 200) returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select left(whole.text, shown.most)
    || case when length(whole.text) > shown.most then format('… (%s characters)', length(whole.text)) else '' end
  from (
    select case
      when shown.said is null or shown.said = 'null' then null
      -- the last part: settings.api_key is secret, and so is each part of api_config
      when exists (select from regexp_split_to_table(shown.name, '\.') as part (name) where consolidation.is_secret_name(part.name))
        then '********'
      else consolidation.masked(shown.said) #>> '{}'
    end as text
  ) as whole
$function$;

comment on function consolidation.shown(text, jsonb, integer) is
'A value of a column (or column.key) as it may be shown: masked, and not longer than so many characters; null where there is none.';
