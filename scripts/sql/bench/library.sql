-- a page of the library: the newest pictures
select
  asset.id,
  asset.filename,
  asset.media_type,
  asset.mime_type,
  asset.file_size,
  asset.url,
  asset.thumbnail_url,
  asset.dimensions,
  asset.tags,
  asset.created_at
from public.media_assets as asset
where asset.workspace_id = :workspace
  and asset.media_type = :media_type
order by asset.created_at desc
limit :limit offset :offset;
