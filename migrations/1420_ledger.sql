-- Why: every legacy row is accounted for: one line in the ledger, its further homes beside it, and whatever a rule could not place, a human
-- must decide or two sources say differently.
-- Touches: new tables. Nothing that is there.

create table consolidation.runs (
  run_number integer primary key,
  domain text,
  was_unused boolean not null default false,
  is_bulk boolean not null default false,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);

alter table consolidation.runs enable row level security;

create table consolidation.steps (
  position integer primary key,
  domain text not null,
  step text not null,
  legacy_table text not null,
  is_further boolean not null default false,
  hybrid_tables text[] not null default '{}',

  constraint steps_step_stands_once unique (step),
  constraint steps_legacy_table_is_of_a_or_b check (legacy_table ~ '^[ab]\.[a-z_]+$'),
  -- the step that gives each row of a table its line is called like the table
  constraint steps_first_is_called_like_its_table check (is_further = (step <> legacy_table))
);

alter table consolidation.steps enable row level security;

create table consolidation.progress (
  step text primary key,
  state text not null default 'pending',
  next_block bigint not null default 0,
  rows_done bigint not null default 0,
  rows_total bigint not null default 0,
  started_at timestamptz,
  finished_at timestamptz,

  constraint progress_state_is_known check (
    state in (
      'pending', -- -> running
      'running', -- -> again or done
      'again', -- rows without a line are looked for; -> done
      'done' -- -> again, where rows have come or a rejected one is tried again; -> pending, where a further step reads its table anew
    )
  )
);

alter table consolidation.progress enable row level security;

-- A partition for each legacy table: its index stays as small as what is looked for, and is built when the table is through.
create table consolidation.ledger (
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  outcome text not null,
  reason text,
  hybrid_id uuid,
  workspace_id uuid,

  constraint ledger_outcome_is_known check (outcome in ('migrated', 'merged', 'split', 'rejected')),
  constraint ledger_rejected_has_no_home check ((outcome = 'rejected') = (hybrid_id is null)),
  constraint ledger_rejected_says_why check (outcome <> 'rejected' or reason is not null)
) partition by list (legacy_table);

alter table consolidation.ledger enable row level security;

do $partitions$
declare
  part record;
begin
  for part in
    select distinct
      columns.legacy_schema,
      columns.table_name
    from consolidation.legacy_columns as columns
    order by columns.legacy_schema, columns.table_name
  loop
    execute format(
      'create table consolidation.ledger_%1$s_%2$s partition of consolidation.ledger for values in (%3$L)',
      part.legacy_schema, part.table_name, part.legacy_schema || '.' || part.table_name
    );
    execute format('alter table consolidation.ledger_%s_%s enable row level security', part.legacy_schema, part.table_name);
    execute format(
      'create unique index ledger_%1$s_%2$s_legacy_key_idx on consolidation.ledger_%1$s_%2$s (legacy_key)',
      part.legacy_schema, part.table_name
    );
  end loop;
end
$partitions$;

create table consolidation.ledger_targets (
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  hybrid_table text collate "C" not null,
  hybrid_id uuid not null,
  part text,

  constraint ledger_targets_pkey primary key (legacy_table, legacy_key, hybrid_table, hybrid_id)
);

alter table consolidation.ledger_targets enable row level security;

create table consolidation.rejects (
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  reason text not null,
  legacy_row jsonb not null default '{}',

  primary key (legacy_table, legacy_key)
);

alter table consolidation.rejects enable row level security;

create table consolidation.kept (
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  legacy_column text not null,
  value jsonb not null default '{}',

  primary key (legacy_table, legacy_key, legacy_column)
);

alter table consolidation.kept enable row level security;

create table consolidation.conflicts (
  kind text not null,
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  hybrid_table text not null,
  hybrid_id uuid not null,
  hybrid_column text not null default '',
  value_a jsonb not null default '{}',
  value_b jsonb not null default '{}',
  rule text not null,

  primary key (kind, legacy_table, legacy_key, hybrid_id, hybrid_column),
  constraint conflicts_kind_is_known check (
    kind in (
      'difference', -- both speak of one row: rule says which one stands
      'same_id', -- one id and two rows: B's has a computed one
      'same_workspace', -- one id and two owners: never merged
      'same_person', -- one address: two people until a human says that they are one
      'candidate_admin', -- had the right before: a DBA confirms it
      'candidate_tier' -- had the plan before: a DBA confirms it
    )
  )
);

alter table consolidation.conflicts enable row level security;

create table consolidation.decisions (
  kind text not null,
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  answer text not null,
  decided_by text not null,
  decided_at timestamptz not null default now(),
  applied_at timestamptz,

  constraint decisions_pkey primary key (kind, legacy_table, legacy_key)
);

alter table consolidation.decisions enable row level security;

