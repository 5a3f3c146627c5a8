-- Why: what platforms, accounts and their tokens must be, by the lineage of A.social_platforms, A.user_social_accounts and the accounts
-- that B kept as a list in each workspace.
-- Touches: views, functions, rows of expectations, asides and not_compared.

-- ---------------------------------------------------------------- platforms

create view consolidation.expected_a_social_platforms with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  -- match_platform
  case
    when line.outcome = 'merged' then there.id
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.social_platforms:' || old.legacy_key)
  end as hybrid_id,
  named.name,
  old.display_name,
  old.icon_url,
  coalesce(old.is_active, true) as is_active,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  -- stands_in: of one that is merged created_at says it
  case when line.outcome <> 'merged' then coalesce(old.created_at, consolidation.expected_start()) end as updated_at
from consolidation.read_a_social_platforms as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.social_platforms' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.value_map as map
  on map.hybrid_column = 'platform' and consolidation.expected_word(old.name) = map.word
cross join
  lateral (
    select coalesce(nullif(map.becomes, ''), consolidation.expected_word(old.name)) as name
  ) as named
left join public.social_platforms as there on named.name = there.name;

comment on view consolidation.expected_a_social_platforms is 'public.social_platforms, by A.social_platforms; for merged ones what A says of them.';

create view consolidation.expected_a_social_platforms_configs with (security_invoker = true) as
select distinct on (platform.hybrid_id)
  old.legacy_key,
  'migrated'::text as outcome,
  platform.hybrid_id,
  old.api_config
from consolidation.read_a_social_platforms as old
inner join consolidation.became_a_social_platforms as platform on old.legacy_key = platform.legacy_key
where platform.hybrid_id is not null
  and old.api_config not in ('null', '{}')
order by platform.hybrid_id, old.created_at, old.legacy_key;

comment on view consolidation.expected_a_social_platforms_configs is 'secrets.social_platform_configs, by A.social_platforms.';

-- ---------------------------------------------------------------- accounts of A

create view consolidation.expected_a_accounts with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.user_social_accounts:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  platform.hybrid_id as platform_id,
  old.account_name,
  old.account_id,
  case when btrim(old.access_token, e' \t\r\n') <> '' then old.access_token end as access_token,
  case when btrim(old.refresh_token, e' \t\r\n') <> '' then old.refresh_token end as refresh_token,
  old.token_expires_at,
  consolidation.expected_json(old.account_metadata) as account_metadata,
  coalesce(old.is_active, true) as is_active,
  coalesce(old.connected_at, consolidation.expected_start()) as connected_at,
  old.last_used_at
from consolidation.read_a_user_social_accounts as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.user_social_accounts' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.became_a_social_platforms as platform on old.platform_id::text = platform.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null;

comment on view consolidation.expected_a_accounts is 'Accounts of A as A says them, before those of B fill what is open.';

-- ---------------------------------------------------------------- accounts of B

create function consolidation.expected_open(said jsonb) returns jsonb
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
  return case jsonb_typeof(expected_open.said)
    when 'object' then (
      select coalesce(jsonb_object_agg(pair.key, consolidation.expected_open(pair.said)), '{}')
      from jsonb_each(expected_open.said) as pair (key, said)
      where pair.key !~* '(token|secret|key|password|credential|cookie|session|auth)'
    )
    when 'array' then (
      select coalesce(jsonb_agg(consolidation.expected_open(item.said) order by item.place), '[]')
      from jsonb_array_elements(expected_open.said) with ordinality as item (said, place)
    )
    else expected_open.said
  end;
end
$function$;

comment on function consolidation.expected_open(jsonb) is 'JSON without what has the name of a secret, at any depth.';

create function consolidation.expected_words_of(element jsonb, key text) returns text
language sql
immutable
parallel safe
return case
  when jsonb_typeof(expected_words_of.element -> expected_words_of.key) in ('number', 'string')
    then nullif(
        expected_words_of.element ->> expected_words_of.key, repeat(' ', length(expected_words_of.element ->> expected_words_of.key))
      )
end;

comment on function consolidation.expected_words_of(jsonb, text) is 'What an element of a list says under a key, if it is a word or a number.';

create function consolidation.expected_time_of(element jsonb, key text) returns timestamptz
language sql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when jsonb_typeof(expected_time_of.element -> expected_time_of.key) = 'string'
      and expected_time_of.element ->> expected_time_of.key ~ '^[0-9]{4}-'
      then consolidation.read_as(expected_time_of.element ->> expected_time_of.key, null::timestamptz)
  end
$function$;

comment on function consolidation.expected_time_of(jsonb, text) is 'A time that an element of a list says under a key.';

