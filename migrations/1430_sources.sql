-- Why: a real database drifts from its list. The transforms read views with fixed names and types, made from the catalogue over what was
-- captured: a column of another type is cast, a missing one is null, a missing table is empty.
-- Touches: one new table and functions. The schemas source_a and source_b are made when the import begins, not here: what they hold depends
-- on what was captured.
--
-- Each legacy table has two views. source_a.users is the whole table; source_a.users_batch is the batch at hand, which the driver sets, but
-- for rows without a key of their own.
-- Beside the columns of the list both have:
--   legacy_key  the key as text, as the ledger has it
--   row_place   the place of the row; batches are ranges of it, because a captured table stands still and needs no index to be read so
--   legacy_row  the row as jsonb, secrets masked; only read where a row is rejected
--   unknown     the columns that the list does not know, as jsonb; null where there are none

create table consolidation.sources (
  legacy_table text primary key,
  schema_name text not null,
  table_name text not null,
  row_count bigint not null,
  unknown_columns text[] not null default '{}',
  drift jsonb not null default '{}'
);

alter table consolidation.sources enable row level security;

comment on table consolidation.sources is 'The captured legacy tables, as they were when the views over them were made.';

comment on column consolidation.sources.legacy_table is 'a.<table> or b.<table>; of a table that the list does not know too.';

comment on column consolidation.sources.schema_name is 'Where it is.';

comment on column consolidation.sources.table_name is 'What it is called there.';

comment on column consolidation.sources.row_count is 'How many rows it had.';

comment on column consolidation.sources.unknown_columns is 'Its columns that the list does not know.';

comment on column consolidation.sources.drift is 'Columns that are missing (null) or of another type (which), by name.';

-- The ledger has a line for each key, so a row without one of its own gets a name here, and no transform reads it: finish_step rejects it.
create table consolidation.keyless (
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  part oid not null,
  row_place tid not null,
  reason text not null,

  primary key (legacy_table, part, row_place)
);

alter table consolidation.keyless enable row level security;

comment on table consolidation.keyless is
'Rows of captured tables whose id is null or an earlier row''s, as there may be where nothing forbids it.';

comment on column consolidation.keyless.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.keyless.legacy_key is 'What the ledger calls it: the id that an earlier row has, if any, and a number.';

comment on column consolidation.keyless.part is 'The captured table, or the part of it, that has the row.';

comment on column consolidation.keyless.row_place is 'Where the row is there.';

comment on column consolidation.keyless.reason is 'Why it is rejected.';

-- Lists that drifted to text or JSON.
create function consolidation.text_list(said text) returns text[]
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when text_list.said ~ '^\s*\[' then array(select * from jsonb_array_elements_text(text_list.said::jsonb))
    else text_list.said::text[]
  end
$function$;

comment on function consolidation.text_list(text) is 'A list from text: as PostgreSQL writes it, or as JSON.';

create function consolidation.flag(said text) returns boolean
language sql
immutable
parallel safe
return case
  when flag.said ~ '^\s*-?[0-9]+(\.[0-9]+)?\s*$' then flag.said::numeric <> 0
  else flag.said::boolean
end;

comment on function consolidation.flag(text) is 'Yes or no from text: a number other than 0 is yes.';

create function consolidation.cast_or_null(said text, otherwise anyelement) returns anyelement
language plpgsql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- as the batch reads it, or a list in JSON would be seen there and not here
  execute format(
    case pg_typeof(cast_or_null.otherwise)
      when 'text[]'::regtype then 'select consolidation.text_list(%L)'
      when 'boolean'::regtype then 'select consolidation.flag(%L)'
      else 'select %L::%s'
    end,
    cast_or_null.said, pg_typeof(cast_or_null.otherwise)
  )
  into otherwise;
  return otherwise;
exception
  when data_exception then
    return null;
end
$function$;

comment on function consolidation.cast_or_null(text, anyelement) is 'The text as a value of the other argument''s type; null where it is none.';