create table consolidation.value_map (
  hybrid_column text not null,
  word text not null,
  becomes text not null,

  primary key (hybrid_column, word),
  constraint value_map_word_is_folded check (word = lower(btrim(word)))
);

alter table consolidation.value_map enable row level security;

create table consolidation.auth_addresses (
  user_id uuid primary key,
  email text not null,
  is_sso boolean not null default false
);

alter table consolidation.auth_addresses enable row level security;

create table consolidation.taken (
  legacy_table text not null,
  id uuid not null,
  holder jsonb not null default '{}',

  primary key (legacy_table, id)
);

alter table consolidation.taken enable row level security;

create table consolidation.places (
  legacy_table text collate "C" not null,
  purpose text not null,
  legacy_key text collate "C" not null,
  place integer not null,

  primary key (legacy_table, purpose, legacy_key)
);

alter table consolidation.places enable row level security;

create table consolidation.put_aside (
  position integer primary key,
  kind text not null,
  table_name text not null,
  object_name text not null,
  definition text not null,
  comment text,

  constraint put_aside_kind_is_known check (kind in ('key', 'index', 'foreign key', 'trigger'))
);

alter table consolidation.put_aside enable row level security;

create view consolidation.targets with (security_invoker = true) as
select
  line.legacy_table,
  line.legacy_key,
  step.hybrid_tables[1] as hybrid_table,
  line.hybrid_id,
  null::text as part
from consolidation.ledger as line
inner join consolidation.steps as step on line.legacy_table = step.step
where line.hybrid_id is not null
union all
select
  further.legacy_table,
  further.legacy_key,
  further.hybrid_table,
  further.hybrid_id,
  further.part
from consolidation.ledger_targets as further;

comment on view consolidation.targets is 'All hybrid rows that a legacy row became: the first from the ledger, and those in ledger_targets.';

comment on table consolidation.runs is 'Runs of the import; one that was cut off is gone on with.';

comment on column consolidation.runs.run_number is 'Key: 1 for the first.';

comment on column consolidation.runs.domain is 'The domain that it imports; null for all.';

comment on column consolidation.runs.was_unused is 'Whether nobody was in public.users when it began.';

comment on column consolidation.runs.is_bulk is
'Whether indexes, foreign keys and triggers were put aside for it: the hybrid was not in use, and there was much to import.';

comment on column consolidation.runs.started_at is 'When it began. That of the first run is the time that stands for an unknown one.';

comment on column consolidation.runs.finished_at is 'When all of it was done; null while it runs, or was cut off.';

comment on table consolidation.steps is 'The import in its order, table by table; the function consolidation.import_<a or b>_<table> does a batch.';

comment on column consolidation.steps.position is 'The order: what others refer to comes first.';

comment on column consolidation.steps.domain is 'What DOMAIN= names.';

comment on column consolidation.steps.step is 'Its name; the function is import_ and this name with _ for the dot.';

comment on column consolidation.steps.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.steps.is_further is
'It reads a table again whose rows have their lines already, and adds targets; read anew it adds only those that are not there.';

comment on column consolidation.steps.hybrid_tables is
'Every table that it writes, with its schema. The first is that of ledger.hybrid_id.';

comment on table consolidation.progress is 'How far each step is; written in the transaction of the batch.';

comment on column consolidation.progress.step is 'The step.';

comment on column consolidation.progress.state is 'pending, running, again, done.';

comment on column consolidation.progress.next_block is 'The block of the legacy table that the next batch begins with.';

comment on column consolidation.progress.rows_done is 'Rows that have a line in the ledger.';

comment on column consolidation.progress.rows_total is 'Rows of the legacy table when the step began.';

comment on column consolidation.progress.started_at is 'When the step began.';

comment on column consolidation.progress.finished_at is 'When each row had its line.';

comment on table consolidation.ledger is 'One line for each legacy row: what became of it.';

comment on column consolidation.ledger.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.ledger.legacy_key is 'The legacy key as text.';

comment on column consolidation.ledger.outcome is
'migrated: a row of its own; merged: into a row that was there; split: several rows; rejected: none, it waits.';

comment on column consolidation.ledger.reason is 'Why it was rejected, merged, or got another key; null where there is nothing to say.';

comment on column consolidation.ledger.hybrid_id is 'The row that it became, in the first of steps.hybrid_tables; null where rejected.';

comment on column consolidation.ledger.workspace_id is
'The workspace of that row, where rows of other tables refer to it: they must be of the same one. Null where none does.';

comment on table consolidation.ledger_targets is 'Further hybrid rows of a legacy row, beside the one in the ledger.';

comment on column consolidation.ledger_targets.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.ledger_targets.legacy_key is 'The legacy key as text.';

comment on column consolidation.ledger_targets.hybrid_table is 'The table with its schema.';

