-- Why: what an import wrote is taken back exactly, as long as nobody has changed it since; where somebody has, it says so and stops.
-- Touches: two new tables, functions. When undo is called: all tables of the hybrid, in one transaction, closed to writers while it lasts.
-- What could go wrong: it lasts as long as deleting the imported rows does. Cut off, nothing has happened; the same call begins anew.
--
-- How it knows (docs/decisions/0009): the ledger says which rows were imported, secrets.overwritten_by_import what stood in those that were
-- changed, and the number of the transaction that last wrote a row whether that was the import.

-- Rows that are about to go, while undo or changed_since is at work; empty otherwise.
create unlogged table consolidation.going (
  relation oid not null,
  place tid not null,
  root regclass not null,
  row_key jsonb not null default '{}',
  because text,

  primary key (relation, place)
);

alter table consolidation.going enable row level security;

create table consolidation.undone (
  undone_number integer primary key,
  legacy_schema text,
  is_forced boolean not null default false,
  rows_deleted bigint not null default 0,
  rows_restored bigint not null default 0,
  undone_at timestamptz not null default now(),

  constraint undone_schema_is_known check (legacy_schema in ('a', 'b'))
);

alter table consolidation.undone enable row level security;

comment on table consolidation.going is 'Rows that are about to be deleted, while an import is taken back.';

comment on column consolidation.going.relation is 'The table, or the partition that has the row.';

comment on column consolidation.going.place is 'Its place there; nobody writes meanwhile.';

comment on column consolidation.going.root is 'The table that was named.';

comment on column consolidation.going.row_key is 'Its primary key, by column.';

comment on column consolidation.going.because is 'Null where the import made it; else the row that it refers to and cannot be without.';

comment on table consolidation.undone is 'When an import was taken back.';

comment on column consolidation.undone.undone_number is 'Key: 1 for the first.';

comment on column consolidation.undone.legacy_schema is 'b where only B was taken back; null for all.';

comment on column consolidation.undone.is_forced is 'Whether what was changed since went too.';

comment on column consolidation.undone.rows_deleted is 'Rows that the import had made, and those that could not be without them.';

comment on column consolidation.undone.rows_restored is 'Rows that were there before, and are as they were.';

comment on column consolidation.undone.undone_at is 'When.';

-- security invoker: it reads the books.
create function consolidation.imported_tables() returns setof regclass
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select distinct named.name::regclass
  from consolidation.steps as step
  cross join lateral unnest(step.hybrid_tables) as named (name)
  union
  select noted.hybrid_table::regclass
  from secrets.overwritten_by_import as noted
$function$;

comment on function consolidation.imported_tables() is 'Every table that some step of the import writes, or an answer to what it left open.';

-- The rows that the import made: those that the ledger lists, and of secrets those that were noted.
-- security invoker: it reads what its caller may read.
create function consolidation.find_imported(legacy_schema text) returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  hybrid regclass;
  keys text[];
  found bigint := 0;
  many bigint;
begin
  delete from consolidation.going;
  for hybrid in select known.name from consolidation.imported_tables() as known (name) order by known.name::text loop
    keys := consolidation.key_columns(hybrid);
    execute format(
      'insert into consolidation.going (relation, place, root, row_key)'
      ' select there.tableoid, there.ctid, $1, noted.row_key'
      ' from secrets.overwritten_by_import as noted inner join %s as there on noted.row_key = %s'
      ' where noted.hybrid_table = $2 and noted.is_new and noted.step like $3',
      hybrid, consolidation.row_key_of(keys, 'there')
    ) using hybrid, hybrid::text, coalesce(find_imported.legacy_schema, '') || '%';
    get diagnostics many = row_count;
    found := found + many;
    continue when hybrid::text like 'secrets.%';
    execute format(
      'insert into consolidation.going (relation, place, root, row_key)'
      ' select there.tableoid, there.ctid, $1, %s from %s as there'
      ' where there.id in (select made.hybrid_id from consolidation.made_rows($2, $3) as made) on conflict do nothing',
      consolidation.row_key_of(keys, 'there'), hybrid
    ) using hybrid, hybrid::text, find_imported.legacy_schema;
    get diagnostics many = row_count;
    found := found + many;
  end loop;
  analyze consolidation.going;
  return found;
end
$function$;

comment on function consolidation.find_imported(text) is 'Lists in going the rows that the import of one legacy schema, or of both, has made.';

