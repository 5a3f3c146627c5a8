-- Why: the import is a line of small pieces of work. Each is one transaction with its lines in the ledger and its mark of progress, so it
-- can be cut off anywhere, and the next call goes on where the last one that committed was.
-- Touches: functions.
--
-- A step is a legacy table (consolidation.steps), or a further reading of one. Its transform, consolidation.import_<a or b>_<table>(),
-- takes no arguments: it reads source_<a or b>.<table>_batch, which is the batch at hand, and writes hybrid rows and ledger lines. If there
-- is a function consolidation.prepare_<a or b>_<table>() it is called once before the first batch, for what needs the whole table; and
-- consolidation.conclude_<a or b>_<table>() once after the last. docs/consolidation.md has a template.

-- A row that the transform cannot carry (a value that cannot be cast, a constraint that refuses) must cost itself alone: the batch is
-- halved until the row is found, and that one is rejected.
-- security invoker: it writes what its caller may write.
create function consolidation.import_range(step text, legacy_table text, first tid, past tid) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  transform text := 'consolidation.import_' || replace(import_range.step, '.', '_');
  batch text := 'source_' || import_range.legacy_table || '_batch';
  places tid[];
  why text;
  middle tid;
begin
  perform set_config('consolidation.first', import_range.first::text, true);
  perform set_config('consolidation.past', import_range.past::text, true);
  begin
    perform consolidation.mark_writes();
    execute format('select %s()', transform);
    set constraints all immediate;
    set constraints all deferred;
    return;
  exception
    when data_exception or integrity_constraint_violation or program_limit_exceeded then
      get stacked diagnostics why = message_text;
      -- the message, without the value that it may quote after a colon
      why := format('%s [%s]', regexp_replace(why, ': ".*$', '', 's'), sqlstate);
  end;

  execute format('select array_agg(distinct old.row_place order by old.row_place) from %s as old', batch) into places;
  if places is null then
    -- no row is left to be at fault
    raise exception '% failed without a row: %', transform, why using errcode = 'HS110';
  end if;
  if cardinality(places) = 1 then
    execute format(
      'with rejected as (insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)'
      ' select $1, old.legacy_key, $2, old.legacy_row from %s as old'
      ' on conflict (legacy_table, legacy_key) do update set reason = excluded.reason returning legacy_key)'
      ' insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason)'
      -- in a further reading the row has its line; what that reading could not carry stands under the name of the step
      ' select $1, rejected.legacy_key, ''rejected'', $2 from rejected where $3',
      batch
    ) using import_range.step, why, import_range.step = import_range.legacy_table;
    return;
  end if;
  middle := places[cardinality(places) / 2 + 1];
  perform consolidation.import_range(import_range.step, import_range.legacy_table, import_range.first, middle);
  perform consolidation.import_range(import_range.step, import_range.legacy_table, middle, import_range.past);
end
$function$;

comment on function consolidation.import_range(text, text, tid, tid) is
'Imports the rows of a legacy table between two places; a row that cannot be carried is found by halving, and rejected.';

-- security invoker: it writes what its caller may write.
create function consolidation.prepare_step(step text, hybrid_table text, is_again boolean default false) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  own text := format('consolidation.prepare_%s()', replace(prepare_step.step, '.', '_'));
  has_rows boolean;
begin
  -- Ids that somebody has already. A number becomes a computed id, which nobody has.
  delete from consolidation.taken as known
  where known.legacy_table = prepare_step.step;
  execute format('select exists (select from %s)', prepare_step.hybrid_table) into has_rows;
  if has_rows and exists (
    select from consolidation.legacy_columns as known
    where known.legacy_schema || '.' || known.table_name = prepare_step.step
      and known.column_name = 'id'
      and known.type = 'uuid'
  ) then
    -- by text, so that an id which is none stops nobody here
    execute format(
      'insert into consolidation.taken (legacy_table, id, holder)'
      ' select %1$L, there.id, to_jsonb(there) from %2$s as there'
      ' where there.id::text in (select old.legacy_key from source_%1$s as old%3$s)'
      -- a measure's id stands once within its workspace and time only
      ' on conflict do nothing',
      prepare_step.step, prepare_step.hybrid_table,
      -- the rows that have come already are not the next ones' concern
      case
        when prepare_step.is_again then format(
          ' where not exists (select from consolidation.ledger as line where line.legacy_table = %L and line.legacy_key = old.legacy_key)',
          prepare_step.step
        )
      end
    );
    analyze consolidation.taken;
  end if;
  if to_regprocedure(own) is not null then
    execute format('select %s', own);
  end if;
