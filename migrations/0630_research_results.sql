-- Why: what a job of research found, raw or worked on; from B's research_results.
-- Touches: one new table.

create table public.research_results (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  job_id uuid,
  source_type text not null,
  result_type text not null,
  title text,
  content jsonb not null default '{}',
  summary text,
  insights jsonb not null default '{}',
  metrics jsonb not null default '{}',
  tags text[] not null default '{}',
  is_public boolean not null default false,
  quality_score double precision,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint research_results_workspace_id_id_key unique (workspace_id, id),
  constraint research_results_job_is_in_the_workspace
  foreign key (workspace_id, job_id) references public.research_jobs (workspace_id, id) on delete cascade,
  constraint research_results_result_type_is_known check (
    result_type in ('raw_data', 'analyzed_data', 'insights', 'summary')
  ),
  constraint research_results_quality_score_is_0_to_1 check (quality_score between 0 and 1)
);

alter table public.research_results enable row level security;

create index research_results_workspace_id_job_id_idx on public.research_results (workspace_id, job_id);

create index research_results_workspace_id_created_at_idx on public.research_results (workspace_id, created_at);

create index research_results_user_id_idx on public.research_results (user_id);

-- The list of public results, which has no workspace.
create index research_results_created_at_idx on public.research_results (created_at) where is_public;

create trigger research_results_stamp_updated_at
before update on public.research_results
for each row execute function private.set_updated_at();

comment on table public.research_results is 'What research found: the raw material, its analysis, insights, a summary.';

comment on column public.research_results.id is 'Key.';

comment on column public.research_results.workspace_id is 'The workspace that it belongs to.';

comment on column public.research_results.user_id is 'Who started the job; null once that person''s row is gone.';

comment on column public.research_results.job_id is 'The job that found it and takes it along when deleted; null where B knew none.';

comment on column public.research_results.source_type is 'Where it was found; as in research_jobs, any word.';

comment on column public.research_results.result_type is 'How far it was worked on.';

comment on column public.research_results.title is 'Heading that people see.';

comment on column public.research_results.content is 'The result itself, in the shape of its source and type.';

comment on column public.research_results.summary is 'What it says, in a few sentences.';

comment on column public.research_results.insights is 'What was concluded from it.';

comment on column public.research_results.metrics is 'Numbers that came with it, such as votes and comments.';

comment on column public.research_results.tags is 'Words to find it by.';

comment on column public.research_results.is_public is 'Whether every signed-in user may read it, of whatever workspace.';

comment on column public.research_results.quality_score is 'How good the result is, 0 to 1; null where nobody judged.';

comment on column public.research_results.created_at is 'When it was found.';

comment on column public.research_results.updated_at is 'When the row last changed.';