-- security invoker: it reads the books.
create function consolidation.made_rows(hybrid_table text, legacy_schema text) returns table (hybrid_id uuid)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with listed as (
    select
      line.hybrid_id,
      left(line.legacy_table, 1) as legacy_schema
    from consolidation.ledger as line
    where line.outcome in ('migrated', 'split')
      and line.legacy_table in (select step.step from consolidation.steps as step where step.hybrid_tables[1] = made_rows.hybrid_table)
    union all
    select
      further.hybrid_id,
      left(further.legacy_table, 1)
    from consolidation.ledger_targets as further
    where further.hybrid_table = made_rows.hybrid_table
  )

  select listed.hybrid_id
  from listed
  group by listed.hybrid_id
  -- what the other one lists too is the other one's
  having made_rows.legacy_schema is null or bool_and(listed.legacy_schema = made_rows.legacy_schema)
$function$;

comment on function consolidation.made_rows(text, text) is 'Ids of the rows of a hybrid table that an import made, by its ledger.';

-- References that no foreign key holds. Only the workspace takes rows along; the others may name what is gone.
-- security invoker: it reads the catalogue.
create function consolidation.references_of(parent regclass)
returns table (
  child regclass, child_columns text[], parent_columns text[], action text, name text
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    rule.conrelid::regclass,
    array(
      select part.attname::text
      from unnest(rule.conkey) with ordinality as own (number, place)
      inner join pg_attribute as part on part.attrelid = rule.conrelid and part.attnum = own.number
      order by own.place
    ),
    array(
      select part.attname::text
      from unnest(rule.confkey) with ordinality as own (number, place)
      inner join pg_attribute as part on part.attrelid = rule.confrelid and part.attnum = own.number
      order by own.place
    ),
    case when rule.confdeltype in ('n', 'd') then 'empties' else 'takes along' end,
    rule.conname::text
  from pg_constraint as rule
  where rule.contype = 'f'
    and rule.conparentid = 0
    and rule.confrelid = references_of.parent
  union all
  select
    measured.table_name,
    array['workspace_id'],
    array['id'],
    'takes along',
    'workspaces_remove_measures'
  from private.measures_tables as measured
  where references_of.parent = 'public.workspaces'::regclass
  union all
  select
    measured.table_name,
    array[part.attname::text],
    array['id'],
    'names',
    part.attname::text
  from private.measures_tables as measured
  inner join pg_attribute as part on part.attrelid = measured.table_name and part.attnum > 0
  inner join (
    values
    ('user_id', 'public.users'),
    ('post_id', 'public.content_posts'),
    ('account_id', 'public.user_social_accounts'),
    ('task_id', 'public.worker_tasks')
  ) as known (column_name, parent_name) on part.attname = known.column_name
  where known.parent_name::regclass = references_of.parent
$function$;

comment on function consolidation.references_of(regclass) is
'What refers to a table: foreign keys, and what the measures tables name without one; and what becomes of it when the row goes.';

-- security invoker: it reads what its caller may read.
create function consolidation.find_changes(legacy_schema text)
returns table (hybrid_table text, row_key jsonb, change text)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  hybrid regclass;
  keys text[];
  own_writes bigint[] := consolidation.own_writes();
  is_copy boolean := own_writes = '{}';
  step_like text := coalesce(find_changes.legacy_schema, '') || '%';
  -- tables that have rows of others; where all rows go, nothing is to be looked for
  shared regclass[] := '{}';
  parent record;
  reference record;
  found bigint := 1;
  many bigint;
  going_there bigint;
begin
  perform consolidation.find_imported(find_changes.legacy_schema);
  if is_copy and exists (select from consolidation.going) then
    return query select 'all'::text, '{}'::jsonb, 'not to be known: the database was copied, and its rows do not say any more who wrote them';
  end if;

  for hybrid in select known.name from consolidation.imported_tables() as known (name) order by known.name::text loop
    keys := consolidation.key_columns(hybrid);
    if not is_copy then
      return query execute format(
        'select $1, going.row_key, ''updated'' from consolidation.going inner join %s as there'
        ' on going.relation = there.tableoid and going.place = there.ctid'
        ' where going.root = $1::regclass and there.xmin::text::bigint <> all($2)',
        hybrid
      ) using hybrid::text, own_writes;
    end if;
    if hybrid::text not like 'secrets.%' then
      return query execute
        'select $1, jsonb_build_object(''id'', made.hybrid_id), ''deleted'' from consolidation.made_rows($1, $2) as made'
        ' where not exists (select from consolidation.going'
        '   where going.root = $1::regclass and (going.row_key ->> ''id'')::uuid = made.hybrid_id)'
      using hybrid::text, find_changes.legacy_schema;
    end if;
    -- what was there before the import, which changed it
    return query execute format(
      'select distinct $1, noted.row_key, case when there.ctid is null then ''deleted'' else ''updated'' end'
      ' from secrets.overwritten_by_import as noted left join %s as there on noted.row_key = %s'
      ' where noted.hybrid_table = $1 and noted.step like $2'
      ' and (there.ctid is null or there.xmin::text::bigint <> all($3))'
      ' and not exists (select from consolidation.going where going.root = $1::regclass and going.row_key = noted.row_key)'
      -- of a row that the import made the line above says it
      ' and not exists (select from consolidation.made_rows($1, $4) as made where made.hybrid_id = (noted.row_key ->> ''id'')::uuid)',
      hybrid, consolidation.row_key_of(keys, 'there')
    ) using hybrid::text, step_like, own_writes, find_changes.legacy_schema;
  end loop;

  for reference in
    select distinct known.child
    from consolidation.imported_tables() as imported (name)
    cross join lateral consolidation.references_of(imported.name) as known
  loop
    execute format('select count(*) from %s', reference.child) into many;
    select count(*) into going_there
    from consolidation.going
    where going.root = reference.child;
    if many > going_there then
      shared := shared || reference.child;
    end if;
  end loop;

  -- Rows of others that refer to imported ones; those that cannot be without them are going too, and so is what refers to those.
  while found > 0 loop
    found := 0;
    for parent in
      select
        going.root,
        bool_or(going.because is not null) as is_others
      from consolidation.going
      group by going.root
      order by going.root::text
    loop
      for reference in
        select * from consolidation.references_of(parent.root) as known
        where known.action = 'takes along'
          and (known.child = any(shared) or parent.is_others)
        order by known.child::text
      loop
        execute consolidation.referring(parent.root, reference.child, reference.child_columns, reference.parent_columns)
        || ' insert into consolidation.going (relation, place, root, row_key, because)'
        ' select referring.relation, referring.place, $1, referring.row_key, $3 from referring on conflict do nothing'
        using reference.child, step_like, format('refers to a row of %s that goes', parent.root);
        get diagnostics many = row_count;
        found := found + many;
      end loop;
    end loop;
  end loop;
  return query
  select
    going.root::text,
    going.row_key,
    'new: ' || going.because
  from consolidation.going
  where going.because is not null;
  for parent in
    select
      going.root,
      bool_or(going.because is not null) as is_others
    from consolidation.going
    group by going.root
    order by going.root::text
  loop
    for reference in
      select * from consolidation.references_of(parent.root) as known
      where known.action <> 'takes along'
        and (known.child = any(shared) or parent.is_others)
      order by known.child::text
    loop
      return query execute consolidation.referring(parent.root, reference.child, reference.child_columns, reference.parent_columns)
      || ' select $1::text, referring.row_key, $3 from referring'
      using reference.child, step_like,
      format('new: %s %s a row of %s that goes', reference.child_columns[cardinality(reference.child_columns)],
        case reference.action when 'empties' then 'refers to' else 'names' end, parent.root);
    end loop;
  end loop;
end
$function$;

comment on function consolidation.find_changes(text) is
'Lists in going the rows that go when an import is taken back, and returns what somebody has changed since it.';

-- security invoker: it reads what its caller may read.
create function consolidation.changed_since(legacy_schema text default null)
returns table (hybrid_table text, row_key jsonb, change text)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('consolidation.import_next', 0));
  return query select * from consolidation.find_changes(changed_since.legacy_schema);
  delete from consolidation.going;