create function consolidation.plain_type(said text) returns text
language sql
immutable
parallel safe
return case
  when plain_type.said like 'character varying%' then 'text'
  when plain_type.said like 'numeric%' then 'numeric'
  when plain_type.said like 'vector%' then 'extensions.vector'
  else plain_type.said
end;

comment on function consolidation.plain_type(text) is 'The type that a column of the views has, by the type that the list says.';

create function consolidation.without_length(said text) returns text
language sql
immutable
parallel safe
return regexp_replace(without_length.said, '\([0-9,]+\)', '');

comment on function consolidation.without_length(text) is 'A type without its length or precision.';

-- The whole table is read to prepare a step, and there a value that cannot be cast is null; in the batch it is an error, which
-- rejects the row.
-- In a form that the planner puts where it is called: that is for each column, a thousand times a run.
create function consolidation.adapted(column_name text, found text, wanted text, is_strict boolean) returns text
language sql
stable
parallel safe
return case
  when adapted.found is null then format('null::%s', consolidation.plain_type(adapted.wanted))
  when consolidation.plain_type(adapted.wanted) in (adapted.found, consolidation.without_length(adapted.found))
    then format('old.%I', adapted.column_name)
  -- only widened: no value changes
  when (consolidation.plain_type(adapted.wanted), consolidation.without_length(adapted.found)) in (
      ('text', 'character varying'), ('text', 'character'), ('text[]', 'character varying[]'),
      ('bigint', 'integer'), ('bigint', 'smallint'), ('integer', 'smallint'), ('numeric', 'integer'), ('numeric', 'bigint'),
      ('double precision', 'integer'), ('jsonb', 'json'), ('numeric', 'smallint'), ('double precision', 'smallint')
    ) then format('old.%I::%s', adapted.column_name, consolidation.plain_type(adapted.wanted))
  when consolidation.plain_type(adapted.wanted) = 'timestamp with time zone'
    and consolidation.without_length(adapted.found) in ('timestamp without time zone', 'date')
    then format('(old.%I::timestamp at time zone ''UTC'')', adapted.column_name)
  when not adapted.is_strict
    then format('consolidation.cast_or_null(old.%I::text, null::%s)', adapted.column_name, consolidation.plain_type(adapted.wanted))
  when consolidation.plain_type(adapted.wanted) = 'boolean' then format('consolidation.flag(old.%I::text)', adapted.column_name)
  when consolidation.plain_type(adapted.wanted) = 'text[]' then format('consolidation.text_list(old.%I::text)', adapted.column_name)
  -- by way of text, which refuses what it would change: 1.5 is no integer
  else format('old.%I::text::%s', adapted.column_name, consolidation.plain_type(adapted.wanted))
end;

comment on function consolidation.adapted(text, text, text, boolean) is
'The expression that reads a legacy column, of the type that was found, as the type that the list says.';

-- security invoker: it reads the catalogue.
create function consolidation.is_unique(relation regclass, column_name text) returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select exists (
    select from pg_attribute as part
    inner join pg_index as rule on rule.indrelid = part.attrelid and rule.indnkeyatts = 1 and rule.indkey[0] = part.attnum
    where part.attrelid = is_unique.relation
      and part.attname = is_unique.column_name
      and part.attnotnull
      and rule.indisunique
      and rule.indisvalid
      and rule.indpred is null
  )
$function$;

comment on function consolidation.is_unique(regclass, text) is 'Whether a table forbids that a column is null or says a thing twice.';

