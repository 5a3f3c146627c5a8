-- Why: which functions clients may call. The wrapper in public is what they see; it runs as they do, so they need EXECUTE on the one
-- in private as well, which they cannot reach by name.
-- Touches: rights on functions.

grant execute on function public.create_workspace(text, text), private.create_workspace_by_caller(text, text) to authenticated;

grant execute on function public.hand_over_workspace(uuid, uuid), private.hand_over_workspace_by_caller(uuid, uuid) to authenticated;

grant execute on function public.invite(uuid, text, text), private.invite_by_caller(uuid, text, text) to authenticated;

grant execute on function public.accept_invitation(text), private.accept_invitation_by_caller(text) to authenticated;

grant execute on function public.revoke_invitation(uuid), private.revoke_invitation_by_caller(uuid) to authenticated;

grant execute on function public.open_invitations(uuid), private.open_invitations_by_caller(uuid) to authenticated;

grant execute on function public.co_members(uuid), private.co_members_by_caller(uuid) to authenticated;

grant execute on function
public.change_member_role(uuid, uuid, text),
private.change_member_role_by_caller(uuid, uuid, text)
to authenticated;

grant execute on function public.remove_member(uuid, uuid), private.remove_member_by_caller(uuid, uuid) to authenticated;

grant execute on function public.leave_workspace(uuid), private.leave_workspace_by_caller(uuid) to authenticated;

grant execute on function public.open_workspace(uuid, text), private.open_workspace_by_caller(uuid, text) to authenticated;

grant execute on function public.close_workspace(uuid), private.close_workspace_by_caller(uuid) to authenticated;

grant execute on function
public.change_user(uuid, text, text, boolean),
private.change_user_by_caller(uuid, text, text, boolean)
to authenticated;

grant execute on function
public.request_video(uuid, uuid, text, uuid, text, text),
private.request_video_by_caller(uuid, uuid, text, uuid, text, text)
to authenticated;

grant execute on function public.decide_recommendation(uuid, text), private.decide_recommendation_by_caller(uuid, text) to authenticated;

grant execute on function public.decide_approval(uuid, text, text), private.decide_approval_by_caller(uuid, text, text) to authenticated;

grant execute on function
public.request_task(uuid, text, text, jsonb, integer, timestamptz),
private.request_task_by_caller(uuid, text, text, jsonb, integer, timestamptz)
to authenticated;

grant execute on function public.cancel_task(uuid), private.cancel_task_by_caller(uuid) to authenticated;

grant execute on function
public.search_content(uuid, extensions.vector, integer),
private.search_content_by_caller(uuid, extensions.vector, integer)
to authenticated;

grant execute on function
public.newest_posts(integer, timestamptz, uuid),
private.newest_posts_by_caller(integer, timestamptz, uuid)
to authenticated;
