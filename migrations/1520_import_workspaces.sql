-- Why: workspaces of A and B, and who belongs to them. Each gets its accountable owner with the row; B knew members only as owners.
-- Touches: two new tables, functions, three steps. Lineage: A.workspaces, A.workspace_members, B.workspaces (its accounts apart).

create table consolidation.workspace_owners (
  legacy_table text collate "C" not null,
  legacy_key text collate "C" not null,
  owner_id uuid not null,
  member_key text collate "C",

  primary key (legacy_table, legacy_key)
);

alter table consolidation.workspace_owners enable row level security;

create table consolidation.homes (
  legacy_schema text not null,
  user_id uuid not null,
  workspace_id uuid not null,

  primary key (legacy_schema, user_id)
);

alter table consolidation.homes enable row level security;

comment on table consolidation.workspace_owners is 'Rule lookup_owner: the accountable owner of each legacy workspace that has one.';

comment on column consolidation.workspace_owners.legacy_table is 'a.workspaces or b.workspaces.';

comment on column consolidation.workspace_owners.legacy_key is 'The workspace.';

comment on column consolidation.workspace_owners.owner_id is 'The person, in the hybrid.';

comment on column consolidation.workspace_owners.member_key is 'The membership of A that this person has in it; null where there is none.';

comment on table consolidation.homes is
'Rule lookup_workspace, where a row names none: the only workspace of its user, else the default one, by what its own legacy schema says.';

comment on column consolidation.homes.legacy_schema is 'a or b: what the other one says does not count, or the order of two imports would.';

comment on column consolidation.homes.user_id is 'The person, in the hybrid.';

comment on column consolidation.homes.workspace_id is 'The workspace, in the hybrid.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_workspaces() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
begin
  delete from consolidation.workspace_owners where workspace_owners.legacy_table = 'a.workspaces';
  insert into consolidation.workspace_owners (legacy_table, legacy_key, owner_id, member_key)
  with members as (
    select
      member.legacy_key,
      member.workspace_id,
      consolidation.folded(member.role) as role,
      member.joined_at,
      person.hybrid_id
    from source_a.workspace_members as member
    inner join consolidation.ledger as person
      on person.legacy_table = people and person.legacy_key = member.user_id::text and person.hybrid_id is not null
  ),

  eldest as (
    select distinct on (members.workspace_id)
      members.workspace_id,
      members.hybrid_id
    from members
    where members.role in ('owner', 'admin')
    order by members.workspace_id, members.role = 'owner' desc, members.joined_at nulls last, members.legacy_key
  ),

  named as (
    select
      old.legacy_key,
      old.id,
      coalesce(person.hybrid_id, eldest.hybrid_id) as owner_id
    from source_a.workspaces as old
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.owner_id::text
    left join eldest on eldest.workspace_id = old.id
  )

  select distinct on (named.legacy_key)
    'a.workspaces',
    named.legacy_key,
    named.owner_id,
    members.legacy_key
  from named
  left join members on members.workspace_id = named.id and members.hybrid_id = named.owner_id
  where named.owner_id is not null
  order by named.legacy_key, members.joined_at nulls last, members.legacy_key;
  analyze consolidation.workspace_owners;
end
$function$;

comment on function consolidation.prepare_a_workspaces() is 'Finds the owner of each workspace of A: owner_id, else a member: lookup_owner.';

