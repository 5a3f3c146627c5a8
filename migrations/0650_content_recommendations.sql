-- Why: what the platform proposes to write, until a person decides; from A's content_recommendations. The references to the
-- insight and to the draft are new.
-- Touches: one new table.

create table public.content_recommendations (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  insight_id uuid,
  post_id uuid,
  title text not null,
  description text,
  content_type text not null default 'post',
  recommended_platforms text[] not null default '{}',
  confidence_score double precision not null default 0,
  reasoning text,
  suggested_content text,
  tags text[] not null default '{}',
  status text not null default 'pending',
  expires_at timestamptz,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint content_recommendations_insight_is_in_the_workspace
  foreign key (workspace_id, insight_id) references public.content_insights (workspace_id, id)
  on delete set null (insight_id),
  constraint content_recommendations_post_is_in_the_workspace
  foreign key (workspace_id, post_id) references public.content_posts (workspace_id, id) on delete set null (post_id),
  constraint content_recommendations_content_type_is_known check (
    content_type in ('post', 'video', 'story', 'carousel')
  ),
  constraint content_recommendations_confidence_score_is_0_to_1 check (confidence_score between 0 and 1),
  constraint content_recommendations_status_is_known check (
    status in (
      'pending', -- -> accepted, rejected
      'accepted', -- -> implemented
      'rejected',
      'implemented'
    )
  )
);

alter table public.content_recommendations enable row level security;

create index content_recommendations_workspace_id_insight_id_idx
on public.content_recommendations (workspace_id, insight_id);

create index content_recommendations_workspace_id_post_id_idx on public.content_recommendations (workspace_id, post_id);

create index content_recommendations_workspace_id_status_created_at_idx
on public.content_recommendations (workspace_id, status, created_at);

create index content_recommendations_user_id_idx on public.content_recommendations (user_id);

create trigger content_recommendations_stamp_updated_at
before update on public.content_recommendations
for each row execute function private.set_updated_at();

comment on table public.content_recommendations is 'Proposals of what to write, and what became of them.';

comment on column public.content_recommendations.id is 'Key.';

comment on column public.content_recommendations.workspace_id is 'The workspace that it belongs to.';

comment on column public.content_recommendations.user_id is 'For whom it was made; null for the whole team, or once that person''s row is gone.';

comment on column public.content_recommendations.insight_id is 'The finding that it rests on; null where there was none, or it is gone.';

comment on column public.content_recommendations.post_id is 'The draft that was made of it; null before that, or once the post is gone.';

comment on column public.content_recommendations.title is 'The proposal in a line.';

comment on column public.content_recommendations.description is 'The proposal in full.';

comment on column public.content_recommendations.content_type is 'What kind of content is proposed; not the same words as content_posts.content_type.';

comment on column public.content_recommendations.recommended_platforms is 'Where to publish it: names of social_platforms, not checked.';

comment on column public.content_recommendations.confidence_score is 'How sure the platform is, 0 to 1.';

comment on column public.content_recommendations.reasoning is 'Why it is proposed.';

comment on column public.content_recommendations.suggested_content is 'Text to begin with.';

comment on column public.content_recommendations.tags is 'Words to find it by.';

comment on column public.content_recommendations.status is 'What was decided; docs/states.md has the transitions.';

comment on column public.content_recommendations.expires_at is 'After this it is no longer of interest, whatever its status says; null for never.';

comment on column public.content_recommendations.metadata is 'What has no column of its own.';

comment on column public.content_recommendations.created_at is 'When it was proposed.';

comment on column public.content_recommendations.updated_at is 'When the row last changed.';