end
$function$;

comment on function consolidation.changed_since(text) is
'What somebody has changed since the import: rows updated or deleted, and rows of others that refer to imported ones. Changes nothing.';

-- Rows that are going themselves, or refer to one that goes only because the import made them, are none of these.
-- security invoker: it reads the catalogue.
create function consolidation.referring(parent regclass, child regclass, child_columns text[], parent_columns text[]) returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select format(
    'with referring as ('
    ' select child.tableoid as relation, child.ctid as place, coalesce(%1$s, to_jsonb(child)) as row_key'
    ' from consolidation.going inner join %2$s as parent on going.relation = parent.tableoid and going.place = parent.ctid'
    ' inner join %3$s as child on %4$s'
    ' where going.root = %5$L::regclass'
    ' and not exists (select from consolidation.going as known where known.relation = child.tableoid and known.place = child.ctid)'
    ' and not exists (select from secrets.overwritten_by_import as noted'
    '   where noted.hybrid_table = $1::text and noted.row_key = %1$s and noted.step like $2 and noted.value_before ?| %6$L))',
    coalesce(consolidation.row_key_of(consolidation.key_columns(referring.child), 'child'), 'null::jsonb'),
    referring.parent,
    referring.child,
    (
      select string_agg(format('child.%I = parent.%I', pair.of_child, pair.of_parent), ' and ')
      from unnest(referring.child_columns, referring.parent_columns) as pair (of_child, of_parent)
    ),
    referring.parent,
    referring.child_columns
  )
