-- Where somebody went on without what is asked for (NO_BACKUP=1, FORCE=1); beside the runner's books, in the database that it was about.

create schema if not exists runner;

create table if not exists runner.overrides (
  id bigint generated always as identity primary key,
  what text not null,
  variable text not null,
  done_by text not null default session_user,
  person text not null,
  done_at timestamptz not null default clock_timestamp()
);

comment on table runner.overrides is 'What was done without a verified backup, or by force: what, when, by which role and which person.';
