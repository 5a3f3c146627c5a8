-- How far each COPY of the sessions with the application name in the setting progress.application is.
select
  copies.pid,
  copies.relid::bigint as relid,
  copies.tuples_processed
from pg_catalog.pg_stat_progress_copy as copies
inner join pg_catalog.pg_stat_activity as sessions on copies.pid = sessions.pid
where copies.datname = current_database() and sessions.application_name = current_setting('progress.application');
