alter table public.workspaces drop constraint workspaces_owner_is_an_owner_member;

drop table public.workspace_members;

drop table public.workspaces;
