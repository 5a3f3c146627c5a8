-- Why: the form of a post for one platform, from A's and B's social_media_posts. Theirs named several platforms in one row;
-- here each has its own text, time and state.
-- Touches: one new table.

create table public.social_media_posts (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  content_post_id uuid not null,
  user_id uuid references public.users (id) on delete set null,
  platform_id uuid not null references public.social_platforms (id) on delete restrict,
  title text,
  content text not null,
  hashtags text[] not null default '{}',
  mentions text[] not null default '{}',
  status text not null default 'draft',
  scheduled_for timestamptz,
  published_at timestamptz,
  ayrshare_post_id text,
  platform_results jsonb not null default '{}',
  analytics jsonb not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  -- also the list of a post's forms
  constraint social_media_posts_one_for_each_platform unique (workspace_id, content_post_id, platform_id),
  -- what a publication refers to, to be sure that the form is one of its post
  constraint social_media_posts_workspace_id_content_post_id_id_key unique (workspace_id, content_post_id, id),
  constraint social_media_posts_post_is_in_the_workspace
  foreign key (workspace_id, content_post_id) references public.content_posts (workspace_id, id) on delete cascade,
  constraint social_media_posts_status_is_known check (
    status in (
      'draft', -- -> scheduled, publishing, cancelled
      'scheduled', -- -> draft, publishing, cancelled
      'publishing', -- -> published, failed
      'published', -- final
      'failed', -- -> publishing by retry, scheduled, draft, cancelled
      'cancelled' -- -> draft
    )
  ),
  constraint social_media_posts_scheduled_needs_a_time check (status <> 'scheduled' or scheduled_for is not null)
);

alter table public.social_media_posts enable row level security;

create index social_media_posts_workspace_id_created_at_idx on public.social_media_posts (workspace_id, created_at desc);

create index social_media_posts_workspace_id_status_created_at_idx
on public.social_media_posts (workspace_id, status, created_at desc);

-- the calendar
create index social_media_posts_workspace_id_scheduled_for_idx on public.social_media_posts (workspace_id, scheduled_for)
where scheduled_for is not null;

-- what is due, over all workspaces: as small as what waits
create index social_media_posts_scheduled_for_due_idx on public.social_media_posts (scheduled_for) where status = 'scheduled';

-- Ayrshare reports an outcome by its own id, and does not know our workspaces
create index social_media_posts_ayrshare_post_id_idx on public.social_media_posts (ayrshare_post_id)
where ayrshare_post_id is not null;

create index social_media_posts_user_id_idx on public.social_media_posts (user_id);

create index social_media_posts_platform_id_idx on public.social_media_posts (platform_id);

create trigger social_media_posts_stamp_updated_at
before update on public.social_media_posts
for each row execute function private.set_updated_at();

comment on table public.social_media_posts is 'Forms of posts, one for each platform that a post goes to.';

comment on column public.social_media_posts.id is 'Key.';

comment on column public.social_media_posts.workspace_id is 'The workspace of the post.';

comment on column public.social_media_posts.content_post_id is 'The post that this is a form of; the form goes with it.';

comment on column public.social_media_posts.user_id is 'Who made this form; null once that person is gone.';

comment on column public.social_media_posts.platform_id is 'The platform that it is fitted to; a post has one form for each.';

comment on column public.social_media_posts.title is 'Heading, for platforms that show one.';

comment on column public.social_media_posts.content is 'The text as this platform gets it, hashtags and mentions apart.';

comment on column public.social_media_posts.hashtags is 'Hashtags in order of their weight, as they were typed.';

comment on column public.social_media_posts.mentions is 'Handles on this platform that the post names.';

comment on column public.social_media_posts.status is 'Where this form stands; the transitions are in docs/states.md.';

comment on column public.social_media_posts.scheduled_for is
'When this form is to go out; may differ from the post''s. Stays afterwards, for the calendar.';

comment on column public.social_media_posts.published_at is 'When it was first out on any account of the platform.';

comment on column public.social_media_posts.ayrshare_post_id is
'Ayrshare''s id; forms that were sent in one request have the same. Null where it went out another way.';

comment on column public.social_media_posts.platform_results is
'The outcome as the publishing service told it; one attempt on one account is in post_publications.';

comment on column public.social_media_posts.analytics is
'Figures as last fetched, for lists; the measures themselves are in platform_analytics.';

comment on column public.social_media_posts.metadata is 'What has no column of its own.';

comment on column public.social_media_posts.created_at is 'When the form was made.';

comment on column public.social_media_posts.updated_at is 'When the row last changed.';
