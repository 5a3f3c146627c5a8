-- Why: what holds posts together that serve one aim, from B's campaigns. B's list of posts becomes content_posts.campaign_id.
-- Touches: one new table.

create table public.campaigns (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  name text not null,
  description text,
  objectives text[] not null default '{}',
  target_audience jsonb not null default '{}',
  budget numeric,
  start_date timestamptz,
  end_date timestamptz,
  status text not null default 'draft',
  analytics jsonb not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint campaigns_workspace_id_id_key unique (workspace_id, id),
  -- NaN counts as greater than Infinity, so the upper bound keeps out both
  constraint campaigns_budget_is_an_amount check (budget >= 0 and budget < 'Infinity'),
  constraint campaigns_ends_after_it_starts check (end_date >= start_date),
  constraint campaigns_status_is_known check (
    status in (
      'draft', -- -> active, archived
      'active', -- -> paused, completed
      'paused', -- -> active, completed
      'completed', -- -> active, archived
      'archived' -- final
    )
  )
);

alter table public.campaigns enable row level security;

-- a workspace has tens of campaigns: one index serves every list of them
create index campaigns_workspace_id_created_at_idx on public.campaigns (workspace_id, created_at desc);

create index campaigns_user_id_idx on public.campaigns (user_id);

create trigger campaigns_stamp_updated_at
before update on public.campaigns
for each row execute function private.set_updated_at();

comment on table public.campaigns is 'Groups of posts that serve one aim in one span of time.';

comment on column public.campaigns.id is 'Key.';

comment on column public.campaigns.workspace_id is 'The workspace that it belongs to.';

comment on column public.campaigns.user_id is 'Who made it; null once that person is gone.';

comment on column public.campaigns.name is 'Name that members see; need not be unique.';

comment on column public.campaigns.description is 'What it is for, in words.';

comment on column public.campaigns.objectives is 'Aims, one phrase each, such as awareness or sign-ups.';

comment on column public.campaigns.target_audience is
'Whom it addresses: age, place, interests, as the application writes them.';

comment on column public.campaigns.budget is
'What may be spent, in the currency of the workspace''s settings; null where none was set.';

comment on column public.campaigns.start_date is 'When it begins; null for open.';

comment on column public.campaigns.end_date is 'When it ends, never before start_date; null for open.';

comment on column public.campaigns.status is 'Where it stands; the transitions are in docs/states.md.';

comment on column public.campaigns.analytics is
'Totals over its posts as last computed; the measures themselves are in platform_analytics.';

comment on column public.campaigns.metadata is 'What has no column of its own.';

comment on column public.campaigns.created_at is 'When the campaign was made.';

comment on column public.campaigns.updated_at is 'When the row last changed.';
