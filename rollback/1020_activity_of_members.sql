create index workspace_members_user_id_workspace_id_idx on public.workspace_members (user_id, workspace_id);

alter table public.workspace_members
add constraint workspace_members_user_id_fkey foreign key (user_id) references public.users (id) on delete cascade,
drop constraint workspace_members_activity_is_that_of_the_person;

alter table public.workspace_members drop column user_is_active;

alter table public.users drop constraint users_id_is_active_key;
