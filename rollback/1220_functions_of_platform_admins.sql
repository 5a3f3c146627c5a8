drop trigger workspace_openings_closing_is_logged on secrets.workspace_openings;

drop trigger workspace_openings_are_logged on secrets.workspace_openings;

drop function public.change_user(uuid, text, text, boolean);

drop function private.change_user_by_caller(uuid, text, text, boolean);

drop function public.close_workspace(uuid);

drop function private.close_workspace_by_caller(uuid);

drop function public.open_workspace(uuid, text);

drop function private.open_workspace_by_caller(uuid, text);

drop function private.log_opening();

drop function private.platform_admin_caller();
