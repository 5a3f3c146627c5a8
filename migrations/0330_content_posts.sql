-- Why: what was written, once, whatever platforms it goes to: from A's content_posts and from the posts in A's and B's
-- social_media_posts.
-- Touches: one new table.

create table public.content_posts (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  campaign_id uuid,
  title text,
  content text not null,
  content_type text not null default 'text',
  status text not null default 'draft',
  scheduled_for timestamptz,
  published_at timestamptz,
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint content_posts_workspace_id_id_key unique (workspace_id, id),
  constraint content_posts_campaign_is_in_the_workspace
  foreign key (workspace_id, campaign_id) references public.campaigns (workspace_id, id) on delete set null (campaign_id),
  constraint content_posts_content_type_is_known check (content_type in ('text', 'image', 'video', 'carousel', 'story')),
  constraint content_posts_status_is_known check (
    status in (
      'draft', -- -> scheduled, publishing, archived
      'scheduled', -- -> draft, publishing
      'publishing', -- -> published, partially_published, failed
      'published', -- -> archived
      'partially_published', -- -> publishing by retry, archived
      'failed', -- -> publishing by retry, scheduled, draft, archived
      'archived' -- final
    )
  ),
  constraint content_posts_scheduled_needs_a_time check (status <> 'scheduled' or scheduled_for is not null)
);

alter table public.content_posts enable row level security;

create index content_posts_workspace_id_created_at_idx on public.content_posts (workspace_id, created_at desc);

create index content_posts_workspace_id_status_created_at_idx on public.content_posts (workspace_id, status, created_at desc);

create index content_posts_workspace_id_campaign_id_created_at_idx
on public.content_posts (workspace_id, campaign_id, created_at desc);

-- the calendar
create index content_posts_workspace_id_scheduled_for_idx on public.content_posts (workspace_id, scheduled_for)
where scheduled_for is not null;

-- what is due, over all workspaces: as small as what waits
create index content_posts_scheduled_for_due_idx on public.content_posts (scheduled_for) where status = 'scheduled';

create index content_posts_user_id_idx on public.content_posts (user_id);

create trigger content_posts_stamp_updated_at
before update on public.content_posts
for each row execute function private.set_updated_at();

comment on table public.content_posts is
'What was written. Its form for each platform is in social_media_posts, its media in content_media.';

comment on column public.content_posts.id is 'Key; what measures call post_id.';

comment on column public.content_posts.workspace_id is 'The workspace that it belongs to.';

comment on column public.content_posts.user_id is 'Who wrote it; null once that person is gone.';

comment on column public.content_posts.campaign_id is
'The campaign that it is part of, of the same workspace; null for none, or once that is deleted.';

comment on column public.content_posts.title is 'Heading for lists; platforms that show one get it from their own form.';

comment on column public.content_posts.content is 'The text as it was written, before it is fitted to a platform.';

comment on column public.content_posts.content_type is
'What kind of post it is: decides how many media it takes and where they are shown.';

comment on column public.content_posts.status is
'Where the post as a whole stands, summed up from its forms; the transitions are in docs/states.md.';

comment on column public.content_posts.scheduled_for is 'When it is to go out. Stays afterwards, for the calendar.';

comment on column public.content_posts.published_at is
'When the first of its forms was out; null before, and where an old row does not know.';

comment on column public.content_posts.tags is 'Words that members find it by; not the hashtags that are published.';

comment on column public.content_posts.metadata is 'What has no column of its own.';

comment on column public.content_posts.created_at is 'When the post was begun.';

comment on column public.content_posts.updated_at is 'When the row last changed.';
