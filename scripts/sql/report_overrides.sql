select
  note.what,
  note.done_at,
  null::text as backup,
  null::timestamptz as verified_at,
  note.person
from runner.overrides as note
where note.variable = 'NO_BACKUP';
