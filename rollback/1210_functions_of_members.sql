drop function public.leave_workspace(uuid);

drop function private.leave_workspace_by_caller(uuid);

drop function public.remove_member(uuid, uuid);

drop function private.remove_member_by_caller(uuid, uuid);

drop function public.change_member_role(uuid, uuid, text);

drop function private.change_member_role_by_caller(uuid, uuid, text);

drop function private.check_change_of_member(uuid, uuid, text);

drop function public.co_members(uuid);

drop function private.co_members_by_caller(uuid);

drop function public.open_invitations(uuid);

drop function private.open_invitations_by_caller(uuid);

drop function public.revoke_invitation(uuid);

drop function private.revoke_invitation_by_caller(uuid);

drop function public.accept_invitation(text);

drop function private.accept_invitation_by_caller(text);

drop function public.invite(uuid, text, text);

drop function private.invite_by_caller(uuid, text, text);

drop function public.hand_over_workspace(uuid, uuid);

drop function private.hand_over_workspace_by_caller(uuid, uuid);

drop function public.create_workspace(text, text);

drop function private.create_workspace_by_caller(text, text);

drop function private.caller_with_role(uuid, text);

drop function private.writing_caller();

drop function private.caller();
