-- Why: rows that all workspaces share (default avatars, system templates) belong to one reserved workspace.
-- Touches: one new row, a check on workspace_members, a trigger on workspaces.
-- What could go wrong: nothing on tables that 0120 has just made; on filled ones the check reads all memberships once.

-- dated, so that it is the same row on every database
insert into public.workspaces (id, name, created_at, updated_at)
values (private.platform_workspace_id(), 'Platform', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');

-- Nobody belongs to it, so nobody can act in it: everybody reads it, the service alone writes.
alter table public.workspace_members
-- the table is new, and there is nothing to validate later
-- squawk-ignore constraint-missing-not-valid
add constraint workspace_members_not_of_the_platform check (workspace_id <> private.platform_workspace_id());

-- security invoker: it only raises.
create function private.keep_platform_workspace() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception 'the workspace of the platform cannot be deleted' using errcode = 'HS010';
end
$function$;

comment on function private.keep_platform_workspace() is 'Trigger: refuses to delete the reserved workspace.';

create trigger workspaces_keep_the_platform
before delete on public.workspaces
for each row
when (old.id = private.platform_workspace_id())
execute function private.keep_platform_workspace();
