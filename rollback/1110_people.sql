drop policy workspace_members_select_co_members on public.workspace_members;

drop policy workspaces_delete_accountable_owner on public.workspaces;

drop policy workspaces_update_admins on public.workspaces;

drop policy workspaces_select_members on public.workspaces;

drop policy users_update_oneself on public.users;

drop policy users_select_oneself on public.users;

revoke all on public.workspace_members from authenticated, service_role;

revoke all on public.workspaces from authenticated, service_role;

revoke all on public.users from authenticated, service_role;
