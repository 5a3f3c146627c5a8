-- The runner's books beside yoyo's own: what was applied, to the letter, so that an edit is noticed.

create schema if not exists runner;

comment on schema runner is 'Books of the migration runner; no client reads them.';

create table if not exists runner.files (
  migration_id text primary key,
  checksum text not null,
  rollback_checksum text not null,
  rows_inserted jsonb not null default '{}',
  duration_ms integer not null,
  applied_by text not null default session_user,
  applied_at timestamptz not null default clock_timestamp()
);

comment on table runner.files is 'One row for each applied file: checksums of the file and of its rollback, and the rows that it brought.';

create table if not exists runner.unfinished (
  migration_id text primary key,
  direction text not null check (direction in ('apply', 'rollback')),
  indexes_before oid[] not null default '{}',
  started_at timestamptz not null default clock_timestamp()
);

comment on table runner.unfinished is 'Files outside a transaction that were begun; a row that stays tells the next run to clean up.';