end
$function$;

comment on function consolidation.prepare_step(text, text, boolean) is
'Before the first batch of a step, and before rows are tried again: notes which ids are taken, and calls the step''s own preparation.';

-- security invoker: it writes what its caller may write.
create function consolidation.finish_step(step text) returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  part text := 'ledger_' || replace(finish_step.step, '.', '_');
  own text := format('consolidation.conclude_%s()', replace(finish_step.step, '.', '_'));
  mark consolidation.progress;
  is_further boolean;
  lines bigint;
  total bigint;
begin
  select known.* into mark
  from consolidation.progress as known
  where known.step = finish_step.step;
  select known.is_further into is_further
  from consolidation.steps as known
  where known.step = finish_step.step;

  if not is_further then
    -- no transform has read these
    if exists (select from consolidation.keyless as lost where lost.legacy_table = finish_step.step) then
      execute format(
        'with lost as (select old.legacy_key, old.legacy_row, lost.reason from source_%1$s as old'
        '   inner join consolidation.keyless as lost on lost.legacy_table = %1$L and lost.legacy_key = old.legacy_key'
        '   where not exists (select from consolidation.ledger as line'
        '     where line.legacy_table = %1$L and line.legacy_key = old.legacy_key)),'
        ' rejected as (insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)'
        '   select %1$L, lost.legacy_key, lost.reason, lost.legacy_row from lost)'
        ' insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason)'
        ' select %1$L, lost.legacy_key, ''rejected'', lost.reason from lost',
        finish_step.step
      );
    end if;
    if to_regclass(format('consolidation.%s_legacy_key_idx', part)) is null then
      execute format('create unique index %1$s_legacy_key_idx on consolidation.%1$s (legacy_key)', part);
    end if;
    execute format('analyze consolidation.%s', part);
    execute format('select count(*) from consolidation.%s', part) into lines;
    execute format('select count(*) from source_%s', finish_step.step) into total;
    if lines < total then
      if mark.state = 'again' then
        raise exception '% rows of % got no line in the ledger', total - lines, finish_step.step using errcode = 'HS116';
      end if;
      update consolidation.progress
      set
        state = 'again',
        next_block = -1,
        rows_done = lines,
        rows_total = total,
        finished_at = null
      where progress.step = finish_step.step;
      -- what reads the table a second time reads it anew: it writes only what is not there yet
      update consolidation.progress
      set
        state = 'pending',
        next_block = 0,
        finished_at = null
      from consolidation.steps as further
      where further.legacy_table = finish_step.step
        and further.is_further
        and progress.step = further.step;
      return 'again';
    end if;
  end if;
  if mark.state <> 'done' then
    if to_regprocedure(own) is not null then
      execute format('select %s', own);
    end if;
    update consolidation.progress
    set
      state = 'done',
      rows_done = progress.rows_total,
      finished_at = now()
    where progress.step = finish_step.step;
  end if;
  return 'done';
end
$function$;

comment on function consolidation.finish_step(text) is
'After the last batch of a step: builds the index of its ledger, and counts: where rows have no line yet they are looked for.';

-- security invoker: it writes what its caller may write.
create function consolidation.begin_run(domain text) returns consolidation.runs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  run consolidation.runs;
  is_unused boolean;
  -- fewer rows are in sooner than what was put aside is back
  bulk_from bigint := coalesce(nullif(current_setting('consolidation.bulk_from', true), ''), '10000');
  step record;
