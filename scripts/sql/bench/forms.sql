-- The ways in which a policy can ask for membership, side by side. None of them does all that private.readable_workspaces() does: who is
-- inactive, the platform's workspace and tokens that do not count are left out, which makes each of them cheaper than it could be.

create function bench.my_workspaces() returns setof uuid
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return query
  select member.workspace_id
  from public.workspace_members as member
  where member.user_id = (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid;
end
$function$;

create function bench.is_member(workspace_id uuid) returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return exists (
    select
    from public.workspace_members as member
    where member.user_id = (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid
      and member.workspace_id = is_member.workspace_id
  );
end
$function$;

grant usage on schema bench to authenticated;

grant execute on all functions in schema bench to authenticated;

grant execute on function private.named_workspace() to authenticated;
