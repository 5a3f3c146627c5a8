-- Why: patterns that posts are written from, from B's content_templates. Those of the platform itself belong to the reserved
-- workspace and are public.
-- Touches: one new table.

create table public.content_templates (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  name text not null,
  description text,
  category text not null,
  template_content text not null,
  variables text[] not null default '{}',
  platforms text[] not null default '{}',
  tags text[] not null default '{}',
  -- nobody begins two thousand million posts from one template
  usage_count integer not null default 0,
  is_public boolean not null default false,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  -- indexed: PostgreSQL refuses an entry of more than a third of a page
  constraint content_templates_name_fits check (length(name) <= 255),
  constraint content_templates_category_fits check (length(category) <= 100),
  constraint content_templates_usage_is_not_negative check (usage_count >= 0)
);

alter table public.content_templates enable row level security;

-- By name, not by usage_count: a use then changes no indexed column, and the update stays in its page.
create index content_templates_workspace_id_category_name_idx on public.content_templates (workspace_id, category, name);

-- the gallery of public templates, over all workspaces
create index content_templates_category_name_public_idx on public.content_templates (category, name) where is_public;

create index content_templates_user_id_idx on public.content_templates (user_id);

create trigger content_templates_stamp_updated_at
before update on public.content_templates
for each row execute function private.set_updated_at();

comment on table public.content_templates is
'Patterns that posts are written from; the platform''s own belong to its reserved workspace.';

comment on column public.content_templates.id is 'Key.';

comment on column public.content_templates.workspace_id is 'The workspace that it belongs to, and that alone changes it.';

comment on column public.content_templates.user_id is
'Who wrote it; null once that person is gone, and for the platform''s own.';

comment on column public.content_templates.name is 'Name that people choose it by; need not be unique.';

comment on column public.content_templates.description is 'When to use it.';

comment on column public.content_templates.category is 'Group that it is listed in, such as announcement; any word.';

comment on column public.content_templates.template_content is 'The text, with {{variable}} where something is filled in.';

comment on column public.content_templates.variables is
'Names of what is filled in, in the order in which people are asked for it.';

comment on column public.content_templates.platforms is 'Names of social_platforms that it suits; empty for all.';

comment on column public.content_templates.tags is 'Words that people find it by.';

comment on column public.content_templates.usage_count is 'How many posts were begun from it.';

comment on column public.content_templates.is_public is
'Whether every signed-in user may read it; another workspace uses a copy.';

comment on column public.content_templates.metadata is 'What has no column of its own.';

comment on column public.content_templates.created_at is 'When the template was made.';

comment on column public.content_templates.updated_at is 'When the row last changed.';
