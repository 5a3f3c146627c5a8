-- Who holds advisory locks of this database for a session. The runner looks for its own key.
select
  held.classid::bigint << 32 | held.objid::bigint as key,
  activity.pid,
  activity.application_name as application,
  coalesce(activity.usename, '') as username,
  round(extract(epoch from clock_timestamp() - activity.backend_start)) as seconds
from pg_catalog.pg_locks as held
inner join pg_catalog.pg_stat_activity as activity on held.pid = activity.pid
inner join pg_catalog.pg_database as place on held.database = place.oid
where held.locktype = 'advisory'
  and held.granted
  and held.objsubid = 1
  and place.datname = current_database();