-- security invoker: called by the driver.
create function consolidation.import_a_workspaces() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
begin
  with batch as materialized (
    select
      old.legacy_key,
      case when taken.id is null then old.id else consolidation.computed_id('a.workspaces', old.legacy_key) end as hybrid_id,
      taken.holder,
      old.name,
      old.description,
      owner.owner_id,
      old.owner_id as owner_before,
      owner.owner_id is distinct from person.hybrid_id as owner_is_found,
      owner.member_key,
      consolidation.json_or(old.settings, '{}') as settings,
      coalesce(old.created_at, consolidation.begun_at()) as created_at,
      coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.workspaces_batch as old
    left join consolidation.taken on taken.legacy_table = 'a.workspaces' and taken.id = old.id
    left join consolidation.workspace_owners as owner on owner.legacy_table = 'a.workspaces' and owner.legacy_key = old.legacy_key
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.owner_id::text
    cross join lateral (
      select case
        when old.name is null then 'name: there is none'
        when owner.owner_id is null then 'owner_id: no owner and no member who could be, a human decides'
      end as reason
    ) as fault
  ),

  written as (
    insert into public.workspaces (id, name, description, owner_id, settings, created_at, updated_at)
    select batch.hybrid_id, batch.name, batch.description, batch.owner_id, batch.settings, batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
  ),

  -- the owner is a member with the workspace; a membership that A has keeps its key
  owners as (
    insert into public.workspace_members (id, workspace_id, user_id, role, permissions, joined_at, updated_at, user_is_active)
    select
      coalesce(member.id, consolidation.computed_id('a.workspaces', batch.legacy_key || ':owner')),
      batch.hybrid_id, batch.owner_id, 'owner',
      consolidation.json_or(member.permissions, '{}'),
      joined.at, joined.at, person.is_active
    from batch
    inner join public.users as person on person.id = batch.owner_id
    left join source_a.workspace_members as member on member.legacy_key = batch.member_key
    -- one that had to be made is as old as its workspace
    cross join lateral (
      select case when batch.member_key is null then batch.created_at else coalesce(member.joined_at, consolidation.begun_at()) end as at
    ) as joined
    where batch.reason is null
  ),

  targets as (
    insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id, part)
    select
      'a.workspaces', batch.legacy_key, 'public.workspace_members',
      consolidation.computed_id('a.workspaces', batch.legacy_key || ':owner'), 'owner'
    from batch
    where batch.reason is null
      and batch.member_key is null
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.workspaces', batch.legacy_key, 'owner_id', to_jsonb(batch.owner_before)
    from batch
    where batch.reason is null
      and batch.owner_before is not null
      and batch.owner_is_found
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.workspaces', batch.legacy_key, 'public.workspaces', batch.hybrid_id, '', batch.holder,
      jsonb_build_object('name', batch.name, 'owner_id', batch.owner_id), 'keep_id: another workspace has this id, A''s is computed'
    from batch
    where batch.reason is null
      and batch.holder is not null
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.workspaces', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.workspaces',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    coalesce(batch.reason, case when batch.holder is not null then 'keep_id: the id is another workspace''s' end),
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_workspaces() is
'A.workspaces to public.workspaces, with the membership of the owner: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_workspace_members() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.places where places.legacy_table = 'a.workspace_members';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  select
    'a.workspace_members',
    'member',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      row_number() over (
        partition by old.workspace_id, old.user_id order by owner.member_key is null, old.joined_at nulls last, old.legacy_key
      ) as place
    from source_a.workspace_members as old
    left join consolidation.workspace_owners as owner
      on owner.legacy_table = 'a.workspaces' and owner.legacy_key = old.workspace_id::text and owner.member_key = old.legacy_key
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;
end
$function$;

comment on function consolidation.prepare_a_workspace_members() is
'Notes which memberships say again what another one says; the unique rule of A forbids it, and a drifted database may lack that.';

