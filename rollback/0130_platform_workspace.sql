drop trigger workspaces_keep_the_platform on public.workspaces;

drop function private.keep_platform_workspace();

alter table public.workspace_members drop constraint workspace_members_not_of_the_platform;

delete from public.workspaces
where workspaces.id = private.platform_workspace_id();
