drop trigger workspaces_remove_measures on public.workspaces;

drop function private.remove_measures_of_deleted_workspaces();