-- security invoker: called by the driver.
create function consolidation.import_a_workspace_members() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  with batch as materialized (
    select
      old.legacy_key,
      case
        -- one table of workspaces, in B's shape: the owner's membership was made with the workspace
        when owner.owner_id is not null and spaces <> 'a.workspaces'
          then consolidation.computed_id(spaces, old.workspace_id || ':owner')
        when taken.id is null or owner.owner_id is not null then old.id
        else consolidation.computed_id('a.workspace_members', old.legacy_key)
      end as hybrid_id,
      space.hybrid_id as workspace_id,
      person.hybrid_id as user_id,
      -- the membership of the owner came with the workspace
      owner.owner_id is not null as is_owner,
      coalesce(double.place, 1) > 1 as is_double,
      old.role as role_before,
      role.becomes as role,
      consolidation.json_or(old.permissions, '{}') as permissions,
      coalesce(old.joined_at, consolidation.begun_at()) as joined_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.workspace_members_batch as old
    left join consolidation.taken on taken.legacy_table = 'a.workspace_members' and taken.id = old.id
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.workspace_owners as owner
      on owner.legacy_table = spaces
        and owner.legacy_key = old.workspace_id::text
        and case spaces when 'a.workspaces' then owner.member_key = old.legacy_key else owner.owner_id = person.hybrid_id end
    left join consolidation.places as double
      on double.legacy_table = 'a.workspace_members' and double.purpose = 'member' and double.legacy_key = old.legacy_key
    left join consolidation.value_map as role
      on role.hybrid_column = 'workspace_members.role' and role.word = consolidation.folded(coalesce(old.role, 'member'))
    cross join lateral (
      select case
        when space.hybrid_id is null then 'workspace_id: no such workspace'
        when person.hybrid_id is null then 'user_id: no such person'
        when role.becomes is null and owner.owner_id is null then 'role: a word that is not mapped'
        when double.place > 1 then 'user_id: a member already'
      end as reason
    ) as fault
  ),

  written as (
    insert into public.workspace_members (id, workspace_id, user_id, role, permissions, joined_at, updated_at, user_is_active)
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.role, batch.permissions, batch.joined_at, batch.joined_at,
      person.is_active
    from batch
    inner join public.users as person on person.id = batch.user_id
    where batch.reason is null
      and not batch.is_owner
  ),

  -- A is the base: what it says of the owner's membership stands
  filled as (
    update public.workspace_members as there
    set
      permissions = batch.permissions,
      joined_at = batch.joined_at,
      updated_at = batch.joined_at
    from batch
    where batch.reason is null
      and batch.is_owner
      and spaces <> 'a.workspaces'
      and there.id = batch.hybrid_id
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.workspace_members', batch.legacy_key, 'role', to_jsonb(batch.role_before)
    from batch
    where batch.reason is null
      and batch.is_owner
      and consolidation.folded(batch.role_before) is distinct from 'owner'
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.workspace_members', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.workspace_members',
    batch.legacy_key,
    case
      when batch.reason is not null then 'rejected'
      when batch.is_owner and spaces <> 'a.workspaces' then 'merged'
      else 'migrated'
    end,
    coalesce(
      batch.reason,
      case when batch.is_owner and spaces <> 'a.workspaces' then 'owner_member: the owner''s membership came with the workspace' end
    ),
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_workspace_members() is 'A.workspace_members to public.workspace_members: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.conclude_a_workspace_members() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  delete from consolidation.homes where homes.legacy_schema = 'a';
  insert into consolidation.homes (legacy_schema, user_id, workspace_id)
  select
    'a',
    belonging.user_id,
    (array_agg(belonging.workspace_id))[1]
  from (
    select
      person.hybrid_id as user_id,
      space.hybrid_id as workspace_id
    from source_a.workspace_members as old
    inner join consolidation.ledger as line
      on line.legacy_table = 'a.workspace_members' and line.legacy_key = old.legacy_key and line.hybrid_id is not null
    inner join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    inner join consolidation.ledger as person
      on person.legacy_table = people and person.legacy_key = old.user_id::text
    union
    select
      owner.owner_id,
      space.hybrid_id
    from consolidation.workspace_owners as owner
    inner join consolidation.ledger as space
      on space.legacy_table = spaces and space.legacy_key = owner.legacy_key and space.hybrid_id is not null
    where owner.legacy_table = spaces
  ) as belonging
  group by belonging.user_id
  having count(*) = 1;
  analyze consolidation.homes;
end
$function$;

comment on function consolidation.conclude_a_workspace_members() is 'Notes the only workspace of each person of A who has one.';

-- security invoker: called by the driver.
create function consolidation.prepare_b_workspaces() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
begin
  delete from consolidation.workspace_owners where workspace_owners.legacy_table = 'b.workspaces';
  insert into consolidation.workspace_owners (legacy_table, legacy_key, owner_id)
  select
    'b.workspaces',
    old.legacy_key,
    person.hybrid_id
  from source_b.workspaces as old
  inner join consolidation.ledger as person
    on person.legacy_table = people
      and person.legacy_key = old.owner_id::text
      and person.hybrid_id is not null;
  analyze consolidation.workspace_owners;
end
$function$;

comment on function consolidation.prepare_b_workspaces() is 'Finds the owner of each workspace of B.';

-- security invoker: called by the driver.
create function consolidation.import_b_workspaces() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  with batch as materialized (
    select
      old.legacy_key,
      case when taken.id is null or is_same.holds then old.id else consolidation.computed_id('b.workspaces', old.legacy_key) end
        as hybrid_id,
      taken.id is not null and is_same.holds as is_merged,
      taken.id is not null and not is_same.holds as is_another,
      taken.holder,
      old.name,
      old.description,
      owner.owner_id,
      consolidation.json_or(old.settings, '{}') as settings,
      consolidation.json_or(old.brand_guidelines, '{}') as brand_guidelines,
      old.is_active,
      -- default_flag takes its key out
      consolidation.metadata(old.metadata) - (case when jsonb_typeof(old.metadata) = 'object' then 'is_default' else '' end) as metadata,
      coalesce(old.metadata -> 'is_default' in ('true'::jsonb, '"true"'::jsonb), false) as is_default,
      old.created_at,
      old.updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_b.workspaces_batch as old
    left join consolidation.taken on taken.legacy_table = 'b.workspaces' and taken.id = old.id
    left join consolidation.workspace_owners as owner on owner.legacy_table = 'b.workspaces' and owner.legacy_key = old.legacy_key
    cross join lateral (
      select coalesce(taken.holder ->> 'owner_id' = owner.owner_id::text, false) as holds
    ) as is_same
    cross join lateral (
      select case
        when old.name is null then 'name: there is none'
        when owner.owner_id is null then 'owner_id: no owner, a human decides'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.workspaces (
      id, name, description, owner_id, settings, brand_guidelines, is_active, metadata, is_default, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.name, sound.description, sound.owner_id, sound.settings, sound.brand_guidelines,
      coalesce(sound.is_active, true), sound.metadata, sound.is_default,
      coalesce(sound.created_at, consolidation.begun_at()), coalesce(sound.updated_at, consolidation.begun_at())
    from sound
    where not sound.is_merged
  ),

  owners as (
    insert into public.workspace_members (id, workspace_id, user_id, role, joined_at, updated_at, user_is_active)
    select
      consolidation.computed_id('b.workspaces', sound.legacy_key || ':owner'), sound.hybrid_id, sound.owner_id, 'owner',
      coalesce(sound.created_at, consolidation.begun_at()), coalesce(sound.created_at, consolidation.begun_at()), person.is_active
    from sound
    inner join public.users as person on person.id = sound.owner_id
    where not sound.is_merged
  ),

  targets as (
    insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id, part)
    select
      'b.workspaces', sound.legacy_key, 'public.workspace_members',
      consolidation.computed_id('b.workspaces', sound.legacy_key || ':owner'), 'owner'
    from sound
    where not sound.is_merged
  ),

  merged as materialized (
    select
      sound.*,
      -- the start of the import stands for a time that A does not say
      nullif(there.created_at, consolidation.begun_at()) as there_created_at,
      nullif(there.updated_at, consolidation.begun_at()) as there_updated_at,
      to_jsonb(there)
      || jsonb_build_object(
        'created_at', nullif(there.created_at, consolidation.begun_at()), 'updated_at', nullif(there.updated_at, consolidation.begun_at())
      ) as there
    from sound
    inner join public.workspaces as there on there.id = sound.hybrid_id
    where sound.is_merged
  ),

  filled as (
    update public.workspaces as there
    set
      description = coalesce(there.description, merged.description),
      settings = merged.settings || there.settings,
      brand_guidelines = merged.brand_guidelines || there.brand_guidelines,
      is_active = there.is_active and coalesce(merged.is_active, true),
      metadata = merged.metadata || there.metadata,
      is_default = there.is_default or merged.is_default,
      created_at = coalesce(merged.there_created_at, merged.created_at, there.created_at),
      updated_at = coalesce(merged.there_updated_at, merged.updated_at, there.updated_at)
    from merged
    where there.id = merged.hybrid_id
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_workspace', 'b.workspaces', sound.legacy_key, 'public.workspaces', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('name', sound.name, 'owner_id', sound.owner_id), 'match_workspace: another owner, never merged'
    from sound
    where sound.is_another
    union all
    select
      'difference', 'b.workspaces', merged.legacy_key, 'public.workspaces', merged.hybrid_id, value.hybrid_column,
      merged.there -> value.hybrid_column, value.value_b, 'fill: A stands'
    from merged
    cross join lateral (
      values
      ('name', to_jsonb(merged.name)),
      ('description', to_jsonb(merged.description)),
      ('created_at', to_jsonb(merged.created_at)),
      ('updated_at', to_jsonb(merged.updated_at))
    ) as value (hybrid_column, value_b)
    where value.value_b <> nullif(merged.there -> value.hybrid_column, 'null')
    union all
    select
      'difference', 'b.workspaces', merged.legacy_key, 'public.workspaces', merged.hybrid_id, 'settings.' || pair.key,
      merged.there -> 'settings' -> pair.key, pair.value, 'fill_keys: A stands'
    from merged
    cross join lateral jsonb_each(merged.settings) as pair
    where merged.there -> 'settings' -> pair.key <> pair.value
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.workspaces', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'b.workspaces',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'match_workspace: the same id and owner'
      when batch.is_another then 'match_workspace: the id is a workspace of another owner'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_workspaces() is
'B.workspaces to public.workspaces, with the membership of the owner: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.conclude_b_workspaces() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.homes where homes.legacy_schema = 'b';
  insert into consolidation.homes (legacy_schema, user_id, workspace_id)
  select distinct on (owner.owner_id)
    'b',
    owner.owner_id,
    space.hybrid_id
  from consolidation.workspace_owners as owner
  inner join consolidation.ledger as space
    on space.legacy_table = 'b.workspaces' and space.legacy_key = owner.legacy_key and space.hybrid_id is not null
  inner join source_b.workspaces as old on old.legacy_key = owner.legacy_key
  where owner.legacy_table = 'b.workspaces'
    and (
      coalesce(old.metadata -> 'is_default' in ('true'::jsonb, '"true"'::jsonb), false)
      or not exists (
        select from consolidation.workspace_owners as other
        where other.legacy_table = 'b.workspaces'
          and other.owner_id = owner.owner_id
          and other.legacy_key <> owner.legacy_key
      )
    )
  order by owner.owner_id, old.created_at nulls last, owner.legacy_key;
  analyze consolidation.homes;
end
$function$;

comment on function consolidation.conclude_b_workspaces() is 'Notes the only workspace, else the default one, of each person of B who has one.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(130, 'people', 'a.workspaces', 'a.workspaces', '{public.workspaces,public.workspace_members}'),
(150, 'people', 'b.workspaces', 'b.workspaces', '{public.workspaces,public.workspace_members}'),
-- after B's: where both are in one schema A's members may be of B's workspaces
(160, 'people', 'a.workspace_members', 'a.workspace_members', '{public.workspace_members}');
