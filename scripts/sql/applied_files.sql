-- What the books say of each applied file. A file that yoyo itself marked has no line in runner.files.
select
  book.migration_id,
  coalesce(file.checksum, '') as checksum,
  coalesce(file.rollback_checksum, '') as rollback_checksum,
  coalesce(file.rows_inserted, '{}') as rows_inserted,
  coalesce(file.applied_by, '') as applied_by,
  coalesce(to_char(file.applied_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), '') as applied_at,
  coalesce(file.duration_ms, 0) as duration_ms
from runner._yoyo_migration as book
left join runner.files as file on book.migration_id = file.migration_id
order by book.migration_id;
