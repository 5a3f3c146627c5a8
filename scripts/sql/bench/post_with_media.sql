-- one post with its media, embedded as PostgREST embeds them
-- noqa: disable=ST05,AM09
select
  post.id,
  post.title,
  post.content,
  post.content_type,
  post.status,
  post.scheduled_for,
  post.published_at,
  post.tags,
  post.metadata,
  post.user_id,
  post.created_at,
  coalesce(media.media, '[]') as content_media
from public.content_posts as post
left join lateral (
  select json_agg(medium)::jsonb as media
  from (
    select
      attached.position,
      attached.alt_text,
      row_to_json(asset.*)::jsonb as media_assets
    from public.content_media as attached
    left join lateral (
      select
        shown.id,
        shown.url,
        shown.thumbnail_url,
        shown.mime_type,
        shown.dimensions
      from public.media_assets as shown
      where shown.workspace_id = attached.workspace_id
        and shown.id = attached.asset_id
      limit :limit offset :offset
    ) as asset on true
    where attached.workspace_id = post.workspace_id
      and attached.post_id = post.id
    order by attached.position
    limit :limit offset :offset
  ) as medium
) as media on true
where post.workspace_id = :workspace
  and post.id = :post
limit :limit offset :offset;
