-- Why: what B wrote, and what it was written with: campaigns, templates, the library, and posts, each of which becomes what was written
-- (content_posts) and its form for each platform (social_media_posts), with its files attached.
-- Touches: three new tables, functions, four steps. Lineage: B.campaigns, B.content_templates, B.media_assets, B.social_media_posts.

-- in a body that is bound the linter takes the names of arguments for tables
-- noqa: disable=RF01

create table consolidation.campaign_posts (
  post_key text collate "C" not null,
  workspace_id uuid not null,
  campaign_key text collate "C" not null,
  campaign_id uuid not null,
  is_placed boolean not null default false,

  primary key (post_key, workspace_id)
);

alter table consolidation.campaign_posts enable row level security;

comment on table consolidation.campaign_posts is
'Rule campaign_of_posts: which campaign of B a post belongs to, by what the campaigns name.';

comment on column consolidation.campaign_posts.post_key is 'The post that is named, a uuid as text; it may be one that is not there.';

comment on column consolidation.campaign_posts.workspace_id is 'The workspace of the campaign: only a post of the same one belongs to it.';

comment on column consolidation.campaign_posts.campaign_key is 'The campaign: of several of a workspace that name the post, the oldest.';

comment on column consolidation.campaign_posts.campaign_id is 'The campaign, in the hybrid.';

comment on column consolidation.campaign_posts.is_placed is 'The post has come, and is in the campaign.';

create table consolidation.post_media (
  asset_id uuid not null,
  is_address boolean not null default false,
  workspace_id uuid not null,
  said text collate "C" not null,
  said_hash bigint not null,
  is_there boolean not null default false,
  user_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  primary key (asset_id, is_address)
)
-- room for is_there to change in place
with (fillfactor = 50);

alter table consolidation.post_media enable row level security;

-- by a hash: an address may be longer than an entry of an index can be
create index post_media_said_hash_workspace_id_idx on consolidation.post_media (said_hash, workspace_id);

comment on table consolidation.post_media is
'Rules split_media and split_assets: which asset each address and each id is that B''s posts name, by workspace.';

comment on column consolidation.post_media.asset_id is 'The row of media_assets, there or to be made.';

comment on column consolidation.post_media.is_address is 'True where posts name it by its address, false by the id that it had in B.';

comment on column consolidation.post_media.workspace_id is 'The workspace of the posts, and of the asset.';

comment on column consolidation.post_media.said is 'The address or the id, trimmed.';

comment on column consolidation.post_media.said_hash is 'A hash of it, to find it by.';

comment on column consolidation.post_media.is_there is 'The row of media_assets has been made, or was there already.';

comment on column consolidation.post_media.user_id is
'Who wrote the oldest post that names the address: the author of the asset that is made for it.';

comment on column consolidation.post_media.created_at is 'When that post was made.';

comment on column consolidation.post_media.updated_at is 'When that post last changed.';

create table consolidation.posts_there (
  post_id uuid primary key,
  forms jsonb not null default '{}',
  assets uuid[] not null default '{}',
  next_position integer not null default 0
);

alter table consolidation.posts_there enable row level security;

comment on table consolidation.posts_there is
'Posts of the hybrid with the id of a post of B, and what they have already: B''s may be merged into them.';

comment on column consolidation.posts_there.post_id is 'The row of content_posts.';

comment on column consolidation.posts_there.forms is 'Its rows of social_media_posts, by platform_id.';

comment on column consolidation.posts_there.assets is 'The assets that are attached to it.';

comment on column consolidation.posts_there.next_position is 'The first free position behind them.';

-- What a post of B shows: its media_urls, then its media_assets, without nulls.
create function consolidation.media_of(media_urls text[], media_assets text[])
returns table (place bigint, is_of_urls boolean, is_address boolean, said text, original text)
language sql
immutable
parallel safe
begin atomic
  select
    address.place,
    true as is_of_urls,
    true as is_address,
    btrim(address.said, E' \t\n\r') as said,
    address.said as original
  from unnest(media_of.media_urls) with ordinality as address (said, place)
  where btrim(address.said, E' \t\n\r') <> ''
  union all
  select
    element.place + 1000000000 as place,
    false as is_of_urls,
    element.is_address,
    case when element.is_address then btrim(element.original, E' \t\n\r') else consolidation.uuid_text(element.original) end as said,
    element.original
  from (
    select
      named.place,
      named.original,
      btrim(named.original, E' \t\n\r') like 'http://%' or btrim(named.original, E' \t\n\r') like 'https://%' as is_address
    from unnest(media_of.media_assets) with ordinality as named (original, place)
  ) as element
  where element.original is not null;
