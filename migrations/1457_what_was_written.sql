-- Why: an import is taken back exactly, so it must be known which rows are still as the import wrote them, and what stood in a row that it
-- changed. Neither may cost a row that is only inserted anything.
-- Touches: two new tables, functions. While an import runs: triggers on the tables that it writes, which go when it ends.
-- What could go wrong: the triggers are made under SHARE ROW EXCLUSIVE; a hybrid that is in use waits for that moment, or makes it wait.
--
-- Each row has the number of the (sub)transaction that last wrote it, xmin, also after it was frozen. The numbers of the import are kept; a
-- row with another number was changed by somebody else. A dump that is loaded elsewhere gives rows other numbers, so the cluster's own
-- number stands beside: there nothing is taken for unchanged (docs/decisions/0009).

create table consolidation.writes (
  write_number bigint primary key,
  cluster bigint not null,
  whole_id xid8 not null,
  row_id bigint not null
);

alter table consolidation.writes enable row level security;

-- In secrets: what stood there may be a token.
create table secrets.overwritten_by_import (
  hybrid_table text collate "C" not null,
  row_key jsonb not null default '{}',
  place integer not null,
  step text not null,
  is_new boolean not null default false,
  value_before jsonb not null default '{}',

  primary key (hybrid_table, row_key, place)
);

alter table secrets.overwritten_by_import enable row level security;

comment on table consolidation.writes is 'The transactions of the import and of what was decided: rows that they wrote last are as they left them.';

comment on column consolidation.writes.write_number is 'Key: 1 for the first.';

comment on column consolidation.writes.cluster is 'The cluster in which they ran; elsewhere their numbers mean nothing.';

comment on column consolidation.writes.whole_id is 'The transaction; its number never comes again.';

comment on column consolidation.writes.row_id is 'What rows have as xmin: the transaction or a part of it that could be undone alone.';

comment on table secrets.overwritten_by_import is
'What stood in rows that the import changed, and which rows of secrets it made: taken back with the import.';

comment on column secrets.overwritten_by_import.hybrid_table is 'The table with its schema.';

comment on column secrets.overwritten_by_import.row_key is 'Its primary key, by column.';

comment on column secrets.overwritten_by_import.place is '1 for the first change of that row, and so on.';

comment on column secrets.overwritten_by_import.step is 'The step of the import that changed it.';

comment on column secrets.overwritten_by_import.is_new is 'There was no such row.';

comment on column secrets.overwritten_by_import.value_before is 'The columns that were changed, as they were.';

create function consolidation.cluster_number() returns bigint
language sql
stable
return (
  select control.system_identifier
  from pg_catalog.pg_control_system() as control
);

comment on function consolidation.cluster_number() is 'What tells this cluster from all others.';

-- security invoker: it writes the books.
create function consolidation.mark_writes() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  mark bigint;
begin
  insert into consolidation.writes (write_number, cluster, whole_id, row_id)
  values (
    coalesce((select max(writes.write_number) from consolidation.writes), 0) + 1, consolidation.cluster_number(), pg_current_xact_id(), 0
  )
  returning writes.write_number into mark;
  -- only a row tells the number of a part of a transaction
  update consolidation.writes
  set row_id = writes.xmin::text::bigint
  where writes.write_number = mark;
end
$function$;

comment on function consolidation.mark_writes() is
'Notes that what this transaction (or the part of it that an exception would undo) writes is the import''s.';

