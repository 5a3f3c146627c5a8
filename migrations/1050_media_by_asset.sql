-- Why: beside a policy the planner takes every read of a workspace's rows for one of a single row, and then one index is as good as another
-- to it. The media of a post were looked for by (workspace_id, asset_id), which reads all attachments of the workspace. With the asset in
-- front only (workspace_id, post_id, position) can serve that.
-- Touches: one foreign key and one index of content_media, exchanged for the same in another order of columns.
-- What could go wrong: making them reads the table once, while nobody writes it; a million attachments take a second or two.

alter table public.content_media
-- squawk-ignore ban-drop-constraint
drop constraint content_media_asset_is_in_the_workspace,
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
add constraint content_media_asset_is_in_the_workspace
foreign key (asset_id, workspace_id) references public.media_assets (id, workspace_id) on delete cascade;

-- squawk-ignore require-concurrent-index-creation
create index content_media_asset_id_workspace_id_idx on public.content_media (asset_id, workspace_id);

-- squawk-ignore require-concurrent-index-deletion
drop index public.content_media_workspace_id_asset_id_idx;
