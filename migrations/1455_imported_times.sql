-- Why: an import that merges into a row must leave updated_at as the source says it, also where the hybrid is in use and triggers stay on.
-- Touches: the function of the triggers that stamp updated_at; nothing else of them.
-- What could go wrong: a setting that a client makes must not count, so it does not for the roles of clients.

-- security invoker: it changes nothing but the row at hand.
create or replace function private.set_updated_at() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  if current_setting('consolidation.keeps_times', true) = 'yes'
    and current_user not in ('anon', 'authenticated', 'service_role')
  then
    return new;
  end if;
  new.updated_at := now();
  return new;
end
$function$;

comment on function private.set_updated_at() is 'Trigger: stamps updated_at at each update, but for those of the import.';
