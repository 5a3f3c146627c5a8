-- What this role may read of auth.users, of what a copy of A wants to know: older platforms lack some of the columns.
select part.attname::text as column_name
from pg_catalog.pg_attribute as part
inner join pg_catalog.pg_class as class on part.attrelid = class.oid
inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
where space.nspname = 'auth'
  and class.relname = 'users'
  and part.attname in ('id', 'email', 'email_confirmed_at', 'is_sso_user', 'is_anonymous', 'deleted_at')
  and not part.attisdropped
  and has_schema_privilege(space.oid, 'usage')
  and has_column_privilege(class.oid, part.attnum, 'select')
  and not row_security_active(class.oid);
