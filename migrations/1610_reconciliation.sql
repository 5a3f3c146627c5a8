-- Why: that nothing was lost is shown by a second opinion. What each hybrid row must be is stated again here, from docs/lineage.csv alone,
-- and compared with what is there; no function of the import is called, and none of its notes is believed that is not checked.
-- Touches: new tables, one view for each legacy table, functions. Nothing that is there.
--
-- How it is read:
--   read_a_users        what the captured table says, in the types of the list. Empty until read_legacy() has been called, and after
--                       forget_legacy(); validate() does both, so that nothing hangs on the captured tables in between
--   became_a_users      which hybrid row a key became, by the ledger, which is compared too
--   expected_a_users    what the hybrid rows must be, column by column (1620 and following)
-- The views of the import (source_a, 1430) are not read, though they hold the same: a mistake in how they adapt a column would be in both.

create table consolidation.expectations (
  position integer primary key,
  legacy_table text not null,
  step text not null,
  hybrid_table text not null,
  view_name text not null,
  key_column text not null default 'id',
  listed_in text not null,

  constraint expectations_view_stands_once unique (view_name),
  constraint expectations_is_listed_somewhere check (
    listed_in in (
      'ledger', -- each row has a line, and the line has its key
      'ledger_targets', -- each row is a further target of its legacy row
      'nothing' -- rows that several legacy rows share, or that are secret
    )
  )
);

alter table consolidation.expectations enable row level security;

comment on table consolidation.expectations is 'Which view says what the rows of a hybrid table must be that came from a legacy table.';

comment on column consolidation.expectations.position is 'The order in which they are looked at.';

comment on column consolidation.expectations.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.expectations.step is 'The step of the import that wrote the rows; they are expected when it is done.';

comment on column consolidation.expectations.hybrid_table is 'The table with its schema.';

comment on column consolidation.expectations.view_name is 'The view in consolidation: legacy_key, outcome, hybrid_id, and hybrid columns under their names.';

comment on column consolidation.expectations.key_column is 'The column of the hybrid table that hybrid_id is compared with.';

comment on column consolidation.expectations.listed_in is 'Where the pair of legacy key and hybrid key must stand.';

create table consolidation.asides (
  position integer primary key,
  legacy_table text not null,
  step text not null,
  view_name text not null,
  kind text not null,

  constraint asides_view_stands_once unique (view_name),
  constraint asides_kind_is_known check (
    kind in (
      'not kept', -- what must be in kept: legacy_key, legacy_column, value; without value, what is missing there
      'not lawful' -- what may not be: legacy_key, hybrid_id
    )
  )
);

alter table consolidation.asides enable row level security;

comment on table consolidation.asides is 'Views that are compared with kept, and views that must be empty.';

comment on column consolidation.asides.position is 'The order in which they are looked at.';

comment on column consolidation.asides.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.asides.step is 'The step of the import that it is about.';

comment on column consolidation.asides.view_name is 'The view in consolidation.';

comment on column consolidation.asides.kind is 'What it is called when it finds something.';

create table consolidation.not_compared (
  hybrid_table text not null,
  hybrid_column text not null,
  reason text not null,

  primary key (hybrid_table, hybrid_column)
);

alter table consolidation.not_compared enable row level security;

comment on table consolidation.not_compared is 'Columns of the hybrid that are not compared, each with the reason. All others are.';

comment on column consolidation.not_compared.hybrid_table is 'The table with its schema.';

comment on column consolidation.not_compared.hybrid_column is 'The column.';

comment on column consolidation.not_compared.reason is 'Why not.';

create table consolidation.expected_homes (
  legacy_schema text not null,
  user_id uuid not null,
  workspace_id uuid not null,

  primary key (legacy_schema, user_id)
);

alter table consolidation.expected_homes enable row level security;

comment on table consolidation.expected_homes is
'Rule lookup_workspace, where a row names none: found again by each check, from the captured tables.';

comment on column consolidation.expected_homes.legacy_schema is 'a or b: whose rows it is for.';

comment on column consolidation.expected_homes.user_id is 'The person, in the hybrid.';

comment on column consolidation.expected_homes.workspace_id is 'The only workspace of that person, else the default one, in the hybrid.';

create table consolidation.reconciliation (
  validation integer not null,
  legacy_table text not null,
  checked_at timestamptz not null default now(),
  run_number integer,
  source bigint not null default 0,
  migrated bigint not null default 0,
  merged bigint not null default 0,
  split bigint not null default 0,
  rejected bigint not null default 0,
  compared bigint not null default 0,
  differing bigint not null default 0,
  changed_since bigint not null default 0,
  seconds double precision not null default 0,

  primary key (validation, legacy_table)
);