begin
  if not exists (select from consolidation.captures) then
    raise exception 'nothing is captured' using errcode = 'HS111', hint = 'make capture, or: select * from consolidation.capture();';
  end if;
  if begin_run.domain is not null and not exists (select from consolidation.steps where steps.domain = begin_run.domain) then
    raise exception 'there is no domain %', begin_run.domain
      using errcode = 'HS112', hint = (select string_agg(distinct steps.domain, ', ') from consolidation.steps);
  end if;
  perform consolidation.build_sources();

  -- A is the base. Rows of B that were imported without it would have to be made anew.
  if exists (select from consolidation.progress where progress.step like 'b.%' and progress.rows_done > 0)
    and exists (select from consolidation.sources where sources.legacy_table like 'a.%')
    and not exists (select from consolidation.progress where progress.step like 'a.%')
  then
    raise exception 'B was imported before A came, and A is the base'
      using errcode = 'HS113', hint = 'Take B back (make undo-consolidate), then both are imported together.';
  end if;

  insert into consolidation.progress (step, rows_total)
  select
    step.step,
    source.row_count
  from consolidation.sources as source
  inner join consolidation.steps as step on source.legacy_table = step.legacy_table
  on conflict (step) do nothing;

  -- what others refer to comes first
  if exists (
    select from consolidation.steps as step
    inner join consolidation.progress as mark on step.step = mark.step
    where begin_run.domain is not null
      and mark.state <> 'done'
      and step.position < (select min(wanted.position) from consolidation.steps as wanted where wanted.domain = begin_run.domain)
  ) then
    raise exception 'other domains come before %', begin_run.domain
      using errcode = 'HS114', hint = 'They are, in this order: '
      || (select string_agg(known.domain, ', ' order by known.place)
          from (select steps.domain, min(steps.position) as place from consolidation.steps group by steps.domain) as known);
  end if;

  -- rows that came since, and rejected ones that are tried again
  for step in
    select step.step
    from consolidation.steps as step
    inner join consolidation.progress as mark on step.step = mark.step
    where mark.state = 'done'
      and not step.is_further
      and step.domain = coalesce(begin_run.domain, step.domain)
    order by step.position
  loop
    perform consolidation.finish_step(step.step);
  end loop;

  -- Nobody has signed up, and nothing was imported: nobody is in the way.
  execute 'select not exists (select from public.users)' into is_unused;
  insert into consolidation.runs (run_number, domain, was_unused, is_bulk)
  select
    coalesce((select max(runs.run_number) from consolidation.runs), 0) + 1,
    begin_run.domain,
    is_unused,
    is_unused and coalesce(sum(mark.rows_total), 0) >= bulk_from
  from consolidation.steps as step
  inner join consolidation.progress as mark on step.step = mark.step and mark.state = 'pending'
  where step.domain = coalesce(begin_run.domain, step.domain)
  returning * into run;
  perform consolidation.watch_changes(
    array(
      select distinct named.name
      from consolidation.steps as step
      inner join consolidation.progress as mark on step.step = mark.step and mark.state <> 'done'
      cross join lateral unnest(step.hybrid_tables) as named (name)
      where step.domain = coalesce(begin_run.domain, step.domain)
    )
  );
  if run.is_bulk then
    perform consolidation.put_aside_all(
      array(
        select distinct named.name
        from consolidation.steps as step
        inner join consolidation.progress as mark on step.step = mark.step and mark.state = 'pending'
        cross join lateral unnest(step.hybrid_tables) as named (name)
        where step.domain = coalesce(begin_run.domain, step.domain)
      ) || array['consolidation.ledger_targets']
    );
  end if;
  perform consolidation.end_watch_with_the_run();
  return run;
end
$function$;

comment on function consolidation.begin_run(text) is
'Begins a run, of one domain or of all: makes the views over the sources, and puts indexes aside where the hybrid is not in use.';