$function$;

comment on function consolidation.referring(regclass, regclass, text[], text[]) is
'The start of a statement: rows of one table that refer to rows of another that are going, as referring.';

-- Columns come back by what stood in them, newest change first; what somebody has changed since stays as it is.
-- security invoker: it writes what its caller may write.
create function consolidation.restore_overwritten(hybrid_table regclass, legacy_schema text) returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  change record;
  many bigint;
  restored bigint := 0;
begin
  for change in
    select
      noted.place,
      array(select jsonb_object_keys(noted.value_before) order by 1) as columns
    from secrets.overwritten_by_import as noted
    where noted.hybrid_table = restore_overwritten.hybrid_table::text
      and noted.step like coalesce(restore_overwritten.legacy_schema, '') || '%'
      and not noted.is_new
    group by 1, 2
    order by 1 desc, 2
  loop
    execute format(
      'update %1$s as there set %2$s from ('
      '   select noted.row_key, was.* from secrets.overwritten_by_import as noted'
      '   cross join lateral jsonb_populate_record(null::%1$s, noted.value_before) as was'
      '   where noted.hybrid_table = $1 and noted.place = $2 and noted.step like $3 and not noted.is_new'
      '   and array(select jsonb_object_keys(noted.value_before) order by 1) = $4'
      ' ) as was where was.row_key = %3$s and there.xmin::text::bigint = any($5)'
      ' and not exists (select from consolidation.going where going.relation = there.tableoid and going.place = there.ctid)',
      restore_overwritten.hybrid_table,
      (
        select string_agg(format('%1$I = was.%1$I', part.attname), ', ')
        from pg_attribute as part
        where part.attrelid = restore_overwritten.hybrid_table
          and part.attname = any(change.columns)
          and part.attgenerated = ''
      ),
      consolidation.row_key_of(consolidation.key_columns(restore_overwritten.hybrid_table), 'there')
    ) using restore_overwritten.hybrid_table::text, change.place, coalesce(restore_overwritten.legacy_schema, '') || '%', change.columns,
    consolidation.own_writes();
    get diagnostics many = row_count;
    restored := restored + many;
  end loop;
  return restored;
end
$function$;

comment on function consolidation.restore_overwritten(regclass, text) is
'Puts back what stood in rows of a table that an import changed and nobody else since; returns how many.';

-- security invoker: it changes what its caller owns.
create function consolidation.delete_going() returns table (hybrid_table text, deleted bigint)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  remaining regclass[] := array(select distinct going.root from consolidation.going);
  next_one regclass;
  many bigint;
begin
  while remaining <> '{}' loop
    -- children first; a reference that is looked at only at the commit does not count
    select known.name
    into next_one
    from unnest(remaining) as known (name)
    order by
      exists (
        select from pg_constraint as rule
        where rule.contype = 'f'
          and rule.confrelid = known.name
          and rule.conrelid <> known.name
          and rule.conrelid = any(remaining)
          and not rule.condeferrable
      ),
      known.name::text
    limit 1;
    execute format(
      'delete from %s as there using consolidation.going'
      ' where going.relation = there.tableoid and going.place = there.ctid and going.root = $1',
      next_one
    ) using next_one;
    get diagnostics many = row_count;
    remaining := array_remove(remaining, next_one);
    hybrid_table := next_one::text;
    deleted := many;
    return next;
  end loop;
end
$function$;

comment on function consolidation.delete_going() is 'Deletes the rows that are listed in going, children first.';

