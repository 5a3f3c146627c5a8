drop function private.replace_inactive_owner(uuid, uuid);

drop function private.hand_over_workspace(uuid, uuid, uuid);

drop function private.change_owner(uuid, uuid, uuid);

drop trigger workspace_members_keep_the_owners_role on public.workspace_members;

drop trigger workspace_members_keep_the_owner_in on public.workspace_members;

drop function private.keep_accountable_owner();

drop trigger workspaces_keep_their_owner on public.workspaces;

drop function private.refuse_new_owner();

drop trigger workspace_members_keep_their_keys on public.workspace_members;

drop trigger workspaces_keep_their_key on public.workspaces;

drop function private.refuse_new_keys();

drop trigger users_keep_what_is_not_self_service on public.users;

drop function private.refuse_not_self_service();

drop function private.writing_role(uuid, uuid);

drop function private.role_rank(text);
