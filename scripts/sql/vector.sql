-- Whether pgvector is installed, where, and whether it could be.
select
  (
    select extension.extversion
    from pg_catalog.pg_extension as extension
    where extension.extname = 'vector'
  ) as installed,
  (
    select space.nspname
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as space on extension.extnamespace = space.oid
    where extension.extname = 'vector'
  ) as schema,
  (
    select available.default_version
    from pg_catalog.pg_available_extensions as available
    where available.name = 'vector'
  ) as available;
