-- Why: what a workspace wants to be looked for, where and how often; from B's research_configurations.
-- Touches: one new table.

create table public.research_configurations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  source_type text not null,
  config_name text not null,
  description text,
  configuration jsonb not null default '{}',
  schedule jsonb not null default '{}',
  auto_run_enabled boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_run_at timestamptz,

  -- indexed: PostgreSQL refuses an entry of more than a third of a page
  constraint research_configurations_name_fits check (length(config_name) <= 255),
  constraint research_configurations_workspace_id_id_key unique (workspace_id, id),
  -- Nulls are distinct: what two people who are gone named alike stays, and their removal cannot fail on it.
  constraint research_configurations_person_uses_a_name_once unique (workspace_id, user_id, source_type, config_name),
  constraint research_configurations_source_type_is_known check (
    source_type in ('reddit', 'hackernews', 'github', 'google_trends', 'linkedin', 'twitter')
  )
);

alter table public.research_configurations enable row level security;

create index research_configurations_user_id_idx on public.research_configurations (user_id);

-- What the scheduler looks through, for all workspaces: those that run by themselves, longest ago first.
create index research_configurations_last_run_at_idx on public.research_configurations (last_run_at nulls first)
where auto_run_enabled and is_active;

create trigger research_configurations_stamp_updated_at
before update on public.research_configurations
for each row execute function private.set_updated_at();

comment on table public.research_configurations is 'What is researched for a workspace: a source, what to look for in it, and when.';

comment on column public.research_configurations.id is 'Key.';

comment on column public.research_configurations.workspace_id is 'The workspace that it belongs to.';

comment on column public.research_configurations.user_id is 'Who made it; null once that person''s row is gone.';

comment on column public.research_configurations.source_type is 'Where to look.';

comment on column public.research_configurations.config_name is 'Name that its author sees; unique for an author and a source.';

comment on column public.research_configurations.description is 'What it is for.';

comment on column public.research_configurations.configuration is 'What to look for, in the words of the source: subreddits, repositories, keywords, limits.';

comment on column public.research_configurations.schedule is 'When it runs by itself; counts only where auto_run_enabled.';

comment on column public.research_configurations.auto_run_enabled is 'Whether the scheduler starts it; otherwise people do.';

comment on column public.research_configurations.is_active is 'False for one that was put away: nobody starts it.';

comment on column public.research_configurations.created_at is 'When it was made.';

comment on column public.research_configurations.updated_at is 'When the row last changed; a run changes it too, through last_run_at.';

comment on column public.research_configurations.last_run_at is 'When a job of it was last started; null before the first.';
