-- A's and B's function behind the triggers that stamp updated_at.

create function update_updated_at_column() returns trigger
language plpgsql
as $function$
begin
  new.updated_at = now();
  return new;
end
$function$;
