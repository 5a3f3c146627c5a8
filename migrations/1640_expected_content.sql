-- Why: what posts, their forms, media, campaigns, templates and publications must be, by the lineage.
-- Touches: tables that each check fills anew, views, functions, rows of expectations and asides.
--
-- What several views need, and what would take long to find again for each, is found once and stands in tables: what lists of platforms
-- mean, whose posts are whose, and which assets they show.

-- ---------------------------------------------------------------- what is found once

create table consolidation.expected_platform_words (
  word text primary key,
  name text,
  platform_id uuid
);

alter table consolidation.expected_platform_words enable row level security;

comment on table consolidation.expected_platform_words is
'Words for platforms: those of the value map, and other platforms that there are. Filled by each check.';

comment on column consolidation.expected_platform_words.word is 'The word, trimmed and in lower case.';

comment on column consolidation.expected_platform_words.name is 'The name of the platform; null for a word to ignore.';

comment on column consolidation.expected_platform_words.platform_id is 'The row of social_platforms; null where there is none of that name.';

create table consolidation.expected_lists (
  platforms text[] not null default '{}',
  names text[] not null default '{}',
  platform_ids uuid[] not null default '{}',
  ignored text[] not null default '{}',
  words text[] not null default '{}'
);

alter table consolidation.expected_lists enable row level security;

comment on table consolidation.expected_lists is 'What each list of platforms means that a captured table has. Filled by each check.';

comment on column consolidation.expected_lists.platforms is 'The list, as it stands there.';

comment on column consolidation.expected_lists.names is 'Rule split_platforms: the platforms, each once and in order.';

comment on column consolidation.expected_lists.platform_ids is 'Their rows in social_platforms, in the same order.';

comment on column consolidation.expected_lists.ignored is 'What the value map says to ignore, as it stands there.';

comment on column consolidation.expected_lists.words is
'Rule map_platform_names: each name once and in order; one that the map does not know stays as it is.';

create table consolidation.expected_posts (
  legacy_schema text collate "C" not null,
  legacy_key text collate "C" not null,
  outcome text,
  hybrid_id uuid,
  workspace_id uuid,
  user_id uuid
);

alter table consolidation.expected_posts enable row level security;

comment on table consolidation.expected_posts is 'Posts for platforms of A and B, rejected ones too. Filled by each check.';

comment on column consolidation.expected_posts.legacy_schema is 'a or b.';

comment on column consolidation.expected_posts.legacy_key is 'The post.';

comment on column consolidation.expected_posts.outcome is 'What the ledger says became of it.';

comment on column consolidation.expected_posts.hybrid_id is 'The key that its row of content_posts must have.';

comment on column consolidation.expected_posts.workspace_id is 'The workspace, in the hybrid.';

comment on column consolidation.expected_posts.user_id is 'The author, in the hybrid.';

create table consolidation.expected_addresses (
  legacy_schema text collate "C" not null,
  workspace_id uuid not null,
  address text not null,
  asset_id uuid not null,
  is_made boolean not null default false,
  legacy_key text collate "C" not null,
  user_id uuid,
  created_at timestamptz,
  updated_at timestamptz
);

alter table consolidation.expected_addresses enable row level security;

comment on table consolidation.expected_addresses is
'Rules split_media and split_assets: which asset each address is that posts name, by workspace. Filled by each check.';

comment on column consolidation.expected_addresses.legacy_schema is 'a or b: whose posts name it.';

comment on column consolidation.expected_addresses.workspace_id is 'The workspace of the posts.';

comment on column consolidation.expected_addresses.address is 'The address, trimmed.';

comment on column consolidation.expected_addresses.asset_id is 'The asset: the oldest that is there, or the one that is made.';

comment on column consolidation.expected_addresses.is_made is 'The import makes the asset, for a post that is not rejected.';

comment on column consolidation.expected_addresses.legacy_key is 'The oldest post that names it, rejected or not.';

comment on column consolidation.expected_addresses.user_id is 'The author of that post.';

comment on column consolidation.expected_addresses.created_at is 'When that post was made.';

comment on column consolidation.expected_addresses.updated_at is 'When that post last changed.';

create table consolidation.expected_shown (
  legacy_schema text collate "C" not null,
  legacy_key text collate "C" not null,
  place bigint not null,
  is_of_urls boolean not null default false,
  said text not null,
  asset_id uuid
);

alter table consolidation.expected_shown enable row level security;

comment on table consolidation.expected_shown is 'What posts show, element by element. Filled by each check.';

comment on column consolidation.expected_shown.legacy_schema is 'a or b.';

comment on column consolidation.expected_shown.legacy_key is 'The post.';

comment on column consolidation.expected_shown.place is 'Its place: those of media_urls before those of media_assets.';

comment on column consolidation.expected_shown.is_of_urls is 'It stands in media_urls.';

comment on column consolidation.expected_shown.said is 'What stands there.';

comment on column consolidation.expected_shown.asset_id is 'The asset that it is; null where it is none.';

create view consolidation.found_lists with (security_invoker = true) as
select
  list.platforms,
  array(
    select word.name
    from unnest(list.platforms) with ordinality as item (said, place)
    inner join consolidation.expected_platform_words as word on word.word = consolidation.expected_word(item.said)
    where word.platform_id is not null
    group by word.name
    order by min(item.place)
  ) as names,
  array(
    select word.platform_id
    from unnest(list.platforms) with ordinality as item (said, place)
    inner join consolidation.expected_platform_words as word on word.word = consolidation.expected_word(item.said)
    where word.platform_id is not null
    group by word.platform_id
    order by min(item.place)
  ) as platform_ids,
  array(
    select item.said
    from unnest(list.platforms) with ordinality as item (said, place)
    inner join consolidation.expected_platform_words as word on word.word = consolidation.expected_word(item.said)
    where word.name is null
    order by item.place
  ) as ignored,
  array(
    select coalesce(map.becomes, item.said)
    from unnest(list.platforms) with ordinality as item (said, place)
    left join consolidation.value_map as map
      on map.hybrid_column = 'platform' and map.word = consolidation.expected_word(item.said) and map.becomes <> ''
    where consolidation.expected_word(item.said) <> ''
    group by coalesce(map.becomes, item.said)
    order by min(item.place)
  ) as words
from (
  select coalesce(old.platforms, '{}') as platforms from consolidation.read_a_social_media_posts as old
  union
  select coalesce(old.platforms, '{}') from consolidation.read_b_social_media_posts as old
  union
  select coalesce(old.platforms, '{}') from consolidation.read_b_content_templates as old
  union
  select coalesce(old.recommended_platforms, '{}') from consolidation.read_a_content_recommendations as old
) as list;

comment on view consolidation.found_lists is 'Lists of platforms of all captured tables, for expected_lists.';