-- security invoker: it writes what its caller may write.
create function consolidation.import_next(domain text default null, batch_rows integer default 50000)
returns table (piece text, step text, rows_done bigint, rows_total bigint)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set work_mem = '64MB'
set maintenance_work_mem = '256MB'
set jit = off
-- A merge would read the legacy table in the order of its key: by its index, whole, for each batch.
set enable_mergejoin = off
as $function$
#variable_conflict use_column
declare
  run consolidation.runs;
  work record;
  mark consolidation.progress;
  source consolidation.sources;
  blocks bigint;
  many bigint;
  first tid;
  past tid;
  after bigint;
  thing text;
begin
  -- one at a time: a second one waits for the transaction of the first
  perform pg_advisory_xact_lock(hashtextextended('consolidation.import_next', 0));

  select known.* into run
  from consolidation.runs as known
  where known.finished_at is null;
  if not found then
    run := consolidation.begin_run(import_next.domain);
    return query select format('run %s begins', run.run_number), null::text, 0::bigint, (
      select sum(progress.rows_total) from consolidation.progress
    )::bigint;
    return;
  end if;
  if run.domain is distinct from import_next.domain and import_next.domain is not null then
    raise exception 'a run of % is unfinished', coalesce(run.domain, 'all domains')
      using errcode = 'HS115', hint = 'Finish that one first.';
  end if;

  select known.* into work
  from consolidation.steps as known
  inner join consolidation.progress as position on known.step = position.step
  where known.domain = coalesce(run.domain, known.domain)
    and position.state <> 'done'
  order by known.position
  limit 1;

  if not found then
    -- One that takes long has a transaction of its own; small ones go together.
    loop
      thing := consolidation.put_one_back();
      exit when thing is null;
      piece := thing;
      exit when clock_timestamp() > statement_timestamp() + interval '100 milliseconds';
    end loop;
    if piece is null then
      update consolidation.runs
      set finished_at = now()
      where runs.run_number = run.run_number;
      -- what a human has decided before the rows came, or before they came again
      if to_regprocedure('consolidation.apply_decisions()') is not null then
        execute 'select consolidation.apply_decisions()';
      end if;
      return;
    end if;
    return query select piece, null::text, 0::bigint, (select count(*) from consolidation.put_aside);
    return;
  end if;

  select known.* into mark
  from consolidation.progress as known
  where known.step = work.step;
  select known.* into source
  from consolidation.sources as known
  where known.legacy_table = work.legacy_table;

  -- a plan that was made when a table was empty would read it whole for each row
  if mark.state = 'pending' or mark.next_block <> 0 then
    discard plans;
  end if;
  -- whatever is written from here on is the import's: it leaves times alone, and is noted
  perform set_config('consolidation.keeps_times', 'yes', true);
  perform set_config('consolidation.step', work.step, true);
  perform consolidation.mark_writes();
  if mark.state = 'again' and mark.next_block < 0 then
    perform consolidation.prepare_step(work.step, work.hybrid_tables[1], true);
    update consolidation.progress
    set next_block = 0
    where progress.step = work.step;
    return query select 'prepared again'::text, work.step, mark.rows_done, mark.rows_total;
    return;
  end if;
  if mark.state = 'pending' then
    perform consolidation.prepare_step(work.step, work.hybrid_tables[1]);
    if not work.is_further and not exists (select from consolidation.ledger as line where line.legacy_table = work.step) then
      execute format('drop index consolidation.ledger_%s_legacy_key_idx', replace(work.step, '.', '_'));
    end if;
    update consolidation.progress
    set
      state = 'running',
      started_at = now()
    where progress.step = work.step;
    return query select 'prepared'::text, work.step, 0::bigint, mark.rows_total;
    return;
  end if;

  -- of a table in parts each part has its blocks, and a range is a range of each
  select coalesce(max(pg_relation_size(tree.relid) / current_setting('block_size')::bigint), 0)
  into blocks
  from (
    select to_regclass(format('%I.%I', source.schema_name, source.table_name)) as relid
    union all
    select child.inhrelid
    from pg_inherits as child
    where child.inhparent = to_regclass(format('%I.%I', source.schema_name, source.table_name))
  ) as tree;

  if mark.next_block >= blocks then
    return query select consolidation.finish_step(work.step), work.step, mark.rows_done, mark.rows_total;
    return;
  end if;
  many := greatest(1, import_next.batch_rows * blocks / greatest(mark.rows_total, 1));
  perform set_config('consolidation.again', case when mark.state = 'again' then 'yes' else 'no' end, true);
  first := format('(%s,0)', mark.next_block);
  past := format('(%s,0)', least(mark.next_block + many, 4294967294));
  if source.unknown_columns <> '{}' and not work.is_further then
    perform set_config('consolidation.first', first::text, true);
    perform set_config('consolidation.past', past::text, true);
    execute format(
      'insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)'
      ' select %L, old.legacy_key, pair.key, pair.value from source_%s_batch as old cross join lateral jsonb_each(old.unknown) as pair'
      ' where pair.value <> ''null'' on conflict do nothing',
      work.legacy_table, work.legacy_table
    );
  end if;
  perform consolidation.import_range(work.step, work.legacy_table, first, past);
  update consolidation.progress
  set
    next_block = mark.next_block + many,
    rows_done = least(mark.rows_total, (mark.rows_total * (mark.next_block + many) / blocks))
  where progress.step = work.step
  returning progress.rows_done into after;
  return query select 'batch'::text, work.step, after, mark.rows_total;
