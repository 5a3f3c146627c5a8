select
  note.what,
  note.done_at,
  note.backup,
  note.verified_at,
  null::text as person
from runner.backups_used as note;
