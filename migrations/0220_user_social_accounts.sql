-- Why: the accounts on platforms that a workspace publishes to, from A's user_social_accounts and B's workspaces.social_accounts.
-- The tokens of A's table stand apart, in secrets: who may see an account must not be able to act as it.
-- Touches: two new tables.

create table public.user_social_accounts (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  platform_id uuid not null references public.social_platforms (id) on delete restrict,
  account_name text not null,
  account_id text,
  token_expires_at timestamptz,
  account_metadata jsonb not null default '{}',
  is_active boolean not null default true,
  connected_at timestamptz not null default now(),
  last_used_at timestamptz,
  updated_at timestamptz not null default now(),

  constraint user_social_accounts_workspace_id_id_key unique (workspace_id, id),
  -- Holds only where both the person and the platform's id are known: two unknown ones may be two accounts.
  -- It also serves the list of a workspace's accounts, which is short.
  constraint user_social_accounts_is_connected_once unique (workspace_id, user_id, platform_id, account_id)
);

alter table public.user_social_accounts enable row level security;

create index user_social_accounts_user_id_idx on public.user_social_accounts (user_id);

create index user_social_accounts_platform_id_idx on public.user_social_accounts (platform_id);

-- what renews tokens asks over all workspaces
create index user_social_accounts_token_expires_at_idx on public.user_social_accounts (token_expires_at)
where is_active and token_expires_at is not null;

create trigger user_social_accounts_stamp_updated_at
before update on public.user_social_accounts
for each row execute function private.set_updated_at();

create table secrets.social_account_tokens (
  workspace_id uuid not null,
  account_id uuid not null,
  access_token text,
  refresh_token text,
  updated_at timestamptz not null default now(),

  primary key (workspace_id, account_id),
  constraint social_account_tokens_account_is_in_the_workspace
  foreign key (workspace_id, account_id) references public.user_social_accounts (workspace_id, id) on delete cascade,
  constraint social_account_tokens_has_a_token check (num_nonnulls(access_token, refresh_token) > 0)
);

alter table secrets.social_account_tokens enable row level security;

create trigger social_account_tokens_stamp_updated_at
before update on secrets.social_account_tokens
for each row execute function private.set_updated_at();

comment on table public.user_social_accounts is
'Accounts on platforms that a workspace publishes to; tokens are in secrets.social_account_tokens.';

comment on column public.user_social_accounts.id is 'Key.';

comment on column public.user_social_accounts.workspace_id is 'The workspace that may publish to the account.';

comment on column public.user_social_accounts.user_id is
'Who connected it; null once that person is gone, and the account stays with the workspace.';

comment on column public.user_social_accounts.platform_id is 'The platform that it is an account of.';

comment on column public.user_social_accounts.account_name is 'What people recognise the account by, such as its handle.';

comment on column public.user_social_accounts.account_id is
'The platform''s own id of the account; null where it was never learned.';

comment on column public.user_social_accounts.token_expires_at is
'When the access token must have been renewed; null where it does not expire, or none is kept.';

comment on column public.user_social_accounts.account_metadata is
'What the platform said of the account; may hold secrets, so no client reads it.';

comment on column public.user_social_accounts.is_active is
'False for an account that is not published to: disconnected, or its token was refused.';

comment on column public.user_social_accounts.connected_at is 'When it was connected; the time at which the row was made.';

comment on column public.user_social_accounts.last_used_at is 'When it was last published to or read from.';

comment on column public.user_social_accounts.updated_at is 'When the row last changed.';

comment on table secrets.social_account_tokens is 'OAuth tokens, at most one row for each account; go with the account.';

comment on column secrets.social_account_tokens.workspace_id is 'The workspace of the account.';

comment on column secrets.social_account_tokens.account_id is
'The row of user_social_accounts; not the platform''s id of the account.';

comment on column secrets.social_account_tokens.access_token is
'What requests to the platform carry; null where only a refresh token is kept.';

comment on column secrets.social_account_tokens.refresh_token is
'What a new access token is asked for with; null where the platform gives none.';

comment on column secrets.social_account_tokens.updated_at is 'When the tokens were last renewed.';
