-- Why: one row for each attempt to put a form of a post on one account, from A's post_publications and from the platform_results
-- of A's and B's social_media_posts.
-- Touches: one new table.

create table public.post_publications (
  id uuid primary key default private.uuid_v7(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  post_id uuid not null,
  social_media_post_id uuid,
  account_id uuid,
  attempt integer not null default 1,
  status text not null default 'pending',
  platform_post_id text,
  published_at timestamptz,
  error_message text,
  platform_response jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  -- with post_id in it, so that the form is one of the same post
  constraint post_publications_form_is_of_the_post
  foreign key (workspace_id, post_id, social_media_post_id)
  references public.social_media_posts (workspace_id, content_post_id, id) on delete set null (social_media_post_id),
  constraint post_publications_post_is_in_the_workspace
  foreign key (workspace_id, post_id) references public.content_posts (workspace_id, id) on delete cascade,
  constraint post_publications_account_is_in_the_workspace
  foreign key (workspace_id, account_id) references public.user_social_accounts (workspace_id, id) on delete set null (account_id),
  -- of two publishers that try at once one has the number
  constraint post_publications_attempt_counts_once unique (workspace_id, post_id, account_id, attempt),
  constraint post_publications_attempt_counts_from_one check (attempt >= 1),
  constraint post_publications_status_is_known check (
    status in (
      'pending', -- -> publishing, failed
      'publishing', -- -> published, failed
      'published', -- -> deleted
      'failed', -- final: the next try is a new row
      'deleted' -- final
    )
  )
);

alter table public.post_publications enable row level security;

-- the publications of a post, and of one of its forms
create index post_publications_workspace_id_post_id_social_media_post_id_idx
on public.post_publications (workspace_id, post_id, social_media_post_id);

create index post_publications_workspace_id_account_id_created_at_idx
on public.post_publications (workspace_id, account_id, created_at desc);

create index post_publications_workspace_id_status_created_at_idx
on public.post_publications (workspace_id, status, created_at desc);

-- what is to be done, or hangs, over all workspaces
create index post_publications_created_at_open_idx on public.post_publications (created_at)
where status in ('pending', 'publishing');

create trigger post_publications_stamp_updated_at
before update on public.post_publications
for each row execute function private.set_updated_at();

comment on table public.post_publications is
'Attempts to put a post on an account, one row each; kept when the form or the account goes.';

comment on column public.post_publications.id is 'Key.';

comment on column public.post_publications.workspace_id is 'The workspace of the post and of the account.';

comment on column public.post_publications.post_id is 'The row of content_posts.';

comment on column public.post_publications.social_media_post_id is
'The form that was published, one of the same post; null once it is deleted, and where an old row had none.';

comment on column public.post_publications.account_id is
'The row of user_social_accounts; null once it is deleted, and where an old row does not know.';

comment on column public.post_publications.attempt is 'Which try this is for the form on the account, from 1.';

comment on column public.post_publications.status is 'Where this attempt stands; the transitions are in docs/states.md.';

comment on column public.post_publications.platform_post_id is 'The platform''s own id of what was published.';

comment on column public.post_publications.published_at is 'When the platform took it.';

comment on column public.post_publications.error_message is 'Why it failed, in words for members.';

comment on column public.post_publications.platform_response is
'The platform''s answer, whole; may hold secrets, so no client reads it.';

comment on column public.post_publications.created_at is 'When the attempt was planned.';

comment on column public.post_publications.updated_at is 'When the row last changed.';
