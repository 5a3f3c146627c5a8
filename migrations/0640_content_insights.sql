-- Why: single findings that content can be made of; from A's content_insights.
-- Touches: one new table.

create table public.content_insights (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  workflow_id uuid,
  research_result_id uuid,
  source_platform text not null,
  source_url text,
  title text,
  content text,
  author text,
  engagement_score double precision not null default 0,
  sentiment_score double precision,
  keywords text[] not null default '{}',
  topics text[] not null default '{}',
  extracted_at timestamptz not null default now(),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),

  constraint content_insights_workspace_id_id_key unique (workspace_id, id),
  constraint content_insights_workflow_is_in_the_workspace
  foreign key (workspace_id, workflow_id) references public.workflow_executions (workspace_id, id)
  on delete set null (workflow_id),
  constraint content_insights_research_result_is_in_the_workspace
  foreign key (workspace_id, research_result_id) references public.research_results (workspace_id, id)
  on delete set null (research_result_id),
  constraint content_insights_sentiment_score_is_minus_1_to_1 check (sentiment_score between -1 and 1)
);

alter table public.content_insights enable row level security;

create index content_insights_workspace_id_workflow_id_idx on public.content_insights (workspace_id, workflow_id);

create index content_insights_workspace_id_research_result_id_idx
on public.content_insights (workspace_id, research_result_id);

create index content_insights_workspace_id_extracted_at_idx on public.content_insights (workspace_id, extracted_at);

create index content_insights_user_id_idx on public.content_insights (user_id);

comment on table public.content_insights is 'Single findings, each from one place on the web. Written once; a wrong one is replaced.';

comment on column public.content_insights.id is 'Key.';

comment on column public.content_insights.workspace_id is 'The workspace that it belongs to.';

comment on column public.content_insights.user_id is 'For whom it was found; null once that person''s row is gone.';

comment on column public.content_insights.workflow_id is 'The run that found it; null where there was none, or it is gone.';

comment on column public.content_insights.research_result_id is 'The result that it was drawn from; null where there was none, or it is gone.';

comment on column public.content_insights.source_platform is 'Where it was found; any site, so no reference to social_platforms.';

comment on column public.content_insights.source_url is 'Where it can be read.';

comment on column public.content_insights.title is 'Its heading there.';

comment on column public.content_insights.content is 'What it says there.';

comment on column public.content_insights.author is 'Who wrote it there, as that site names people.';

comment on column public.content_insights.engagement_score is 'How much it moved people there; each source has its own scale.';

comment on column public.content_insights.sentiment_score is 'Its mood, -1 (against) to 1 (for); null where nobody judged.';

comment on column public.content_insights.keywords is 'Words that stand in it.';

comment on column public.content_insights.topics is 'What it is about, in words that need not stand in it.';

comment on column public.content_insights.extracted_at is 'When it was read at its source.';

comment on column public.content_insights.metadata is 'What has no column of its own.';

comment on column public.content_insights.created_at is 'When the row was made.';