-- security invoker: it writes what its caller may write.
create function consolidation.find_platforms() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.expected_platform_words;
  insert into consolidation.expected_platform_words (word, name, platform_id)
  select
    word.word,
    nullif(word.becomes, ''),
    platform.id
  from (
    select
      map.word,
      map.becomes
    from consolidation.value_map as map
    where map.hybrid_column = 'platform'
    union all
    -- a platform of the owner's own
    select
      own.name,
      own.name
    from public.social_platforms as own
    where not exists (select from consolidation.value_map as map where map.hybrid_column = 'platform' and map.word = own.name)
  ) as word
  left join public.social_platforms as platform on platform.name = word.becomes;

  delete from consolidation.expected_lists;
  insert into consolidation.expected_lists (platforms, names, platform_ids, ignored, words)
  select found.platforms, found.names, found.platform_ids, found.ignored, found.words
  from consolidation.found_lists as found;
  analyze consolidation.expected_lists;
end
$function$;

comment on function consolidation.find_platforms() is 'Fills expected_platform_words and expected_lists.';

-- ---------------------------------------------------------------- what is said by platform

-- security invoker: it reads the words for platforms.
create function consolidation.expected_part(name text, said jsonb) returns jsonb
language sql
stable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select case count(*) when 1 then (array_agg(item.said))[1] else jsonb_agg(item.said order by item.place) end
  from jsonb_each(case when jsonb_typeof(expected_part.said) = 'object' then expected_part.said else '{}' end)
    with ordinality as item (key, said, place)
  inner join consolidation.expected_platform_words as word on word.word = consolidation.expected_word(item.key)
  where word.name = expected_part.name
$function$;

comment on function consolidation.expected_part(text, jsonb) is
'What an object keyed by platforms says of one, whatever it is called there: several as an array.';

-- security invoker: it reads the words for platforms.
create function consolidation.expected_rest(names text[], said jsonb) returns jsonb
language sql
stable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select jsonb_object_agg(part.key, part.said)
  from jsonb_each(expected_rest.said) as part (key, said)
  where not exists (
      select from consolidation.expected_platform_words as word
      where word.word = consolidation.expected_word(part.key)
        and word.name = any(expected_rest.names)
    )
$function$;

comment on function consolidation.expected_rest(text[], jsonb) is
'Rule split_analytics: what of an object keyed by platforms goes to no form of the post.';

-- ---------------------------------------------------------------- names and kinds of files

create function consolidation.expected_file_name(address text) returns text
language plpgsql
immutable
parallel unsafe -- before 18 no exception is caught in a parallel query
set search_path = pg_catalog, pg_temp
as $function$
declare
  -- without what comes before the path, and without query and fragment
  path text := regexp_replace(regexp_replace(btrim(expected_file_name.address, e' \t\r\n'), '[?#].*$', ''), '^[a-z][a-z0-9+.-]*://[^/]*', '', 'i');
  name text := regexp_replace(path, '^.*/', '');
begin
  if name like '%\%%' then
    begin
      select convert_from(
        string_agg(
          case when part.piece[1] ~ '^%.' then decode(substr(part.piece[1], 2), 'hex') else convert_to(part.piece[1], 'UTF8') end,
          '' order by part.place
        ),
        'UTF8'
      )
      into strict name
      from regexp_matches(name, '%[0-9a-fA-F]{2}|%|[^%]+', 'g') with ordinality as part (piece, place);
    exception
      when data_exception then
        null;
    end;
  end if;
  return coalesce(nullif(name, ''), 'file');
end
$function$;

comment on function consolidation.expected_file_name(text) is 'Rule file_name_of_url.';

create function consolidation.expected_kind_of_file(said text) returns text
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
  word text := consolidation.expected_word(expected_kind_of_file.said);
  mime text := substring(word from '^(?:data:)?([a-z]+)/');
  ending text := substring(
    regexp_replace(regexp_replace(word, '[?#].*$', ''), '^([a-z][a-z0-9+.-]*://[^/]*)?(.*/)?', '')
    from case when word like '%/%' then '\.([a-z0-9]+)$' else '([a-z0-9]+)$' end
  );
begin
  return case
    when word in ('image', 'video', 'audio', 'document', 'other') then word
    when ending ~ '^(png|jpe?g|gif|webp|svg|bmp|tiff?|hei[cf]|avif|ico|psd)$' then 'image'
    when ending ~ '^(mp4|mov|webm|avi|mkv|m4v|mpg|mpeg|ogv|3gp|wmv|flv)$' then 'video'
    when ending ~ '^(mp3|wav|og[ga]|m4a|aac|flac|opus|wma|aiff?)$' then 'audio'
    when ending ~ '^(pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|md|epub|pages|numbers|key)$' then 'document'
    when mime in ('image', 'video', 'audio') then mime
    when mime = 'text' or word ~ '^(data:)?application/(pdf|rtf|msword|epub|vnd\.(ms-|openxmlformats|oasis\.opendocument|apple\.))'
      then 'document'
    when mime in ('application', 'font', 'model', 'multipart', 'message') then 'other'
  end;
end
$function$;

comment on function consolidation.expected_kind_of_file(text) is 'The kind that a MIME type, a file name or an address says.';

create function consolidation.expected_media_type(said text) returns text
language sql
immutable
parallel safe
return case
  when lower(expected_media_type.said) in ('image', 'video', 'audio', 'document', 'other') then lower(expected_media_type.said)
  else consolidation.expected_kind_of_file(expected_media_type.said)
end;

comment on function consolidation.expected_media_type(text) is 'Rule media_type; null where it says no kind.';

-- ---------------------------------------------------------------- posts of A that are for no platform

create view consolidation.expected_a_content_posts with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.content_posts:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.title,
  old.content,
  coalesce(content_type.becomes, consolidation.expected_word(coalesce(old.content_type, 'text'))) as content_type,
  case when status.becomes = 'scheduled' and old.scheduled_for is null then 'draft' else status.becomes end as status,
  old.scheduled_for,
  old.published_at,
  consolidation.expected_object(old.metadata) as metadata,
  consolidation.expected_list(old.tags) as tags,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_content_posts as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.content_posts' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.value_map as content_type
  on content_type.hybrid_column = 'content_posts.content_type'
    and consolidation.expected_word(coalesce(old.content_type, 'text')) = content_type.word
left join consolidation.value_map as status
  on status.hybrid_column = 'content_posts.status'
    and consolidation.expected_word(coalesce(old.status, 'draft')) = status.word;

comment on view consolidation.expected_a_content_posts is 'public.content_posts, by A.content_posts.';

-- ---------------------------------------------------------------- files of A

create view consolidation.expected_files_of_a with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_a.content_media:' || old.legacy_key || ':file') as asset_id,
  case
    -- whose key is kept is the attachment's
    when there.hybrid_id = consolidation.expected_id('legacy_a.content_media:' || old.legacy_key) then there.hybrid_id
    else old.id
  end as media_id,
  own.workspace_id,
  -- attach
  case when post.workspace_id = own.workspace_id then post.hybrid_id end as post_id,
  -- author_of_parent
  case when post.hybrid_id is not null then author.hybrid_id end as user_id
from consolidation.read_a_content_media as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.content_media' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.ledger_targets as there
  on there.legacy_table = 'a.content_media' and old.legacy_key = there.legacy_key and there.hybrid_table = 'public.content_media'
left join consolidation.became_a_content_posts as post on old.post_id::text = post.legacy_key
left join consolidation.read_a_content_posts as written on old.post_id = written.id
left join consolidation.became_a_users as author on written.user_id::text = author.legacy_key
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
cross join lateral (
  select case when old.workspace_id is null then post.workspace_id else space.hybrid_id end as workspace_id
) as own;

