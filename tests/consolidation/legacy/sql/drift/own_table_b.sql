-- B.media_assets: a table of the owner's own whose foreign key hangs on a legacy table, and one without rows.

create table asset_licences (
  asset_id uuid primary key references media_assets (id),
  licence text not null
);

insert into asset_licences (asset_id, licence)
select
  id,
  'CC BY ' || id as licence
from media_assets;

create table asset_licences_next (like asset_licences);
