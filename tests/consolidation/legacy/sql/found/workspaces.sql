-- What hazards/workspaces.py makes, found in the database: one view for each hazard.

create view found.workspace_same_id as
select
  each.letter,
  'workspaces' as tab,
  a.id::text as key
from legacy_a.workspaces as a
inner join legacy_b.workspaces as b on a.id = b.id and a.owner_id = b.owner_id
cross join (values ('A'), ('B')) as each (letter)
where (a.name, a.description, a.settings, true) is distinct from (b.name, b.description, b.settings, b.is_active);

create view found.workspace_same_id_two_owners as
select
  each.letter,
  'workspaces' as tab,
  a.id::text as key
from legacy_a.workspaces as a
inner join legacy_b.workspaces as b on a.id = b.id and a.owner_id <> b.owner_id
cross join (values ('A'), ('B')) as each (letter);

create view found.workspace_same_id_of_one_person as
select
  each.letter,
  'workspaces' as tab,
  a.id::text as key
from legacy_a.workspaces as a
inner join legacy_b.workspaces as b on a.id = b.id and a.owner_id <> b.owner_id
inner join found.same_address as owner on a.owner_id = owner.of_a and b.owner_id = owner.of_b
cross join (values ('A'), ('B')) as each (letter);

create view found.workspaces_of_one_name as
select
  letter,
  tab,
  key
from found.every_row as one
where tab = 'workspaces' and exists (
    select from found.every_row as other
    where other.tab = 'workspaces' and other.key <> one.key
      and other.body ->> 'owner_id' = one.body ->> 'owner_id' and other.body ->> 'name' = one.body ->> 'name'
  );

create view found.workspace_without_owner as
select
  letter,
  tab,
  key
from found.every_row
where tab = 'workspaces' and 'owner_id' = any(nulls);

create view found.owner_is_no_owner_member as
select
  'A' as letter,
  'workspaces' as tab,
  workspaces.id::text as key
from legacy_a.workspaces
where workspaces.owner_id is not null and not exists (
    select from legacy_a.workspace_members as members
    where members.workspace_id = workspaces.id and members.user_id = workspaces.owner_id and members.role = 'owner'
  );

create view found.default_workspace_in_other_words as
select
  letter,
  tab,
  key
from found.every_row
where letter = 'B' and tab = 'workspaces' and body -> 'metadata' ? 'is_default' and body -> 'metadata' <> '{"is_default": true}';

create view found.accounts_in_other_shapes as
select
  letter,
  tab,
  key
from found.cells
where name = 'social_accounts' and not is_null and value <> 'null'
  and (
    jsonb_typeof(value) <> 'array'
    or jsonb_path_exists(value, '$[*] ? (@.type() <> "object" || !exists(@.platform) || !exists(@.account_id))')
    or jsonb_path_exists(value, '$[*].platform ? (!(@ like_regex "^(linkedin|twitter|facebook|instagram|tiktok|youtube|pinterest)$"))')
  );

create view found.account_in_both as
select
  pair.letter,
  pair.tab,
  pair.key
from legacy_a.user_social_accounts as account
inner join legacy_b.workspaces on account.workspace_id = workspaces.id
cross join
  lateral (
    values ('A', 'user_social_accounts', account.id::text), ('B', 'workspaces', workspaces.id::text)
  ) as pair (letter, tab, key)
where jsonb_path_exists(workspaces.social_accounts, '$[*] ? (@.account_id == $id)', jsonb_build_object('id', account.account_id));

-- how many workspaces a person has: by ownership, and in A by membership
create view found.workspaces_of_people as
select
  'A' as letter,
  user_id,
  workspace_id,
  false as is_default
from legacy_a.workspace_members
union
select
  'B' as letter,
  owner_id as user_id,
  id as workspace_id,
  metadata @> '{"is_default": true}' as is_default
from legacy_b.workspaces;

create view found.rows_without_workspace as
select
  lost.letter,
  lost.tab,
  lost.key,
  lost.body ->> 'user_id' as user_id,
  (
    select count(*)
    from found.workspaces_of_people as known
    where known.letter = lost.letter and known.user_id::text = lost.body ->> 'user_id'
  ) as workspaces,
  (
    select count(*)
    from found.workspaces_of_people as known
    where known.letter = lost.letter and known.user_id::text = lost.body ->> 'user_id' and known.is_default
  ) as default_ones,
  coalesce(
    lost.body ->> 'post_id', lost.body ->> 'task_id', lost.body ->> 'workflow_id', lost.body ->> 'script_id', lost.body ->> 'profile_id',
    lost.body ->> 'configuration_id', lost.body ->> 'job_id'
  ) as parent
from found.every_row as lost
where 'workspace_id' = any(lost.nulls);

create view found.workspace_of_parent as
select
  letter,
  tab,
  key
from found.rows_without_workspace
where parent is not null and user_id is null;

create view found.workspace_of_only as
select
  letter,
  tab,
  key
from found.rows_without_workspace
where parent is null and workspaces = 1;

create view found.workspace_of_default as
select
  letter,
  tab,
  key
from found.rows_without_workspace
where parent is null and workspaces > 1 and default_ones = 1;

create view found.workspace_of_several as
select
  letter,
  tab,
  key
from found.rows_without_workspace
where parent is null and workspaces > 1 and default_ones = 0;

create view found.workspace_of_nobody as
select
  letter,
  tab,
  key
from found.rows_without_workspace
where parent is null and workspaces = 0;

create view found.avatars_of_all as
select
  'A' as letter,
  'avatar_profiles' as tab,
  id::text as key
from legacy_a.avatar_profiles
where workspace_id is null and name in ('Professional Male', 'Professional Female', 'Casual Male', 'Casual Female');

create view found.avatars_of_nobody as
select
  'B' as letter,
  'avatar_profiles' as tab,
  id::text as key
from legacy_b.avatar_profiles
where workspace_id is null;