-- What is written down of single rows. Findings, decisions and the runs stay: they are history, or the next import needs them.
-- security invoker: it writes the books.
create function consolidation.forget_rows(legacy_schema text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  book record;
  part record;
begin
  for part in
    select
      class.oid::regclass as relation,
      class.relname
    from pg_inherits as tree
    inner join pg_class as class on tree.inhrelid = class.oid
    where tree.inhparent = 'consolidation.ledger'::regclass
      and class.relname like 'ledger_' || coalesce(forget_rows.legacy_schema, '') || '%'
  loop
    execute format('truncate table %s', part.relation);
    -- dropped while its table was on its way
    execute format('create unique index if not exists %1$s_legacy_key_idx on consolidation.%1$s (legacy_key)', part.relname);
  end loop;

  -- books of single rows say whose they are, or are of one step
  for book in
    select
      class.oid::regclass as relation,
      own.legacy_schema
    from pg_class as class
    inner join pg_attribute as which_row
      on class.oid = which_row.attrelid and which_row.attname = 'legacy_key' and not which_row.attisdropped
    inner join pg_attribute as whose on class.oid = whose.attrelid and whose.attname = 'legacy_table' and not whose.attisdropped
    cross join (values (null)) as own (legacy_schema)
    where class.relnamespace = 'consolidation'::regnamespace
      and class.relkind = 'r'
      and not class.relispartition
      and class.relname not in ('decisions', 'differences')
    union all
    select
      to_regclass('consolidation.' || own.table_name),
      own.legacy_schema
    from (
      values
      ('post_addresses', 'a'),
      ('posts_met', 'a'),
      ('publication_forms', 'a'),
      ('usage_of_avatars', 'a'),
      ('person_matches', 'b'),
      ('account_matches', 'b'),
      ('campaign_posts', 'b'),
      ('post_media', 'b'),
      ('posts_there', 'b'),
      ('configuration_names', 'b'),
      ('embedding_workspaces', 'b')
    ) as own (table_name, legacy_schema)
    where to_regclass('consolidation.' || own.table_name) is not null
  loop
    if book.legacy_schema is null then
      execute format('delete from %s where legacy_table like $1', book.relation)
      using coalesce(forget_rows.legacy_schema, '') || '%';
    elsif book.legacy_schema = coalesce(forget_rows.legacy_schema, book.legacy_schema) then
      execute format('delete from %s', book.relation);
    end if;
  end loop;
  delete from consolidation.taken where taken.legacy_table like coalesce(forget_rows.legacy_schema, '') || '%';
  delete from consolidation.homes where homes.legacy_schema = coalesce(forget_rows.legacy_schema, homes.legacy_schema);
  delete from consolidation.progress where progress.step like coalesce(forget_rows.legacy_schema, '') || '%';
  delete from secrets.overwritten_by_import as noted where noted.step like coalesce(forget_rows.legacy_schema, '') || '%';
  -- the next import puts these into force again
  update consolidation.decisions
  set applied_at = null
  where decisions.kind in ('candidate_admin', 'candidate_tier', 'same_workspace')
    and decisions.legacy_table like coalesce(forget_rows.legacy_schema, '') || '%';
  if forget_rows.legacy_schema is null then
    delete from consolidation.auth_addresses;
    delete from consolidation.writes;
  end if;
end
$function$;

comment on function consolidation.forget_rows(text) is 'Empties the books of an import that was taken back, but for decisions, words, runs and findings.';

-- security invoker: it changes what its caller owns.
create function consolidation.undo(legacy_schema text default null, force boolean default false)
returns table (hybrid_table text, deleted bigint, restored bigint)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set work_mem = '64MB'
as $function$
#variable_conflict use_column
declare
  hybrid regclass;
  stilled record;
  changes bigint;
  of_table record;
  switched jsonb := '{}';
  back jsonb := '{}';
  total_deleted bigint := 0;
  total_restored bigint := 0;
  many bigint;
begin
  if undo.legacy_schema not in ('a', 'b') then
    raise exception 'a legacy schema is a or b' using errcode = 'HS100';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('consolidation.import_next', 0));
  if not exists (select from consolidation.progress where progress.step like coalesce(undo.legacy_schema, '') || '%') then
    raise exception 'nothing of % is imported', coalesce(upper(undo.legacy_schema), 'A or B')
      using errcode = 'HS120', hint = 'consolidation.progress lists what is.';
  end if;
  if undo.legacy_schema = 'a' and exists (select from consolidation.progress where progress.step like 'b.%') then
    raise exception 'A cannot be taken back alone: B was imported onto it, and % of its rows are merged into rows of A', (
      select count(*) from consolidation.ledger as line where line.legacy_table like 'b.%' and line.outcome = 'merged'
    ) using errcode = 'HS121', hint = 'Take both back, or B first.';
  end if;
  if undo.legacy_schema = 'b' and exists (
    select from secrets.overwritten_by_import as first
    inner join secrets.overwritten_by_import as later
      on first.hybrid_table = later.hybrid_table and first.row_key = later.row_key and first.place < later.place
    where first.step like 'b.%'
      and later.step like 'a.%'
      and later.value_before ?| array(select jsonb_object_keys(first.value_before))
  ) then
    raise exception 'B cannot be taken back alone: A has changed rows that B had changed before'
      using errcode = 'HS121', hint = 'Take both back.';
  end if;

  -- a run that was cut off is over
  perform consolidation.put_all_back();
  update consolidation.runs
  set finished_at = now()
  where runs.finished_at is null;

  -- nobody writes from here on, so that what is looked at stays as it is
  for hybrid in
    select known.name
    from consolidation.imported_tables() as known (name)
    union
    select reference.child
    from consolidation.imported_tables() as known (name)
    cross join lateral consolidation.references_of(known.name) as reference
    order by 1
  loop
    execute format('lock table %s in share row exclusive mode', hybrid);
  end loop;
  -- a row that is restored twice is its own the second time
  perform consolidation.mark_writes();

  select count(*) into changes
  from consolidation.find_changes(undo.legacy_schema);
  if changes > 0 and not undo.force then
    raise exception '% rows were changed since the import', changes
      using errcode = 'HS122',
      hint = 'select * from consolidation.changed_since(…) lists them; with force they go too, or stay as they are where the import only changed them.';
  end if;

  for hybrid in
    select known.name from consolidation.imported_tables() as known (name)
    union
    select going.root from consolidation.going where going.root::text ~ '^(public|secrets)\.'
  loop
    for stilled in
      select trigger.tgname from pg_trigger as trigger
      where trigger.tgrelid = hybrid and not trigger.tgisinternal and trigger.tgparentid = 0 and trigger.tgenabled = 'O'
    loop
      execute format('alter table %s disable trigger %I', hybrid, stilled.tgname);
      switched := jsonb_set(switched, array[hybrid::text], coalesce(switched -> hybrid::text, '[]') || to_jsonb(stilled.tgname));
    end loop;
  end loop;
  set constraints all deferred;

  -- what others refer to first: a foreign key may carry a value along
  for hybrid in
    select known.name
    from consolidation.imported_tables() as known (name)
    order by (select min(step.position) from consolidation.steps as step where known.name::text = any(step.hybrid_tables)), known.name::text
  loop
    many := consolidation.restore_overwritten(hybrid, undo.legacy_schema);
    if many > 0 then
      back := back || jsonb_build_object(hybrid::text, many);
      total_restored := total_restored + many;
    end if;
  end loop;

  perform consolidation.forget_rows(undo.legacy_schema);
  for of_table in select * from consolidation.delete_going() loop
    hybrid_table := of_table.hybrid_table;
    deleted := of_table.deleted;
    total_deleted := total_deleted + of_table.deleted;
    restored := coalesce((back ->> of_table.hybrid_table)::bigint, 0);
    back := back - of_table.hybrid_table;
    return next;
  end loop;
  return query select pair.key, 0::bigint, pair.value::bigint from jsonb_each_text(back) as pair;

  set constraints all immediate;
  for stilled in
    select
      pair.key as relation,
      name.value as tgname
    from jsonb_each(switched) as pair
    cross join lateral jsonb_array_elements_text(pair.value) as name
  loop
    execute format('alter table %s enable trigger %I', stilled.relation, stilled.tgname);
  end loop;
  delete from consolidation.going;
  insert into consolidation.undone (undone_number, legacy_schema, is_forced, rows_deleted, rows_restored)
  values (
    coalesce((select max(undone.undone_number) from consolidation.undone), 0) + 1, undo.legacy_schema, changes > 0, total_deleted,
    total_restored
  );
end
$function$;

comment on function consolidation.undo(text, boolean) is
'Takes an import back, of both legacy schemas or of b alone; where somebody has changed something since it does nothing, unless forced.';
