-- Which database this is, told from all others and from copies of itself, and how its text is encoded and sorted.
select
  control.system_identifier::text as server,
  base.oid::bigint as oid,
  base.datname as name,
  current_setting('server_version') as version,
  current_setting('server_version_num')::integer as version_number,
  pg_encoding_to_char(base.encoding) as encoding,
  base.datcollate as collation,
  base.datctype as ctype,
  case base.datlocprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as provider,
  current_user::text as role,
  pg_database_size(base.oid) as bytes
from pg_catalog.pg_database as base
cross join pg_control_system() as control
where base.datname = current_database();