-- security invoker: it reads the books.
create function consolidation.own_writes() returns bigint[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select coalesce(array_agg(distinct writes.row_id), '{}')
  from consolidation.writes
  where writes.cluster = consolidation.cluster_number()
    -- rows have the lower half only, which comes again
    and pg_snapshot_xmax(pg_current_snapshot())::text::bigint - writes.whole_id::text::bigint < 4000000000
$function$;

comment on function consolidation.own_writes() is 'The numbers that rows have which nobody has changed since the import.';

create function consolidation.key_columns(hybrid_table regclass) returns text[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select array_agg(part.attname::text order by part.attnum)
  from pg_index as own
  inner join pg_attribute as part on own.indrelid = part.attrelid and part.attnum = any(own.indkey::smallint [])
  where own.indrelid = key_columns.hybrid_table
    and own.indisprimary
$function$;

comment on function consolidation.key_columns(regclass) is 'The columns of a table''s primary key.';

create function consolidation.row_key_of(key_columns text[], alias text) returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select format('jsonb_build_object(%s)', string_agg(format('%L, %I.%I', own.name, row_key_of.alias, own.name), ', '))
  from unnest(row_key_of.key_columns) as own (name)
$function$;

comment on function consolidation.row_key_of(text[], text) is 'The expression that gives a row''s primary key as overwritten_by_import has it.';

-- security invoker: only the import fires it, which may write there.
create function consolidation.note_changed_rows() returns trigger
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $function$
declare
  known text := format('%I.%I', tg_argv[0], tg_argv[1]);
  keys text[] := tg_argv[2]::text[];
  place text := '1 + coalesce((select max(known.place) from secrets.overwritten_by_import as known'
    ' where known.hybrid_table = $1 and known.row_key = changed.row_key), 0)';
begin
  if tg_op = 'INSERT' then
    execute format(
      'insert into secrets.overwritten_by_import (hybrid_table, row_key, place, step, is_new)'
      ' select $1, changed.row_key, %s, $2, true from (select %s as row_key from rows_written) as changed',
      place, consolidation.row_key_of(keys, 'rows_written')
    ) using known, current_setting('consolidation.step');
    return null;
  end if;
  execute format(
    'insert into secrets.overwritten_by_import (hybrid_table, row_key, place, step, value_before)'
    ' select $1, changed.row_key, %s, $2, changed.value_before from ('
    '   select %s as row_key, ('
    '     select jsonb_object_agg(was.key, was.value) from jsonb_each(to_jsonb(rows_before)) as was'
    '     where was.value is distinct from to_jsonb(rows_written) -> was.key'
    '   ) as value_before'
    '   from rows_before inner join rows_written using (%s)'
    ' ) as changed where changed.value_before is not null',
    place,
    consolidation.row_key_of(keys, 'rows_before'),
    (select string_agg(quote_ident(own.name), ', ') from unnest(keys) as own (name))
  ) using known, current_setting('consolidation.step');
  return null;
end
$function$;

comment on function consolidation.note_changed_rows() is
'Trigger while an import runs: keeps what stood in the rows that it changes, and which rows of secrets it makes.';

-- Made before anything is put aside, while the primary keys are there; enabled `always`, so that they are not put aside themselves.
-- security invoker: it changes what its caller owns.
create function consolidation.watch_changes(tables text[]) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  hybrid record;
  event text;
begin
  for hybrid in
    select distinct
      named.name::regclass as relation,
      class.relnamespace::regnamespace::text as schema_name,
      class.relname::text as table_name
    from unnest(watch_changes.tables) as named (name)
    inner join pg_class as class on named.name::regclass = class.oid
    order by 2, 3
  loop
    foreach event in array case hybrid.schema_name when 'secrets' then array['update', 'insert'] else array['update'] end loop
      execute format(
        'create trigger import_notes_%1$s after %1$s on %2$s referencing %3$s new table as rows_written for each statement'
        ' when (coalesce(current_setting(''consolidation.step'', true), '''') <> '''')'
        ' execute function consolidation.note_changed_rows(%4$L, %5$L, %6$L)',
        event, hybrid.relation, case event when 'update' then 'old table as rows_before' else '' end,
        hybrid.schema_name, hybrid.table_name, consolidation.key_columns(hybrid.relation)
      );
      execute format('alter table %s enable always trigger import_notes_%s', hybrid.relation, event);
    end loop;
  end loop;
end
$function$;

comment on function consolidation.watch_changes(text[]) is 'Makes the triggers that note what an import changes.';

-- security invoker: it writes the books.
create function consolidation.end_watch_with_the_run() returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  many integer;
begin
  insert into consolidation.put_aside (position, kind, table_name, object_name, definition)
  select
    coalesce((select max(known.position) from consolidation.put_aside as known), 0)
    + row_number() over (order by trigger.tgrelid::regclass::text, trigger.tgname),
    'trigger',
    trigger.tgrelid::regclass::text,
    trigger.tgname,
    format('drop trigger %I on %s', trigger.tgname, trigger.tgrelid::regclass)
  from pg_trigger as trigger
  where trigger.tgfoid = 'consolidation.note_changed_rows()'::regprocedure
    and trigger.tgparentid = 0
    and not exists (
      select from consolidation.put_aside as known
      where known.table_name = trigger.tgrelid::regclass::text
        and known.object_name = trigger.tgname
    );
  get diagnostics many = row_count;
  return many;
end
$function$;

comment on function consolidation.end_watch_with_the_run() is
'Lists those triggers as the last of what a run has to put right: they are dropped when it ends.';
