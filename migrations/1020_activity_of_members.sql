-- Why: each statement of a client asks who belongs to what, and whether that person is active. With the activity beside the membership
-- this is one probe of one index; with a join to users it takes half as long again, at every statement (docs/decisions/0007).
-- It is no copy that somebody must remember to change: the foreign key to users carries it along, in the same transaction.
-- Touches: one column, two constraints and one index on workspace_members, one constraint on users.
-- What could go wrong: the constraints read both tables once while nobody writes them; a million memberships take some seconds.

alter table public.users
-- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
add constraint users_id_is_active_key unique (id, is_active);

alter table public.workspace_members
add column user_is_active boolean not null default true;

-- members of before who are inactive; triggers have nothing to say to it, and updated_at stays
alter table public.workspace_members disable trigger user;

update public.workspace_members as member
set user_is_active = person.is_active
from public.users as person
where member.user_id = person.id
  and not person.is_active;

alter table public.workspace_members enable trigger user;

alter table public.workspace_members
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
add constraint workspace_members_activity_is_that_of_the_person
foreign key (user_id, user_is_active) references public.users (id, is_active) on update cascade on delete cascade,
-- held by the one above as well
-- squawk-ignore ban-drop-constraint
drop constraint workspace_members_user_id_fkey;

-- squawk-ignore require-concurrent-index-creation
create index workspace_members_user_id_user_is_active_workspace_id_idx
on public.workspace_members (user_id, user_is_active, workspace_id) include (role);

-- squawk-ignore require-concurrent-index-deletion
drop index public.workspace_members_user_id_workspace_id_idx;

comment on column public.workspace_members.user_is_active is
'users.is_active of the person, carried along by a foreign key; an inactive one reads and writes nothing.';
