-- Why: people of A and B become users. Two are one person only where A's confirmed address says so; nobody gets a right by import.
-- Touches: two new tables, functions, two steps. Lineage: A.users, B.users.

create table consolidation.person_matches (
  legacy_key text collate "C" primary key,
  hybrid_id uuid not null,
  is_same boolean not null default false,
  place integer,

  constraint person_matches_place_is_of_the_same check ((place is not null) = is_same)
);

alter table consolidation.person_matches enable row level security;

comment on table consolidation.person_matches is 'People of B whose address somebody of A has.';

comment on column consolidation.person_matches.legacy_key is 'The person of B.';

comment on column consolidation.person_matches.hybrid_id is 'The person of A.';

comment on column consolidation.person_matches.is_same is 'A''s confirmed address proves that they are one, or a human said so.';

comment on column consolidation.person_matches.place is 'Of several of B that are this person: 1 fills what A leaves empty, the others are only listed.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_users() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- here they are those of this database
  if exists (select from consolidation.captures where captures.legacy_schema = 'a' and not captures.is_copy)
    and to_regclass('auth.users') is not null
  then
    insert into consolidation.auth_addresses (user_id, email, is_sso)
    select
      account.id,
      consolidation.folded(account.email),
      account.is_sso_user
    from auth.users as account
    where account.email_confirmed_at is not null
      and consolidation.folded(account.email) <> ''
      and account.is_anonymous is not true
      and account.deleted_at is null
    on conflict (user_id) do nothing;
  end if;

  -- and here those of the database that A was copied from
  if exists (select from consolidation.captures where captures.legacy_schema = 'a' and captures.is_copy) then
    insert into consolidation.auth_addresses (user_id, email, is_sso)
    select
      account.user_id,
      consolidation.folded(account.email),
      account.is_sso
    from consolidation.copied_accounts as account
    where account.email_confirmed_at is not null
      and consolidation.folded(account.email) <> ''
      and not account.is_anonymous
      and not account.is_deleted
    on conflict (user_id) do nothing;
  end if;
  analyze consolidation.auth_addresses;
end
$function$;

comment on function consolidation.prepare_a_users() is 'Notes the confirmed addresses of the auth users, where they are at hand.';

