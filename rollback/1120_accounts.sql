drop policy user_social_accounts_delete_admins_or_own on public.user_social_accounts;

drop policy user_social_accounts_update_admins_or_own on public.user_social_accounts;

drop policy user_social_accounts_insert_editors on public.user_social_accounts;

drop policy user_social_accounts_select_members on public.user_social_accounts;

drop policy social_platforms_select_everybody on public.social_platforms;

revoke all on public.user_social_accounts from authenticated, service_role;

revoke all on public.social_platforms from authenticated, service_role;
