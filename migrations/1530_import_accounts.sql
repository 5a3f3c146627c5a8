-- Why: platforms and the accounts on them: A's two tables, and the accounts that B kept as a list in each workspace. Tokens go to secrets.
-- Touches: one new table, functions, three steps. Lineage: A.social_platforms, A.user_social_accounts, B.workspaces (accounts).

create table consolidation.account_matches (
  workspace_id uuid not null,
  platform_id uuid not null,
  account_id text not null,
  hybrid_id uuid not null,

  primary key (workspace_id, platform_id, account_id)
);

alter table consolidation.account_matches enable row level security;

comment on table consolidation.account_matches is
'Rule split_accounts: the accounts in workspaces that A and B share, which take the same account of B in.';

comment on column consolidation.account_matches.workspace_id is 'The workspace, in the hybrid.';

comment on column consolidation.account_matches.platform_id is 'The platform, in the hybrid.';

comment on column consolidation.account_matches.account_id is 'The platform''s own id of the account.';

comment on column consolidation.account_matches.hybrid_id is 'The account, in the hybrid.';

create function consolidation.said(element jsonb, key text) returns text
language sql
immutable
parallel safe
return case
  when jsonb_typeof(said.element -> said.key) in ('string', 'number') and btrim(said.element ->> said.key) <> ''
    then said.element ->> said.key
end;

comment on function consolidation.said(jsonb, text) is 'The text or number under a key; null where there is none, or only blanks.';

-- Only what begins like a date: now and today are times too, but others at each run.
create function consolidation.said_time(element jsonb, key text) returns timestamptz
language sql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
return case
  when jsonb_typeof(said_time.element -> said_time.key) = 'string' and said_time.element ->> said_time.key ~ '^\d{4}-'
    then consolidation.cast_or_null(said_time.element ->> said_time.key, null::timestamptz)
end;

comment on function consolidation.said_time(jsonb, text) is 'The time under a key; null where it is none.';

create function consolidation.may_be_secret(name text) returns boolean
language sql
immutable
parallel safe
return may_be_secret.name ~* 'token|secret|key|password|credential|cookie|session|auth';

comment on function consolidation.may_be_secret(text) is 'Whether what has this name in JSON may be a secret.';

create function consolidation.parted(said jsonb, secrets boolean) returns jsonb
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
  if jsonb_typeof(parted.said) = 'object' then
    return (
      select case when parted.secrets then jsonb_object_agg(pair.key, pair.value) else coalesce(jsonb_object_agg(pair.key, pair.value), '{}') end
      from (
        select
          part.key,
          case
            when consolidation.may_be_secret(part.key) then case when parted.secrets then part.value end
            else consolidation.parted(part.value, parted.secrets)
          end as value
        from jsonb_each(parted.said) as part
      ) as pair
      where pair.value is not null
    );
  end if;
  if jsonb_typeof(parted.said) = 'array' then
    return (
      select case when not parted.secrets or count(part.value) > 0 then coalesce(jsonb_agg(part.value order by part.place), '[]') end
      from (
        select
          consolidation.parted(element.value, parted.secrets) as value,
          element.place
        from jsonb_array_elements(parted.said) with ordinality as element (value, place)
      ) as part
    );
  end if;
  return case when not parted.secrets then parted.said end;
end
$function$;

comment on function consolidation.parted(jsonb, boolean) is
'JSON without what has the name of a secret, at any depth; or only that, in its place, and null where there is none.';

