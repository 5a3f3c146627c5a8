-- Which verified backup somebody could go back to when the database was changed; beside runner.overrides, which has those who had none.

create schema if not exists runner;

create table if not exists runner.backups_used (
  id bigint generated always as identity primary key,
  what text not null,
  backup text not null,
  made_at timestamptz not null,
  verified_at timestamptz not null,
  done_at timestamptz not null default clock_timestamp()
);

comment on table runner.backups_used is 'What was done with a verified backup at hand: what, when, and which backup.';
