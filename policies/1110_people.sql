-- Why: who may read and change people, workspaces and memberships.
-- Touches: rights and policies on three tables. Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- users

grant select (
  id, email, email_verified_at, full_name, avatar_url, role, is_admin, subscription_tier, is_active, onboarding_completed, preferences,
  metadata, created_at, updated_at
) on public.users to authenticated;

grant update (full_name, avatar_url, onboarding_completed, preferences) on public.users to authenticated;

grant select, insert, update, delete on public.users to service_role;

-- names and pictures of co-members: public.co_members()
create policy users_select_oneself on public.users
for select
to authenticated
using (users.id = (select private.acting_person()));

-- no insert: a row is made when the address of the auth user is confirmed

create policy users_update_oneself on public.users
for update
to authenticated
using (users.id = (select private.writing_person()))
with check (users.id = (select private.writing_person()));

-- no delete: a person who leaves is erased by the service

-- -------------------------------------------------------------------- workspaces

grant select (
  id, name, description, owner_id, owner_role, is_default, is_active, settings, brand_guidelines, metadata, created_at, updated_at
) on public.workspaces to authenticated;

grant update (name, description, settings, brand_guidelines, metadata) on public.workspaces to authenticated;

grant delete on public.workspaces to authenticated;

grant select, insert, update, delete on public.workspaces to service_role;

create policy workspaces_select_members on public.workspaces
for select
to authenticated
using (
  workspaces.id = any((select private.readable_workspaces())::uuid[])
  -- shared by all, and nobody's to choose
  and workspaces.id <> private.platform_workspace_id()
);

-- no insert: public.create_workspace() makes its owner with it

create policy workspaces_update_admins on public.workspaces
for update
to authenticated
using (workspaces.id = any((select private.writable_workspaces('admin'))::uuid[]))
with check (workspaces.id = any((select private.writable_workspaces('admin'))::uuid[]));

create policy workspaces_delete_accountable_owner on public.workspaces
for delete
to authenticated
using (
  workspaces.owner_id = (select private.token_person())
  and workspaces.id = any((select private.writable_workspaces('owner'))::uuid[])
);

-- -------------------------------------------------------------------- workspace_members

-- not user_is_active: whether a colleague's account was removed is no business of the others
grant select (id, workspace_id, user_id, role, permissions, joined_at, updated_at) on public.workspace_members to authenticated;

grant select, insert, update, delete on public.workspace_members to service_role;

create policy workspace_members_select_co_members on public.workspace_members
for select
to authenticated
using (workspace_members.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: by function (public.accept_invitation, change_member_role, remove_member, leave_workspace)
