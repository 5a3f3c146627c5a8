-- What hazards/posts.py makes, found in the database: one view for each hazard.

-- the platforms that results or analytics are about: the keys of an object, or what each element of a list says
create function found.named_in(jsonb) returns text[]
language sql immutable
return case jsonb_typeof($1)
  when 'object' then (select array_agg(name order by name) from jsonb_object_keys($1) as name)
  when 'array' then (select array_agg(element ->> 'platform' order by element ->> 'platform') from jsonb_array_elements($1) as element)
end;

create view found.posts as
select
  letter,
  tab,
  key,
  body,
  (
    select array_agg(name order by name)
    from jsonb_array_elements_text(
        case jsonb_typeof(every_row.body -> 'platforms') when 'array' then every_row.body -> 'platforms' else '[]' end
      ) as name
  ) as platforms
from found.every_row
where tab = 'social_media_posts';

create view found.platform_names as
select distinct
  elements.letter,
  elements.tab,
  elements.key
from found.elements
where elements.name ~ 'platforms$'
  and (
    elements.element is null or elements.element not in ('linkedin', 'twitter', 'facebook', 'instagram', 'tiktok', 'youtube', 'pinterest')
  );

create view found.posts_without_platform as
select distinct
  letter,
  tab,
  key
from found.cells
where name = 'platforms' and value = '[]';

create view found.platform_results_shapes as
select
  letter,
  tab,
  key
from found.posts
where platforms is distinct from found.named_in(body -> 'platform_results')
  or jsonb_typeof(body -> 'platform_results') = case letter when 'A' then 'array' else 'object' end;

create view found.analytics_shapes as
select
  letter,
  tab,
  key
from found.posts
where platforms is distinct from found.named_in(body -> 'analytics')
  or jsonb_typeof(body -> 'analytics') <> 'object';

create view found.media_assets_of_nothing as
select distinct
  elements.letter,
  elements.tab,
  elements.key
from found.elements
where elements.name = 'media_assets'
  and case elements.letter
    when 'A' then elements.element !~ '^https://' or elements.element is null
    else not exists (
        select from legacy_b.media_assets as asset
        where asset.id::text = elements.element and asset.workspace_id::text = elements.body ->> 'workspace_id'
      )
  end;

create view found.media_urls_repeated as
select distinct
  elements.letter,
  elements.tab,
  elements.key
from found.elements
where elements.name = 'media_urls'
  and (
    elements.element is null or elements.element !~ '^https://media\.example\.org/posts/[0-9a-f]{8}-[0-9]\.png$'
    or exists (
      select from legacy_b.media_assets as asset
      where asset.url = elements.element
    )
  );

create view found.campaign_posts_of_nothing as
select distinct
  letter,
  tab,
  key
from found.elements
where name = 'posts'
  and not exists (
    select from legacy_b.social_media_posts as post
    where post.id::text = elements.element and post.workspace_id::text = elements.body ->> 'workspace_id'
  );

create view found.published_again as
select
  'A' as letter,
  'post_publications' as tab,
  one.id::text as key
from legacy_a.post_publications as one
where exists (
    select from legacy_a.post_publications as other
    where other.id <> one.id and other.post_id is not distinct from one.post_id and other.account_id is not distinct from one.account_id
  );

create view found.usage_in_several_rows as
select
  'A' as letter,
  'avatar_usage_stats' as tab,
  one.id::text as key
from legacy_a.avatar_usage_stats as one
where exists (
    select from legacy_a.avatar_usage_stats as other
    where other.id <> one.id
      and other.workspace_id is not distinct from one.workspace_id
      and other.profile_id is not distinct from one.profile_id
  );

create view found.account_connected_twice as
select
  'A' as letter,
  'user_social_accounts' as tab,
  one.id::text as key
from legacy_a.user_social_accounts as one
where exists (
    select from legacy_a.user_social_accounts as other
    where other.id <> one.id
      and other.user_id is not distinct from one.user_id
      and other.workspace_id is not distinct from one.workspace_id
      and other.platform_id is not distinct from one.platform_id
      and other.account_id is not distinct from one.account_id
  );

create view found.platforms_of_the_owner as
select
  'A' as letter,
  'social_platforms' as tab,
  id::text as key
from legacy_a.social_platforms
where name not in ('linkedin', 'twitter', 'facebook', 'instagram', 'tiktok', 'youtube', 'pinterest');

create view found.configurations_of_one_name as
select
  'B' as letter,
  'research_configurations' as tab,
  one.id::text as key
from legacy_b.research_configurations as one
where exists (
    select from legacy_b.research_configurations as other
    where other.id <> one.id
      and other.user_id is not distinct from one.user_id
      and other.workspace_id is not distinct from one.workspace_id
      and other.source_type is not distinct from one.source_type
      and other.config_name is not distinct from one.config_name
  );