-- One row for each element that names a platform; the first of several for one account counts.
create view consolidation.expected_elements_of_b with (security_invoker = true) as
with elements as (
  select
    old.legacy_key,
    space.hybrid_id as workspace_id,
    owner.hybrid_id as user_id,
    item.place - 1 as place,
    item.said,
    platform.id as platform_id,
    platform.name as platform,
    consolidation.expected_words_of(item.said, 'account_id') as account_id,
    coalesce(
      case when consolidation.expected_words_of(item.said, 'account_name') is not null then 'account_name' end,
      case when consolidation.expected_words_of(item.said, 'name') is not null then 'name' end,
      case when consolidation.expected_words_of(item.said, 'username') is not null then 'username' end
    ) as name_key
  from consolidation.read_b_workspaces as old
  inner join consolidation.became_b_workspaces as space on old.legacy_key = space.legacy_key
  left join consolidation.became_b_users as owner on old.owner_id::text = owner.legacy_key
  cross join
    lateral jsonb_array_elements(
      case jsonb_typeof(old.social_accounts) when 'array' then old.social_accounts else '[]' end
    ) with ordinality as item (said, place)
  left join consolidation.value_map as map
    on map.hybrid_column = 'platform' and consolidation.expected_word(item.said ->> 'platform') = map.word
  left join public.social_platforms as platform
    on coalesce(map.becomes, consolidation.expected_word(item.said ->> 'platform')) = platform.name
  where space.hybrid_id is not null
),

there as (
  select distinct on (account.workspace_id, account.platform_id, account.account_id)
    account.workspace_id,
    account.platform_id,
    account.account_id,
    account.hybrid_id
  from consolidation.expected_a_accounts as account
  where account.account_id is not null
  order by account.workspace_id, account.platform_id, account.account_id, account.connected_at, account.hybrid_id
),

matched as (
  select
    elements.*,
    there.hybrid_id as there_id,
    coalesce(
      there.hybrid_id,
      consolidation.expected_id(
        'legacy_b.workspaces:' || elements.legacy_key || ':' || elements.platform || ':'
        || coalesce(elements.account_id, consolidation.expected_words_of(elements.said, elements.name_key), elements.place::text)
      )
    ) as hybrid_id
  from elements
  left join there
    on elements.workspace_id = there.workspace_id
      and elements.platform_id = there.platform_id
      and elements.account_id = there.account_id
  where elements.platform_id is not null
)

select distinct on (matched.legacy_key, matched.hybrid_id)
  matched.legacy_key,
  matched.place,
  case when matched.there_id is null then 'migrated' else 'merged' end as outcome,
  matched.hybrid_id,
  matched.workspace_id,
  matched.user_id,
  matched.platform_id,
  coalesce(consolidation.expected_words_of(matched.said, matched.name_key), matched.account_id, matched.platform) as account_name,
  matched.account_id,
  known.access_token,
  known.refresh_token,
  known.token_expires_at,
  known.is_active,
  known.connected_at,
  known.last_used_at,
  -- the keys that are left over
  consolidation.expected_open(
    matched.said - array[
      'platform',
      case when matched.account_id is not null then 'account_id' end,
      matched.name_key,
      case when known.token_expires_at is not null then 'token_expires_at' end,
      case when known.is_active is not null then 'is_active' end,
      case when known.connected_at is not null then 'connected_at' end,
      case when known.last_used_at is not null then 'last_used_at' end
    ]
  ) as account_metadata
from matched
cross join
  lateral (
    select
      case jsonb_typeof(matched.said -> 'access_token') when 'string' then consolidation.expected_words_of(matched.said, 'access_token') end
        as access_token,
      case jsonb_typeof(matched.said -> 'refresh_token')
        when 'string' then consolidation.expected_words_of(matched.said, 'refresh_token')
      end
        as refresh_token,
      consolidation.expected_time_of(matched.said, 'token_expires_at') as token_expires_at,
      case matched.said ->> 'is_active' when 'true' then true when 'false' then false end as is_active,
      consolidation.expected_time_of(matched.said, 'connected_at') as connected_at,
      consolidation.expected_time_of(matched.said, 'last_used_at') as last_used_at
  ) as known
order by matched.legacy_key, matched.hybrid_id, matched.place;

comment on view consolidation.expected_elements_of_b is 'Rule split_accounts: what each element of B.workspaces.social_accounts becomes.';

-- An element that gives no account, and secrets that have no column, are kept.
create view consolidation.expected_kept_b_workspaces with (security_invoker = true) as
select
  old.legacy_key,
  'social_accounts'::text as legacy_column
from consolidation.read_b_workspaces as old
inner join consolidation.became_b_workspaces as space on old.legacy_key = space.legacy_key
cross join
  lateral jsonb_array_elements(
    case jsonb_typeof(old.social_accounts) when 'array' then old.social_accounts else jsonb_build_array(old.social_accounts) end
  ) as item (said)
left join consolidation.expected_elements_of_b as known
  on old.legacy_key = known.legacy_key
    and jsonb_typeof(item.said) = 'object'
    and known.account_name = coalesce(
      consolidation.expected_words_of(item.said, 'account_name'), consolidation.expected_words_of(item.said, 'name'),
      consolidation.expected_words_of(item.said, 'username'), consolidation.expected_words_of(item.said, 'account_id'), known.account_name
    )
left join consolidation.kept as aside
  on aside.legacy_table = 'b.workspaces' and old.legacy_key = aside.legacy_key and aside.legacy_column = 'social_accounts'
