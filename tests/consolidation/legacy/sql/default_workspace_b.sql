-- B's trigger on users. It is left out where users or workspaces have A's shape: B's script fails there, as it would in a real database.

create function create_default_workspace() returns trigger
language plpgsql
security definer
as $function$
begin
  insert into public.workspaces (name, owner_id, metadata)
  values ('My Workspace', new.id, '{"is_default": true}');
  return new;
end
$function$;

create trigger create_default_workspace_for_new_user
after insert on users
for each row execute function create_default_workspace();
