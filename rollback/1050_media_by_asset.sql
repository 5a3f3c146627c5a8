create index content_media_workspace_id_asset_id_idx on public.content_media (workspace_id, asset_id);

drop index public.content_media_asset_id_workspace_id_idx;

alter table public.content_media
drop constraint content_media_asset_is_in_the_workspace,
add constraint content_media_asset_is_in_the_workspace
foreign key (workspace_id, asset_id) references public.media_assets (workspace_id, id) on delete cascade;