where space.hybrid_id is not null
  and old.social_accounts not in ('null', '[]', '{}')
  and (
    known.legacy_key is null
    or consolidation.expected_open(item.said - '{access_token,refresh_token,platform,token_expires_at}'::text[])
    <> item.said - '{access_token,refresh_token,platform,token_expires_at}'::text[]
  )
  and aside.value is null;

comment on view consolidation.expected_kept_b_workspaces is
'Workspaces of B of whose accounts something must be kept, and nothing is. Empty where all is well.';

-- ---------------------------------------------------------------- what stands in the hybrid

create view consolidation.expected_a_user_social_accounts with (security_invoker = true) as
select
  account.legacy_key,
  account.outcome,
  account.hybrid_id,
  account.workspace_id,
  account.user_id,
  account.platform_id,
  account.account_name,
  account.account_id,
  coalesce(account.token_expires_at, fill.token_expires_at) as token_expires_at,
  case
    when jsonb_typeof(account.account_metadata) = 'object' then coalesce(fill.account_metadata, '{}') || account.account_metadata
    else account.account_metadata
  end as account_metadata,
  account.is_active,
  account.connected_at,
  coalesce(account.last_used_at, fill.last_used_at) as last_used_at,
  account.connected_at as updated_at
from consolidation.expected_a_accounts as account
left join consolidation.expected_elements_of_b as fill on account.hybrid_id = fill.hybrid_id and fill.outcome = 'merged';

comment on view consolidation.expected_a_user_social_accounts is 'public.user_social_accounts, by A.user_social_accounts.';

create view consolidation.expected_a_user_social_accounts_tokens with (security_invoker = true) as
select
  account.legacy_key,
  account.outcome,
  account.hybrid_id,
  account.workspace_id,
  coalesce(account.access_token, fill.access_token) as access_token,
  coalesce(account.refresh_token, fill.refresh_token) as refresh_token
from consolidation.expected_a_accounts as account
left join consolidation.expected_elements_of_b as fill on account.hybrid_id = fill.hybrid_id and fill.outcome = 'merged'
where num_nonnulls(account.access_token, fill.access_token, account.refresh_token, fill.refresh_token) > 0;

comment on view consolidation.expected_a_user_social_accounts_tokens is 'secrets.social_account_tokens, by A.user_social_accounts.';

create view consolidation.expected_b_workspaces_accounts with (security_invoker = true) as
select
  element.legacy_key,
  element.outcome,
  element.hybrid_id,
  element.workspace_id,
  element.user_id,
  element.platform_id,
  element.account_name,
  element.account_id,
  element.token_expires_at,
  element.account_metadata,
  coalesce(element.is_active, true) as is_active,
  coalesce(element.connected_at, consolidation.expected_start()) as connected_at,
  element.last_used_at,
  coalesce(element.connected_at, consolidation.expected_start()) as updated_at
from consolidation.expected_elements_of_b as element
where element.outcome = 'migrated';

comment on view consolidation.expected_b_workspaces_accounts is 'public.user_social_accounts, by B.workspaces.';

create view consolidation.expected_b_workspaces_tokens with (security_invoker = true) as
select
  element.legacy_key,
  element.outcome,
  element.hybrid_id,
  element.workspace_id,
  element.access_token,
  element.refresh_token
from consolidation.expected_elements_of_b as element
where element.outcome = 'migrated'
  and num_nonnulls(element.access_token, element.refresh_token) > 0;

comment on view consolidation.expected_b_workspaces_tokens is 'secrets.social_account_tokens, by B.workspaces.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(210, 'a.social_platforms', 'a.social_platforms', 'public.social_platforms', 'expected_a_social_platforms', 'id', 'ledger'),
(
  215, 'a.social_platforms', 'a.social_platforms', 'secrets.social_platform_configs', 'expected_a_social_platforms_configs', 'platform_id',
  'nothing'
),
(220, 'a.user_social_accounts', 'a.user_social_accounts', 'public.user_social_accounts', 'expected_a_user_social_accounts', 'id', 'ledger'),
(
  225, 'a.user_social_accounts', 'a.user_social_accounts', 'secrets.social_account_tokens', 'expected_a_user_social_accounts_tokens',
  'account_id', 'nothing'
),
(
  230, 'b.workspaces', 'b.workspaces_accounts', 'public.user_social_accounts', 'expected_b_workspaces_accounts', 'id', 'ledger_targets'
),
(
  235, 'b.workspaces', 'b.workspaces_accounts', 'secrets.social_account_tokens', 'expected_b_workspaces_tokens', 'account_id', 'nothing'
);

insert into consolidation.asides (position, legacy_table, step, view_name, kind)
values
(230, 'b.workspaces', 'b.workspaces_accounts', 'expected_kept_b_workspaces', 'not kept');

insert into consolidation.not_compared (hybrid_table, hybrid_column, reason)
values
('secrets.social_platform_configs', 'updated_at', 'when the secret came here: no legacy column says it'),
('secrets.social_account_tokens', 'updated_at', 'when the secret came here: no legacy column says it');
