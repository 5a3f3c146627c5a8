-- stands alone
-- Why: the hybrid's tables have names that legacy tables have, so a legacy `public` moves aside, with everything on it, and can move back.
-- `alter … set schema` changes the catalogue alone: milliseconds at any size.
-- Touches: two new tables, functions. When it is called: every object of the legacy schema, under ACCESS EXCLUSIVE, until the commit.
-- What could go wrong: an object that belongs to another role cannot be moved; nothing is moved then.

create table consolidation.captures (
  legacy_schema text primary key,
  from_schema text not null,
  is_copy boolean not null default false,
  captured_at timestamptz not null default now(),

  constraint captures_schema_is_known check (legacy_schema in ('a', 'b'))
);

alter table consolidation.captures enable row level security;

create table consolidation.captured_functions (
  legacy_schema text not null references consolidation.captures (legacy_schema) on delete cascade,
  function_name text not null,
  definition text not null,
  change text not null,

  primary key (legacy_schema, function_name),
  constraint captured_functions_change_is_known check (change in ('repointed', 'disabled'))
);

alter table consolidation.captured_functions enable row level security;

comment on table consolidation.captures is 'Which legacy schema is at hand: moved aside, or copied from another database.';

comment on column consolidation.captures.legacy_schema is 'a or b; its tables are in the schema legacy_a or legacy_b.';

comment on column consolidation.captures.from_schema is 'Where its objects were, and where release moves them back to.';

comment on column consolidation.captures.is_copy is 'True where the rows were copied from another database: there is nothing to move back.';

comment on column consolidation.captures.captured_at is 'When it was captured.';

comment on table consolidation.captured_functions is 'Functions of a captured schema whose body was changed; release puts each one back.';

comment on column consolidation.captured_functions.legacy_schema is 'a or b.';

comment on column consolidation.captured_functions.function_name is 'The function with the types of its arguments, as it was called.';

comment on column consolidation.captured_functions.definition is 'The statement that makes it as it was.';

comment on column consolidation.captured_functions.change is
'repointed: the names of moved tables in its body were changed; disabled: it does nothing, because a table that stays fires it.';

