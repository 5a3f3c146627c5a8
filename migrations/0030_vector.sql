-- Why: content_embeddings needs pgvector. Supabase has it ready to be switched on, in the schema extensions.
-- Touches: nothing where it is installed. The rollback never drops an extension: others may use it.
-- What could go wrong: an extension in another schema, or too old. `make migrate` looks before it starts.

create extension if not exists vector with schema extensions;

do $check$
begin
  if (
    select string_to_array(extension.extversion, '.')::integer[] < array[0, 8]
      or space.nspname <> 'extensions'
    from pg_catalog.pg_extension as extension
    inner join pg_catalog.pg_namespace as space on extension.extnamespace = space.oid
    where extension.extname = 'vector'
  ) then
    raise exception 'pgvector 0.8 or newer is needed, in the schema extensions'
      using errcode = 'HS001', hint = 'alter extension vector update; alter extension vector set schema extensions;';
  end if;
end
$check$;