comment on view consolidation.expected_files_of_a is 'Keys, workspace, post and author of A.content_media.';

create view consolidation.expected_a_content_media_files with (security_invoker = true) as
select
  old.legacy_key,
  file.outcome,
  file.asset_id as hybrid_id,
  file.workspace_id,
  file.user_id,
  old.file_name as filename,
  old.file_name as original_filename,
  coalesce(consolidation.expected_media_type(old.file_type), 'other') as media_type,
  coalesce(old.mime_type, 'application/octet-stream') as mime_type,
  consolidation.expected_count(old.file_size) as file_size,
  old.file_url as url,
  coalesce(
    (
      select jsonb_object_agg(pair.key, pair.said)
      from (
        values
        ('file_type', to_jsonb(old.file_type)),
        -- what would stand beside the post
        ('alt_text', case when file.post_id is null then to_jsonb(old.alt_text) end),
        ('legacy_metadata', case when file.post_id is null then nullif(nullif(old.metadata, 'null'), '{}') end)
      ) as pair (key, said)
      where pair.said is not null
    ),
    '{}'
  ) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.created_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_content_media as old
inner join consolidation.expected_files_of_a as file on old.legacy_key = file.legacy_key;

comment on view consolidation.expected_a_content_media_files is 'public.media_assets, by A.content_media.';

create view consolidation.expected_a_content_media with (security_invoker = true) as
select
  old.legacy_key,
  file.outcome,
  file.media_id as hybrid_id,
  file.workspace_id,
  file.post_id,
  file.asset_id,
  (row_number() over (partition by file.post_id order by old.created_at, old.legacy_key) - 1)::integer as position,
  old.alt_text,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_a_content_media as old
inner join consolidation.expected_files_of_a as file on old.legacy_key = file.legacy_key
where file.post_id is not null;

comment on view consolidation.expected_a_content_media is 'public.content_media, by A.content_media.';

-- ---------------------------------------------------------------- templates and files of B

create view consolidation.expected_b_content_templates with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.content_templates:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.name,
  old.description,
  old.category,
  old.template_content,
  consolidation.expected_list(old.variables) as variables,
  list.words as platforms,
  consolidation.expected_list(old.tags) as tags,
  consolidation.expected_count(old.usage_count, 0)::integer as usage_count,
  coalesce(old.is_public, false) as is_public,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_content_templates as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.content_templates' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null;

comment on view consolidation.expected_b_content_templates is 'public.content_templates, by B.content_templates.';

create view consolidation.expected_b_media_assets with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.media_assets:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.filename,
  old.original_filename,
  coalesce(consolidation.expected_media_type(old.media_type), 'other') as media_type,
  coalesce(old.mime_type, 'application/octet-stream') as mime_type,
  consolidation.expected_count(old.file_size) as file_size,
  old.url,
  old.thumbnail_url,
  consolidation.expected_json(old.dimensions) as dimensions,
  consolidation.expected_amount(old.duration) as duration,
  old.generated_by,
  consolidation.expected_json(old.generation_params) as generation_params,
  consolidation.expected_list(old.tags) as tags,
  coalesce(old.is_public, false) as is_public,
  case
    when consolidation.expected_media_type(old.media_type) is null
      then consolidation.expected_with(consolidation.expected_object(old.metadata), 'legacy_media_type', to_jsonb(old.media_type))
    else consolidation.expected_object(old.metadata)
  end as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_media_assets as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.media_assets' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null;

comment on view consolidation.expected_b_media_assets is 'public.media_assets, by B.media_assets.';

create view consolidation.found_posts_of_a with (security_invoker = true) as
select
  'a'::text as legacy_schema,
  old.legacy_key,
  line.outcome,
  case
    when line.outcome = 'merged' or line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.social_media_posts:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id
from consolidation.read_a_social_media_posts as old
left join consolidation.ledger as line on line.legacy_table = 'a.social_media_posts' and old.legacy_key = line.legacy_key
left join consolidation.became_a_workspaces as space on space.legacy_key = old.workspace_id::text
left join consolidation.became_a_users as person on person.legacy_key = old.user_id::text
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null;

comment on view consolidation.found_posts_of_a is 'Posts of A, for expected_posts.';

create view consolidation.found_posts_of_b with (security_invoker = true) as
select
  'b'::text as legacy_schema,
  old.legacy_key,
  line.outcome,
  case
    when line.outcome = 'merged' or line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.social_media_posts:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id
from consolidation.read_b_social_media_posts as old
left join consolidation.ledger as line on line.legacy_table = 'b.social_media_posts' and old.legacy_key = line.legacy_key
left join consolidation.became_b_workspaces as space on space.legacy_key = old.workspace_id::text
left join consolidation.became_b_users as person on person.legacy_key = old.user_id::text
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null;

comment on view consolidation.found_posts_of_b is 'Posts of B, for expected_posts.';

create view consolidation.found_addresses_of_a with (security_invoker = true) as
with named as materialized (
  select distinct on (post.workspace_id, item.address)
    post.workspace_id,
    item.address,
    post.legacy_key,
    post.user_id,
    item.created_at,
    item.updated_at,
    bool_or(post.outcome <> 'rejected') over (partition by post.workspace_id, item.address) as is_used
  from (
    select
      old.legacy_key,
      old.created_at,
      old.updated_at,
      btrim(item.said, e' \t\r\n') as address
    from consolidation.read_a_social_media_posts as old
    cross join
      lateral (
        select
          item.said,
          item.place + 1000000000 as place,
          false as is_of_urls,
          item.said ~ '^[ \t\r\n]*https?://' as is_address
        from unnest(old.media_assets) with ordinality as item (said, place)
        where item.said is not null
      ) as item
    where item.is_address
  ) as item
  inner join consolidation.expected_posts as post on post.legacy_schema = 'a' and item.legacy_key = post.legacy_key
  where post.workspace_id is not null
  order by post.workspace_id, item.address, item.created_at, post.legacy_key
),

there as (
  select distinct on (named.workspace_id, named.address)
    named.workspace_id,
    named.address,
    library.asset_id
  from named
  inner join (
    select
      file.asset_id,
      file.workspace_id,
      old.file_url as url,
      coalesce(old.created_at, consolidation.expected_start()) as created_at
    from consolidation.expected_files_of_a as file
    inner join consolidation.read_a_content_media as old on file.legacy_key = old.legacy_key
  ) as library on named.workspace_id = library.workspace_id and named.address = library.url
  order by named.workspace_id, named.address, library.created_at, library.asset_id
)

select
  'a'::text as legacy_schema,
  named.workspace_id,
  named.address,
  coalesce(
    there.asset_id, consolidation.expected_id('legacy_a.social_media_posts:' || named.workspace_id || ':' || named.address)
  ) as asset_id,
  there.asset_id is null and named.is_used as is_made,
  named.legacy_key,
  named.user_id,
  named.created_at,
  named.updated_at
from named
left join there on named.workspace_id = there.workspace_id and named.address = there.address;

comment on view consolidation.found_addresses_of_a is 'Addresses that posts of A name, for expected_addresses.';