-- security invoker: called by the driver.
create function consolidation.import_a_social_platforms() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- Of the whole table, which is small: which of several rows of one name is the first does not depend on the batch.
  with named as materialized (
    select
      old.legacy_key,
      name.name,
      old.id,
      old.display_name,
      old.icon_url,
      coalesce(old.is_active, true) as is_active,
      old.created_at,
      row_number() over (partition by name.name order by old.created_at nulls last, old.legacy_key) as place,
      row_number() over (
        partition by name.name order by consolidation.json_or(old.api_config, '{}') = '{}', old.created_at nulls last, old.legacy_key
      ) as config_place
    from source_a.social_platforms as old
    left join consolidation.value_map as map
      on map.hybrid_column = 'platform' and map.word = consolidation.folded(old.name)
    cross join lateral (
      -- map_platform
      select coalesce(nullif(map.becomes, ''), consolidation.folded(old.name)) as name
    ) as name
    where name.name <> ''
      and old.display_name is not null
      -- not those that the driver rejects
      and old.legacy_key = old.id::text
  ),

  batch as materialized (
    select
      old.legacy_key,
      named.name,
      -- match_platform, else keep_id
      coalesce(
        there.id,
        case when taken.id is null then eldest.id else consolidation.computed_id('a.social_platforms', eldest.legacy_key) end
      ) as hybrid_id,
      there.id is not null or named.place > 1 as is_merged,
      named.place = 1 as is_first,
      taken.holder,
      old.display_name,
      old.icon_url,
      old.is_active,
      old.created_at,
      consolidation.json_or(old.api_config, '{}') as api_config,
      named.config_place = 1 and config.platform_id is null as gives_config,
      config.api_config as there_config,
      -- what stands in the row that this one is merged into
      coalesce(there.display_name, eldest.display_name) as there_display_name,
      coalesce(there.icon_url, eldest.icon_url) as there_icon_url,
      coalesce(there.is_active and eldest.is_active, eldest.is_active) as there_is_active,
      coalesce(least(there.created_at, eldest.created_at), eldest.created_at) as there_created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.social_platforms_batch as old
    left join named on named.legacy_key = old.legacy_key
    left join named as eldest on eldest.name = named.name and eldest.place = 1
    left join public.social_platforms as there on there.name = named.name
    left join secrets.social_platform_configs as config on config.platform_id = there.id
    left join consolidation.taken on taken.legacy_table = 'a.social_platforms' and taken.id = eldest.id
    cross join lateral (
      select case
        when old.id is null then 'id: there is none'
        when old.display_name is null then 'display_name: there is none'
        when named.name is null then 'name: there is none'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.social_platforms (id, name, display_name, icon_url, is_active, created_at, updated_at)
    select
      sound.hybrid_id, sound.name, sound.display_name, sound.icon_url, coalesce(sound.is_active, true),
      coalesce(sound.created_at, consolidation.begun_at()), coalesce(sound.created_at, consolidation.begun_at())
    from sound
    where not sound.is_merged
  ),

  -- One that is there says what it says; what it leaves open is filled, and one that was switched off is off.
  filled as (
    update public.social_platforms as there
    set
      icon_url = coalesce(there.icon_url, sound.icon_url),
      is_active = there.is_active and coalesce(sound.is_active, true),
      created_at = least(there.created_at, sound.created_at)
    from sound
    where sound.is_merged
      and sound.is_first
      and there.id = sound.hybrid_id
  ),

  configured as (
    insert into secrets.social_platform_configs (platform_id, api_config, updated_at)
    select sound.hybrid_id, sound.api_config, coalesce(sound.created_at, consolidation.begun_at())
    from sound
    where sound.gives_config
      and sound.api_config <> '{}'
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.social_platforms', sound.legacy_key, 'api_config', sound.api_config
    from sound
    where not sound.gives_config
      and sound.api_config <> '{}'
      and sound.api_config is distinct from sound.there_config
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.social_platforms', sound.legacy_key, 'public.social_platforms', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('name', sound.name, 'display_name', sound.display_name), 'keep_id: another platform has this id, A''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
    union all
    select
      'difference', 'a.social_platforms', sound.legacy_key, 'public.social_platforms', sound.hybrid_id, value.hybrid_column,
      coalesce(value.stands, 'null'), value.said, 'match_platform: what is there stands'
    from sound
    cross join lateral (
      values
      ('display_name', to_jsonb(sound.there_display_name), to_jsonb(sound.display_name)),
      ('icon_url', to_jsonb(sound.there_icon_url), to_jsonb(sound.icon_url)),
      ('is_active', to_jsonb(sound.there_is_active), to_jsonb(sound.is_active)),
      ('created_at', to_jsonb(sound.there_created_at), to_jsonb(sound.created_at))
    ) as value (hybrid_column, stands, said)
    where sound.is_merged
      and value.said is distinct from value.stands
      and value.said is not null
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.social_platforms', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.social_platforms',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    coalesce(
      batch.reason,
      case
        when batch.is_merged then 'match_platform: the same name'
        when batch.holder is not null then 'keep_id: the id is another platform''s'
      end
    ),
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_social_platforms() is
'A.social_platforms to public.social_platforms and secrets.social_platform_configs: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_user_social_accounts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  delete from consolidation.places where places.legacy_table = 'a.user_social_accounts';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  select
    'a.user_social_accounts',
    'account',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      row_number() over (
        partition by coalesce(space.hybrid_id, home.workspace_id), person.hybrid_id, platform.hybrid_id, old.account_id
        order by old.connected_at nulls last, old.legacy_key
      ) as place
    from source_a.user_social_accounts as old
    inner join consolidation.ledger as person
      on person.legacy_table = people and person.legacy_key = old.user_id::text and person.hybrid_id is not null
    inner join consolidation.ledger as platform
      on platform.legacy_table = 'a.social_platforms' and platform.legacy_key = old.platform_id::text and platform.hybrid_id is not null
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home
      on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id and old.workspace_id is null
    where old.account_id is not null
      and old.account_name is not null
      -- not those that the driver rejects
      and old.legacy_key = old.id::text
      and coalesce(space.hybrid_id, home.workspace_id) is not null
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;
end
$function$;

comment on function consolidation.prepare_a_user_social_accounts() is
'Notes which accounts a person has connected to a workspace twice, by now that platforms, people or workspaces are one.';

-- security invoker: called by the driver.
create function consolidation.import_a_user_social_accounts() returns void
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
      -- keep_id
      case
        when taken.id is null or is_equal.holds then old.id
        else consolidation.computed_id('a.user_social_accounts', old.legacy_key)
      end as hybrid_id,
      is_equal.holds as is_merged,
      -- it may hold secrets
      taken.holder - 'account_metadata' as holder,
      home_of.workspace_id,
      person.hybrid_id as user_id,
      case when person.hybrid_id is null then old.user_id end as user_unknown,
      platform.hybrid_id as platform_id,
      old.account_name,
      old.account_id,
      case when btrim(old.access_token) <> '' then old.access_token end as access_token,
      case when btrim(old.refresh_token) <> '' then old.refresh_token end as refresh_token,
      old.token_expires_at,
      consolidation.json_or(old.account_metadata, '{}') as account_metadata,
      coalesce(old.is_active, true) as is_active,
      coalesce(old.connected_at, consolidation.begun_at()) as connected_at,
      old.last_used_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.user_social_accounts_batch as old
    left join consolidation.taken on taken.legacy_table = 'a.user_social_accounts' and taken.id = old.id
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
    left join consolidation.ledger as platform
      on platform.legacy_table = 'a.social_platforms' and platform.legacy_key = old.platform_id::text
    left join consolidation.places as double
      on double.legacy_table = 'a.user_social_accounts' and double.purpose = 'account' and double.legacy_key = old.legacy_key
    cross join lateral (
      -- lookup_workspace
      select case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id
    ) as home_of
    cross join lateral (
      select coalesce(
        taken.holder ->> 'workspace_id' = home_of.workspace_id::text
        and taken.holder ->> 'platform_id' = platform.hybrid_id::text
        and taken.holder ->> 'account_name' = old.account_name
        and taken.holder ->> 'user_id' is not distinct from person.hybrid_id::text
        and taken.holder ->> 'account_id' is not distinct from old.account_id,
        false
      ) as holds
    ) as is_equal
    cross join lateral (
      select case
        when old.id is null then 'id: there is none'
        when home_of.workspace_id is null and old.workspace_id is null then 'workspace_id: none, and none to be found'
        when home_of.workspace_id is null then 'workspace_id: no such workspace'
        when platform.hybrid_id is null then 'platform_id: no such platform'
        when old.account_name is null then 'account_name: there is none'
        when double.place > 1 then 'account_id: the person has connected it to the workspace already'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.user_social_accounts (
      id, workspace_id, user_id, platform_id, account_name, account_id, token_expires_at, account_metadata, is_active, connected_at,
      last_used_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.platform_id, sound.account_name, sound.account_id,
      sound.token_expires_at, sound.account_metadata, sound.is_active, sound.connected_at, sound.last_used_at, sound.connected_at
    from sound
    where not sound.is_merged
  ),

  tokens as (
    insert into secrets.social_account_tokens (workspace_id, account_id, access_token, refresh_token, updated_at)
    select sound.workspace_id, sound.hybrid_id, sound.access_token, sound.refresh_token, sound.connected_at
    from sound
    where num_nonnulls(sound.access_token, sound.refresh_token) > 0
    -- of an account that is there already
    on conflict do nothing
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.user_social_accounts', sound.legacy_key, 'user_id', to_jsonb(sound.user_unknown)
    from sound
    where sound.user_unknown is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.user_social_accounts', sound.legacy_key, 'public.user_social_accounts', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('account_name', sound.account_name, 'account_id', sound.account_id, 'platform_id', sound.platform_id),
      'keep_id: another account has this id, A''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.user_social_accounts', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.user_social_accounts',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    coalesce(
      batch.reason,
      case
        when batch.is_merged then 'keep_id: the same id and content'
        when batch.holder is not null then 'keep_id: the id is another account''s'
      end
    ),
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_user_social_accounts() is
'A.user_social_accounts to public.user_social_accounts and secrets.social_account_tokens: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_b_workspaces_accounts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.account_matches;
  insert into consolidation.account_matches (workspace_id, platform_id, account_id, hybrid_id)
  select distinct on (there.workspace_id, there.platform_id, there.account_id)
    there.workspace_id,
    there.platform_id,
    there.account_id,
    there.id
  from consolidation.ledger as space
  inner join public.user_social_accounts as there on there.workspace_id = space.hybrid_id
  where space.legacy_table = 'b.workspaces'
    and space.outcome = 'merged'
    and there.account_id is not null
    -- not those that B has brought itself
    and not exists (
      select from consolidation.ledger_targets as target
      where target.legacy_table = 'b.workspaces'
        and target.legacy_key = space.legacy_key
        and target.hybrid_table = 'public.user_social_accounts'
        and target.hybrid_id = there.id
    )
  order by there.workspace_id, there.platform_id, there.account_id, there.connected_at, there.id;
  analyze consolidation.account_matches;
end
$function$;

comment on function consolidation.prepare_b_workspaces_accounts() is
'Finds the accounts in workspaces that A and B share: the oldest of each platform and account id.';

-- A further step: the workspaces have their lines. Read anew, it leaves what it has written as it is.
-- security invoker: called by the driver.
create function consolidation.import_b_workspaces_accounts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
begin
  with batch as materialized (
    select
      old.legacy_key,
      space.hybrid_id as workspace_id,
      person.hybrid_id as user_id,
      old.social_accounts
    from source_b.workspaces_batch as old
    inner join consolidation.ledger as space
      on space.legacy_table = 'b.workspaces' and space.legacy_key = old.legacy_key and space.hybrid_id is not null
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.owner_id::text
    where old.social_accounts not in ('null', '[]', '{}')
  ),

  elements as materialized (
    select
      batch.legacy_key,
      batch.workspace_id,
      batch.user_id,
      element.place - 1 as place,
      element.value as element,
      -- map_platform
      platform.id as platform_id,
      platform.name as platform,
      consolidation.said(element.value, 'account_id') as account_id,
      name.key as name_key,
      consolidation.said(element.value, name.key) as name
    from batch
    cross join lateral jsonb_array_elements(
      case jsonb_typeof(batch.social_accounts) when 'array' then batch.social_accounts else '[]' end
    ) with ordinality as element (value, place)
    left join consolidation.value_map as map
      on map.hybrid_column = 'platform' and map.word = consolidation.folded(element.value ->> 'platform')
    left join public.social_platforms as platform
      on platform.name = coalesce(map.becomes, consolidation.folded(element.value ->> 'platform'))
    cross join lateral (
      select case
        when consolidation.said(element.value, 'account_name') is not null then 'account_name'
        when consolidation.said(element.value, 'name') is not null then 'name'
        when consolidation.said(element.value, 'username') is not null then 'username'
      end as key
    ) as name
  ),

  numbered as (
    select
      elements.*,
      match.hybrid_id is not null as is_merged,
      id.hybrid_id,
      row_number() over (partition by elements.legacy_key, id.hybrid_id order by elements.place) as turn
    from elements
    left join consolidation.account_matches as match
      on match.workspace_id = elements.workspace_id
        and match.platform_id = elements.platform_id
        and match.account_id = elements.account_id
    cross join lateral (
      select coalesce(
        match.hybrid_id,
        consolidation.computed_id(
          'b.workspaces',
          format('%s:%s:%s', elements.legacy_key, elements.platform, coalesce(elements.account_id, elements.name, elements.place::text))
        )
      ) as hybrid_id
    ) as id
    where elements.platform_id is not null
  ),

  accounts as materialized (
    select
      numbered.*,
      known.hybrid_id is not null as is_known,
      coalesce(numbered.name, numbered.account_id, numbered.platform) as account_name,
      value.access_token,
      value.refresh_token,
      value.token_expires_at,
      value.is_active,
      value.connected_at,
      value.last_used_at,
      -- what is left of the element, and of that what may be shown and what may not
      value.rest,
      consolidation.parted(value.rest, secrets => false) as open_rest,
      coalesce(consolidation.parted(value.rest, secrets => true), '{}') as closed_rest
    from numbered
    left join consolidation.ledger_targets as known
      on known.legacy_table = 'b.workspaces'
        and known.legacy_key = numbered.legacy_key
        and known.hybrid_table = 'public.user_social_accounts'
        and known.hybrid_id = numbered.hybrid_id
    cross join lateral (
      select
        found.*,
        numbered.element - array[
          'platform',
          case when numbered.account_id is not null then 'account_id' end,
          numbered.name_key,
          case when found.access_token is not null then 'access_token' end,
          case when found.refresh_token is not null then 'refresh_token' end,
          case when found.token_expires_at is not null then 'token_expires_at' end,
          case when found.is_active is not null then 'is_active' end,
          case when found.connected_at is not null then 'connected_at' end,
          case when found.last_used_at is not null then 'last_used_at' end
        ] as rest
      from (
        select
          case jsonb_typeof(numbered.element -> 'access_token') when 'string' then consolidation.said(numbered.element, 'access_token') end
            as access_token,
          case jsonb_typeof(numbered.element -> 'refresh_token') when 'string' then consolidation.said(numbered.element, 'refresh_token') end
            as refresh_token,
          consolidation.said_time(numbered.element, 'token_expires_at') as token_expires_at,
          case
            when numbered.element -> 'is_active' in ('true', '"true"') then true
            when numbered.element -> 'is_active' in ('false', '"false"') then false
          end as is_active,
          consolidation.said_time(numbered.element, 'connected_at') as connected_at,
          consolidation.said_time(numbered.element, 'last_used_at') as last_used_at
      ) as found
    ) as value
    where numbered.turn = 1
  ),

  written as (
    insert into public.user_social_accounts (
      id, workspace_id, user_id, platform_id, account_name, account_id, token_expires_at, account_metadata, is_active, connected_at,
      last_used_at, updated_at
    )
    select
      accounts.hybrid_id, accounts.workspace_id, accounts.user_id, accounts.platform_id, accounts.account_name, accounts.account_id,
      accounts.token_expires_at, accounts.open_rest, coalesce(accounts.is_active, true),
      coalesce(accounts.connected_at, consolidation.begun_at()), accounts.last_used_at,
      coalesce(accounts.connected_at, consolidation.begun_at())
    from accounts
    where not accounts.is_merged
      and not accounts.is_known
  ),

  targets as (
    insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id, part)
    select 'b.workspaces', accounts.legacy_key, 'public.user_social_accounts', accounts.hybrid_id, accounts.platform
    from accounts
    where not accounts.is_merged
      and not accounts.is_known
  ),

  -- fill: A's account takes in what it leaves open
  merged as materialized (
    select
      accounts.*,
      to_jsonb(there) - 'account_metadata' as there,
      there.account_metadata as there_metadata,
      tokens.account_id is not null as has_tokens,
      tokens.access_token as there_access_token,
      tokens.refresh_token as there_refresh_token
    from accounts
    inner join public.user_social_accounts as there on there.id = accounts.hybrid_id
    left join secrets.social_account_tokens as tokens on tokens.workspace_id = there.workspace_id and tokens.account_id = there.id
    where accounts.is_merged
  ),

  filled as (
    update public.user_social_accounts as there
    set
      token_expires_at = coalesce(there.token_expires_at, merged.token_expires_at),
      account_metadata = case when there.account_metadata = '{}' then merged.open_rest else there.account_metadata end,
      last_used_at = coalesce(there.last_used_at, merged.last_used_at)
    from merged
    where there.id = merged.hybrid_id
  ),

  tokens as (
    insert into secrets.social_account_tokens (workspace_id, account_id, access_token, refresh_token, updated_at)
    select
      given.workspace_id, given.hybrid_id, given.access_token, given.refresh_token,
      coalesce(given.connected_at, consolidation.begun_at())
    from (
      select accounts.workspace_id, accounts.hybrid_id, accounts.access_token, accounts.refresh_token, accounts.connected_at
      from accounts
      where not accounts.is_merged
        and not accounts.is_known
      union all
      select merged.workspace_id, merged.hybrid_id, merged.access_token, merged.refresh_token, merged.connected_at
      from merged
      where not merged.has_tokens
    ) as given
    where num_nonnulls(given.access_token, given.refresh_token) > 0
  ),

  tokens_filled as (
    update secrets.social_account_tokens as there
    set
      access_token = coalesce(there.access_token, merged.access_token),
      refresh_token = coalesce(there.refresh_token, merged.refresh_token)
    from merged
    where merged.has_tokens
      and there.workspace_id = merged.workspace_id
      and there.account_id = merged.hybrid_id
  ),

  -- no secret stands here: metadata and tokens that A says otherwise are kept
  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'difference', 'b.workspaces', merged.legacy_key, 'public.user_social_accounts', merged.hybrid_id, value.hybrid_column,
      merged.there -> value.hybrid_column, value.said, 'split_accounts: A stands'
    from merged
    cross join lateral (
      values
      ('account_name', to_jsonb(merged.name)),
      ('token_expires_at', to_jsonb(merged.token_expires_at)),
      ('is_active', to_jsonb(merged.is_active)),
      ('connected_at', to_jsonb(merged.connected_at)),
      ('last_used_at', to_jsonb(merged.last_used_at))
    ) as value (hybrid_column, said)
    where value.said <> nullif(merged.there -> value.hybrid_column, 'null')
    on conflict do nothing
  ),

  -- kept_remainder: by the place of the element; what is no list is kept whole
  remainders as (
    select
      elements.legacy_key,
      elements.place,
      elements.element as value
    from elements
    where not exists (
        select from accounts
        where accounts.legacy_key = elements.legacy_key
          and accounts.place = elements.place
      )
    union all
    select
      accounts.legacy_key,
      accounts.place,
      aside.rest || aside.tokens
    from accounts
    left join merged on merged.legacy_key = accounts.legacy_key and merged.place = accounts.place
    cross join lateral (
      select
        case
          when merged.there_metadata <> '{}' and not merged.there_metadata @> merged.open_rest then accounts.rest
          else accounts.closed_rest
        end as rest,
        case when merged.access_token <> merged.there_access_token then jsonb_build_object('access_token', merged.access_token) else '{}' end
        || case
          when merged.refresh_token <> merged.there_refresh_token then jsonb_build_object('refresh_token', merged.refresh_token)
          else '{}'
        end as tokens
    ) as aside
    where aside.rest || aside.tokens <> '{}'
  )

  insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
  select 'b.workspaces', remainders.legacy_key, 'social_accounts', jsonb_object_agg(remainders.place, remainders.value)
  from remainders
  group by remainders.legacy_key
  union all
  select 'b.workspaces', batch.legacy_key, 'social_accounts', batch.social_accounts
  from batch
  where jsonb_typeof(batch.social_accounts) <> 'array'
  on conflict (legacy_table, legacy_key, legacy_column) do update
  set value = excluded.value;
end
$function$;

comment on function consolidation.import_b_workspaces_accounts() is
'The accounts in B.workspaces to public.user_social_accounts and secrets.social_account_tokens: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, is_further, hybrid_tables)
values
(210, 'accounts', 'a.social_platforms', 'a.social_platforms', false, '{public.social_platforms,secrets.social_platform_configs}'),
(
  220, 'accounts', 'a.user_social_accounts', 'a.user_social_accounts', false,
  '{public.user_social_accounts,secrets.social_account_tokens}'
),
(
  230, 'accounts', 'b.workspaces_accounts', 'b.workspaces', true,
  '{public.user_social_accounts,secrets.social_account_tokens}'
);
