-- Why: who may read and change platforms and the accounts on them.
-- Touches: rights and policies on two tables. Decisions: docs/decisions/0007.

-- -------------------------------------------------------------------- social_platforms

grant select (id, name, display_name, icon_url, is_active, created_at, updated_at) on public.social_platforms to authenticated;

grant select, insert, update, delete on public.social_platforms to service_role;

create policy social_platforms_select_everybody on public.social_platforms
for select
to authenticated
using ((select private.acting_person()) is not null);

-- no insert, update, delete: reference rows, kept by the service

-- -------------------------------------------------------------------- user_social_accounts

-- not account_metadata: what a platform said may hold secrets
grant select (
  id, workspace_id, user_id, platform_id, account_name, account_id, token_expires_at, is_active, connected_at, last_used_at, updated_at
) on public.user_social_accounts to authenticated;

grant insert (workspace_id, user_id, platform_id, account_name, account_id, is_active) on public.user_social_accounts to authenticated;

grant update (account_name, is_active) on public.user_social_accounts to authenticated;

grant delete on public.user_social_accounts to authenticated;

grant select, insert, update, delete on public.user_social_accounts to service_role;

create policy user_social_accounts_select_members on public.user_social_accounts
for select
to authenticated
using (user_social_accounts.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy user_social_accounts_insert_editors on public.user_social_accounts
for insert
to authenticated
with check (
  user_social_accounts.user_id = (select private.token_person())
  and user_social_accounts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy user_social_accounts_update_admins_or_own on public.user_social_accounts
for update
to authenticated
using (
  (
    user_social_accounts.user_id = (select private.token_person())
    and user_social_accounts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  )
  or user_social_accounts.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
)
with check (
  (
    user_social_accounts.user_id = (select private.token_person())
    and user_social_accounts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  )
  or user_social_accounts.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

create policy user_social_accounts_delete_admins_or_own on public.user_social_accounts
for delete
to authenticated
using (
  (
    user_social_accounts.user_id = (select private.token_person())
    and user_social_accounts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  )
  or user_social_accounts.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);