create view consolidation.found_addresses_of_b with (security_invoker = true) as
with named as materialized (
  select distinct on (post.workspace_id, item.address)
    post.workspace_id,
    item.address,
    post.legacy_key,
    post.user_id,
    item.created_at,
    item.updated_at,
    bool_or(post.outcome <> 'rejected') over (partition by post.workspace_id, item.address) as is_used
  from (
    select
      old.legacy_key,
      old.created_at,
      old.updated_at,
      btrim(item.said, e' \t\r\n') as address
    from consolidation.read_b_social_media_posts as old
    cross join
      lateral (
        select
          item.said,
          item.place,
          true as is_of_urls,
          true as is_address
        from unnest(old.media_urls) with ordinality as item (said, place)
        where btrim(item.said, e' \t\r\n') <> ''
        union all
        select
          item.said,
          item.place + 1000000000 as place,
          false as is_of_urls,
          item.said ~ '^[ \t\r\n]*https?://' as is_address
        from unnest(old.media_assets) with ordinality as item (said, place)
        where item.said is not null
      ) as item
    where item.is_address
  ) as item
  inner join consolidation.expected_posts as post on post.legacy_schema = 'b' and item.legacy_key = post.legacy_key
  where post.workspace_id is not null
  order by post.workspace_id, item.address, item.created_at, post.legacy_key
),

there as (
  select distinct on (named.workspace_id, named.address)
    named.workspace_id,
    named.address,
    library.asset_id
  from named
  inner join (
    select
      file.asset_id,
      file.workspace_id,
      old.file_url as url,
      coalesce(old.created_at, consolidation.expected_start()) as created_at
    from consolidation.expected_files_of_a as file
    inner join consolidation.read_a_content_media as old on file.legacy_key = old.legacy_key
    union all
    select
      asset.hybrid_id,
      asset.workspace_id,
      asset.url,
      asset.created_at
    from consolidation.expected_b_media_assets as asset
    union all
    select
      made.asset_id,
      made.workspace_id,
      made.address,
      coalesce(made.created_at, consolidation.expected_start()) as created_at
    from consolidation.expected_addresses as made
    where made.is_made
  ) as library on named.workspace_id = library.workspace_id and named.address = library.url
  order by named.workspace_id, named.address, library.created_at, library.asset_id
)

select
  'b'::text as legacy_schema,
  named.workspace_id,
  named.address,
  coalesce(
    there.asset_id, consolidation.expected_id('legacy_b.social_media_posts:' || named.workspace_id || ':' || named.address)
  ) as asset_id,
  there.asset_id is null and named.is_used as is_made,
  named.legacy_key,
  named.user_id,
  named.created_at,
  named.updated_at
from named
left join there on named.workspace_id = there.workspace_id and named.address = there.address;

comment on view consolidation.found_addresses_of_b is 'Addresses that posts of B name, for expected_addresses.';

create view consolidation.found_shown_of_a with (security_invoker = true) as
select
  'a'::text as legacy_schema,
  old.legacy_key,
  item.place,
  item.is_of_urls,
  item.said,
  named.asset_id
from consolidation.read_a_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'a' and old.legacy_key = post.legacy_key and post.outcome <> 'rejected'
cross join
  lateral (
    select
      item.said,
      item.place + 1000000000 as place,
      false as is_of_urls,
      item.said ~ '^[ \t\r\n]*https?://' as is_address
    from unnest(old.media_assets) with ordinality as item (said, place)
    where item.said is not null
  ) as item
left join consolidation.expected_addresses as named
  on named.legacy_schema = 'a'
    and item.is_address
    and post.workspace_id = named.workspace_id
    and named.address = btrim(item.said, e' \t\r\n');

comment on view consolidation.found_shown_of_a is 'What posts of A show, for expected_shown.';

create view consolidation.found_shown_of_b with (security_invoker = true) as
select
  'b'::text as legacy_schema,
  old.legacy_key,
  item.place,
  item.is_of_urls,
  item.said,
  coalesce(named.asset_id, case when asset.workspace_id = post.workspace_id then asset.hybrid_id end) as asset_id
from consolidation.read_b_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'b' and old.legacy_key = post.legacy_key and post.outcome <> 'rejected'
cross join
  lateral (
    select
      item.said,
      item.place,
      true as is_of_urls,
      true as is_address
    from unnest(old.media_urls) with ordinality as item (said, place)
    where btrim(item.said, e' \t\r\n') <> ''
    union all
    select
      item.said,
      item.place + 1000000000 as place,
      false as is_of_urls,
      item.said ~ '^[ \t\r\n]*https?://' as is_address
    from unnest(old.media_assets) with ordinality as item (said, place)
    where item.said is not null
  ) as item
left join consolidation.expected_addresses as named
  on named.legacy_schema = 'b'
    and item.is_address
    and post.workspace_id = named.workspace_id
    and named.address = btrim(item.said, e' \t\r\n')
-- the id of an asset of B, in whatever way it is spelled
left join consolidation.became_b_media_assets as asset
  on not item.is_address
    and translate(consolidation.expected_word(item.said), '{-}', '') = replace(asset.legacy_key, '-', '');

comment on view consolidation.found_shown_of_b is 'What posts of B show, for expected_shown.';

-- security invoker: it writes what its caller may write.
create function consolidation.find_posts() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.expected_posts;
  insert into consolidation.expected_posts (legacy_schema, legacy_key, outcome, hybrid_id, workspace_id, user_id)
  select found.legacy_schema, found.legacy_key, found.outcome, found.hybrid_id, found.workspace_id, found.user_id
  from consolidation.found_posts_of_a as found;
  insert into consolidation.expected_posts (legacy_schema, legacy_key, outcome, hybrid_id, workspace_id, user_id)
  select found.legacy_schema, found.legacy_key, found.outcome, found.hybrid_id, found.workspace_id, found.user_id
  from consolidation.found_posts_of_b as found;
  analyze consolidation.expected_posts;

  -- Those of A first: what they make is in the library when B's come.
  delete from consolidation.expected_addresses;
  insert into consolidation.expected_addresses (legacy_schema, workspace_id, address, asset_id, is_made, legacy_key, user_id, created_at, updated_at)
  select found.legacy_schema, found.workspace_id, found.address, found.asset_id, found.is_made, found.legacy_key, found.user_id, found.created_at, found.updated_at
  from consolidation.found_addresses_of_a as found;
  insert into consolidation.expected_addresses (legacy_schema, workspace_id, address, asset_id, is_made, legacy_key, user_id, created_at, updated_at)
  select found.legacy_schema, found.workspace_id, found.address, found.asset_id, found.is_made, found.legacy_key, found.user_id, found.created_at, found.updated_at
  from consolidation.found_addresses_of_b as found;
  analyze consolidation.expected_addresses;

  delete from consolidation.expected_shown;
  insert into consolidation.expected_shown (legacy_schema, legacy_key, place, is_of_urls, said, asset_id)
  select found.legacy_schema, found.legacy_key, found.place, found.is_of_urls, found.said, found.asset_id
  from consolidation.found_shown_of_a as found;
  insert into consolidation.expected_shown (legacy_schema, legacy_key, place, is_of_urls, said, asset_id)
  select found.legacy_schema, found.legacy_key, found.place, found.is_of_urls, found.said, found.asset_id
  from consolidation.found_shown_of_b as found;
  analyze consolidation.expected_shown;