end
$function$;

comment on function consolidation.import_next(text, integer) is
'Does the next piece of the import, in the transaction of its caller, and says which; no row where all is done.';

-- security invoker: it writes what its caller may write.
create function consolidation.import_all(
  max_seconds double precision default 30, domain text default null, batch_rows integer default 50000
)
returns table (is_done boolean, pieces bigint, rows_done bigint, rows_total bigint)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  done record;
begin
  is_done := false;
  pieces := 0;
  while clock_timestamp() < statement_timestamp() + make_interval(secs => import_all.max_seconds) loop
    select * into done
    from consolidation.import_next(import_all.domain, import_all.batch_rows);
    if not found then
      is_done := true;
      exit;
    end if;
    pieces := pieces + 1;
  end loop;
  select sum(progress.rows_done), sum(progress.rows_total) into rows_done, rows_total
  from consolidation.progress;
  return next;
end
$function$;

comment on function consolidation.import_all(double precision, text, integer) is
'Imports for at most so many seconds, in one transaction, and says whether all is done: for the SQL editor, called until it is.';

-- security invoker: it writes what its caller may write.
create function consolidation.retry_rejects(legacy_table text default null) returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  many bigint;
begin
  delete from consolidation.ledger as line
  where line.outcome = 'rejected'
    and line.legacy_table = coalesce(retry_rejects.legacy_table, line.legacy_table);
  get diagnostics many = row_count;
  select many + count(*)
  into many
  from consolidation.rejects as known
  inner join consolidation.steps as further on known.legacy_table = further.step and further.is_further
  where known.legacy_table = coalesce(retry_rejects.legacy_table, known.legacy_table);
  -- what a further step could not carry has no line: the step reads its table anew
  update consolidation.progress
  set
    state = 'pending',
    next_block = 0,
    finished_at = null
  from consolidation.rejects as known
  inner join consolidation.steps as further on known.legacy_table = further.step and further.is_further
  where known.legacy_table = coalesce(retry_rejects.legacy_table, known.legacy_table)
    and progress.step = further.step;
  delete from consolidation.rejects as known
  where known.legacy_table = coalesce(retry_rejects.legacy_table, known.legacy_table);
  return many;
end
$function$;

comment on function consolidation.retry_rejects(text) is
'Takes rejected rows off the ledger, of one table (or further step) or of all, so that the next run tries them again; returns how many.';
