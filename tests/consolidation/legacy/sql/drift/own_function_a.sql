-- A.content_posts, A.workspaces: functions of the owner's own: one that runs as its owner, one that is bound when it is made.

create function count_posts(uuid) returns bigint
language sql stable security definer
as $function$
  select count(*)
  from public.content_posts
  where workspace_id = $1;
$function$;

create function name_of_workspace(uuid) returns text
language sql stable
begin atomic
  select workspaces.name
  from workspaces
  where workspaces.id = $1;
end;
