-- Why: what A wrote and published. A post of content_posts is one here; one of social_media_posts becomes what was written and its form for
-- each platform; a file becomes an asset of the library, attached to its post; a publication is an attempt.
-- Touches: three new tables, functions, four steps, words of the value map. Lineage: A.content_posts, A.content_media,
-- A.social_media_posts, A.post_publications.

create table consolidation.post_addresses (
  asset_id uuid primary key,
  workspace_id uuid not null,
  address text collate "C" not null,
  address_hash bigint not null,
  is_there boolean not null default false,
  user_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

alter table consolidation.post_addresses enable row level security;

-- by a hash: an address may be longer than an entry of an index can be
create index post_addresses_workspace_id_address_hash_idx on consolidation.post_addresses (workspace_id, address_hash);

comment on table consolidation.post_addresses is 'Rule split_assets: which asset each address is that posts of A name, by workspace.';

comment on column consolidation.post_addresses.asset_id is 'The row of media_assets, there or to be made.';

comment on column consolidation.post_addresses.workspace_id is 'The workspace of the posts, and of the asset.';

comment on column consolidation.post_addresses.address is 'The address, trimmed.';

comment on column consolidation.post_addresses.address_hash is 'A hash of it, to find it by.';

comment on column consolidation.post_addresses.is_there is 'The row of media_assets has been made, or was there already.';

comment on column consolidation.post_addresses.user_id is
'Who wrote the oldest post that names the address: the author of the asset that is made for it.';

comment on column consolidation.post_addresses.created_at is 'When that post was made.';

comment on column consolidation.post_addresses.updated_at is 'When that post last changed.';

create table consolidation.posts_met (
  post_id uuid primary key,
  has_forms boolean not null default false,
  assets uuid[] not null default '{}',
  next_position integer not null default 0
);

alter table consolidation.posts_met enable row level security;

comment on table consolidation.posts_met is
'Posts of the hybrid with the id of a row of A.social_media_posts, and what they have already: that row may be merged into them.';

comment on column consolidation.posts_met.post_id is 'The row of content_posts.';

comment on column consolidation.posts_met.has_forms is 'It has forms for platforms: then it says more than the row, and is another post.';

comment on column consolidation.posts_met.assets is 'The assets that are attached to it.';

comment on column consolidation.posts_met.next_position is 'The first free position behind them.';

create table consolidation.publication_forms (
  legacy_key text collate "C" primary key,
  form_id uuid not null
);

alter table consolidation.publication_forms enable row level security;

comment on table consolidation.publication_forms is
'Rule form_of_account: publications of A whose post has a form for the platform of the account; few, since A''s content_posts had no forms.';

comment on column consolidation.publication_forms.legacy_key is 'The publication.';

comment on column consolidation.publication_forms.form_id is 'The row of social_media_posts.';

insert into consolidation.value_map (hybrid_column, word, becomes)
values
('content_posts.content_type', 'text', 'text'),
('content_posts.content_type', 'image', 'image'),
('content_posts.content_type', 'video', 'video'),
('content_posts.content_type', 'carousel', 'carousel'),
('content_posts.content_type', 'story', 'story');

-- security invoker: called by the driver.
create function consolidation.import_a_content_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  with batch as materialized (
    select
      post.*,
      taken.holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.content_posts', post.legacy_key)
        else post.id
      end as hybrid_id
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.title,
        old.content,
        -- map_value
        kind.becomes as content_type,
        -- map_state
        case when status.becomes = 'scheduled' and old.scheduled_for is null then 'draft' else status.becomes end as status,
        status.becomes = 'scheduled' and old.scheduled_for is null as loses_status,
        old.status as status_before,
        old.scheduled_for,
        old.published_at,
        consolidation.metadata(old.metadata) as metadata,
        consolidation.list(old.tags) as tags,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.content_posts_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as kind
        on kind.hybrid_column = 'content_posts.content_type' and kind.word = consolidation.folded(coalesce(old.content_type, 'text'))
      left join consolidation.value_map as status
        on status.hybrid_column = 'content_posts.status' and status.word = consolidation.folded(coalesce(old.status, 'draft'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.content is null then 'content: there is none'
          when kind.becomes is null then 'content_type: a word that is not mapped'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as post
    left join consolidation.taken on taken.legacy_table = 'a.content_posts' and taken.id = post.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder @> jsonb_build_object(
            'workspace_id', post.workspace_id, 'user_id', post.user_id, 'title', post.title, 'content', post.content,
            'content_type', post.content_type, 'status', post.status, 'scheduled_for', post.scheduled_for,
            'published_at', post.published_at, 'metadata', post.metadata, 'tags', post.tags, 'created_at', post.created_at,
            'updated_at', post.updated_at
          )
      end as holds
    ) as is_equal
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.content_posts (
      id, workspace_id, user_id, title, content, content_type, status, scheduled_for, published_at, tags, metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.title, sound.content, sound.content_type, sound.status,
      sound.scheduled_for, sound.published_at, sound.tags, sound.metadata, sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.content_posts', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_id is null
      and sound.user_before is not null
    union all
    select 'a.content_posts', sound.legacy_key, 'status', to_jsonb(sound.status_before)
    from sound
    where sound.loses_status
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.content_posts', sound.legacy_key, 'public.content_posts', sound.hybrid_id, '',
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'title', sound.holder -> 'title'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'title', sound.title),
      'keep_id: another post has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.content_posts', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.content_posts',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another post''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_content_posts() is 'A.content_posts to public.content_posts: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_content_media() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  spaces text := consolidation.found_as('a.workspaces');
begin
  -- The key is that of the attachment, which is the second table of the step: the asset of a file has a computed one.
  delete from consolidation.taken where taken.legacy_table = 'a.content_media';
  if exists (select from public.content_media) then
    insert into consolidation.taken (legacy_table, id, holder)
    select 'a.content_media', there.id, to_jsonb(there)
    from public.content_media as there
    where there.id::text in (select old.legacy_key from source_a.content_media as old);
    analyze consolidation.taken;
  end if;

  -- position_by_time, of those that will be attached; after what a post that was there already has
  delete from consolidation.places where places.legacy_table = 'a.content_media';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  with posts_there as (
    select
      attached.post_id,
      max(attached.position) + 1 as next_position
    from public.content_media as attached
    inner join consolidation.ledger as post
      on post.legacy_table = 'a.content_posts' and post.outcome = 'merged' and post.hybrid_id = attached.post_id
    group by attached.post_id
  )

  select
    'a.content_media',
    'position',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      coalesce(there.next_position, 0)
      + row_number() over (partition by post.hybrid_id order by old.created_at nulls last, old.legacy_key) as place
    from source_a.content_media as old
    inner join consolidation.ledger as post
      on post.legacy_table = 'a.content_posts' and post.legacy_key = old.post_id::text and post.hybrid_id is not null
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join posts_there as there on there.post_id = post.hybrid_id
    where old.file_name is not null
      and old.file_url is not null
      -- not those that the driver rejects
      and old.legacy_key = old.id::text
      and (old.workspace_id is null or space.hybrid_id = post.workspace_id)
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;
end
$function$;

comment on function consolidation.prepare_a_content_media() is
'Notes which attachments are not the first of their post, and which of their keys are taken.';

-- security invoker: called by the driver.
create function consolidation.import_a_content_media() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  -- media_type, once for each word that the batch has
  with kinds as materialized (
    select
      said.file_type,
      consolidation.media_type(said.file_type) as media_type
    from (
      select distinct old.file_type
      from source_a.content_media_batch as old
    ) as said
  ),

  batch as materialized (
    select
      file.*,
      taken.holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.content_media', file.legacy_key)
        else file.id
      end as media_id
    from (
      select
        old.legacy_key,
        old.id,
        consolidation.computed_id('a.content_media', old.legacy_key || ':file') as asset_id,
        home.workspace_id,
        -- attach
        case when post.workspace_id = home.workspace_id then post.hybrid_id end as post_id,
        old.post_id as post_before,
        -- author_of_parent
        case when post.hybrid_id is not null then person.hybrid_id end as user_id,
        old.file_name,
        old.file_url,
        coalesce(kind.media_type, 'other') as media_type,
        old.file_type,
        -- not_negative
        case when old.file_size >= 0 then old.file_size end as file_size,
        old.file_size as size_before,
        coalesce(old.mime_type, 'application/octet-stream') as mime_type,
        old.alt_text,
        consolidation.json_or(old.metadata, '{}') as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(place.place, 1) - 1 as position,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.content_media_batch as old
      left join kinds as kind on kind.file_type = old.file_type
      left join consolidation.ledger as post on post.legacy_table = 'a.content_posts' and post.legacy_key = old.post_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      -- by its id, which has an index; an id that is there twice is one post by its key
      left join source_a.content_posts as written on written.id = old.post_id and written.legacy_key = old.post_id::text
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = written.user_id::text
      left join consolidation.places as place
        on place.legacy_table = 'a.content_media' and place.purpose = 'position' and place.legacy_key = old.legacy_key
      cross join lateral (
        -- lookup_workspace
        select case when old.workspace_id is null then post.workspace_id else space.hybrid_id end as workspace_id
      ) as home
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when home.workspace_id is null and old.workspace_id is null then 'workspace_id: none, and none to be found'
          when home.workspace_id is null then 'workspace_id: no such workspace'
          when old.file_name is null then 'file_name: there is none'
          when old.file_url is null then 'file_url: there is none'
        end as reason
      ) as fault
    ) as file
    left join consolidation.taken on taken.legacy_table = 'a.content_media' and taken.id = file.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder @> jsonb_build_object(
            'workspace_id', file.workspace_id, 'post_id', file.post_id, 'asset_id', file.asset_id, 'alt_text', file.alt_text,
            'metadata', consolidation.metadata(file.metadata), 'created_at', file.created_at
          )
      end as holds
    ) as is_equal
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  assets as (
    insert into public.media_assets (
      id, workspace_id, user_id, filename, original_filename, media_type, mime_type, file_size, url, metadata, created_at, updated_at
    )
    select
      sound.asset_id, sound.workspace_id, sound.user_id, sound.file_name, sound.file_name, sound.media_type, sound.mime_type,
      sound.file_size, sound.file_url,
      case
        -- what a file that has no post says of it
        when sound.post_id is null
          then consolidation.with_keys(
            '{}', array['file_type', 'alt_text', 'legacy_metadata'],
            array[to_jsonb(sound.file_type), to_jsonb(sound.alt_text), nullif(sound.metadata, '{}')]
          )
        when sound.file_type is not null then jsonb_build_object('file_type', sound.file_type)
        else '{}'
      end,
      sound.created_at, sound.created_at
    from sound
    where not sound.is_merged
  ),

  attached as (
    insert into public.content_media (id, workspace_id, post_id, asset_id, position, alt_text, metadata, created_at)
    select
      sound.media_id, sound.workspace_id, sound.post_id, sound.asset_id, sound.position, sound.alt_text,
      consolidation.metadata(sound.metadata), sound.created_at
    from sound
    where sound.post_id is not null
      and not sound.is_merged
  ),

  targets as (
    insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id)
    select 'a.content_media', sound.legacy_key, 'public.content_media', sound.media_id
    from sound
    where sound.post_id is not null
      and not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.content_media', sound.legacy_key, 'post_id', to_jsonb(sound.post_before)
    from sound
    where sound.post_id is null
      and sound.post_before is not null
    union all
    select 'a.content_media', sound.legacy_key, 'file_size', to_jsonb(sound.size_before)
    from sound
    where sound.file_size is null
      and sound.size_before is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.content_media', sound.legacy_key, 'public.content_media', sound.media_id, '',
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'post_id', sound.holder -> 'post_id'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'post_id', sound.post_id),
      'keep_id: another attachment has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and sound.post_id is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.content_media', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.content_media',
    batch.legacy_key,
    case
      when batch.reason is not null then 'rejected'
      when batch.is_merged then 'merged'
      when batch.post_id is not null then 'split'
      else 'migrated'
    end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.post_id is null and batch.post_before is not null then 'attach: no such post in the workspace'
      when batch.post_id is not null and batch.holder is not null then 'keep_id: the id is another attachment''s'
    end,
    case when batch.reason is null then batch.asset_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_content_media() is
'A.content_media to public.media_assets, and to public.content_media where it has a post: the batch at hand.';

-- Only of posts that have no line yet: what is tried again later finds what has come since.
-- security invoker: called by the driver.
create function consolidation.prepare_a_social_media_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
-- Tables without indexes, and parts without statistics: a loop over one of them for each row of another would not end.
set enable_nestloop = off
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  delete from consolidation.post_addresses;
  insert into consolidation.post_addresses (
    asset_id, workspace_id, address, address_hash, is_there, user_id, created_at, updated_at
  )
  with named as materialized (
    -- the oldest post that names it, whether that post is rejected or not: what is made of the others must not depend on it
    select distinct on (post.workspace_id, asset.address)
      post.workspace_id,
      asset.address,
      post.user_id,
      post.created_at,
      post.updated_at
    from (
      select
        old.legacy_key,
        case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
        person.hybrid_id as user_id,
        old.media_assets,
        old.created_at,
        old.updated_at
      from source_a.social_media_posts as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      where old.media_assets <> '{}'
        and not exists (
          select from consolidation.ledger as line where line.legacy_table = 'a.social_media_posts' and line.legacy_key = old.legacy_key
        )
    ) as post
    cross join lateral (
      select btrim(element.said, E' \t\n\r') as address
      from unnest(post.media_assets) as element (said)
    ) as asset
    where post.workspace_id is not null
      and asset.address ~ '^https?://'
    order by post.workspace_id, asset.address, post.created_at nulls last, post.legacy_key
  ),

  there as (
    select distinct on (named.workspace_id, named.address)
      named.workspace_id,
      named.address,
      asset.id
    from named
    inner join public.media_assets as asset on asset.workspace_id = named.workspace_id and asset.url = named.address
    order by named.workspace_id, named.address, asset.created_at, asset.id
  )

  select
    coalesce(there.id, consolidation.computed_id('a.social_media_posts', named.workspace_id || ':' || named.address)),
    named.workspace_id,
    named.address,
    hashtextextended(named.address, 0),
    there.id is not null,
    named.user_id,
    coalesce(named.created_at, consolidation.begun_at()),
    coalesce(named.updated_at, consolidation.begun_at())
  from named
  left join there on there.workspace_id = named.workspace_id and there.address = named.address;
  analyze consolidation.post_addresses;

  delete from consolidation.posts_met;
  insert into consolidation.posts_met (post_id, has_forms, assets, next_position)
  select
    taken.id,
    exists (select from public.social_media_posts as form where form.content_post_id = taken.id),
    coalesce(media.assets, '{}'),
    coalesce(media.next_position, 0)
  from consolidation.taken
  left join (
    select
      attached.post_id,
      array_agg(attached.asset_id) as assets,
      max(attached.position) + 1 as next_position
    from public.content_media as attached
    where attached.post_id in (select one.id from consolidation.taken as one where one.legacy_table = 'a.social_media_posts')
    group by attached.post_id
  ) as media on media.post_id = taken.id
  where taken.legacy_table = 'a.social_media_posts';
  analyze consolidation.posts_met;
end
$function$;

comment on function consolidation.prepare_a_social_media_posts() is
'Finds the assets that posts of A name by their address, and what posts have already that A''s may be merged into.';

-- security invoker: called by the driver.
create function consolidation.import_a_social_media_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
  words jsonb := (
    select coalesce(jsonb_object_agg(known.word, known.name), '{}')
    from consolidation.platform_words as known
    where not known.is_ignored
  );
  platform_words text[] := array(select jsonb_object_keys(words));
  extra_keys constant text[] := '{legacy_platforms,legacy_media_assets,legacy_hashtags,legacy_mentions,legacy_ayrshare_post_id,'
    'legacy_analytics}';
begin
  if current_setting('consolidation.again') = 'yes' then
    perform consolidation.prepare_a_social_media_posts();
  end if;

  -- split_platforms, once for each list that the batch has
  with lists as materialized (
    select
      said.platforms,
      split.names,
      split.platform_ids,
      split.ignored,
      split.fault
    from (
      select distinct coalesce(old.platforms, '{}') as platforms
      from source_a.social_media_posts_batch as old
    ) as said
    cross join lateral consolidation.split_platforms(said.platforms) as split
  ),

  batch as materialized (
    select
      post.*,
      taken.holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.social_media_posts', post.legacy_key)
        else post.id
      end as hybrid_id,
      -- split_results
      case when post.has_plain_results then post.results else result.parts end as results_by_platform,
      case
        when post.results in ('[]', '{}') or post.has_plain_results then null
        when jsonb_typeof(post.results) in ('array', 'object') then result.rest
        else post.results
      end as results_left,
      -- split_analytics
      case
        when post.is_keyed then figure.parts
        when cardinality(post.names) = 1 and post.analytics is not null then jsonb_build_object(post.names[1], post.analytics)
      end as analytics_by_platform,
      -- unmatched_to_metadata, in the order of extra_keys
      case
        when post.names = '{}'
          or post.ignored is not null
          or file.assets_left is not null
          or figure.rest is not null
          or (not post.is_keyed and cardinality(post.names) > 1 and post.analytics is not null)
          then array[
            post.ignored,
            file.assets_left,
            case when post.names = '{}' and post.hashtags <> '{}' then to_jsonb(post.hashtags) end,
            case when post.names = '{}' and post.mentions <> '{}' then to_jsonb(post.mentions) end,
            case when post.names = '{}' then to_jsonb(post.ayrshare_post_id) end,
            case
              when post.is_keyed then figure.rest
              when cardinality(post.names) <> 1 then post.analytics
            end
          ]
      end as extras,
      -- split_assets
      file.assets,
      file.missing,
      case when is_equal.holds then met.assets else '{}' end as assets_there,
      case when is_equal.holds then met.next_position else 0 end as next_position
    from (
      select
        old.legacy_key,
        old.row_place,
        old.id,
        -- lookup_workspace
        case when old.workspace_id is null then home.workspace_id else space.hybrid_id end as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.title,
        old.content,
        list.names,
        list.platform_ids,
        list.ignored,
        old.media_assets,
        consolidation.list(old.hashtags) as hashtags,
        consolidation.list(old.mentions) as mentions,
        -- map_state
        case when status.becomes = 'scheduled' and old.scheduled_for is null then 'draft' else status.becomes end as status,
        case when of_form.becomes = 'scheduled' and old.scheduled_for is null then 'draft' else of_form.becomes end as form_status,
        status.becomes = 'scheduled' and old.scheduled_for is null as loses_status,
        old.status as status_before,
        old.scheduled_for,
        old.published_at,
        old.ayrshare_post_id,
        results.said as results,
        -- keyed by its platforms as they are called here: nothing is left, and no word is looked up
        case when jsonb_typeof(results.said) = 'object' then results.said - list.names = '{}' else false end as has_plain_results,
        analytics.said as analytics,
        case
          when list.names <> '{}' and jsonb_typeof(analytics.said) = 'object'
            then array(
              select consolidation.folded(figure.key) from jsonb_object_keys(analytics.said) as figure (key)
            ) && platform_words
          else false
        end as is_keyed,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.social_media_posts_batch as old
      inner join lists as list on list.platforms = coalesce(old.platforms, '{}')
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as status
        on status.hybrid_column = 'content_posts.status' and status.word = consolidation.folded(coalesce(old.status, 'draft'))
      left join consolidation.value_map as of_form
        on of_form.hybrid_column = 'social_media_posts.status' and of_form.word = consolidation.folded(coalesce(old.status, 'draft'))
      cross join lateral (
        select nullif(
          case
            when jsonb_typeof(old.platform_results) = 'string' then consolidation.parsed(old.platform_results)
            else old.platform_results
          end,
          'null'
        ) as said
      ) as results
      cross join lateral (select nullif(nullif(old.analytics, 'null'), '{}') as said) as analytics
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.content is null then 'content: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
          when list.names <> '{}' and of_form.becomes is null then 'status: a word that is not mapped for social_media_posts'
          else list.fault
        end as reason
      ) as fault
      -- worked out once, and not wherever it is named below
      offset 0
    ) as post
    cross join lateral consolidation.by_platform(
      case when not post.has_plain_results and post.results not in ('[]', '{}') then post.results end, post.names, words
    ) as result
    cross join lateral consolidation.by_platform(case when post.is_keyed then post.analytics end, post.names, words) as figure
    -- B's library comes later, so an id names nothing yet
    cross join lateral (
      select
        array_agg(shown.asset_id order by shown.place) filter (where shown.asset_id is not null) as assets,
        array_agg(shown.asset_id order by shown.place) filter (where not shown.is_there) as missing,
        jsonb_agg(shown.assets_left) filter (where shown.assets_left is not null) -> 0 as assets_left
      from (
        select
          known.asset_id,
          bool_and(known.is_there) as is_there,
          min(element.place) as place,
          jsonb_agg(element.said order by element.place) filter (where known.asset_id is null) as assets_left
        from unnest(post.media_assets) with ordinality as element (said, place)
        left join consolidation.post_addresses as known
          on known.address_hash = hashtextextended(btrim(element.said, E' \t\n\r'), 0)
            and known.workspace_id = post.workspace_id
            and known.address = btrim(element.said, E' \t\n\r')
        where element.said is not null
        group by known.asset_id
      ) as shown
    ) as file
    left join consolidation.taken on taken.legacy_table = 'a.social_media_posts' and taken.id = post.id
    left join consolidation.posts_met as met on met.post_id = taken.id
    cross join lateral (
      select case
        when taken.id is not null
          then not coalesce(met.has_forms, false)
          and taken.holder @> jsonb_build_object(
            'workspace_id', post.workspace_id, 'user_id', post.user_id, 'title', post.title, 'content', post.content,
            'status', post.status, 'scheduled_for', post.scheduled_for, 'published_at', post.published_at, 'metadata', post.metadata,
            'created_at', post.created_at, 'updated_at', post.updated_at
          )
      end as holds
    ) as is_equal
  ),

  sound as not materialized (
    select batch.*
    from batch
    where batch.reason is null
  ),

  forms as materialized (
    select
      sound.legacy_key,
      sound.workspace_id,
      sound.hybrid_id,
      sound.user_id,
      form.platform,
      form.platform_id,
      consolidation.computed_id('a.social_media_posts', sound.legacy_key || ':' || form.platform) as form_id,
      sound.title,
      sound.content,
      sound.hashtags,
      sound.mentions,
      sound.form_status as status,
      sound.scheduled_for,
      sound.published_at,
      sound.ayrshare_post_id,
      consolidation.json_or(sound.results_by_platform -> form.platform, '{}') as platform_results,
      consolidation.json_or(sound.analytics_by_platform -> form.platform, '{}') as analytics,
      sound.created_at,
      sound.updated_at
    from sound
    cross join lateral unnest(sound.names, sound.platform_ids) as form (platform, platform_id)
  ),

  attached as materialized (
    select
      sound.legacy_key,
      sound.workspace_id,
      sound.hybrid_id,
      shown.asset_id,
      consolidation.computed_id('a.social_media_posts', sound.legacy_key || ':' || shown.asset_id) as media_id,
      sound.next_position + shown.position as position,
      sound.created_at
    from sound
    cross join lateral (
      select
        asset.asset_id,
        row_number() over (order by asset.place) - 1 as position
      from unnest(sound.assets) with ordinality as asset (asset_id, place)
      where asset.asset_id <> all(sound.assets_there)
    ) as shown
  ),

  -- by the first post of the batch that is sound
  made as materialized (
    select distinct on (asset.asset_id)
      asset.asset_id,
      sound.legacy_key
    from sound
    cross join lateral unnest(sound.missing) as asset (asset_id)
    order by asset.asset_id, sound.row_place
  ),

  assets as (
    insert into public.media_assets (
      id, workspace_id, user_id, filename, original_filename, media_type, url, created_at, updated_at
    )
    select
      known.asset_id, known.workspace_id, known.user_id, named.filename, named.filename,
      coalesce(consolidation.media_type(known.address), 'other'), known.address, known.created_at, known.updated_at
    from made
    inner join consolidation.post_addresses as known on known.asset_id = made.asset_id
    -- offset 0: asked once, and not for each column
    cross join lateral (select consolidation.file_name_of_url(known.address) as filename offset 0) as named
  ),

  noted as (
    update consolidation.post_addresses as known
    set is_there = true
    from made
    where known.asset_id = made.asset_id
  ),

  posts as (
    insert into public.content_posts (
      id, workspace_id, user_id, title, content, status, scheduled_for, published_at, metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.title, sound.content, sound.status, sound.scheduled_for,
      sound.published_at,
      case
        when sound.extras is null then sound.metadata
        else consolidation.with_keys(sound.metadata, extra_keys, sound.extras)
      end,
      sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  -- merged: what the row there does not say is added to it
  filled as (
    update public.content_posts as there
    set metadata = consolidation.with_keys(there.metadata, extra_keys, sound.extras)
    from sound
    where there.id = sound.hybrid_id
      and sound.is_merged
      and sound.extras is not null
      -- the table is large, its key is aside, and mostly nothing can be merged: then nothing is read
      and (select count(*) from consolidation.posts_met) > 0
  ),

  written as (
    insert into public.social_media_posts (
      id, workspace_id, content_post_id, user_id, platform_id, title, content, hashtags, mentions, status, scheduled_for, published_at,
      ayrshare_post_id, platform_results, analytics, created_at, updated_at
    )
    select
      forms.form_id, forms.workspace_id, forms.hybrid_id, forms.user_id, forms.platform_id, forms.title, forms.content, forms.hashtags,
      forms.mentions, forms.status, forms.scheduled_for, forms.published_at, forms.ayrshare_post_id, forms.platform_results,
      forms.analytics, forms.created_at, forms.updated_at
    from forms
  ),

  shown as (
    insert into public.content_media (id, workspace_id, post_id, asset_id, position, created_at)
    select attached.media_id, attached.workspace_id, attached.hybrid_id, attached.asset_id, attached.position, attached.created_at
    from attached
  ),

  targets as (
    insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id, part)
    select 'a.social_media_posts', forms.legacy_key, 'public.social_media_posts', forms.form_id, forms.platform
    from forms
    union all
    select 'a.social_media_posts', made.legacy_key, 'public.media_assets', made.asset_id, null
    from made
    union all
    select 'a.social_media_posts', attached.legacy_key, 'public.content_media', attached.media_id, null
    from attached
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.social_media_posts', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_id is null
      and sound.user_before is not null
    union all
    select 'a.social_media_posts', sound.legacy_key, 'status', to_jsonb(sound.status_before)
    from sound
    where sound.loses_status
    union all
    -- kept_remainder
    select 'a.social_media_posts', sound.legacy_key, 'platform_results', sound.results_left
    from sound
    where sound.results_left is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.social_media_posts', sound.legacy_key, 'public.content_posts', sound.hybrid_id, '',
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'title', sound.holder -> 'title'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'title', sound.title),
      'keep_id: another post has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.social_media_posts', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.social_media_posts',
    batch.legacy_key,
    case
      when batch.reason is not null then 'rejected'
      when batch.is_merged then 'merged'
      when batch.names <> '{}' or batch.assets is not null then 'split'
      else 'migrated'
    end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another post''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_social_media_posts() is
'A.social_media_posts to public.content_posts, with its forms, its files and their places: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_post_publications() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- attempt_number; a row without an account is an attempt of its own
  delete from consolidation.places where places.legacy_table = 'a.post_publications';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  select
    'a.post_publications',
    'attempt',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      row_number() over (partition by old.post_id, old.account_id order by old.created_at nulls last, old.legacy_key) as place
    from source_a.post_publications as old
    where old.account_id is not null
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;

  -- form_of_account: only a post that is also one of A's social_media_posts has forms
  delete from consolidation.publication_forms;
  insert into consolidation.publication_forms (legacy_key, form_id)
  select
    old.legacy_key,
    form.id
  from consolidation.ledger as also
  inner join public.social_media_posts as form on form.content_post_id = also.hybrid_id
  inner join consolidation.ledger as post on post.legacy_table = 'a.content_posts' and post.hybrid_id = also.hybrid_id
  inner join source_a.post_publications as old on old.post_id::text = post.legacy_key
  inner join source_a.user_social_accounts as account on account.id = old.account_id
  inner join consolidation.ledger as line
    on line.legacy_table = 'a.user_social_accounts' and line.legacy_key = account.legacy_key and line.workspace_id = post.workspace_id
  inner join consolidation.ledger as platform
    on platform.legacy_table = 'a.social_platforms'
      and platform.legacy_key = account.platform_id::text
      and platform.hybrid_id = form.platform_id
  where also.legacy_table = 'a.social_media_posts'
    and also.outcome = 'merged';
  analyze consolidation.publication_forms;
end
$function$;

comment on function consolidation.prepare_a_post_publications() is
'Notes which publications are not the first of their post on their account, and which are of a form.';

-- security invoker: called by the driver.
create function consolidation.import_a_post_publications() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  with batch as materialized (
    select
      attempt.*,
      -- it may hold secrets
      taken.holder - 'platform_response' as holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.post_publications', attempt.legacy_key)
        else attempt.id
      end as hybrid_id
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_post, workspace_of_parent
        post.workspace_id,
        post.hybrid_id as post_id,
        form.form_id,
        -- lookup_parent
        case when account.workspace_id = post.workspace_id then account.hybrid_id end as account_id,
        old.account_id as account_before,
        coalesce(place.place, 1) as attempt,
        -- map_state
        status.becomes as status,
        old.platform_post_id,
        old.published_at,
        old.error_message,
        consolidation.json_or(old.platform_response, '{}') as platform_response,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.post_publications_batch as old
      left join consolidation.ledger as post on post.legacy_table = 'a.content_posts' and post.legacy_key = old.post_id::text
      left join consolidation.ledger as account
        on account.legacy_table = 'a.user_social_accounts' and account.legacy_key = old.account_id::text
      left join consolidation.publication_forms as form on form.legacy_key = old.legacy_key
      left join consolidation.places as place
        on place.legacy_table = 'a.post_publications' and place.purpose = 'attempt' and place.legacy_key = old.legacy_key
      left join consolidation.value_map as status
        on status.hybrid_column = 'post_publications.status' and status.word = consolidation.folded(coalesce(old.status, 'pending'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.post_id is null then 'post_id: there is none'
          when post.hybrid_id is null then 'post_id: no such post'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as attempt
    left join consolidation.taken on taken.legacy_table = 'a.post_publications' and taken.id = attempt.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder @> jsonb_build_object(
            'workspace_id', attempt.workspace_id, 'post_id', attempt.post_id, 'social_media_post_id', attempt.form_id,
            'account_id', attempt.account_id, 'attempt', attempt.attempt, 'status', attempt.status,
            'platform_post_id', attempt.platform_post_id, 'published_at', attempt.published_at, 'error_message', attempt.error_message,
            'platform_response', attempt.platform_response, 'created_at', attempt.created_at
          )
      end as holds
    ) as is_equal
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.post_publications (
      id, workspace_id, post_id, social_media_post_id, account_id, attempt, status, platform_post_id, published_at, error_message,
      platform_response, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.post_id, sound.form_id, sound.account_id, sound.attempt, sound.status,
      sound.platform_post_id, sound.published_at, sound.error_message, sound.platform_response, sound.created_at, sound.created_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.post_publications', sound.legacy_key, 'account_id', to_jsonb(sound.account_before)
    from sound
    where sound.account_id is null
      and sound.account_before is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'a.post_publications', sound.legacy_key, 'public.post_publications', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('workspace_id', sound.workspace_id, 'post_id', sound.post_id, 'status', sound.status),
      'keep_id: another publication has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.post_publications', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.post_publications',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another publication''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_post_publications() is 'A.post_publications to public.post_publications: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(310, 'content', 'a.content_posts', 'a.content_posts', '{public.content_posts}'),
-- before the posts that name files by their address: they may be these
(315, 'content', 'a.content_media', 'a.content_media', '{public.media_assets,public.content_media}'),
(
  320, 'content', 'a.social_media_posts', 'a.social_media_posts',
  '{public.content_posts,public.social_media_posts,public.media_assets,public.content_media}'
),
(330, 'content', 'a.post_publications', 'a.post_publications', '{public.post_publications}');