comment on column consolidation.ledger_targets.hybrid_id is 'The row.';

comment on column consolidation.ledger_targets.part is 'Which part of the legacy row it is, such as a platform; null where that is plain.';

comment on table consolidation.rejects is 'Rejected rows, whole; a rule or a word is added, then they are tried again.';

comment on column consolidation.rejects.legacy_table is
'a.<table> or b.<table>; the name of a further step, where that could not carry a row that has its line.';

comment on column consolidation.rejects.legacy_key is 'The legacy key as text.';

comment on column consolidation.rejects.reason is 'Which rule rejected it, without its values.';

comment on column consolidation.rejects.legacy_row is 'The row as it was, secrets masked; the captured table has them.';

comment on table consolidation.kept is 'Values that have no place where a client could read: originals that a rule changed, rights not given, unknown columns.';

comment on column consolidation.kept.legacy_table is 'a.<table> or b.<table>.';

comment on column consolidation.kept.legacy_key is 'The legacy key as text.';

comment on column consolidation.kept.legacy_column is 'The legacy column.';

comment on column consolidation.kept.value is 'Its value.';

comment on table consolidation.conflicts is 'Where two sources say different things, and what a human confirms or decides.';

comment on column consolidation.conflicts.kind is 'What kind of conflict.';

comment on column consolidation.conflicts.legacy_table is 'The table of the row that came second.';

comment on column consolidation.conflicts.legacy_key is 'Its key.';

comment on column consolidation.conflicts.hybrid_table is 'The table of the row that it is about.';

comment on column consolidation.conflicts.hybrid_id is 'That row.';

comment on column consolidation.conflicts.hybrid_column is 'The column that differs; empty where the whole row does.';

comment on column consolidation.conflicts.value_a is 'What A says, or what stood there.';

comment on column consolidation.conflicts.value_b is 'What B says, or what came second.';

comment on column consolidation.conflicts.rule is 'Which rule chose, and what.';

comment on table consolidation.decisions is 'What a human decided; transforms obey it.';

comment on column consolidation.decisions.kind is 'The kind of conflict, or trust_addresses for all people at once.';

comment on column consolidation.decisions.legacy_table is 'The table of the row that it is about; empty for all.';

comment on column consolidation.decisions.legacy_key is 'Its key; empty for all.';

comment on column consolidation.decisions.answer is 'What was decided, such as merge, separate, confirm or refuse.';

comment on column consolidation.decisions.decided_by is 'Who decided.';

comment on column consolidation.decisions.decided_at is 'When.';

comment on column consolidation.decisions.applied_at is
'Since when it is in force; null where the rows have yet to come, or were taken back: the import applies it at its end.';

comment on table consolidation.value_map is 'What a legacy word becomes in a hybrid column. Edit it, then try the rejected rows again.';

comment on column consolidation.value_map.hybrid_column is 'The hybrid column as table.column; platform for names of platforms.';

comment on column consolidation.value_map.word is 'The legacy word, trimmed and in lower case.';

comment on column consolidation.value_map.becomes is
'What the hybrid says for it; empty for the name of a platform that posts are to be imported without.';

comment on table consolidation.auth_addresses is 'The confirmed addresses of A''s auth.users; the only proof of who somebody is.';

comment on column consolidation.auth_addresses.user_id is 'The auth user.';

comment on column consolidation.auth_addresses.email is 'The confirmed address, trimmed and in lower case.';

comment on column consolidation.auth_addresses.is_sso is 'Said by an identity provider: no proof for joining two people.';

comment on table consolidation.taken is
'Ids of legacy rows that another row had in the hybrid table before the step began: of the other legacy schema, or the hybrid''s own.';

comment on column consolidation.taken.legacy_table is 'The step.';

comment on column consolidation.taken.id is 'The id.';

comment on column consolidation.taken.holder is 'The hybrid row that has it.';

comment on table consolidation.places is
'Where a row stands among those of its group, for rules that number rows; only those that are not the first. Written by prepare functions.';

comment on column consolidation.places.legacy_table is 'The table.';

comment on column consolidation.places.purpose is 'What is numbered.';

comment on column consolidation.places.legacy_key is 'The row.';

comment on column consolidation.places.place is '2 for the second of its group, and so on.';

comment on table consolidation.put_aside is 'Indexes, foreign keys and triggers that a bulk import has yet to put back.';

comment on column consolidation.put_aside.position is 'The order in which they are put back.';

comment on column consolidation.put_aside.kind is 'key, index, foreign key or trigger.';

comment on column consolidation.put_aside.table_name is 'The table, with its schema.';

comment on column consolidation.put_aside.object_name is 'The name.';

comment on column consolidation.put_aside.definition is 'The statement that puts it back.';

comment on column consolidation.put_aside.comment is 'Its comment.';
