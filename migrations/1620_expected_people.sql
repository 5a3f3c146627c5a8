-- Why: what users, workspaces and members must be, by the lineage of A.users, B.users, A.workspaces, B.workspaces and A.workspace_members.
-- Touches: views, one function, rows of expectations and not_compared.
--
-- Each view has one row for each hybrid row that a legacy row became: its legacy key, what the ledger says became of it, the key that the
-- hybrid row must have, and the columns. Columns that no line of the lineage names must have their default; the comparer sees to that.

-- A person of B who was merged fills what A leaves empty; of several the one who came first.
create view consolidation.expected_fills_of_users with (security_invoker = true) as
select distinct on (line.hybrid_id)
  line.hybrid_id,
  other.full_name,
  other.avatar_url,
  consolidation.expected_word(other.role) as role,
  other.is_active,
  other.metadata,
  other.created_at,
  other.updated_at
from consolidation.ledger as line
inner join consolidation.read_b_users as other on line.legacy_key = other.legacy_key
where line.legacy_table = 'b.users'
  and line.outcome = 'merged'
order by line.hybrid_id, other.created_at, other.legacy_key;

comment on view consolidation.expected_fills_of_users is 'What the people of B who were merged add to the rows of A''s people.';

create view consolidation.expected_a_users with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  old.id as hybrid_id,
  -- confirmed_email
  coalesce(account.email, consolidation.expected_word(old.email)) as email,
  coalesce(old.full_name, fill.full_name) as full_name,
  coalesce(old.avatar_url, fill.avatar_url) as avatar_url,
  -- never_by_import; of B only a narrower right is taken over
  case when fill.role = 'viewer' then 'viewer' else 'user' end as role,
  tier.becomes as subscription_tier,
  coalesce(fill.is_active, true) as is_active,
  coalesce(old.onboarding_completed, false) as onboarding_completed,
  consolidation.expected_json(old.preferences) as preferences,
  consolidation.expected_object(fill.metadata) as metadata,
  coalesce(old.created_at, fill.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, fill.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_users as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.users'
    and old.legacy_key = line.legacy_key
    and line.outcome <> 'rejected'
left join consolidation.auth_addresses as account on old.id = account.user_id
left join consolidation.expected_fills_of_users as fill on old.id = fill.hybrid_id
left join consolidation.value_map as tier
  on tier.hybrid_column = 'users.subscription_tier'
    and tier.word = consolidation.expected_word(coalesce(old.subscription_tier, 'free'));

comment on view consolidation.expected_a_users is 'public.users, by A.users.';

create view consolidation.expected_b_users with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  -- match_person is judged in unlawful_people; keep_id: its own, or the computed one
  case
    when line.outcome = 'merged' or line.hybrid_id = old.id then line.hybrid_id
    else consolidation.expected_id('legacy_b.users:' || old.legacy_key)
  end as hybrid_id,
  consolidation.expected_word(old.email) as email,
  old.full_name,
  old.avatar_url,
  -- role_without_admin
  case role.becomes when 'viewer' then 'viewer' when 'admin' then 'user' else role.becomes end as role,
  -- tier_without_paid
  'free'::text as subscription_tier,
  coalesce(old.is_active, true) as is_active,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_users as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.users'
    and old.legacy_key = line.legacy_key
    and line.outcome <> 'rejected'
left join consolidation.value_map as role
  on role.hybrid_column = 'users.role'
    and role.word = consolidation.expected_word(coalesce(old.role, 'user'));

comment on view consolidation.expected_b_users is 'public.users, by B.users; for merged people what B says of them.';

create view consolidation.expected_b_users_claims with (security_invoker = true) as
select
  person.legacy_key,
  person.outcome,
  person.hybrid_id,
  person.email,
  consolidation.expected_start() + interval '180 days' as expires_at,
  consolidation.expected_start() as listed_at
from consolidation.expected_b_users as person
where person.outcome = 'migrated'
  and person.is_active;

comment on view consolidation.expected_b_users_claims is 'secrets.claimable_users: the active people whom only B knew.';

-- match_person: merged exactly where A's account proves the address, where the DBA trusts addresses, or where a human has said so; or where
-- the same id has the same address.
create view consolidation.unlawful_people with (security_invoker = true) as
with theirs as (
  select
    old.legacy_key,
    old.id,
    consolidation.expected_word(old.email) as email,
    line.outcome,
    line.hybrid_id,
    decision.answer
  from consolidation.read_b_users as old
  inner join consolidation.ledger as line
    on line.legacy_table = 'b.users'
      and old.legacy_key = line.legacy_key
      and line.outcome <> 'rejected'
  left join consolidation.decisions as decision
    on decision.kind = 'same_person'
      and decision.legacy_table = 'b.users'
      and old.legacy_key = decision.legacy_key
),

ours as (
  select
    line.hybrid_id,
    consolidation.expected_word(old.email) as said,
    account.email as proven
  from consolidation.read_a_users as old
  inner join consolidation.ledger as line
    on line.legacy_table = 'a.users'
      and old.legacy_key = line.legacy_key
      and line.outcome <> 'rejected'
  left join consolidation.auth_addresses as account
    on line.hybrid_id = account.user_id
      and not account.is_sso
),

-- by either address, in one line where both are the same: joined by one or the other, each person would be held against each
addressed as (
  select
    ours.said as address,
    ours.hybrid_id,
    ours.said,
    ours.proven
  from ours
  union
  select
    ours.proven as address,
    ours.hybrid_id,
    ours.said,
    ours.proven
  from ours
),

judged as (
  select
    theirs.legacy_key,
    theirs.outcome,
    theirs.hybrid_id,
    theirs.answer,
    array_agg(addressed.hybrid_id) filter (where addressed.proven = theirs.email) as proven,
    array_agg(addressed.hybrid_id) filter (where addressed.said = theirs.email) as said,
    coalesce(bool_or(same.said = theirs.email), false) as is_same_row
  from theirs
  left join addressed on theirs.email = addressed.address
  left join ours as same on theirs.id = same.hybrid_id and theirs.hybrid_id = same.hybrid_id
  group by theirs.legacy_key, theirs.outcome, theirs.hybrid_id, theirs.answer
)

select
  judged.legacy_key,
  judged.hybrid_id
from judged
where case
    when judged.outcome <> 'merged' then judged.proven is not null and judged.answer is distinct from 'separate'
    when judged.answer = 'separate' then not judged.is_same_row
    when judged.hybrid_id = any(judged.proven) or judged.is_same_row then false
    else not (
        judged.hybrid_id = any(coalesce(judged.said, '{}'))
        and (
          coalesce(judged.answer = 'merge', false)
          or exists (
            select from consolidation.decisions as trust
            where trust.kind = 'trust_addresses'
              and trust.answer = 'yes'
          )
        )
      )
  end;

comment on view consolidation.unlawful_people is
'People of B who were merged though nothing proves that they are that person of A, or were not although it is proven.';

create view consolidation.owners_said with (security_invoker = true) as
select
  decision.legacy_table,
  decision.legacy_key,
  person.id as user_id
from consolidation.decisions as decision
inner join public.users as person on decision.answer = person.id::text
where decision.kind = 'no_owner';

comment on view consolidation.owners_said is 'Whom a human has named as the owner of a workspace that has none.';

-- lookup_owner: whom owner_id names, else the member with the role owner, else admin, who joined first.
create view consolidation.expected_owners with (security_invoker = true) as
with members as (
  select
    member.legacy_key,
    member.workspace_id,
    person.hybrid_id as user_id,
    member.joined_at,
    array_position(array['owner', 'admin'], consolidation.expected_word(member.role)) as place
  from consolidation.read_a_workspace_members as member
  inner join consolidation.became_a_users as person on person.legacy_key = member.user_id::text
  where person.hybrid_id is not null
),

first_members as (
  select distinct on (members.workspace_id)
    members.workspace_id,
    members.user_id
  from members
  where members.place is not null
  order by members.workspace_id, members.place, members.joined_at, members.legacy_key
),

owners as (
  select
    old.legacy_key,
    old.id,
    coalesce(person.hybrid_id, eldest.user_id, said.user_id) as user_id
  from consolidation.read_a_workspaces as old
  left join consolidation.became_a_users as person on person.legacy_key = old.owner_id::text
  left join first_members as eldest on old.id = eldest.workspace_id
  left join consolidation.owners_said as said on said.legacy_table = 'a.workspaces' and old.legacy_key = said.legacy_key
)

select distinct on (owners.legacy_key)
  'a.workspaces'::text as legacy_table,
  owners.legacy_key,
  owners.user_id,
  members.legacy_key as member_key
from owners
left join members
  on owners.id = members.workspace_id
    and owners.user_id = members.user_id
where owners.user_id is not null
order by owners.legacy_key, members.joined_at, members.legacy_key;

comment on view consolidation.expected_owners is 'Who owns each workspace of A, and that person''s membership of A, if there is one.';

create view consolidation.expected_a_workspaces with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.workspaces:' || old.legacy_key)
  end as hybrid_id,
  old.name,
  coalesce(old.description, fill.description) as description,
  owner.user_id as owner_id,
  -- fill_keys
  consolidation.expected_json(fill.settings) || consolidation.expected_json(old.settings) as settings,
  consolidation.expected_json(fill.brand_guidelines) as brand_guidelines,
  coalesce(fill.is_active, true) as is_active,
  case
    when jsonb_typeof(fill.metadata) = 'object' then fill.metadata - 'is_default'
    else consolidation.expected_object(fill.metadata)
  end as metadata,
  coalesce(consolidation.expected_flag(fill.metadata), false) as is_default,
  coalesce(old.created_at, fill.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, fill.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_workspaces as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.workspaces'
    and old.legacy_key = line.legacy_key
    and line.outcome <> 'rejected'
left join consolidation.expected_owners as owner on old.legacy_key = owner.legacy_key
left join (
  select
    other.description,
    other.settings,
    other.brand_guidelines,
    other.is_active,
    other.metadata,
    other.created_at,
    other.updated_at,
    fill_line.hybrid_id
  from consolidation.read_b_workspaces as other
  inner join consolidation.ledger as fill_line
    on fill_line.legacy_table = 'b.workspaces'
      and other.legacy_key = fill_line.legacy_key
      and fill_line.outcome = 'merged'
) as fill on line.hybrid_id = fill.hybrid_id;

comment on view consolidation.expected_a_workspaces is 'public.workspaces, by A.workspaces.';

create view consolidation.expected_b_workspaces with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  -- match_workspace
  case
    when line.outcome = 'merged' or line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.workspaces:' || old.legacy_key)
  end as hybrid_id,
  old.name,
  old.description,
  coalesce(owner.hybrid_id, said.user_id) as owner_id,
  consolidation.expected_json(old.settings) as settings,
  consolidation.expected_json(old.brand_guidelines) as brand_guidelines,
  coalesce(old.is_active, true) as is_active,
  case
    when jsonb_typeof(old.metadata) = 'object' then old.metadata - 'is_default'
    else consolidation.expected_object(old.metadata)
  end as metadata,
  coalesce(consolidation.expected_flag(old.metadata), false) as is_default,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_workspaces as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.workspaces'
    and old.legacy_key = line.legacy_key
    and line.outcome <> 'rejected'
left join consolidation.became_b_users as owner on owner.legacy_key = old.owner_id::text
left join consolidation.owners_said as said on said.legacy_table = 'b.workspaces' and old.legacy_key = said.legacy_key;

comment on view consolidation.expected_b_workspaces is 'public.workspaces, by B.workspaces; for merged ones what B says of them.';

-- match_workspace: merged exactly where A's workspace with the same id has the same owner.
create view consolidation.unlawful_workspaces with (security_invoker = true) as
select
  theirs.legacy_key,
  theirs.hybrid_id
from consolidation.expected_b_workspaces as theirs
left join (
  select
    ours.hybrid_id,
    owner.user_id
  from consolidation.became_a_workspaces as ours
  inner join consolidation.expected_owners as owner on ours.legacy_key = owner.legacy_key
) as ours on theirs.legacy_key = ours.hybrid_id::text
where (theirs.outcome = 'merged') <> coalesce(theirs.owner_id = ours.user_id, false)
  -- their owners became one when both workspaces had come
  and not exists (
    select from consolidation.conflicts as known
    where known.kind = 'same_workspace'
      and known.legacy_table = 'b.workspaces'
      and known.legacy_key = theirs.legacy_key
      and known.value_b ->> 'owner_id' <> theirs.owner_id::text
  );

comment on view consolidation.unlawful_workspaces is
'Workspaces of B that were merged into one of another owner, or were not although id and owner are the same.';

create view consolidation.expected_a_workspace_members with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when shared.hybrid_id is not null then consolidation.expected_id('legacy_b.workspaces:' || shared.legacy_key || ':owner')
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.workspace_members:' || old.legacy_key)
  end as hybrid_id,
  space.hybrid_id as workspace_id,
  person.hybrid_id as user_id,
  -- owner_member
  case when owner.member_key is not null or line.outcome = 'merged' then 'owner' else role.becomes end as role,
  consolidation.expected_json(old.permissions) as permissions,
  coalesce(old.joined_at, consolidation.expected_start()) as joined_at,
  coalesce(old.joined_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_workspace_members as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.workspace_members'
    and old.legacy_key = line.legacy_key
    and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on space.legacy_key = old.workspace_id::text
left join consolidation.became_a_users as person on person.legacy_key = old.user_id::text
left join consolidation.expected_owners as owner on old.legacy_key = owner.member_key
-- one table of workspaces for both, in B's shape: what A says of the owner is in the membership that came with the workspace
left join consolidation.expected_b_workspaces as shared
  on old.workspace_id::text = shared.legacy_key
    and person.hybrid_id = shared.owner_id
    and (select consolidation.name_in_ledger('a', 'workspaces')) = 'b.workspaces'
left join consolidation.value_map as role
  on role.hybrid_column = 'workspace_members.role'
    and role.word = consolidation.expected_word(coalesce(old.role, 'member'));

comment on view consolidation.expected_a_workspace_members is 'public.workspace_members, by A.workspace_members.';

create view consolidation.expected_a_workspaces_owners with (security_invoker = true) as
select
  space.legacy_key,
  space.outcome,
  consolidation.expected_id('legacy_a.workspaces:' || space.legacy_key || ':owner') as hybrid_id,
  space.hybrid_id as workspace_id,
  space.owner_id as user_id,
  'owner'::text as role,
  -- a membership that had to be made is as old as its workspace
  space.created_at as joined_at,
  space.created_at as updated_at
from consolidation.expected_a_workspaces as space
inner join consolidation.expected_owners as owner on space.legacy_key = owner.legacy_key
where owner.member_key is null;

comment on view consolidation.expected_a_workspaces_owners is 'public.workspace_members: owners of A whom A did not list as members.';

create view consolidation.expected_b_workspaces_owners with (security_invoker = true) as
select
  space.legacy_key,
  space.outcome,
  consolidation.expected_id('legacy_b.workspaces:' || space.legacy_key || ':owner') as hybrid_id,
  space.hybrid_id as workspace_id,
  space.owner_id as user_id,
  'owner'::text as role,
  coalesce(said.permissions, '{}') as permissions,
  coalesce(said.joined_at, space.created_at) as joined_at,
  coalesce(said.joined_at, space.created_at) as updated_at
from consolidation.expected_b_workspaces as space
-- one table of workspaces for both: the owner may be a member of A as well
left join (
  select
    line.hybrid_id,
    consolidation.expected_json(old.permissions) as permissions,
    coalesce(old.joined_at, consolidation.expected_start()) as joined_at
  from consolidation.ledger as line
  inner join consolidation.read_a_workspace_members as old on line.legacy_key = old.legacy_key
  where line.legacy_table = 'a.workspace_members'
    and line.outcome = 'merged'
) as said on said.hybrid_id = consolidation.expected_id('legacy_b.workspaces:' || space.legacy_key || ':owner')
where space.outcome = 'migrated';

comment on view consolidation.expected_b_workspaces_owners is 'public.workspace_members: B''s owners.';

-- kept: the rights that are not given by an import, unless the row says them itself.
create view consolidation.expected_kept_a_users with (security_invoker = true) as
select
  old.legacy_key,
  'is_admin'::text as legacy_column,
  to_jsonb(old.is_admin) as value
from consolidation.read_a_users as old
inner join consolidation.expected_a_users as person on old.legacy_key = person.legacy_key
where old.is_admin;

comment on view consolidation.expected_kept_a_users is 'What of A.users must be in kept.';

create view consolidation.expected_kept_b_users with (security_invoker = true) as
select
  old.legacy_key,
  aside.legacy_column,
  to_jsonb(aside.said) as value
from consolidation.read_b_users as old
inner join consolidation.expected_b_users as person on old.legacy_key = person.legacy_key
cross join
  lateral (
    values
    ('role', old.role, 'user'),
    ('subscription_tier', old.subscription_tier, 'free')
  ) as aside (legacy_column, said, is_common)
where consolidation.expected_word(aside.said) <> aside.is_common
  and (aside.legacy_column <> 'role' or person.role <> consolidation.expected_word(aside.said));

comment on view consolidation.expected_kept_b_users is 'What of B.users must be in kept.';

-- The only workspace of a person, else the default one, by what the person's own legacy schema says.
-- security invoker: it writes what its caller may write.
create function consolidation.find_homes() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.expected_homes;
  insert into consolidation.expected_homes (legacy_schema, user_id, workspace_id)
  with belongings as (
    select
      'a' as legacy_schema,
      person.hybrid_id as user_id,
      space.hybrid_id as workspace_id,
      false as is_default,
      null::timestamptz as created_at
    from consolidation.read_a_workspace_members as member
    inner join consolidation.ledger as line
      on line.legacy_table = 'a.workspace_members'
        and line.legacy_key = member.legacy_key
        and line.outcome <> 'rejected'
    inner join consolidation.became_a_users as person on person.legacy_key = member.user_id::text
    inner join consolidation.became_a_workspaces as space on space.legacy_key = member.workspace_id::text
    union
    select
      'a',
      owner.user_id,
      space.hybrid_id,
      false,
      null
    from consolidation.expected_owners as owner
    inner join consolidation.became_a_workspaces as space on space.legacy_key = owner.legacy_key
    union
    select
      'b',
      owner.hybrid_id,
      space.hybrid_id,
      coalesce(consolidation.expected_flag(old.metadata), false),
      old.created_at
    from consolidation.read_b_workspaces as old
    inner join consolidation.became_b_workspaces as space on space.legacy_key = old.legacy_key
    inner join consolidation.became_b_users as owner on owner.legacy_key = old.owner_id::text
  ),

  counted as (
    select
      known.*,
      count(*) over (partition by known.legacy_schema, known.user_id) as many
    from belongings as known
    where known.user_id is not null
      and known.workspace_id is not null
  )

  select distinct on (counted.legacy_schema, counted.user_id)
    counted.legacy_schema,
    counted.user_id,
    counted.workspace_id
  from counted
  where counted.many = 1
    or counted.is_default
  order by counted.legacy_schema, counted.user_id, counted.created_at, counted.workspace_id;

  -- where both are one schema, either has the people and the workspaces of both
  insert into consolidation.expected_homes (legacy_schema, user_id, workspace_id)
  select
    other.legacy_schema,
    home.user_id,
    home.workspace_id
  from (values ('a'), ('b')) as other (legacy_schema)
  inner join consolidation.expected_homes as home on home.legacy_schema <> other.legacy_schema
  where consolidation.name_in_ledger(other.legacy_schema, 'workspaces') = home.legacy_schema || '.workspaces'
  on conflict (legacy_schema, user_id) do nothing;
  analyze consolidation.expected_homes;
end
$function$;

comment on function consolidation.find_homes() is 'Fills expected_homes from the captured tables.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(110, 'a.users', 'a.users', 'public.users', 'expected_a_users', 'id', 'ledger'),
(120, 'b.users', 'b.users', 'public.users', 'expected_b_users', 'id', 'ledger'),
(125, 'b.users', 'b.users', 'secrets.claimable_users', 'expected_b_users_claims', 'user_id', 'nothing'),
(130, 'a.workspaces', 'a.workspaces', 'public.workspaces', 'expected_a_workspaces', 'id', 'ledger'),
(135, 'a.workspaces', 'a.workspaces', 'public.workspace_members', 'expected_a_workspaces_owners', 'id', 'ledger_targets'),
(140, 'a.workspace_members', 'a.workspace_members', 'public.workspace_members', 'expected_a_workspace_members', 'id', 'ledger'),
(150, 'b.workspaces', 'b.workspaces', 'public.workspaces', 'expected_b_workspaces', 'id', 'ledger'),
(155, 'b.workspaces', 'b.workspaces', 'public.workspace_members', 'expected_b_workspaces_owners', 'id', 'ledger_targets');

insert into consolidation.asides (position, legacy_table, step, view_name, kind)
values
(110, 'a.users', 'a.users', 'expected_kept_a_users', 'not kept'),
(120, 'b.users', 'b.users', 'expected_kept_b_users', 'not kept'),
(125, 'b.users', 'b.users', 'unlawful_people', 'not lawful'),
(150, 'b.workspaces', 'b.workspaces', 'unlawful_workspaces', 'not lawful');

insert into consolidation.not_compared (hybrid_table, hybrid_column, reason)
values
('public.workspace_members', 'user_is_active', 'a foreign key holds it equal to users.is_active, which is compared');