-- A name that A and B share counts as the one that it is more like. Where the difference is small (B's avatars have one column more) it
-- follows the others: in a database of B a table that lost that column is still B's.
-- security invoker: called by whoever may use the schema.
create function consolidation.classify(from_schema text, wanted text default null)
returns table (table_name text, like_a double precision, like_b double precision, legacy_schema text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with found as (
    select
      class.relname::text as table_name,
      array_agg(part.attname::text) as column_names
    from pg_class as class
    inner join pg_attribute as part on class.oid = part.attrelid and part.attnum > 0 and not part.attisdropped
    where class.relnamespace = to_regnamespace(quote_ident(classify.from_schema))
      and class.relkind in ('r', 'p', 'f')
      and not class.relispartition
      and not exists (select from pg_depend as member where member.objid = class.oid and member.deptype = 'e')
    group by class.relname
  ),

  shape as (
    select
      legacy_columns.legacy_schema,
      legacy_columns.table_name,
      count(*) as columns
    from consolidation.legacy_columns
    group by legacy_columns.legacy_schema, legacy_columns.table_name
  ),

  likeness as (
    select
      found.table_name,
      shape.legacy_schema,
      (
        select count(*)::double precision / (shape.columns + cardinality(found.column_names) - count(*))
        from consolidation.legacy_columns as known
        where known.legacy_schema = shape.legacy_schema
          and known.table_name = shape.table_name
          and known.column_name = any(found.column_names)
      ) as share
    from found
    inner join shape on found.table_name = shape.table_name
  ),

  judged as (
    select
      found.table_name,
      a.share as like_a,
      b.share as like_b,
      case
        when coalesce(greatest(a.share, b.share), 0) < 0.5 then null
        when abs(coalesce(a.share, 0) - coalesce(b.share, 0)) < 0.1 then 'either'
        when coalesce(a.share, 0) > coalesce(b.share, 0) then 'a'
        else 'b'
      end as verdict
    from found
    left join likeness as a on found.table_name = a.table_name and a.legacy_schema = 'a'
    left join likeness as b on found.table_name = b.table_name and b.legacy_schema = 'b'
  )

  select
    judged.table_name,
    judged.like_a,
    judged.like_b,
    case
      when judged.verdict <> 'either' then judged.verdict
      when judged.verdict is null then null
      when exists (select from judged as other where other.verdict = classify.wanted) then classify.wanted
      when not exists (select from judged as other where other.verdict = 'a')
        and exists (select from judged as other where other.verdict = 'b') then 'b'
      when exists (select from judged as other where other.verdict = 'a')
        and not exists (select from judged as other where other.verdict = 'b') then 'a'
      when judged.like_b > judged.like_a then 'b'
      else 'a'
    end as legacy_schema
  from judged
  order by judged.table_name
$function$;

comment on function consolidation.classify(text, text) is
'Says of each table of a schema how much its columns are like A''s and B''s (shared columns of all), and whose it is; null for neither''s.';

-- security invoker: it moves what its caller may move.
create function consolidation.objects_of(in_schema text)
returns table (kind text, identity text, object_name text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    movable.kind,
    movable.identity,
    movable.object_name
  from (
  select
    case class.relkind
      when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
      else 'table'
    end as kind,
    format('%I.%I', objects_of.in_schema, class.relname) as identity,
    class.relname::text as object_name
  from pg_class as class
  where class.relnamespace = to_regnamespace(quote_ident(objects_of.in_schema))
    and class.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    and not exists (
      select from pg_depend as tie
      where tie.classid = 'pg_class'::regclass
        and tie.objid = class.oid
        -- of an extension, or the sequence of a column, which goes with its table
        and (tie.deptype = 'e' or (class.relkind = 'S' and tie.deptype in ('a', 'i') and tie.refclassid = 'pg_class'::regclass))
    )
  union all
  select
    'routine',
    routine.oid::regprocedure::text,
    routine.proname::text
  from pg_proc as routine
  where routine.pronamespace = to_regnamespace(quote_ident(objects_of.in_schema))
    and not exists (
      select from pg_depend as tie
      where tie.classid = 'pg_proc'::regclass
        and tie.objid = routine.oid
        and tie.deptype in ('e', 'i')
    )
  union all
  select
    case kind_of.typtype when 'd' then 'domain' else 'type' end,
    format('%I.%I', objects_of.in_schema, kind_of.typname),
    kind_of.typname::text
  from pg_type as kind_of
  where kind_of.typnamespace = to_regnamespace(quote_ident(objects_of.in_schema))
    and kind_of.typtype in ('e', 'd', 'r')
    and not exists (
      select from pg_depend as tie
      where tie.classid = 'pg_type'::regclass
        and tie.objid = kind_of.oid
        and tie.deptype = 'e'
    )
  union all
  select
    'statistics',
    format('%I.%I', objects_of.in_schema, extended.stxname),
    extended.stxname::text
  from pg_statistic_ext as extended
  where extended.stxnamespace = to_regnamespace(quote_ident(objects_of.in_schema))
  ) as movable
  -- routines first, as long as the types of their arguments are where the identity says
  order by movable.kind <> 'routine', movable.kind, movable.identity
$function$;

comment on function consolidation.objects_of(text) is
'What is in a schema and can be moved to another one, with what `alter <kind> <identity> set schema` calls it; extensions'' own left out.';

-- Bodies are text: PostgreSQL does not follow a table that moves. Nobody runs these functions while the schema is aside, but for those
-- that a table which stays fires (a trigger on auth.users): those do nothing until release, or a sign-up would fail or write there.
-- security invoker: it changes what its caller may change.
create function consolidation.repoint_functions(legacy_schema text, from_schema text, definitions jsonb) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  home text := 'legacy_' || repoint_functions.legacy_schema;
  routine record;
  relation record;
  body text;
  definition text;
  changed integer := 0;
begin
  for routine in
    select
      proc.oid,
      proc.prosrc,
      proc.proconfig,
      proc.prorettype,
      pg_get_functiondef(proc.oid) as definition,
      exists (
        select from pg_trigger as trigger
        inner join pg_class as class on trigger.tgrelid = class.oid
        where trigger.tgfoid = proc.oid
          and not trigger.tgisinternal
          and class.relnamespace::regnamespace::text not in ('legacy_a', 'legacy_b')
      ) as is_fired_from_outside
    from pg_proc as proc
    inner join pg_language as language on proc.prolang = language.oid and language.lanname in ('plpgsql', 'sql')
    where proc.pronamespace = to_regnamespace(home)
      and proc.prokind in ('f', 'p')
      and proc.prosqlbody is null
      and not exists (select from pg_depend as tie where tie.objid = proc.oid and tie.deptype = 'e')
    order by proc.oid
  loop
    if routine.is_fired_from_outside then
      definition := replace(routine.definition, routine.prosrc, E'\nbegin\n  return coalesce(new, old);\nend\n');
    else
      body := routine.prosrc;
      for relation in
        select
          class.relname::text as relname,
          class.relnamespace::regnamespace::text as place
        from pg_class as class
        where class.relnamespace::regnamespace::text in ('legacy_a', 'legacy_b')
          and class.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
      loop
        body := regexp_replace(
          body,
          format(
            '(?:\m%1$s|"%1$s")\s*\.\s*(?:%2$s\M|"%2$s")',
            repoint_functions.from_schema,
            regexp_replace(relation.relname, '([^A-Za-z0-9_])', '\\\1', 'g')
          ),
          format('%s.%I', relation.place, relation.relname),
          'gi'
        );
      end loop;
      definition := replace(routine.definition, routine.prosrc, body);
    end if;
    if definition <> routine.definition then
      -- as it was called before the move
      insert into consolidation.captured_functions (legacy_schema, function_name, definition, change)
      values (
        repoint_functions.legacy_schema,
        replace(routine.oid::regprocedure::text, home || '.', repoint_functions.from_schema || '.'),
        repoint_functions.definitions ->> routine.oid::text,
        case when routine.is_fired_from_outside then 'disabled' else 'repointed' end
      );
      execute definition;
      changed := changed + 1;
    end if;
  end loop;
  return changed;
end
$function$;

comment on function consolidation.repoint_functions(text, text, jsonb) is
'Changes the bodies of a moved schema''s functions that name moved tables by text, and stills those that other tables fire; keeps what was.';

-- security invoker: it moves what its caller may move.
create function consolidation.capture(from_schema text default 'public', wanted text default null)
returns table (legacy_schema text, kind text, object_name text)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  found text[];
  verdicts jsonb;
  definitions jsonb;
  home text;
  part text;
  thing record;
  place text;
begin
  if capture.wanted is not null and capture.wanted not in ('a', 'b') then
    raise exception 'a legacy schema is a or b' using errcode = 'HS100';
  end if;
  if to_regnamespace(quote_ident(capture.from_schema)) is null then
    raise exception 'there is no schema %', capture.from_schema using errcode = 'HS100';
  end if;
  if capture.from_schema = 'public' and to_regprocedure('private.platform_workspace_id()') is not null then
    raise exception 'public holds the tables of the hybrid'
      using errcode = 'HS103', hint = 'Capture before make migrate, or name the schema that the legacy tables are in.';
  end if;

  select
    array_agg(distinct verdict.legacy_schema) filter (where verdict.legacy_schema is not null),
    jsonb_object_agg(verdict.table_name, verdict.legacy_schema)
  into found, verdicts
  from consolidation.classify(capture.from_schema, capture.wanted) as verdict;
  if verdicts is null then
    raise exception 'the schema % has no tables', capture.from_schema using errcode = 'HS101';
  end if;
  if found is null or capture.wanted <> all(found) then
    raise exception 'the tables of % are not those of %', capture.from_schema, coalesce(upper(capture.wanted), 'A or B')
      using errcode = 'HS102', hint = 'select * from consolidation.classify(…) says how much each table is like them.';
  end if;
  if capture.wanted is not null then
    found := array[capture.wanted];
  end if;
  home := found[1];

  foreach part in array found loop
    if to_regnamespace('legacy_' || part) is not null then
      raise exception 'legacy_% is there already', part
        using errcode = 'HS104', hint = format('select * from consolidation.release(%L) moves it back.', part);
    end if;
    execute format('create schema legacy_%s', part);
    insert into consolidation.captures (legacy_schema, from_schema)
    values (part, capture.from_schema);
  end loop;

  select jsonb_object_agg(proc.oid, pg_get_functiondef(proc.oid))
  into definitions
  from pg_proc as proc
  where proc.pronamespace = to_regnamespace(quote_ident(capture.from_schema))
    and proc.prokind in ('f', 'p');

  -- what neither list knows, views and functions too, goes with the first
  for thing in
    select
      movable.kind,
      movable.identity,
      movable.object_name,
      coalesce(verdicts ->> movable.object_name, home) as part
    from consolidation.objects_of(capture.from_schema) as movable
  loop
    if thing.part = any(found) then
      place := 'legacy_' || thing.part;
      execute format('alter %s %s set schema %s', thing.kind, thing.identity, place);
      legacy_schema := thing.part;
      kind := thing.kind;
      object_name := thing.object_name;
      return next;
    end if;
  end loop;

  foreach part in array found loop
    perform consolidation.repoint_functions(part, capture.from_schema, definitions);
  end loop;
end
$function$;

comment on function consolidation.capture(text, text) is
'Moves a legacy schema aside to legacy_a, legacy_b or both (wanted: only that one), with everything on it; returns what was moved.';

-- security invoker: it moves what its caller may move.
create function consolidation.release(wanted text default null)
returns table (legacy_schema text, kind text, object_name text)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  captured record;
  thing record;
  place text;
  was record;
begin
  if not exists (
    select from consolidation.captures as known
    where known.legacy_schema = coalesce(release.wanted, known.legacy_schema)
      and not known.is_copy
  ) then
    raise exception 'nothing of that was moved aside'
      using errcode = 'HS105', hint = 'consolidation.captures lists what was captured.';
  end if;

  for captured in
    select
      known.legacy_schema,
      known.from_schema
    from consolidation.captures as known
    where known.legacy_schema = coalesce(release.wanted, known.legacy_schema)
      and not known.is_copy
    order by known.legacy_schema
  loop
    place := 'legacy_' || captured.legacy_schema;
    select theirs.object_name
    into thing
    from consolidation.objects_of(place) as ours
    inner join consolidation.objects_of(captured.from_schema) as theirs
      on ours.object_name = theirs.object_name
        and (ours.kind = 'routine') = (theirs.kind = 'routine')
        and (ours.kind <> 'routine' or split_part(ours.identity, '.', 2) = split_part(theirs.identity, '.', 2))
    limit 1;
    if found then
      raise exception '% has something named % by now', captured.from_schema, thing.object_name
        using errcode = 'HS106', hint = 'Take the hybrid back: make rollback TO=0; what was captured then moves back by itself.';
    end if;

    for thing in
      select
        movable.kind,
        movable.identity,
        movable.object_name
      from consolidation.objects_of(place) as movable
    loop
      execute format('alter %s %s set schema %I', thing.kind, thing.identity, captured.from_schema);
      legacy_schema := captured.legacy_schema;
      kind := thing.kind;
      object_name := thing.object_name;
      return next;
    end loop;
    execute format('drop schema %s', place);
  end loop;

  for was in
    select changed.definition
    from consolidation.captured_functions as changed
    where changed.legacy_schema = coalesce(release.wanted, changed.legacy_schema)
    order by changed.function_name
  loop
    execute was.definition;
  end loop;
  delete from consolidation.captures as known
  where known.legacy_schema = coalesce(release.wanted, known.legacy_schema)
    and not known.is_copy;
end
$function$;

comment on function consolidation.release(text) is
'Moves a captured schema back to where it was, functions as they were; returns what was moved.';

-- 0020 may come later: until then PostgreSQL lets PUBLIC execute what is made.
revoke all on function consolidation.classify(text, text) from public;

revoke all on function consolidation.objects_of(text) from public;

revoke all on function consolidation.repoint_functions(text, text, jsonb) from public;

revoke all on function consolidation.capture(text, text) from public;

revoke all on function consolidation.release(text) from public;