alter table consolidation.reconciliation enable row level security;

comment on table consolidation.reconciliation is 'What each check found, by legacy table. All is well where differing is 0.';

comment on column consolidation.reconciliation.validation is 'Which check: 1 for the first.';

comment on column consolidation.reconciliation.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.reconciliation.checked_at is 'When.';

comment on column consolidation.reconciliation.run_number is 'The last run of the import before it.';

comment on column consolidation.reconciliation.source is 'Rows of the captured table.';

comment on column consolidation.reconciliation.migrated is 'Lines in the ledger that say so.';

comment on column consolidation.reconciliation.merged is 'Lines in the ledger that say so.';

comment on column consolidation.reconciliation.split is 'Lines in the ledger that say so.';

comment on column consolidation.reconciliation.rejected is 'Lines in the ledger that say so.';

comment on column consolidation.reconciliation.compared is 'Hybrid rows that its rows became, each compared in all its columns.';

comment on column consolidation.reconciliation.differing is
'What does not agree: rows lost, doubled or changed, and lines of the books that are wrong. Examples are in differences.';

comment on column consolidation.reconciliation.changed_since is
'Hybrid rows that are another than the import wrote because somebody has changed them after it: no loss.';

comment on column consolidation.reconciliation.seconds is 'How long it took.';

create table consolidation.reconciled_targets (
  validation integer not null,
  hybrid_table text not null,
  expected_rows bigint not null,
  expected_hash numeric not null,
  found_rows bigint not null,
  found_hash numeric not null,
  seconds double precision not null default 0,

  primary key (validation, hybrid_table)
);

alter table consolidation.reconciled_targets enable row level security;

comment on table consolidation.reconciled_targets is
'Counts and hashes of both sides, by hybrid table. Where they are not equal the rows were compared one by one.';

comment on column consolidation.reconciled_targets.validation is 'Which check.';

comment on column consolidation.reconciled_targets.hybrid_table is 'The table with its schema.';

comment on column consolidation.reconciled_targets.expected_rows is 'How many rows the legacy tables say.';

comment on column consolidation.reconciled_targets.expected_hash is 'The sum of the hashes of those rows, over all columns that are compared.';

comment on column consolidation.reconciled_targets.found_rows is 'How many rows there are; those of the hybrid''s own count too.';

comment on column consolidation.reconciled_targets.found_hash is 'The sum of the hashes of those rows.';

comment on column consolidation.reconciled_targets.seconds is 'How long it took.';

create table consolidation.differences (
  validation integer not null,
  legacy_table text not null,
  kind text not null,
  legacy_key text,
  hybrid_table text,
  hybrid_id uuid,
  columns text[] not null default '{}',
  expected jsonb not null default '{}',
  found jsonb not null default '{}',

  constraint differences_kind_is_known check (
    kind in (
      'lost', -- the hybrid row is not there
      'changed', -- it has other values than the legacy row says
      'changed since', -- the same, but somebody has changed it after the import
      'unaccounted', -- a hybrid row that comes from no legacy row
      'merged away', -- a value of a merged row that is neither in the hybrid row nor in conflicts or kept
      'no line', -- a legacy row without a line in the ledger
      'several lines', -- a legacy row with more than one
      'no row', -- a line of the ledger without a legacy row
      'wrong target', -- the ledger names another hybrid row than the rules do
      'not listed', -- a further hybrid row that ledger_targets lacks
      'listed wrongly', -- a line of ledger_targets that no rule gives
      'not set aside', -- a rejected row that is not in rejects with its reason, whole
      'not rejected', -- a row in rejects that the ledger does not call rejected
      'not kept', -- a value that a rule sets aside is not in kept
      'kept wrongly', -- a line of kept that says something else than the captured row
      'not lawful' -- people, workspaces or platforms that were merged, or not merged, against the rules
    )
  )
);

alter table consolidation.differences enable row level security;

create index differences_validation_idx on consolidation.differences (validation, legacy_table);

comment on table consolidation.differences is 'Examples of what did not agree: the first of each kind, by table. Values that may be secret are masked.';

comment on column consolidation.differences.validation is 'Which check.';

comment on column consolidation.differences.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.differences.kind is 'What is wrong.';

comment on column consolidation.differences.legacy_key is 'The legacy row; null for a hybrid row that comes from none.';

comment on column consolidation.differences.hybrid_table is 'The hybrid table; null where none is meant.';

comment on column consolidation.differences.hybrid_id is 'The hybrid row; null where there is none.';

comment on column consolidation.differences.columns is 'Which columns differ.';

comment on column consolidation.differences.expected is 'What they must be, the first 100 characters.';