-- security invoker: called by the driver.
create function consolidation.import_a_users() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  with batch as materialized (
    select
      old.legacy_key,
      old.id,
      taken.id is not null as is_there,
      coalesce(account.email, consolidation.folded(old.email)) as email,
      old.email as email_before,
      old.full_name,
      old.avatar_url,
      tier.becomes as subscription_tier,
      old.is_admin,
      coalesce(old.onboarding_completed, false) as onboarding_completed,
      consolidation.json_or(old.preferences, '{}') as preferences,
      coalesce(old.created_at, consolidation.begun_at()) as created_at,
      coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.users_batch as old
    left join consolidation.taken on taken.legacy_table = 'a.users' and taken.id = old.id
    left join consolidation.auth_addresses as account on account.user_id = old.id
    left join consolidation.value_map as tier
      on tier.hybrid_column = 'users.subscription_tier'
        and tier.word = consolidation.folded(coalesce(old.subscription_tier, 'free'))
    cross join lateral (
      select case
        when coalesce(account.email, consolidation.folded(old.email), '') = '' then 'email: no address'
        when tier.becomes is null then 'subscription_tier: a word that is not mapped'
      end as reason
    ) as fault
  ),

  written as (
    insert into public.users (
      id, email, full_name, avatar_url, subscription_tier, onboarding_completed, preferences, created_at, updated_at
    )
    select
      batch.id, batch.email, batch.full_name, batch.avatar_url, batch.subscription_tier, batch.onboarding_completed, batch.preferences,
      batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_there
  ),

  -- The same account has signed up here before: what it has stands.
  filled as (
    update public.users as there
    set
      full_name = coalesce(there.full_name, batch.full_name),
      avatar_url = coalesce(there.avatar_url, batch.avatar_url),
      subscription_tier = case when there.subscription_tier = 'free' then batch.subscription_tier else there.subscription_tier end,
      onboarding_completed = there.onboarding_completed or batch.onboarding_completed,
      preferences = batch.preferences || there.preferences,
      created_at = least(there.created_at, batch.created_at)
    from batch
    where batch.reason is null
      and batch.is_there
      and there.id = batch.id
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.users', batch.legacy_key, 'is_admin', to_jsonb(batch.is_admin)
    from batch
    where batch.is_admin
      and batch.reason is null
    union all
    select 'a.users', batch.legacy_key, 'email', to_jsonb(batch.email_before)
    from batch
    where batch.email <> consolidation.folded(batch.email_before)
      and batch.reason is null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'candidate_admin', 'a.users', batch.legacy_key, 'public.users', batch.id, 'role', 'true'::jsonb, 'null'::jsonb,
      'kept: a DBA confirms it'
    from batch
    where batch.is_admin
      and batch.reason is null
    union all
    select
      'difference', 'a.users', batch.legacy_key, 'public.users', batch.id, 'email', to_jsonb(batch.email),
      to_jsonb(batch.email_before), 'confirmed_email: the account''s address'
    from batch
    where batch.email <> consolidation.folded(batch.email_before)
      and batch.reason is null
    union all
    select
      'difference', 'a.users', batch.legacy_key, 'public.users', batch.id, value.hybrid_column, value.value_a, value.value_b,
      'keep_id: what the account has here stands'
    from batch
    inner join public.users as there on there.id = batch.id
    cross join lateral (
      values
      ('full_name', to_jsonb(there.full_name), to_jsonb(batch.full_name)),
      ('avatar_url', to_jsonb(there.avatar_url), to_jsonb(batch.avatar_url)),
      ('subscription_tier', to_jsonb(nullif(there.subscription_tier, 'free')), to_jsonb(batch.subscription_tier)),
      ('onboarding_completed', to_jsonb(nullif(there.onboarding_completed, false)), to_jsonb(batch.onboarding_completed)),
      ('created_at', to_jsonb(there.created_at), to_jsonb(greatest(batch.created_at, there.created_at))),
      ('updated_at', to_jsonb(there.updated_at), to_jsonb(batch.updated_at))
    ) as value (hybrid_column, value_a, value_b)
    where batch.reason is null
      and batch.is_there
      and value.value_a <> value.value_b
    union all
    select
      'difference', 'a.users', batch.legacy_key, 'public.users', batch.id, 'preferences.' || pair.key, there.preferences -> pair.key,
      pair.value, 'keep_id: what the account has here stands'
    from batch
    inner join public.users as there on there.id = batch.id
    cross join lateral jsonb_each(case when jsonb_typeof(batch.preferences) = 'object' then batch.preferences else '{}' end) as pair
    where batch.reason is null
      and batch.is_there
      and there.preferences -> pair.key <> pair.value
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.users', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.users',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_there then 'merged' else 'migrated' end,
    coalesce(batch.reason, case when batch.is_there then 'keep_id: the account has signed up here' end),
    case when batch.reason is null then batch.id end
  from batch;
end
$function$;

comment on function consolidation.import_a_users() is 'A.users to public.users: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_b_users() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  trusts_addresses boolean := exists (
    select from consolidation.decisions
    where decisions.kind = 'trust_addresses'
      and decisions.answer = 'yes'
  );
begin
  delete from consolidation.person_matches;
  insert into consolidation.person_matches (legacy_key, hybrid_id, is_same, place)
  with theirs as (
    select
      old.legacy_key,
      old.created_at,
      consolidation.folded(old.email) as email
    from source_b.users as old
    where consolidation.folded(old.email) <> ''
  ),

  ours as (
    select
      line.hybrid_id,
      consolidation.folded(old.email) as said,
      case when not account.is_sso then account.email end as proven
    from source_a.users as old
    inner join consolidation.ledger as line
      on line.legacy_table = 'a.users' and line.legacy_key = old.legacy_key and line.hybrid_id is not null
    left join consolidation.auth_addresses as account on account.user_id = line.hybrid_id
  ),

  pairs as (
    select
      theirs.legacy_key,
      theirs.created_at,
      ours.hybrid_id,
      true as is_proven
    from theirs
    inner join ours on theirs.email = ours.proven
    union all
    select
      theirs.legacy_key,
      theirs.created_at,
      ours.hybrid_id,
      false
    from theirs
    inner join ours on theirs.email = ours.said and ours.proven is distinct from ours.said
  ),

  chosen as (
    select distinct on (pairs.legacy_key)
      pairs.legacy_key,
      pairs.created_at,
      pairs.hybrid_id,
      case decision.answer
        when 'separate' then false
        when 'merge' then pairs.is_proven or count(*) over of_one = 1
        else pairs.is_proven or (trusts_addresses and count(*) over of_one = 1)
      end as is_same
    from pairs
    left join consolidation.decisions as decision
      on decision.kind = 'same_person' and decision.legacy_table = 'b.users' and decision.legacy_key = pairs.legacy_key
    window of_one as (partition by pairs.legacy_key)
    order by pairs.legacy_key, pairs.is_proven desc, pairs.hybrid_id
  )

  select
    chosen.legacy_key,
    chosen.hybrid_id,
    chosen.is_same,
    case
      when chosen.is_same
        then row_number() over (
          partition by chosen.hybrid_id, chosen.is_same order by chosen.created_at nulls last, chosen.legacy_key
        )
    end
  from chosen;
  analyze consolidation.person_matches;