end
$function$;

comment on function consolidation.find_posts() is 'Fills expected_posts, expected_addresses and expected_shown.';

-- ---------------------------------------------------------------- campaigns

create view consolidation.expected_b_campaigns_plain with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.campaigns:' || old.legacy_key)
  end as hybrid_id,
  coalesce(space.hybrid_id, home.workspace_id) as workspace_id,
  person.hybrid_id as user_id,
  old.name,
  old.description,
  consolidation.expected_list(old.objectives) as objectives,
  consolidation.expected_json(old.target_audience) as target_audience,
  case when old.budget >= 0 and old.budget < 'infinity' then old.budget end as budget,
  old.start_date,
  case when old.end_date < old.start_date then null else old.end_date end as end_date,
  status.becomes as status,
  consolidation.expected_json(old.analytics) as analytics,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_campaigns as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.campaigns' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.value_map as status
  on status.hybrid_column = 'campaigns.status'
    and consolidation.expected_word(coalesce(old.status, 'draft')) = status.word;

comment on view consolidation.expected_b_campaigns_plain is 'public.campaigns, by B.campaigns, without its metadata.';

-- campaign_of_posts: of several campaigns that name a post the oldest has it. Where A and B were one schema the posts may be A's.
create view consolidation.expected_campaigns_of_posts with (security_invoker = true) as
select distinct on (post.legacy_key)
  (select consolidation.name_in_ledger('b', 'social_media_posts')) as legacy_table,
  post.legacy_key,
  campaign.hybrid_id as campaign_id
from (
  select
    old.legacy_key,
    old.created_at,
    translate(consolidation.expected_word(said.post), '{}-', '') as post
  from consolidation.read_b_campaigns as old
  cross join lateral unnest(old.posts) as said (post)
) as named
inner join consolidation.expected_b_campaigns_plain as campaign on named.legacy_key = campaign.legacy_key
inner join consolidation.became_b_social_media_posts as post
  on named.post = replace(post.legacy_key, '-', '')
    and campaign.workspace_id = post.workspace_id
    and post.outcome in ('migrated', 'split')
order by post.legacy_key, named.created_at, named.legacy_key;

comment on view consolidation.expected_campaigns_of_posts is 'Which campaign each post of B belongs to.';

create view consolidation.expected_b_campaigns with (security_invoker = true) as
with rest as (
  select
    named.legacy_key,
    jsonb_agg(named.post order by named.place) as said
  from (
    select
      other.legacy_key,
      said.post,
      said.place
    from consolidation.read_b_campaigns as other
    cross join lateral unnest(other.posts) with ordinality as said (post, place)
    where said.post is not null
  ) as named
  inner join consolidation.became_b_campaigns as line on named.legacy_key = line.legacy_key
  left join consolidation.expected_campaigns_of_posts as placed
    on translate(consolidation.expected_word(named.post), '{}-', '') = replace(placed.legacy_key, '-', '')
      and line.hybrid_id = placed.campaign_id
  where placed.legacy_key is null
  group by named.legacy_key
)

select
  campaign.legacy_key,
  campaign.outcome,
  campaign.hybrid_id,
  campaign.workspace_id,
  campaign.user_id,
  campaign.name,
  campaign.description,
  campaign.objectives,
  campaign.target_audience,
  campaign.budget,
  campaign.start_date,
  campaign.end_date,
  campaign.status,
  campaign.analytics,
  campaign.created_at,
  campaign.updated_at,
  case
    when rest.said is null then consolidation.expected_object(old.metadata)
    else consolidation.expected_with(consolidation.expected_object(old.metadata), 'legacy_posts', rest.said)
  end as metadata
from consolidation.expected_b_campaigns_plain as campaign
inner join consolidation.read_b_campaigns as old on campaign.legacy_key = old.legacy_key
left join rest on campaign.legacy_key = rest.legacy_key;

comment on view consolidation.expected_b_campaigns is 'public.campaigns, by B.campaigns.';

-- ---------------------------------------------------------------- posts of A for platforms

create view consolidation.expected_a_social_media_posts_assets with (security_invoker = true) as
select
  named.legacy_key,
  'migrated'::text as outcome,
  named.asset_id as hybrid_id,
  named.workspace_id,
  named.user_id,
  file.name as filename,
  file.name as original_filename,
  coalesce(consolidation.expected_media_type(named.address), 'other') as media_type,
  named.address as url,
  coalesce(named.created_at, consolidation.expected_start()) as created_at,
  coalesce(named.updated_at, consolidation.expected_start()) as updated_at
from consolidation.expected_addresses as named
cross join
  lateral (
    select consolidation.expected_file_name(named.address) as name
  ) as file
where named.legacy_schema = 'a'
  and named.is_made;

comment on view consolidation.expected_a_social_media_posts_assets is 'public.media_assets: addresses in A.social_media_posts of which the library has none.';

create view consolidation.expected_a_social_media_posts_media with (security_invoker = true) as
select
  shown.legacy_key,
  post.outcome,
  consolidation.expected_id('legacy_a.social_media_posts:' || shown.legacy_key || ':' || shown.asset_id) as hybrid_id,
  post.workspace_id,
  post.hybrid_id as post_id,
  shown.asset_id,
  (row_number() over (partition by shown.legacy_key order by shown.place) - 1)::integer as position,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from (
  select
    item.legacy_key,
    item.asset_id,
    min(item.place) as place
  from consolidation.expected_shown as item
  where item.legacy_schema = 'a'
    and item.asset_id is not null
  group by item.legacy_key, item.asset_id
) as shown
inner join consolidation.expected_posts as post on post.legacy_schema = 'a' and shown.legacy_key = post.legacy_key
inner join consolidation.read_a_social_media_posts as old on shown.legacy_key = old.legacy_key;

comment on view consolidation.expected_a_social_media_posts_media is 'public.content_media, by A.social_media_posts.';

create view consolidation.expected_a_social_media_posts with (security_invoker = true) as
select
  old.legacy_key,
  post.outcome,
  post.hybrid_id,
  post.workspace_id,
  post.user_id,
  campaign.campaign_id,
  old.title,
  old.content,
  case when status.becomes = 'scheduled' and old.scheduled_for is null then 'draft' else status.becomes end as status,
  old.scheduled_for,
  old.published_at,
  case
    when num_nonnulls(extra.ignored, shown.assets, extra.hashtags, extra.mentions, extra.ayrshare_post_id, extra.analytics) = 0
      then extra.metadata
    else extra.metadata || (
        select jsonb_object_agg(consolidation.expected_key(extra.metadata, pair.key), pair.said)
        from (
          values
          ('legacy_platforms', extra.ignored),
          ('legacy_media_assets', shown.assets),
          ('legacy_hashtags', extra.hashtags),
          ('legacy_mentions', extra.mentions),
          ('legacy_ayrshare_post_id', extra.ayrshare_post_id),
          ('legacy_analytics', extra.analytics)
        ) as pair (key, said)
        where pair.said is not null
      )
  end as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'a' and old.legacy_key = post.legacy_key and post.outcome <> 'rejected'