comment on column consolidation.differences.found is 'What they are, the first 100 characters.';

-- ---------------------------------------------------------------- reading what was captured

create function consolidation.read_as(said text, otherwise anyelement) returns anyelement
language plpgsql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
set search_path = pg_catalog, pg_temp
as $function$
begin
  if pg_typeof(read_as.otherwise) = 'text[]'::regtype and read_as.said ~ '^\s*\[' then
    select array_agg(part.item order by part.place)
    into read_as.otherwise
    from jsonb_array_elements_text(read_as.said::jsonb) with ordinality as part (item, place);
    return coalesce(read_as.otherwise, '{}');
  end if;
  execute format('select %L::%s', read_as.said, pg_typeof(read_as.otherwise)) into read_as.otherwise;
  return read_as.otherwise;
exception
  when data_exception then
    return null;
end
$function$;

comment on function consolidation.read_as(text, anyelement) is
'A text as a value of the other argument''s type, or null: only for a column that has not the type of the list. Lists may be JSON.';

-- A value that has no place in the wanted type is null here. The import cannot carry its row, which is rejected and not compared.
create function consolidation.reading(column_name text, found text, wanted text) returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when said is null then format('null::%s', kind)
    when kind in ('text', 'text[]') and said ~ '^(text|character varying|character)(\[\])?$' and (said ~ '\[\]$') = (kind ~ '\[\]$')
      then format('(old.%I::%s collate "default")', name, kind)
    when kind = 'text' then format('(old.%I::text collate "default")', name)
    when kind = said then format('old.%I::%s', name, kind)
    when kind = 'timestamp with time zone' and said in ('timestamp without time zone', 'date')
      then format('timezone(''UTC'', old.%I::timestamp)', name)
    when kind in ('bigint', 'numeric', 'double precision') and said in ('smallint', 'integer') then format('old.%I::%s', name, kind)
    when kind = 'numeric' and said = 'bigint' then format('old.%I::numeric', name)
    when kind = 'integer' and said = 'smallint' then format('old.%I::integer', name)
    when kind = 'boolean' and said in ('smallint', 'integer', 'bigint', 'numeric') then format('(old.%I <> 0)', name)
    when kind = 'text[]' then format('(consolidation.read_as(old.%I::text, null::text[]) collate "default")', name)
    else format('consolidation.read_as(old.%I::text, null::%s)', name, kind)
  end
  from (
    select
      reading.column_name as name,
      regexp_replace(reading.found, '\([0-9,]+\)', '') as said,
      case
        when reading.wanted like 'character varying%' then 'text'
        when reading.wanted like 'numeric%' then 'numeric'
        when reading.wanted like 'vector%' then 'extensions.vector'
        else reading.wanted
      end as kind
  ) as types
$function$;

comment on function consolidation.reading(text, text, text) is 'How a captured column of the type that was found is read as the list says it.';

-- As the ledger has it: of another type than the list's it may be spelled otherwise, and there may be none.
create function consolidation.reading_of_key(found text) returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when reading_of_key.found is null then '(''row '' || old.ctid::text)'
    when reading_of_key.found in ('uuid', 'integer', 'bigint', 'smallint') then 'old.id::text'
    else 'coalesce(lower(btrim(old.id::text)), ''row '' || old.ctid::text)'
  end
$function$;

comment on function consolidation.reading_of_key(text) is 'How the key of a captured row is read, by the type of its column id.';

-- security invoker: it makes a view over what its caller may read.
create function consolidation.read_table(legacy_schema text, table_name text, is_captured boolean) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  relation regclass := case
    when read_table.is_captured then to_regclass(format('legacy_%s.%I', read_table.legacy_schema, read_table.table_name))
  end;
  columns text;
  key_type text;
begin
  select
    string_agg(
      format(
        -- a row without a workspace for which a human has named one
        case
          when known.column_name = 'workspace_id' and relation is not null and exists (
            select from consolidation.decisions as said
            where said.kind = 'no_workspace'
              and said.legacy_table = read_table.legacy_schema || '.' || read_table.table_name
          ) then
            'coalesce((select said.answer::uuid from consolidation.decisions as said where said.kind = ''no_workspace'''
            ' and said.legacy_table = ' || quote_literal(read_table.legacy_schema || '.' || read_table.table_name)
            || ' and said.legacy_key = {key}), %s) as %I'
          else '%s as %I'
        end,
        consolidation.reading(known.column_name, found.type, known.type), known.column_name
      ), ', '
      order by known.position
    ),
    max(found.type) filter (where known.column_name = 'id')
  into columns, key_type
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
  where known.legacy_schema = read_table.legacy_schema
    and known.table_name = read_table.table_name;

  execute format(
    'create or replace view consolidation.read_%1$s_%2$s with (security_invoker = true) as'
    ' select (%3$s) collate "C" as legacy_key, %4$s %5$s',
    read_table.legacy_schema, read_table.table_name,
    case when relation is null then 'null::text' else consolidation.reading_of_key(key_type) end,
    replace(columns, '{key}', consolidation.reading_of_key(key_type)),
    case when relation is null then 'where false' else format('from %s as old', relation) end
  );
