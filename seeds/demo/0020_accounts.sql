-- Demo data: the accounts that the three workspaces publish to. The tokens open nothing.

create temporary view demo_accounts as
select
  private.computed_id('demo.user_social_accounts:' || account.space || ':' || account.platform) as id,
  space.id as workspace_id,
  private.computed_id('demo.users:' || account.person) as user_id,
  platform.id as platform_id,
  account.account_name,
  case when account.is_known then (17841400000000 + account.space * 7919 + length(account.account_name) * 104729)::text end as account_id,
  account.is_active,
  space.created_at + account.hours * interval '1 hour' as connected_at,
  space.created_at + ages.age as seeded_at
from (
  -- hours after the workspace was made; an inactive one was disconnected, or its token refused
  values
  (1, 'instagram', '@warda.bakery', 1, true, true, 30),
  (1, 'facebook', 'Warda Bakery', 1, true, true, 31),
  (1, 'tiktok', '@wardabakes', 9, true, true, 5200),
  (1, 'pinterest', 'wardabakery', 2, true, true, 700),
  (1, 'twitter', '@WardaBakery', 1, true, false, 44),
  (2, 'instagram', '@northwall.climbing', 5, true, true, 150),
  (2, 'facebook', 'Northwall Climbing Denver', 5, true, true, 150),
  (2, 'tiktok', '@northwall', 6, true, true, 3300),
  (2, 'youtube', 'Northwall Beta', 4, true, true, 12),
  (2, 'pinterest', 'northwall', 11, false, false, 420),
  (3, 'linkedin', 'Lattice & Loop', 7, true, true, 20),
  (3, 'twitter', '@latticeloop', 7, true, true, 21),
  (3, 'youtube', 'Lattice & Loop talks', 8, true, true, 150),
  (3, 'facebook', 'Lattice and Loop', 9, false, false, 340)
) as account (space, platform, account_name, person, is_known, is_active, hours)
inner join (
  values (1, interval '9600 hours'), (2, interval '7200 hours'), (3, interval '4800 hours')
) as ages (space, age) on account.space = ages.space
inner join public.workspaces as space on space.id = private.computed_id('demo.workspaces:' || account.space)
inner join public.social_platforms as platform on account.platform = platform.name;

insert into public.user_social_accounts (
  id, workspace_id, user_id, platform_id, account_name, account_id, token_expires_at, account_metadata, is_active, connected_at,
  last_used_at, updated_at
)
select
  account.id,
  account.workspace_id,
  account.user_id,
  account.platform_id,
  account.account_name,
  account.account_id,
  case when account.is_active then account.seeded_at + interval '1150 hours' end as token_expires_at,
  jsonb_build_object('verified', account.is_active, 'followers', 900 + 317 * length(account.account_name)) as account_metadata,
  account.is_active,
  account.connected_at,
  case when account.is_active then account.seeded_at - interval '5 minutes' else account.connected_at + interval '500 hours' end
    as last_used_at,
  case when account.is_active then account.seeded_at - interval '5 minutes' else account.connected_at + interval '510 hours' end
    as updated_at
from pg_temp.demo_accounts as account
on conflict do nothing;

insert into secrets.social_account_tokens (workspace_id, account_id, access_token, refresh_token, updated_at)
select
  account.workspace_id,
  account.id as account_id,
  'demo-not-a-token-access' as access_token,
  'demo-not-a-token-refresh' as refresh_token,
  account.seeded_at - interval '50 hours' as updated_at
from pg_temp.demo_accounts as account
inner join public.user_social_accounts as connected on account.id = connected.id -- not there where somebody connected it anew
where account.is_active
on conflict do nothing;

drop view pg_temp.demo_accounts;