inner join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
left join (
  select
    item.legacy_key,
    jsonb_agg(item.said order by item.place) as assets
  from consolidation.expected_shown as item
  where item.legacy_schema = 'a'
    and item.asset_id is null
  group by item.legacy_key
) as shown on old.legacy_key = shown.legacy_key
left join consolidation.expected_campaigns_of_posts as campaign
  on campaign.legacy_table = 'a.social_media_posts' and old.legacy_key = campaign.legacy_key
left join consolidation.value_map as status
  on status.hybrid_column = 'content_posts.status'
    and consolidation.expected_word(coalesce(old.status, 'draft')) = status.word
-- split_analytics: an object keyed by names of platforms
cross join
  lateral (
    select
      case
        when jsonb_typeof(
            old.analytics
          ) = 'object'
          then exists (
              select
              from jsonb_object_keys(old.analytics) as part (key)
              where consolidation.expected_word(part.key) = any(array(select word.word from consolidation.expected_platform_words as word))
            )
        else false
      end as holds
  ) as keyed
-- what a post that has no form says of forms
cross join
  lateral (
    select
      consolidation.expected_object(old.metadata) as metadata,
      case when list.ignored <> '{}' then to_jsonb(list.ignored) end as ignored,
      case
        when list.names = '{}' and consolidation.expected_list(old.hashtags) <> '{}'
          then to_jsonb(consolidation.expected_list(old.hashtags))
      end as hashtags,
      case
        when list.names = '{}' and consolidation.expected_list(old.mentions) <> '{}'
          then to_jsonb(consolidation.expected_list(old.mentions))
      end as mentions,
      case when list.names = '{}' then to_jsonb(old.ayrshare_post_id) end as ayrshare_post_id,
      -- keyed by platforms, what is of none of the post's; else all of it, where it goes to no single form
      case
        when old.analytics is null or old.analytics in ('{}', 'null') then null
        when keyed.holds and old.analytics - list.names = '{}' then null
        when keyed.holds then consolidation.expected_rest(list.names, old.analytics)
        when cardinality(list.names) <> 1 then old.analytics
      end as analytics
  ) as extra;

comment on view consolidation.expected_a_social_media_posts is 'public.content_posts, by A.social_media_posts.';

create view consolidation.expected_a_social_media_posts_forms with (security_invoker = true) as
select
  old.legacy_key,
  post.outcome,
  consolidation.expected_id('legacy_a.social_media_posts:' || old.legacy_key || ':' || form.name) as hybrid_id,
  post.workspace_id,
  post.hybrid_id as content_post_id,
  post.user_id,
  form.platform_id,
  old.title,
  old.content,
  consolidation.expected_list(old.hashtags) as hashtags,
  consolidation.expected_list(old.mentions) as mentions,
  case when status.becomes = 'scheduled' and old.scheduled_for is null then 'draft' else status.becomes end as status,
  old.scheduled_for,
  old.published_at,
  old.ayrshare_post_id,
  case
    when results.said is null or results.said in ('[]', '{}', 'null') then '{}'
    -- keyed by the platforms of the post as they are called here
    when jsonb_typeof(results.said) = 'object' and results.said - list.names = '{}'
      then consolidation.expected_json(results.said -> form.name)
    when jsonb_typeof(
        results.said
      ) = 'array'
      then consolidation.expected_json(
          (
            select case count(*) when 1 then (array_agg(item.said))[1] else jsonb_agg(item.said order by item.place) end
            from jsonb_array_elements(results.said) with ordinality as item (said, place)
            inner join consolidation.expected_platform_words as word on consolidation.expected_word(item.said ->> 'platform') = word.word
            where word.name = form.name
          )
        )
    else consolidation.expected_json(consolidation.expected_part(form.name, results.said))
  end as platform_results,
  case
    when old.analytics is null or old.analytics in ('{}', 'null') then '{}'
    when keyed.holds and old.analytics - list.names = '{}' then consolidation.expected_json(old.analytics -> form.name)
    when keyed.holds then consolidation.expected_json(consolidation.expected_part(form.name, old.analytics))
    when cardinality(list.names) = 1 then old.analytics
    else '{}'
  end as analytics,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'a' and old.legacy_key = post.legacy_key and post.outcome <> 'rejected'
inner join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
left join consolidation.value_map as status
  on status.hybrid_column = 'social_media_posts.status'
    and consolidation.expected_word(coalesce(old.status, 'draft')) = status.word