end
$function$;

comment on function consolidation.read_table(text, text, boolean) is 'Makes the view over one captured table, or the empty one in its place.';

-- Where A and B were one schema they share the tables whose names they share: what B's rows refer to has its lines under A's name.
-- security invoker: it reads the books and the catalogue.
create function consolidation.name_in_ledger(legacy_schema text, table_name text) returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when is_one_schema
      and to_regclass(format('legacy_%s.%I', name_in_ledger.legacy_schema, name_in_ledger.table_name)) is null
      and to_regclass(format('legacy_%s.%I', other, name_in_ledger.table_name)) is not null
      then other
    else name_in_ledger.legacy_schema
  end || '.' || name_in_ledger.table_name
  from (
    select
      case name_in_ledger.legacy_schema when 'a' then 'b' else 'a' end as other,
      count(distinct captured.legacy_schema) = 2 and count(distinct captured.from_schema) = 1 and not bool_or(captured.is_copy)
        as is_one_schema
    from consolidation.captures as captured
  ) as known
$function$;

comment on function consolidation.name_in_ledger(text, text) is 'Under which name the ledger has the rows of a table.';

-- security invoker: it makes views over what its caller may read.
create function consolidation.set_readers(is_captured boolean) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  part record;
begin
  for part in
    select distinct
      known.legacy_schema,
      known.table_name
    from consolidation.legacy_columns as known
    order by known.legacy_schema, known.table_name
  loop
    perform consolidation.read_table(part.legacy_schema, part.table_name, set_readers.is_captured);
    execute format(
      'create or replace view consolidation.became_%1$s_%2$s with (security_invoker = true) as'
      ' select line.legacy_key, line.outcome, line.hybrid_id, line.workspace_id from consolidation.ledger as line where line.legacy_table = %3$L',
      part.legacy_schema, part.table_name,
      case
        when set_readers.is_captured then consolidation.name_in_ledger(part.legacy_schema, part.table_name)
        else part.legacy_schema || '.' || part.table_name
      end
    );
  end loop;
end
$function$;

comment on function consolidation.set_readers(boolean) is 'Makes the views over all captured tables, or empty ones.';

-- security invoker: it makes views over what its caller may read.
create function consolidation.read_legacy() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  if not exists (select from consolidation.captures) then
    raise exception 'nothing is captured' using errcode = 'HS151', hint = 'make capture, or: select * from consolidation.capture();';
  end if;
  perform consolidation.set_readers(true);
  -- Nobody does it after an import. Without it a plan may read the targets for each row, and takes a key of the ledger, of which only the
  -- parts have statistics, for one of two hundred: joined a few times that makes billions of rows, and a hash table to hold them.
  analyze consolidation.ledger (legacy_table, legacy_key, outcome, hybrid_id, workspace_id);
  analyze consolidation.ledger_targets;
  perform consolidation.find_homes();
  perform consolidation.find_platforms();
  perform consolidation.find_posts();
end
$function$;

comment on function consolidation.read_legacy() is
'Lets the views read_… and expected_… show what is captured, until forget_legacy() is called: to look at a difference by hand.';

-- security invoker: it makes views of its caller's.
create function consolidation.forget_legacy() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform consolidation.set_readers(false);
end
$function$;

comment on function consolidation.forget_legacy() is
'Takes the views off the captured tables, so that nothing hangs on these: they can be released or dropped.';

select consolidation.set_readers(false);

do $comments$
declare
  part record;
begin
  for part in
    select distinct
      known.legacy_schema,
      known.table_name
    from consolidation.legacy_columns as known
  loop
    execute format(
      'comment on view consolidation.read_%1$s_%2$s is %3$L', part.legacy_schema, part.table_name,
      format('%s.%s as it was captured, in the types of the list; empty outside of a check.', upper(part.legacy_schema), part.table_name)
    );
    execute format(
      'comment on view consolidation.became_%1$s_%2$s is %3$L', part.legacy_schema, part.table_name,
      format('Which hybrid row a row of %s.%s became, by the ledger.', upper(part.legacy_schema), part.table_name)
    );
  end loop;
end
$comments$;