end;

comment on function consolidation.media_of(text[], text[]) is
'Addresses and ids that a post of B names, in order; said is null where an element is neither.';

-- security invoker: called by the driver.
create function consolidation.prepare_b_campaigns() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- of an import that was taken back
  delete from consolidation.campaign_posts;
end
$function$;

comment on function consolidation.prepare_b_campaigns() is 'Forgets which posts the campaigns of B named in an earlier import.';

-- security invoker: called by the driver.
create function consolidation.import_b_campaigns() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  with batch as materialized (
    select
      campaign.*,
      taken.holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.campaigns', campaign.legacy_key)
        else campaign.id
      end as hybrid_id,
      -- What it names stands here until a post comes that it names: place_campaign_posts.
      consolidation.with_key(campaign.metadata_before, 'legacy_posts', campaign.posts) as metadata
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.name,
        old.description,
        consolidation.list(old.objectives) as objectives,
        consolidation.json_or(old.target_audience, '{}') as target_audience,
        -- not_negative
        case when old.budget >= 0 and old.budget < 'infinity' then old.budget end as budget,
        old.budget as budget_before,
        old.start_date,
        -- not_before_start
        case when old.end_date < old.start_date then null else old.end_date end as end_date,
        old.end_date as end_before,
        case when old.posts <> '{}' then to_jsonb(nullif(consolidation.list(old.posts), '{}')) end as posts,
        -- map_state
        status.becomes as status,
        consolidation.json_or(old.analytics, '{}') as analytics,
        consolidation.metadata(old.metadata) as metadata_before,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.campaigns_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as status
        on status.hybrid_column = 'campaigns.status' and status.word = consolidation.folded(coalesce(old.status, 'draft'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.name is null then 'name: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as campaign
    left join consolidation.taken on taken.legacy_table = 'b.campaigns' and taken.id = campaign.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder - 'metadata' = jsonb_build_object(
            'id', campaign.id, 'workspace_id', campaign.workspace_id, 'user_id', campaign.user_id, 'name', campaign.name,
            'description', campaign.description, 'objectives', campaign.objectives, 'target_audience', campaign.target_audience,
            'budget', campaign.budget, 'start_date', campaign.start_date, 'end_date', campaign.end_date, 'status', campaign.status,
            'analytics', campaign.analytics, 'created_at', campaign.created_at, 'updated_at', campaign.updated_at
          )
          and taken.holder -> 'metadata' @> campaign.metadata_before
      end as holds
    ) as is_equal
  ),

  sound as not materialized (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.campaigns (
      id, workspace_id, user_id, name, description, objectives, target_audience, budget, start_date, end_date, status, analytics, metadata,
      created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.name, sound.description, sound.objectives, sound.target_audience,
      sound.budget, sound.start_date, sound.end_date, sound.status, sound.analytics, sound.metadata, sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.campaigns', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_id is null
      and sound.user_before is not null
    union all
    select 'b.campaigns', sound.legacy_key, 'budget', to_jsonb(sound.budget_before)
    from sound
    where sound.budget is null
      and sound.budget_before is not null
    union all
    select 'b.campaigns', sound.legacy_key, 'end_date', to_jsonb(sound.end_before)
    from sound
    where sound.end_date is null
      and sound.end_before is not null
  ),

  listed as (
    insert into consolidation.conflicts (kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule)
    select
      'same_id', 'b.campaigns', sound.legacy_key, 'public.campaigns', sound.hybrid_id,
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'name', sound.holder -> 'name'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'name', sound.name),
      'keep_id: another campaign has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.campaigns', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.campaigns',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another campaign''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_campaigns() is 'B.campaigns to public.campaigns: the batch at hand.';

-- Also where the posts are those of A, because both schemas were one; and again where a rejected row is tried again.
-- security invoker: called by the driver.
create function consolidation.place_campaign_posts() returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
-- Tables without indexes, and parts without statistics: a loop over one of them for each row of another would not end.
set enable_nestloop = off
as $function$
declare
  posts text := consolidation.found_as('b.social_media_posts');
  many bigint;
begin
  perform set_config('consolidation.keeps_times', 'yes', true);
  with placed as materialized (
    select
      named.post_key,
      named.workspace_id,
      named.campaign_key,
      named.campaign_id,
      there.id as post_id,
      there.campaign_id is null as is_open
    from consolidation.campaign_posts as named
    inner join consolidation.ledger as line
      on line.legacy_table = posts and line.legacy_key = named.post_key and line.workspace_id = named.workspace_id
    inner join public.content_posts as there on there.id = line.hybrid_id
    where not named.is_placed
      -- somebody may have put it into another one since
      and coalesce(there.campaign_id, named.campaign_id) = named.campaign_id
  ),

  marked as (
    update consolidation.campaign_posts as named
    set is_placed = true
    from placed
    where named.post_key = placed.post_key
      and named.workspace_id = placed.workspace_id
  ),

  -- merged into a row that was there, or the campaign came later: the others had it at their insert
  joined as (
    update public.content_posts as there
    set campaign_id = placed.campaign_id
    from placed
    where there.id = placed.post_id
      and placed.is_open
  ),

  shortened as (
    update public.campaigns as there
    set
      metadata = there.metadata - done.key || coalesce(
        (
          select jsonb_build_object(done.key, jsonb_agg(element.said order by element.place))
          from jsonb_array_elements_text(there.metadata -> done.key) with ordinality as element (said, place)
          where coalesce(consolidation.uuid_text(element.said) <> all(done.post_keys), true)
          having count(*) > 0
        ),
        '{}'
      )
    from (
      select
        placed.campaign_id,
        array_agg(placed.post_key) as post_keys,
        case when consolidation.metadata(old.metadata) ? 'legacy_posts' then 'legacy_posts_2' else 'legacy_posts' end as key
      from placed
      inner join source_b.campaigns as old on old.legacy_key = placed.campaign_key
      group by placed.campaign_id, consolidation.metadata(old.metadata) ? 'legacy_posts'
    ) as done
    where there.id = done.campaign_id
      and jsonb_typeof(there.metadata -> done.key) = 'array'
  )

  select count(*) into many
  from placed;
  return many;
end
$function$;

comment on function consolidation.place_campaign_posts() is
'Puts posts that have come into the campaigns that name them, and takes them off what these could not place; returns how many.';

-- security invoker: called by the driver.
create function consolidation.conclude_b_campaigns() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
-- Tables without indexes, and parts without statistics: a loop over one of them for each row of another would not end.
set enable_nestloop = off
as $function$
begin
  insert into consolidation.campaign_posts (post_key, workspace_id, campaign_key, campaign_id)
  select distinct on (named.post_key, line.workspace_id)
    named.post_key,
    line.workspace_id,
    old.legacy_key,
    line.hybrid_id
  from source_b.campaigns as old
  inner join consolidation.ledger as line
    on line.legacy_table = 'b.campaigns' and line.legacy_key = old.legacy_key and line.hybrid_id is not null
  cross join lateral (
    select consolidation.uuid_text(element.said) as post_key
    from unnest(old.posts) as element (said)
  ) as named
  where named.post_key is not null
  order by named.post_key, line.workspace_id, old.created_at nulls last, old.legacy_key
  on conflict (post_key, workspace_id) do update
  set
    campaign_key = excluded.campaign_key,
    campaign_id = excluded.campaign_id
  where not campaign_posts.is_placed;
  analyze consolidation.campaign_posts;
  perform consolidation.place_campaign_posts();
end
$function$;

comment on function consolidation.conclude_b_campaigns() is
'Notes which posts the campaigns of B name, for when these come: campaign_of_posts.';

-- security invoker: called by the driver.
create function consolidation.import_b_content_templates() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  -- map_platform_names, once for each list that the batch has
  with lists as materialized (
    select
      said.platforms,
      consolidation.platform_names(said.platforms) as names
    from (
      select distinct old.platforms
      from source_b.content_templates_batch as old
      where old.platforms <> '{}'
    ) as said
  ),

  batch as materialized (
    select
      template.*,
      taken.holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.content_templates', template.legacy_key)
        else template.id
      end as hybrid_id
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.name,
        old.description,
        old.category,
        old.template_content,
        consolidation.list(old.variables) as variables,
        coalesce(list.names, '{}') as platforms,
        consolidation.list(old.tags) as tags,
        -- not_negative
        coalesce(greatest(old.usage_count, 0), 0) as usage_count,
        old.usage_count as usage_before,
        coalesce(old.is_public, false) as is_public,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.content_templates_batch as old
      left join lists as list on list.platforms = old.platforms
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.name is null then 'name: there is none'
          when length(old.name) > 255 then 'name: longer than 255 letters'
          when old.category is null then 'category: there is none'
          when length(old.category) > 100 then 'category: longer than 100 letters'
          when old.template_content is null then 'template_content: there is none'
        end as reason
      ) as fault
    ) as template
    left join consolidation.taken on taken.legacy_table = 'b.content_templates' and taken.id = template.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', template.id, 'workspace_id', template.workspace_id, 'user_id', template.user_id, 'name', template.name,
            'description', template.description, 'category', template.category, 'template_content', template.template_content,
            'variables', template.variables, 'platforms', template.platforms, 'tags', template.tags, 'usage_count', template.usage_count,
            'is_public', template.is_public, 'metadata', template.metadata, 'created_at', template.created_at,
            'updated_at', template.updated_at
          )
      end as holds
    ) as is_equal
  ),

  sound as not materialized (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.content_templates (
      id, workspace_id, user_id, name, description, category, template_content, variables, platforms, tags, usage_count, is_public,
      metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.name, sound.description, sound.category, sound.template_content,
      sound.variables, sound.platforms, sound.tags, sound.usage_count, sound.is_public, sound.metadata, sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.content_templates', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_id is null
      and sound.user_before is not null
    union all
    select 'b.content_templates', sound.legacy_key, 'usage_count', to_jsonb(sound.usage_before)
    from sound
    where sound.usage_count <> sound.usage_before
  ),

  listed as (
    insert into consolidation.conflicts (kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule)
    select
      'same_id', 'b.content_templates', sound.legacy_key, 'public.content_templates', sound.hybrid_id,
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'name', sound.holder -> 'name'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'name', sound.name),
      'keep_id: another template has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.content_templates', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.content_templates',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another template''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_content_templates() is 'B.content_templates to public.content_templates: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_media_assets() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  -- media_type, once for each word that the batch has
  with kinds as materialized (
    select
      said.media_type as word,
      consolidation.media_type(said.media_type) as media_type
    from (
      select distinct old.media_type
      from source_b.media_assets_batch as old
    ) as said
  ),

  batch as materialized (
    select
      asset.*,
      taken.holder,
      coalesce(is_equal.holds, false) as is_merged,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.media_assets', asset.legacy_key)
        else asset.id
      end as hybrid_id
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.filename,
        old.original_filename,
        coalesce(kind.media_type, 'other') as media_type,
        coalesce(old.mime_type, 'application/octet-stream') as mime_type,
        -- not_negative
        case when old.file_size >= 0 then old.file_size end as file_size,
        old.file_size as size_before,
        old.url,
        old.thumbnail_url,
        consolidation.json_or(old.dimensions, '{}') as dimensions,
        consolidation.not_negative(old.duration) as duration,
        old.duration as duration_before,
        old.generated_by,
        consolidation.json_or(old.generation_params, '{}') as generation_params,
        consolidation.list(old.tags) as tags,
        coalesce(old.is_public, false) as is_public,
        case
          -- a word that is like none
          when kind.media_type is null
            then consolidation.with_key(consolidation.metadata(old.metadata), 'legacy_media_type', to_jsonb(old.media_type))
          else consolidation.metadata(old.metadata)
        end as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.media_assets_batch as old
      left join kinds as kind on kind.word = old.media_type
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.filename is null then 'filename: there is none'
          when old.url is null then 'url: there is none'
        end as reason
      ) as fault
    ) as asset
    left join consolidation.taken on taken.legacy_table = 'b.media_assets' and taken.id = asset.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', asset.id, 'workspace_id', asset.workspace_id, 'user_id', asset.user_id, 'filename', asset.filename,
            'original_filename', asset.original_filename, 'media_type', asset.media_type, 'mime_type', asset.mime_type,
            'file_size', asset.file_size, 'url', asset.url, 'thumbnail_url', asset.thumbnail_url, 'dimensions', asset.dimensions,
            'duration', asset.duration, 'generated_by', asset.generated_by, 'generation_params', asset.generation_params,
            'tags', asset.tags, 'is_public', asset.is_public, 'metadata', asset.metadata, 'created_at', asset.created_at,
            'updated_at', asset.updated_at
          )
      end as holds
    ) as is_equal
  ),

  sound as not materialized (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.media_assets (
      id, workspace_id, user_id, filename, original_filename, media_type, mime_type, file_size, url, thumbnail_url, dimensions, duration,
      generated_by, generation_params, tags, is_public, metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.filename, sound.original_filename, sound.media_type, sound.mime_type,
      sound.file_size, sound.url, sound.thumbnail_url, sound.dimensions, sound.duration, sound.generated_by, sound.generation_params,
      sound.tags, sound.is_public, sound.metadata, sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.media_assets', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_id is null
      and sound.user_before is not null
    union all
    select 'b.media_assets', sound.legacy_key, 'file_size', to_jsonb(sound.size_before)
    from sound
    where sound.file_size is null
      and sound.size_before is not null
    union all
    select 'b.media_assets', sound.legacy_key, 'duration', to_jsonb(sound.duration_before)
    from sound
    where sound.duration is null
      and sound.duration_before is not null
  ),

  listed as (
    insert into consolidation.conflicts (kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule)
    select
      'same_id', 'b.media_assets', sound.legacy_key, 'public.media_assets', sound.hybrid_id,
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'url', sound.holder -> 'url'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'url', sound.url),
      'keep_id: another asset has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.media_assets', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.media_assets',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another asset''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_media_assets() is 'B.media_assets to public.media_assets: the batch at hand.';

-- Only of posts that have no line yet: what is tried again later finds what has come since.
-- security invoker: called by the driver.
create function consolidation.prepare_b_social_media_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
-- Tables without indexes, and parts without statistics: a loop over one of them for each row of another would not end.
set enable_nestloop = off
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  delete from consolidation.post_media;
  insert into consolidation.post_media (
    asset_id, is_address, workspace_id, said, said_hash, is_there, user_id, created_at, updated_at
  )
  with named as materialized (
    -- the oldest post that names it, whether that post is rejected or not: what is made of the others must not depend on it
    select distinct on (post.workspace_id, media.is_address, media.said)
      post.workspace_id,
      media.is_address,
      media.said,
      post.user_id,
      post.created_at,
      post.updated_at
    from (
      select
        old.legacy_key,
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        person.hybrid_id as user_id,
        old.media_urls,
        old.media_assets,
        old.created_at,
        old.updated_at
      from source_b.social_media_posts as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      where not exists (
        select from consolidation.ledger as line where line.legacy_table = 'b.social_media_posts' and line.legacy_key = old.legacy_key
      )
    ) as post
    cross join lateral consolidation.media_of(post.media_urls, post.media_assets) as media
    where post.workspace_id is not null
      and media.said is not null
    order by post.workspace_id, media.is_address, media.said, post.created_at nulls last, post.legacy_key
  ),

  there as (
    select distinct on (named.workspace_id, named.said)
      named.workspace_id,
      named.said,
      asset.id
    from named
    inner join public.media_assets as asset on asset.workspace_id = named.workspace_id and asset.url = named.said
    where named.is_address
    order by named.workspace_id, named.said, asset.created_at, asset.id
  )

  select
    coalesce(there.id, consolidation.computed_id('b.social_media_posts', named.workspace_id || ':' || named.said)),
    true,
    named.workspace_id,
    named.said,
    hashtextextended(named.said, 0),
    there.id is not null,
    named.user_id,
    coalesce(named.created_at, consolidation.begun_at()),
    coalesce(named.updated_at, consolidation.begun_at())
  from named
  left join there on there.workspace_id = named.workspace_id and there.said = named.said
  where named.is_address
  union all
  select
    asset.id,
    false,
    named.workspace_id,
    named.said,
    hashtextextended(named.said, 0),
    true,
    null,
    asset.created_at,
    asset.updated_at
  from named
  inner join consolidation.ledger as line on line.legacy_table = 'b.media_assets' and line.legacy_key = named.said
  inner join public.media_assets as asset on asset.id = line.hybrid_id and asset.workspace_id = named.workspace_id
  where not named.is_address;
  analyze consolidation.post_media;

  delete from consolidation.posts_there;
  insert into consolidation.posts_there (post_id, forms, assets, next_position)
  with wanted as (
    select taken.id
    from consolidation.taken
    where taken.legacy_table = 'b.social_media_posts'
  )

  select
    wanted.id,
    coalesce(forms.by_platform, '{}'),
    coalesce(media.assets, '{}'),
    coalesce(media.next_position, 0)
  from wanted
  left join (
    select
      form.content_post_id,
      jsonb_object_agg(form.platform_id, to_jsonb(form)) as by_platform
    from public.social_media_posts as form
    inner join wanted on wanted.id = form.content_post_id
    group by form.content_post_id
  ) as forms on forms.content_post_id = wanted.id
  left join (
    select
      attached.post_id,
      array_agg(attached.asset_id) as assets,
      max(attached.position) + 1 as next_position
    from public.content_media as attached
    inner join wanted on wanted.id = attached.post_id
    group by attached.post_id
  ) as media on media.post_id = wanted.id;
  analyze consolidation.posts_there;
end
$function$;

comment on function consolidation.prepare_b_social_media_posts() is
'Finds the assets that posts of B name, and what posts have already that B''s may be merged into.';

-- What a post becomes is found out row by row, and each part is written from there: joins between the parts would have no statistics, and a
-- plan that is right for one batch would be wrong by orders of magnitude for the next.
-- security invoker: called by the driver.
create function consolidation.import_b_social_media_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
  words jsonb := (
    select coalesce(jsonb_object_agg(known.word, known.name), '{}')
    from consolidation.platform_words as known
    where not known.is_ignored
  );
  platform_words text[] := array(select jsonb_object_keys(words));
  extra_keys constant text[] := '{legacy_platforms,legacy_media_urls,legacy_media_assets,legacy_hashtags,legacy_mentions,'
    'legacy_ayrshare_post_id,legacy_analytics}';
begin
  if current_setting('consolidation.again') = 'yes' then
    perform consolidation.prepare_b_social_media_posts();
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
      from source_b.social_media_posts_batch as old
    ) as said
    cross join lateral consolidation.split_platforms(said.platforms) as split
  ),

  batch as materialized (
    select
      post.legacy_key,
      post.row_place,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.social_media_posts', post.legacy_key)
        else post.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      taken.holder,
      post.workspace_id,
      post.user_id,
      post.user_before,
      -- campaign_of_posts
      campaign.campaign_id,
      post.title,
      post.content,
      post.names,
      post.platform_ids,
      post.hashtags,
      post.mentions,
      post.status,
      post.form_status,
      post.status_before,
      post.scheduled_at,
      post.published_at,
      post.ayrshare_post_id,
      post.results,
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
      post.metadata,
      -- unmatched_to_metadata, in the order of extra_keys
      case
        when post.names = '{}'
          or post.ignored is not null
          or file.urls_left is not null
          or file.assets_left is not null
          or figure.rest is not null
          or (not post.is_keyed and cardinality(post.names) > 1 and post.analytics is not null)
          then array[
            post.ignored,
            file.urls_left,
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
      -- split_media, split_assets
      file.assets,
      file.missing,
      case when is_equal.holds then there.forms else '{}' end as forms_there,
      case when is_equal.holds then there.assets else '{}' end as assets_there,
      case when is_equal.holds then there.next_position else 0 end as next_position,
      post.created_at,
      post.updated_at,
      post.reason,
      post.legacy_row
    from (
      select
        old.legacy_key,
        old.row_place,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.title,
        old.content,
        list.names,
        list.platform_ids,
        list.ignored,
        old.media_urls,
        old.media_assets,
        consolidation.list(old.hashtags) as hashtags,
        consolidation.list(old.mentions) as mentions,
        -- map_state
        case when status.becomes = 'scheduled' and old.scheduled_at is null then 'draft' else status.becomes end as status,
        case when of_form.becomes = 'scheduled' and old.scheduled_at is null then 'draft' else of_form.becomes end as form_status,
        case when status.becomes = 'scheduled' and old.scheduled_at is null then old.status end as status_before,
        old.scheduled_at,
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
      from source_b.social_media_posts_batch as old
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
    cross join lateral (
      select
        array_agg(shown.asset_id order by shown.place) filter (where shown.asset_id is not null) as assets,
        array_agg(shown.asset_id order by shown.place) filter (where not shown.is_there) as missing,
        jsonb_agg(shown.urls_left) filter (where shown.urls_left is not null) -> 0 as urls_left,
        jsonb_agg(shown.assets_left) filter (where shown.assets_left is not null) -> 0 as assets_left
      from (
        select
          known.asset_id,
          bool_and(known.is_there) as is_there,
          min(media.place) as place,
          jsonb_agg(media.original order by media.place) filter (where known.asset_id is null and media.is_of_urls) as urls_left,
          jsonb_agg(media.original order by media.place) filter (where known.asset_id is null and not media.is_of_urls) as assets_left
        from consolidation.media_of(post.media_urls, post.media_assets) as media
        left join consolidation.post_media as known
          on known.said_hash = hashtextextended(media.said, 0)
            and known.workspace_id = post.workspace_id
            and known.said = media.said
            and known.is_address = media.is_address
        group by known.asset_id
      ) as shown
    ) as file
    left join consolidation.campaign_posts as campaign
      on campaign.post_key = post.legacy_key and campaign.workspace_id = post.workspace_id
    left join consolidation.taken on taken.legacy_table = 'b.social_media_posts' and taken.id = post.id
    left join consolidation.posts_there as there on there.post_id = taken.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder ->> 'workspace_id' = post.workspace_id::text
          and taken.holder ->> 'user_id' is not distinct from post.user_id::text
          and taken.holder ->> 'title' is not distinct from post.title
          and taken.holder ->> 'content' = post.content
          and taken.holder ->> 'status' = post.status
          and (taken.holder ->> 'scheduled_for')::timestamptz is not distinct from post.scheduled_at
          and (taken.holder ->> 'published_at')::timestamptz is not distinct from post.published_at
          and taken.holder -> 'metadata' @> post.metadata
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
      consolidation.computed_id('b.social_media_posts', sound.legacy_key || ':' || form.platform) as form_id,
      sound.title,
      sound.content,
      sound.hashtags,
      sound.mentions,
      sound.form_status as status,
      sound.scheduled_at,
      sound.published_at,
      sound.ayrshare_post_id,
      consolidation.json_or(sound.results_by_platform -> form.platform, '{}') as platform_results,
      consolidation.json_or(sound.analytics_by_platform -> form.platform, '{}') as analytics,
      sound.forms_there -> form.platform_id::text as there,
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
      consolidation.computed_id('b.social_media_posts', sound.legacy_key || ':' || shown.asset_id) as media_id,
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
      coalesce(consolidation.media_type(known.said), 'other'), known.said, known.created_at, known.updated_at
    from made
    inner join consolidation.post_media as known on known.asset_id = made.asset_id and known.is_address
    -- offset 0: asked once, and not for each column
    cross join lateral (select consolidation.file_name_of_url(known.said) as filename offset 0) as named
  ),

  noted as (
    update consolidation.post_media as known
    set is_there = true
    from made
    where known.asset_id = made.asset_id
      and known.is_address
  ),

  posts as (
    insert into public.content_posts (
      id, workspace_id, user_id, campaign_id, title, content, status, scheduled_for, published_at, metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.campaign_id, sound.title, sound.content, sound.status, sound.scheduled_at,
      sound.published_at,
      case
        when sound.extras is null then sound.metadata
        else consolidation.with_keys(sound.metadata, extra_keys, sound.extras)
      end,
      sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  -- merged: what A's row does not say in the same words is added to it
  filled as (
    update public.content_posts as there
    set
      metadata = consolidation.with_keys(
        there.metadata, extra_keys,
        array(
          select nullif(extra.value, sound.holder -> 'metadata' -> extra.key)
          from unnest(extra_keys, sound.extras) with ordinality as extra (key, value, place)
          order by extra.place
        )
      )
    from sound
    where there.id = sound.hybrid_id
      and sound.is_merged
      and sound.extras is not null
      -- nothing is read where nothing can be merged
      and (select count(*) from consolidation.posts_there) > 0
  ),

  written as (
    insert into public.social_media_posts (
      id, workspace_id, content_post_id, user_id, platform_id, title, content, hashtags, mentions, status, scheduled_for, published_at,
      ayrshare_post_id, platform_results, analytics, created_at, updated_at
    )
    select
      forms.form_id, forms.workspace_id, forms.hybrid_id, forms.user_id, forms.platform_id, forms.title, forms.content, forms.hashtags,
      forms.mentions, forms.status, forms.scheduled_at, forms.published_at, forms.ayrshare_post_id, forms.platform_results,
      forms.analytics, forms.created_at, forms.updated_at
    from forms
    where forms.there is null
  ),

  shown as (
    insert into public.content_media (id, workspace_id, post_id, asset_id, position, created_at)
    select attached.media_id, attached.workspace_id, attached.hybrid_id, attached.asset_id, attached.position, attached.created_at
    from attached
  ),

  targets as (
    insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id, part)
    select 'b.social_media_posts', forms.legacy_key, 'public.social_media_posts', forms.form_id, forms.platform
    from forms
    where forms.there is null
    union all
    select 'b.social_media_posts', made.legacy_key, 'public.media_assets', made.asset_id, null
    from made
    union all
    select 'b.social_media_posts', attached.legacy_key, 'public.content_media', attached.media_id, null
    from attached
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.social_media_posts', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_id is null
      and sound.user_before is not null
    union all
    select 'b.social_media_posts', sound.legacy_key, 'status', to_jsonb(sound.status_before)
    from sound
    where sound.status_before is not null
    union all
    -- kept_remainder; all of it where a form that was there has its own
    select
      'b.social_media_posts', sound.legacy_key, 'platform_results',
      case when sound.forms_there = '{}' then sound.results_left else sound.results end
    from sound
    where sound.results_left is not null
      or (sound.forms_there <> '{}' and sound.results not in ('[]', '{}'))
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'b.social_media_posts', sound.legacy_key, 'public.content_posts', sound.hybrid_id, '',
      jsonb_build_object('workspace_id', sound.holder -> 'workspace_id', 'title', sound.holder -> 'title'),
      jsonb_build_object('workspace_id', sound.workspace_id, 'title', sound.title),
      'keep_id: another post has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
    union all
    select
      'difference', 'b.social_media_posts', sound.legacy_key, 'public.content_posts', sound.hybrid_id, value.hybrid_column,
      sound.holder -> value.hybrid_column, to_jsonb(value.value_b), 'keep_id: A stands'
    from sound
    cross join lateral (
      values ('created_at', sound.created_at), ('updated_at', sound.updated_at)
    ) as value (hybrid_column, value_b)
    where sound.is_merged
      and (sound.holder ->> value.hybrid_column)::timestamptz <> value.value_b
    union all
    select
      'difference', 'b.social_media_posts', forms.legacy_key, 'public.social_media_posts', (forms.there ->> 'id')::uuid,
      value.hybrid_column, forms.there -> value.hybrid_column, value.value_b, 'keep_id: A stands'
    from forms
    cross join lateral (
      values
      ('title', to_jsonb(forms.title)),
      ('content', to_jsonb(forms.content)),
      ('hashtags', to_jsonb(nullif(forms.hashtags, '{}'))),
      ('mentions', to_jsonb(nullif(forms.mentions, '{}'))),
      ('status', to_jsonb(forms.status)),
      ('scheduled_for', to_jsonb(forms.scheduled_at)),
      ('published_at', to_jsonb(forms.published_at)),
      ('ayrshare_post_id', to_jsonb(forms.ayrshare_post_id)),
      ('analytics', nullif(forms.analytics, '{}'))
    ) as value (hybrid_column, value_b)
    where forms.there is not null
      and value.value_b <> coalesce(forms.there -> value.hybrid_column, 'null')
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.social_media_posts', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.social_media_posts',
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

comment on function consolidation.import_b_social_media_posts() is
'B.social_media_posts to public.content_posts, with its forms, its files and their places: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.conclude_b_social_media_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform consolidation.place_campaign_posts();
end
$function$;

comment on function consolidation.conclude_b_social_media_posts() is
'Takes the posts that have come off what the campaigns could not place.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(340, 'content', 'b.campaigns', 'b.campaigns', '{public.campaigns,public.content_posts}'),
(350, 'content', 'b.content_templates', 'b.content_templates', '{public.content_templates}'),
(360, 'content', 'b.media_assets', 'b.media_assets', '{public.media_assets}'),
(
  370, 'content', 'b.social_media_posts', 'b.social_media_posts',
  '{public.content_posts,public.social_media_posts,public.media_assets,public.content_media,public.campaigns}'
);