cross join
  lateral (
    select
      case jsonb_typeof(old.platform_results)
        when 'string' then consolidation.read_as(old.platform_results #>> '{}', null::jsonb)
        else old.platform_results
      end as said
  ) as results
cross join
  lateral (
    select
      case
        when jsonb_typeof(
            old.analytics
          ) = 'object'
          then exists (
              select
              from jsonb_object_keys(old.analytics) as part (key)
              where consolidation.expected_word(part.key) = any(array(select word.word from consolidation.expected_platform_words as word))
            )
        else false
      end as holds
  ) as keyed
cross join lateral unnest(list.names, list.platform_ids) as form (name, platform_id);

comment on view consolidation.expected_a_social_media_posts_forms is 'public.social_media_posts, by A.social_media_posts.';

create view consolidation.expected_kept_a_social_media_posts with (security_invoker = true) as
select
  old.legacy_key,
  'platform_results'::text as legacy_column,
  rest.said as value
from consolidation.read_a_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'a' and old.legacy_key = post.legacy_key and post.outcome in ('migrated', 'split')
inner join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
cross join
  lateral (
    select
      case jsonb_typeof(old.platform_results)
        when 'string' then coalesce(consolidation.read_as(old.platform_results #>> '{}', null::jsonb), old.platform_results)
        else old.platform_results
      end as said
  ) as results
cross join
  lateral (
    select
      case
        when results.said = 'null' or (jsonb_typeof(results.said) = 'object' and results.said - list.names = '{}') then null
        when jsonb_typeof(
            results.said
          ) = 'array'
          then (
            select jsonb_agg(item.said order by item.place)
            from jsonb_array_elements(results.said) with ordinality as item (said, place)
            left join consolidation.expected_platform_words as word on consolidation.expected_word(item.said ->> 'platform') = word.word
            where word.name is null
              or word.name <> all(list.names)
          )
        when jsonb_typeof(
            results.said
          ) = 'object'
          then (
            select jsonb_object_agg(item.key, item.said)
            from jsonb_each(results.said) as item (key, said)
            left join consolidation.expected_platform_words as word on consolidation.expected_word(item.key) = word.word
            where word.name is null
              or word.name <> all(list.names)
          )
        else results.said
      end as said
  ) as rest
where old.platform_results not in ('[]', '{}', 'null')
  and rest.said is not null;

comment on view consolidation.expected_kept_a_social_media_posts is 'Rule kept_remainder: answers of platforms that belong to no form.';

-- ---------------------------------------------------------------- posts of B for platforms

create view consolidation.expected_b_social_media_posts_assets with (security_invoker = true) as
select
  named.legacy_key,
  'migrated'::text as outcome,
  named.asset_id as hybrid_id,
  named.workspace_id,
  named.user_id,
  file.name as filename,
  file.name as original_filename,
  coalesce(consolidation.expected_media_type(named.address), 'other') as media_type,
  named.address as url,
  coalesce(named.created_at, consolidation.expected_start()) as created_at,
  coalesce(named.updated_at, consolidation.expected_start()) as updated_at
from consolidation.expected_addresses as named
cross join
  lateral (
    select consolidation.expected_file_name(named.address) as name
  ) as file
where named.legacy_schema = 'b'
  and named.is_made;

comment on view consolidation.expected_b_social_media_posts_assets is 'public.media_assets: addresses in B.social_media_posts of which the library has none.';

create view consolidation.expected_b_social_media_posts_media with (security_invoker = true) as
select
  shown.legacy_key,
  post.outcome,
  consolidation.expected_id('legacy_b.social_media_posts:' || shown.legacy_key || ':' || shown.asset_id) as hybrid_id,
  post.workspace_id,
  post.hybrid_id as post_id,
  shown.asset_id,
  (row_number() over (partition by shown.legacy_key order by shown.place) - 1)::integer as position,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from (
  select
    item.legacy_key,
    item.asset_id,
    min(item.place) as place
  from consolidation.expected_shown as item
  where item.legacy_schema = 'b'
    and item.asset_id is not null
  group by item.legacy_key, item.asset_id
) as shown
inner join consolidation.expected_posts as post on post.legacy_schema = 'b' and shown.legacy_key = post.legacy_key
inner join consolidation.read_b_social_media_posts as old on shown.legacy_key = old.legacy_key;

comment on view consolidation.expected_b_social_media_posts_media is 'public.content_media, by B.social_media_posts.';

create view consolidation.expected_b_social_media_posts with (security_invoker = true) as
select
  old.legacy_key,
  post.outcome,
  post.hybrid_id,
  post.workspace_id,
  post.user_id,
  campaign.campaign_id,
  old.title,
  old.content,
  case when status.becomes = 'scheduled' and old.scheduled_at is null then 'draft' else status.becomes end as status,
  old.scheduled_at as scheduled_for,
  old.published_at,
  case
    when num_nonnulls(extra.ignored, shown.urls, shown.assets, extra.hashtags, extra.mentions, extra.ayrshare_post_id, extra.analytics) = 0
      then extra.metadata
    else extra.metadata || (
        select jsonb_object_agg(consolidation.expected_key(extra.metadata, pair.key), pair.said)
        from (
          values
          ('legacy_platforms', extra.ignored),
          ('legacy_media_urls', shown.urls),
          ('legacy_media_assets', shown.assets),
          ('legacy_hashtags', extra.hashtags),
          ('legacy_mentions', extra.mentions),
          ('legacy_ayrshare_post_id', extra.ayrshare_post_id),
          ('legacy_analytics', extra.analytics)
        ) as pair (key, said)
        where pair.said is not null
      )
  end as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'b' and old.legacy_key = post.legacy_key and post.outcome <> 'rejected'
inner join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
left join (
  select
    item.legacy_key,
    jsonb_agg(item.said order by item.place) filter (where item.is_of_urls) as urls,
    jsonb_agg(item.said order by item.place) filter (where not item.is_of_urls) as assets
  from consolidation.expected_shown as item
  where item.legacy_schema = 'b'
    and item.asset_id is null
  group by item.legacy_key
) as shown on old.legacy_key = shown.legacy_key
left join consolidation.expected_campaigns_of_posts as campaign
  on campaign.legacy_table = 'b.social_media_posts' and old.legacy_key = campaign.legacy_key
left join consolidation.value_map as status
  on status.hybrid_column = 'content_posts.status'
    and consolidation.expected_word(coalesce(old.status, 'draft')) = status.word
-- split_analytics: an object keyed by names of platforms
cross join
  lateral (
    select
      case
        when jsonb_typeof(
            old.analytics
          ) = 'object'
          then exists (
              select
              from jsonb_object_keys(old.analytics) as part (key)
              where consolidation.expected_word(part.key) = any(array(select word.word from consolidation.expected_platform_words as word))
            )
        else false
      end as holds
  ) as keyed
-- what a post that has no form says of forms
cross join
  lateral (
    select
      consolidation.expected_object(old.metadata) as metadata,
      case when list.ignored <> '{}' then to_jsonb(list.ignored) end as ignored,
      case
        when list.names = '{}' and consolidation.expected_list(old.hashtags) <> '{}'
          then to_jsonb(consolidation.expected_list(old.hashtags))
      end as hashtags,
      case
        when list.names = '{}' and consolidation.expected_list(old.mentions) <> '{}'
          then to_jsonb(consolidation.expected_list(old.mentions))
      end as mentions,
      case when list.names = '{}' then to_jsonb(old.ayrshare_post_id) end as ayrshare_post_id,
      -- keyed by platforms, what is of none of the post's; else all of it, where it goes to no single form
      case
        when old.analytics is null or old.analytics in ('{}', 'null') then null
        when keyed.holds and old.analytics - list.names = '{}' then null
        when keyed.holds then consolidation.expected_rest(list.names, old.analytics)
        when cardinality(list.names) <> 1 then old.analytics
      end as analytics
  ) as extra;

comment on view consolidation.expected_b_social_media_posts is 'public.content_posts, by B.social_media_posts.';

create view consolidation.expected_b_social_media_posts_forms with (security_invoker = true) as
select
  old.legacy_key,
  post.outcome,
  consolidation.expected_id('legacy_b.social_media_posts:' || old.legacy_key || ':' || form.name) as hybrid_id,
  post.workspace_id,
  post.hybrid_id as content_post_id,
  post.user_id,
  form.platform_id,
  old.title,
  old.content,
  consolidation.expected_list(old.hashtags) as hashtags,
  consolidation.expected_list(old.mentions) as mentions,
  case when status.becomes = 'scheduled' and old.scheduled_at is null then 'draft' else status.becomes end as status,
  old.scheduled_at as scheduled_for,
  old.published_at,
  old.ayrshare_post_id,
  case
    when results.said is null or results.said in ('[]', '{}', 'null') then '{}'
    -- keyed by the platforms of the post as they are called here
    when jsonb_typeof(results.said) = 'object' and results.said - list.names = '{}'
      then consolidation.expected_json(results.said -> form.name)
    when jsonb_typeof(
        results.said
      ) = 'array'
      then consolidation.expected_json(
          (
            select case count(*) when 1 then (array_agg(item.said))[1] else jsonb_agg(item.said order by item.place) end
            from jsonb_array_elements(results.said) with ordinality as item (said, place)
            inner join consolidation.expected_platform_words as word on consolidation.expected_word(item.said ->> 'platform') = word.word
            where word.name = form.name
          )
        )
    else consolidation.expected_json(consolidation.expected_part(form.name, results.said))
  end as platform_results,
  case
    when old.analytics is null or old.analytics in ('{}', 'null') then '{}'
    when keyed.holds and old.analytics - list.names = '{}' then consolidation.expected_json(old.analytics -> form.name)
    when keyed.holds then consolidation.expected_json(consolidation.expected_part(form.name, old.analytics))
    when cardinality(list.names) = 1 then old.analytics
    else '{}'
  end as analytics,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'b' and old.legacy_key = post.legacy_key and post.outcome <> 'rejected'
inner join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
left join consolidation.value_map as status
  on status.hybrid_column = 'social_media_posts.status'
    and consolidation.expected_word(coalesce(old.status, 'draft')) = status.word
cross join
  lateral (
    select
      case jsonb_typeof(old.platform_results)
        when 'string' then consolidation.read_as(old.platform_results #>> '{}', null::jsonb)
        else old.platform_results
      end as said
  ) as results
cross join
  lateral (
    select
      case
        when jsonb_typeof(
            old.analytics
          ) = 'object'
          then exists (
              select
              from jsonb_object_keys(old.analytics) as part (key)
              where consolidation.expected_word(part.key) = any(array(select word.word from consolidation.expected_platform_words as word))
            )
        else false
      end as holds
  ) as keyed
cross join lateral unnest(list.names, list.platform_ids) as form (name, platform_id);

comment on view consolidation.expected_b_social_media_posts_forms is 'public.social_media_posts, by B.social_media_posts.';

create view consolidation.expected_kept_b_social_media_posts with (security_invoker = true) as
select
  old.legacy_key,
  'platform_results'::text as legacy_column,
  rest.said as value
from consolidation.read_b_social_media_posts as old
inner join consolidation.expected_posts as post
  on post.legacy_schema = 'b' and old.legacy_key = post.legacy_key and post.outcome in ('migrated', 'split')
inner join consolidation.expected_lists as list on coalesce(old.platforms, '{}') = list.platforms
cross join
  lateral (
    select
      case jsonb_typeof(old.platform_results)
        when 'string' then coalesce(consolidation.read_as(old.platform_results #>> '{}', null::jsonb), old.platform_results)
        else old.platform_results
      end as said
  ) as results
cross join
  lateral (
    select
      case
        when results.said = 'null' or (jsonb_typeof(results.said) = 'object' and results.said - list.names = '{}') then null
        when jsonb_typeof(
            results.said
          ) = 'array'
          then (
            select jsonb_agg(item.said order by item.place)
            from jsonb_array_elements(results.said) with ordinality as item (said, place)
            left join consolidation.expected_platform_words as word on consolidation.expected_word(item.said ->> 'platform') = word.word
            where word.name is null
              or word.name <> all(list.names)
          )
        when jsonb_typeof(
            results.said
          ) = 'object'
          then (
            select jsonb_object_agg(item.key, item.said)
            from jsonb_each(results.said) as item (key, said)
            left join consolidation.expected_platform_words as word on consolidation.expected_word(item.key) = word.word
            where word.name is null
              or word.name <> all(list.names)
          )
        else results.said
      end as said
  ) as rest
where old.platform_results not in ('[]', '{}', 'null')
  and rest.said is not null;

comment on view consolidation.expected_kept_b_social_media_posts is 'Rule kept_remainder: answers of platforms that belong to no form.';

-- ---------------------------------------------------------------- publications

create view consolidation.expected_a_post_publications with (security_invoker = true) as
with attempt as (
  -- attempt_number, over all rows of the captured table
  select
    every.legacy_key,
    case
      when every.account_id is null then 1
      else (row_number() over (partition by every.post_id, every.account_id order by every.created_at, every.legacy_key))::integer
    end as number
  from consolidation.read_a_post_publications as every
),

form as (
  select
    known.hybrid_id,
    known.content_post_id,
    known.platform_id
  from consolidation.expected_a_social_media_posts_forms as known
  union all
  select
    known.hybrid_id,
    known.content_post_id,
    known.platform_id
  from consolidation.expected_b_social_media_posts_forms as known
)

select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_a.post_publications:' || old.legacy_key)
  end as hybrid_id,
  post.workspace_id,
  post.hybrid_id as post_id,
  -- form_of_account
  form.hybrid_id as social_media_post_id,
  account.hybrid_id as account_id,
  attempt.number as attempt,
  status.becomes as status,
  old.platform_post_id,
  old.published_at,
  old.error_message,
  consolidation.expected_json(old.platform_response) as platform_response,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.created_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_post_publications as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.post_publications' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
inner join attempt on old.legacy_key = attempt.legacy_key
left join consolidation.became_a_content_posts as post on old.post_id::text = post.legacy_key
left join consolidation.became_a_user_social_accounts as account
  on old.account_id::text = account.legacy_key and post.workspace_id = account.workspace_id
left join consolidation.read_a_user_social_accounts as held on account.legacy_key = held.legacy_key
left join consolidation.became_a_social_platforms as platform on held.platform_id::text = platform.legacy_key
left join form on post.hybrid_id = form.content_post_id and platform.hybrid_id = form.platform_id
left join consolidation.value_map as status
  on status.hybrid_column = 'post_publications.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_a_post_publications is 'public.post_publications, by A.post_publications.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(310, 'a.content_posts', 'a.content_posts', 'public.content_posts', 'expected_a_content_posts', 'id', 'ledger'),
(315, 'a.content_media', 'a.content_media', 'public.media_assets', 'expected_a_content_media_files', 'id', 'ledger'),
(316, 'a.content_media', 'a.content_media', 'public.content_media', 'expected_a_content_media', 'id', 'ledger_targets'),
(320, 'a.social_media_posts', 'a.social_media_posts', 'public.content_posts', 'expected_a_social_media_posts', 'id', 'ledger'),
(
  321,
  'a.social_media_posts',
  'a.social_media_posts',
  'public.social_media_posts',
  'expected_a_social_media_posts_forms',
  'id',
  'ledger_targets'
),
(322, 'a.social_media_posts', 'a.social_media_posts', 'public.media_assets', 'expected_a_social_media_posts_assets', 'id', 'nothing'),
(
  323, 'a.social_media_posts', 'a.social_media_posts', 'public.content_media', 'expected_a_social_media_posts_media', 'id', 'ledger_targets'
),
(330, 'a.post_publications', 'a.post_publications', 'public.post_publications', 'expected_a_post_publications', 'id', 'ledger'),
(340, 'b.campaigns', 'b.campaigns', 'public.campaigns', 'expected_b_campaigns', 'id', 'ledger'),
(350, 'b.content_templates', 'b.content_templates', 'public.content_templates', 'expected_b_content_templates', 'id', 'ledger'),
(360, 'b.media_assets', 'b.media_assets', 'public.media_assets', 'expected_b_media_assets', 'id', 'ledger'),
(370, 'b.social_media_posts', 'b.social_media_posts', 'public.content_posts', 'expected_b_social_media_posts', 'id', 'ledger'),
(
  371,
  'b.social_media_posts',
  'b.social_media_posts',
  'public.social_media_posts',
  'expected_b_social_media_posts_forms',
  'id',
  'ledger_targets'
),
(372, 'b.social_media_posts', 'b.social_media_posts', 'public.media_assets', 'expected_b_social_media_posts_assets', 'id', 'nothing'),
(
  373, 'b.social_media_posts', 'b.social_media_posts', 'public.content_media', 'expected_b_social_media_posts_media', 'id', 'ledger_targets'
);

insert into consolidation.asides (position, legacy_table, step, view_name, kind)
values
(320, 'a.social_media_posts', 'a.social_media_posts', 'expected_kept_a_social_media_posts', 'not kept'),
(370, 'b.social_media_posts', 'b.social_media_posts', 'expected_kept_b_social_media_posts', 'not kept');
