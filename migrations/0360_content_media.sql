-- Why: which assets a post shows, in which order. From A's content_media (its file becomes an asset) and the lists of assets in
-- A's and B's social_media_posts.
-- Touches: one new table.

create table public.content_media (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  post_id uuid not null,
  asset_id uuid not null,
  -- a post has tens of media at most
  position integer not null default 0,
  alt_text text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),

  -- Deferrable, so that one statement can exchange two places: it is checked at the statement's end. `on conflict` therefore needs a
  -- target, and that can only be (id). Also the list of a post's media.
  constraint content_media_place_is_taken_once unique (workspace_id, post_id, position) deferrable initially immediate,
  constraint content_media_post_is_in_the_workspace
  foreign key (workspace_id, post_id) references public.content_posts (workspace_id, id) on delete cascade,
  constraint content_media_asset_is_in_the_workspace
  foreign key (workspace_id, asset_id) references public.media_assets (workspace_id, id) on delete cascade,
  constraint content_media_position_is_not_negative check (position >= 0)
);

alter table public.content_media enable row level security;

create index content_media_workspace_id_asset_id_idx on public.content_media (workspace_id, asset_id);

comment on table public.content_media is
'Assets that a post shows, in their order; the same asset may stand twice in one post.';

comment on column public.content_media.id is 'Key.';

comment on column public.content_media.workspace_id is 'The workspace of both the post and the asset.';

comment on column public.content_media.post_id is 'The row of content_posts; all of its forms show the same media.';

comment on column public.content_media.asset_id is 'The row of media_assets; an asset that is deleted goes from its posts.';

comment on column public.content_media.position is 'Place among the post''s media, the lowest first; gaps are allowed.';

comment on column public.content_media.alt_text is 'What is said in this post to those who cannot see it.';

comment on column public.content_media.metadata is 'What has no column of its own.';

comment on column public.content_media.created_at is 'When the asset was attached.';