end
$function$;

comment on function consolidation.prepare_b_users() is
'Finds the people of B whose address somebody of A has, and says which of them are one person: match_person.';

-- security invoker: called by the driver.
create function consolidation.import_b_users() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  with batch as materialized (
    select
      old.legacy_key,
      coalesce(old.email, '') as email_before,
      consolidation.folded(old.email) as email,
      old.full_name,
      old.avatar_url,
      old.role as role_before,
      role.becomes as role,
      old.subscription_tier as tier_before,
      tier.becomes as tier_meant,
      old.is_active,
      old.metadata as metadata_before,
      consolidation.metadata(old.metadata) as metadata,
      old.created_at,
      old.updated_at,
      match.is_same,
      match.place,
      match.hybrid_id as match_id,
      taken.holder,
      -- match_person, else keep_id
      coalesce(
        case when match.is_same then match.hybrid_id end,
        case when taken.id is null or is_equal.holds then old.id else consolidation.computed_id('b.users', old.legacy_key) end
      ) as hybrid_id,
      coalesce(match.is_same, false) or coalesce(is_equal.holds, false) as is_merged,
      coalesce(match.is_same, false) or taken.id is null or is_equal.holds as keeps_id,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_b.users_batch as old
    left join consolidation.person_matches as match on match.legacy_key = old.legacy_key
    left join consolidation.taken on taken.legacy_table = 'b.users' and taken.id = old.id
    left join consolidation.value_map as role
      on role.hybrid_column = 'users.role' and role.word = consolidation.folded(coalesce(old.role, 'user'))
    left join consolidation.value_map as tier
      on tier.hybrid_column = 'users.subscription_tier'
        and tier.word = consolidation.folded(coalesce(old.subscription_tier, 'free'))
    cross join lateral (
      select taken.holder ->> 'email' = consolidation.folded(old.email)
        and taken.holder ->> 'full_name' is not distinct from old.full_name
        and taken.holder ->> 'avatar_url' is not distinct from old.avatar_url as holds
    ) as is_equal
    cross join lateral (
      select case
        when coalesce(consolidation.folded(old.email), '') = '' then 'email: no address'
        when role.becomes is null then 'role: a word that is not mapped'
        when tier.becomes is null then 'subscription_tier: a word that is not mapped'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.users (id, email, full_name, avatar_url, role, is_active, metadata, created_at, updated_at)
    select
      sound.hybrid_id, sound.email, sound.full_name, sound.avatar_url, sound.role, coalesce(sound.is_active, true), sound.metadata,
      coalesce(sound.created_at, consolidation.begun_at()), coalesce(sound.updated_at, consolidation.begun_at())
    from sound
    where not sound.is_merged
    returning users.id, users.email, users.is_active
  ),

  claimable as (
    insert into secrets.claimable_users (user_id, email, expires_at, listed_at)
    select written.id, written.email, consolidation.begun_at() + interval '180 days', consolidation.begun_at()
    from written
    where written.is_active
  ),

  merged as materialized (
    select
      sound.*,
      -- of several of B the first fills: what the others differ from is what A says, or it would depend on which of them share a batch
      case when sound.place > 1 then ours.full_name else there.full_name end as there_full_name,
      case when sound.place > 1 then ours.avatar_url else there.avatar_url end as there_avatar_url,
      there.subscription_tier as there_tier,
      case when sound.place > 1 then ours.created_at else nullif(there.created_at, consolidation.begun_at()) end as there_created_at,
      case when sound.place > 1 then ours.updated_at else nullif(there.updated_at, consolidation.begun_at()) end as there_updated_at
    from sound
    inner join public.users as there on there.id = sound.hybrid_id
    left join source_a.users as ours on sound.place > 1 and ours.id = sound.hybrid_id
    where sound.is_merged
  ),

  filled as (
    update public.users as there
    set
      full_name = coalesce(there.full_name, merged.full_name),
      avatar_url = coalesce(there.avatar_url, merged.avatar_url),
      -- the narrower right wins
      role = case when merged.role = 'viewer' and there.role = 'user' then 'viewer' else there.role end,
      is_active = there.is_active and coalesce(merged.is_active, true),
      metadata = merged.metadata || there.metadata,
      created_at = coalesce(merged.there_created_at, merged.created_at, there.created_at),
      updated_at = coalesce(merged.there_updated_at, merged.updated_at, there.updated_at)
    from merged
    where there.id = merged.hybrid_id
      and coalesce(merged.place, 1) = 1
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.users', sound.legacy_key, value.legacy_column, value.value
    from sound
    cross join lateral (
      values
      ('role', case when sound.is_merged or sound.role_before <> sound.role then to_jsonb(sound.role_before) end),
      ('subscription_tier', case when sound.is_merged or sound.tier_before <> 'free' then to_jsonb(sound.tier_before) end)
    ) as value (legacy_column, value)
    where value.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'candidate_admin', 'b.users', sound.legacy_key, 'public.users', sound.hybrid_id, 'role', 'null'::jsonb, to_jsonb(sound.role_before),
      'kept: a DBA confirms it'
    from sound
    where consolidation.folded(sound.role_before) = 'admin'
    union all
    select
      'candidate_tier', 'b.users', sound.legacy_key, 'public.users', sound.hybrid_id, 'subscription_tier', 'null'::jsonb,
      to_jsonb(sound.tier_meant), 'kept: a DBA confirms it'
    from sound
    where sound.tier_meant <> 'free'
    union all
    select
      'same_person', 'b.users', sound.legacy_key, 'public.users', sound.match_id, '', to_jsonb(sound.match_id),
      to_jsonb(sound.hybrid_id), 'match_person: the address is not confirmed by A, two people until a human decides'
    from sound
    where not sound.is_same
    union all
    select
      'same_id', 'b.users', sound.legacy_key, 'public.users', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('email', sound.email, 'full_name', sound.full_name), 'keep_id: another person has this id, B''s is computed'
    from sound
    where not sound.keeps_id
    union all
    select
      'difference', 'b.users', merged.legacy_key, 'public.users', merged.hybrid_id, value.hybrid_column, coalesce(value.value_a, 'null'),
      value.value_b, 'fill: A stands'
    from merged
    cross join lateral (
      values
      ('full_name', to_jsonb(merged.there_full_name), to_jsonb(merged.full_name)),
      ('avatar_url', to_jsonb(merged.there_avatar_url), to_jsonb(merged.avatar_url)),
      ('subscription_tier', to_jsonb(merged.there_tier), to_jsonb(merged.tier_meant)),
      ('created_at', to_jsonb(merged.there_created_at), to_jsonb(merged.created_at)),
      ('updated_at', to_jsonb(merged.there_updated_at), to_jsonb(merged.updated_at)),
      ('is_active', null, case when merged.place > 1 then to_jsonb(nullif(merged.is_active, true)) end),
      ('metadata', null, case when merged.place > 1 then nullif(merged.metadata, '{}') end)
    ) as value (hybrid_column, value_a, value_b)
    where value.value_a <> value.value_b
      or (merged.place > 1 and value.value_a is null and value.value_b is not null)
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.users', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'b.users',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_same then 'match_person: A confirms the address'
      when batch.is_merged then 'keep_id: the same id and content'
      when not batch.keeps_id then 'keep_id: the id is another person''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_users() is 'B.users to public.users and secrets.claimable_users: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(110, 'people', 'a.users', 'a.users', '{public.users}'),
(120, 'people', 'b.users', 'b.users', '{public.users,secrets.claimable_users}');
