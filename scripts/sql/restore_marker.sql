-- The mark of a restore that is not done: it goes when the copy has been compared.
create schema unfinished_restore;

comment on schema unfinished_restore is 'What is in this database is a part of a backup: its restore has not been finished.';

create table unfinished_restore.restore (
  folder text not null,
  manifest_sha256 text not null,
  begun_at timestamptz not null default clock_timestamp()
);
