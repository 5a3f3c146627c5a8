-- as 0040 made it
create or replace function private.set_updated_at() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  new.updated_at := now();
  return new;
end
$function$;

comment on function private.set_updated_at() is 'Trigger: stamps updated_at at each update.';