-- security invoker: it makes views over what its caller may read.
create function consolidation.build_source(legacy_schema text, table_name text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  legacy text := build_source.legacy_schema || '.' || build_source.table_name;
  place text := format('legacy_%s.%I', build_source.legacy_schema, build_source.table_name);
  relation regclass := to_regclass(place);
  source text := format('source_%s.%I', build_source.legacy_schema, build_source.table_name);
  columns text[];
  strays text[];
  drifted jsonb;
  masks text;
  key text;
  rest text;
  total bigint;
  -- a row without a workspace for which a human has named one (1625)
  answered text[] := array(
    select distinct 'workspace_id' from consolidation.decisions
    where decisions.kind = 'no_workspace'
      and decisions.legacy_table = legacy
  );
  decided text := 'coalesce((select decision.answer::uuid from consolidation.decisions as decision'
    ' where decision.kind = ''no_workspace'' and decision.legacy_table = ' || quote_literal(legacy)
    || ' and decision.legacy_key = {key}), %s)';
  keyless bigint := 0;
begin
  select
    array[
      string_agg(
        format(
          case when known.column_name = any(answered) then decided else '%s' end || ' as %I',
          consolidation.adapted(known.column_name, found.type, known.type, false), known.column_name
        ),
        ', ' order by known.position
      ),
      string_agg(
        format(
          case when known.column_name = any(answered) then decided else '%s' end || ' as %I',
          consolidation.adapted(known.column_name, found.type, known.type, true), known.column_name
        ),
        ', ' order by known.position
      )
    ],
    coalesce(
      jsonb_object_agg(known.column_name, found.type)
      filter (where found.type is distinct from replace(known.type, 'vector(', 'extensions.vector(')), '{}'
    ),
    string_agg(format('%L, ''********''', known.column_name), ', ') filter (where known.is_secret and found.type is not null)
  into columns, drifted, masks
  from consolidation.legacy_columns as known
  left join (
    select
      part.attname::text as column_name,
      format_type(part.atttypid, part.atttypmod) as type
    from pg_attribute as part
    where part.attrelid = relation
      and part.attnum > 0
      and not part.attisdropped
  ) as found on known.column_name = found.column_name
  where known.legacy_schema = build_source.legacy_schema
    and known.table_name = build_source.table_name;

  if relation is null then
    execute format(
      'create view %s as select %s, null::text collate "C" as legacy_key, null::tid as row_place, null::jsonb as legacy_row,'
      ' null::jsonb as unknown where false',
      source, columns[1]
    );
    execute format('create view %s_batch as select * from %s', source, source);
    return;
  end if;

  select coalesce(array_agg(part.attname::text order by part.attnum), '{}')
  into strays
  from pg_attribute as part
  where part.attrelid = relation
    and part.attnum > 0
    and not part.attisdropped
    and not exists (
      select from consolidation.legacy_columns as known
      where known.legacy_schema = build_source.legacy_schema
        and known.table_name = build_source.table_name
        and known.column_name = part.attname
    );

  -- As it would be written if it had the type of the list: an id that drifted to text may be in upper case.
  key := case
    when drifted -> 'id' = 'null' then '''row '' || old.ctid::text'
    when drifted ? 'id' then 'coalesce(lower(btrim(old.id::text)), ''row '' || old.ctid::text)'
    else 'old.id::text'
  end;
  if drifted -> 'id' is distinct from 'null' and (drifted ? 'id' or not consolidation.is_unique(relation, 'id')) then
    execute format(
      'insert into consolidation.keyless (legacy_table, legacy_key, part, row_place, reason)'
      ' select %1$L, concat(old.key || '' '', ''row '', old.turn), old.part, old.row_place,'
      '   case when old.key is null then ''id: there is none'' else ''id: another row has it'' end'
      ' from (select known.*, row_number() over (partition by known.key order by known.part, known.row_place) as turn'
      '   from (select lower(btrim(id::text)) as key, tableoid as part, ctid as row_place from %2$s) as known) as old'
      ' where old.key is null or old.turn > 1',
      legacy, place
    );
    get diagnostics keyless = row_count;
  end if;
  if keyless > 0 then
    key := format('coalesce(lost.legacy_key, %s)', key);
    place := format(
      '%s as old left join consolidation.keyless as lost on lost.legacy_table = %L and lost.part = old.tableoid'
      ' and lost.row_place = old.ctid',
      place, legacy
    );
  else
    place := place || ' as old';
  end if;
  columns := array[replace(columns[1], '{key}', key), replace(columns[2], '{key}', key)];
  rest := format(
    '(%s) collate "C" as legacy_key, old.ctid as row_place, to_jsonb(old)%s as legacy_row, %s as unknown from %s',
    key,
    ' || jsonb_build_object(' || masks || ')',
    case
      when strays = '{}' then 'null::jsonb'
      else format('jsonb_build_object(%s)', (select string_agg(format('%L, old.%I', stray, stray), ', ') from unnest(strays) as stray))
    end,
    place
  );
  execute format('create view %s as select %s, %s', source, columns[1], rest);
  execute format(
    $view$
    create view %1$s_batch as select * from (select %3$s, %4$s) as old
    where old.row_place >= current_setting('consolidation.first')::tid
      and old.row_place < current_setting('consolidation.past')::tid
      and (
        (select current_setting('consolidation.again')) = 'no'
        or not exists (
          select from consolidation.ledger as line where line.legacy_table = %2$L and line.legacy_key = old.legacy_key
        )
      )
    $view$,
    source, legacy, columns[2], rest || case when keyless > 0 then ' where lost.row_place is null' else '' end
  );
  execute format('select count(*) from %s', source) into total;
  insert into consolidation.sources (legacy_table, schema_name, table_name, row_count, unknown_columns, drift)
  values (legacy, 'legacy_' || build_source.legacy_schema, build_source.table_name, total, strays, drifted);
end
$function$;

comment on function consolidation.build_source(text, text) is 'Makes the two views over one legacy table, captured or not, and notes how it drifted.';

-- security invoker: it makes views over what its caller may read.
create function consolidation.build_sources() returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  part record;
  stray record;
  total bigint;
begin
  perform consolidation.drop_sources();
  create schema source_a;
  create schema source_b;
  for part in
    select distinct
      known.legacy_schema,
      known.table_name
    from consolidation.legacy_columns as known
    order by known.legacy_schema, known.table_name
  loop
    perform consolidation.build_source(part.legacy_schema, part.table_name);
  end loop;

  for stray in
    select
      captured.legacy_schema,
      class.relname::text as relname
    from consolidation.captures as captured
    inner join pg_class as class
      on class.relnamespace = to_regnamespace('legacy_' || captured.legacy_schema)
        and class.relkind in ('r', 'p')
        and not class.relispartition
    where not exists (
        select from consolidation.legacy_columns as known
        where known.legacy_schema = captured.legacy_schema
          and known.table_name = class.relname
      )
  loop
    execute format('select count(*) from legacy_%s.%I', stray.legacy_schema, stray.relname) into total;
    insert into consolidation.sources (legacy_table, schema_name, table_name, row_count)
    values (stray.legacy_schema || '.' || stray.relname, 'legacy_' || stray.legacy_schema, stray.relname, total);
  end loop;
  return (select count(*) from consolidation.sources);
end
$function$;

comment on function consolidation.build_sources() is 'Makes the views that the transforms read, anew; returns how many captured tables there are.';

-- security invoker: it drops what its caller made.
create function consolidation.drop_sources() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  part text;
begin
  foreach part in array array['source_a', 'source_b'] loop
    if to_regnamespace(part) is not null then
      execute format('drop schema %s cascade', part);
    end if;
  end loop;
  delete from consolidation.sources;
  delete from consolidation.keyless;
end
$function$;

comment on function consolidation.drop_sources() is 'Drops the views that the transforms read: nothing is lost.';

-- Where A and B are together in one schema they share the tables whose names they share.
-- security invoker: it reads the books.
create function consolidation.found_as(legacy_table text) returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when exists (select from consolidation.sources where sources.legacy_table = found_as.legacy_table) then found_as.legacy_table
    else coalesce(
      (
        select sources.legacy_table
        from consolidation.sources
        inner join consolidation.captures as one on one.legacy_schema = 'a'
        inner join consolidation.captures as two
          on two.legacy_schema = 'b'
            and one.from_schema = two.from_schema
            -- two copies may both come from a schema `public`
            and one.copy_number is not distinct from two.copy_number
        where sources.legacy_table = translate(left(found_as.legacy_table, 1), 'ab', 'ba') || substring(found_as.legacy_table, 2)
      ),
      found_as.legacy_table
    )
  end
$function$;

comment on function consolidation.found_as(text) is
'Under which name the ledger has the rows that a table refers to: its own schema''s, or the other one''s where both were one schema.';
