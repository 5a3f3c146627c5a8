drop policy post_publications_select_members on public.post_publications;

drop policy content_media_delete_editors_or_own_draft on public.content_media;

drop policy content_media_update_editors_or_own_draft on public.content_media;

drop policy content_media_insert_editors_or_own_draft on public.content_media;

drop policy content_media_select_members on public.content_media;

drop policy media_assets_delete_admins_or_own on public.media_assets;

drop policy media_assets_update_editors_or_own on public.media_assets;

drop policy media_assets_insert_own on public.media_assets;

drop policy media_assets_select_members_or_public on public.media_assets;

drop policy social_media_posts_delete_admins_or_own_draft on public.social_media_posts;

drop policy social_media_posts_update_editors_or_own_draft on public.social_media_posts;

drop policy social_media_posts_insert_own on public.social_media_posts;

drop policy social_media_posts_select_members on public.social_media_posts;

drop policy content_posts_delete_admins_or_own_draft on public.content_posts;

drop policy content_posts_update_editors_or_own_draft on public.content_posts;

drop policy content_posts_insert_own on public.content_posts;

drop policy content_posts_select_members on public.content_posts;

drop policy content_templates_delete_admins_or_own on public.content_templates;

drop policy content_templates_update_editors_or_own on public.content_templates;

drop policy content_templates_insert_own on public.content_templates;

drop policy content_templates_select_members_or_public on public.content_templates;

drop policy campaigns_delete_admins_or_own_draft on public.campaigns;

drop policy campaigns_update_editors_or_own_draft on public.campaigns;

drop policy campaigns_insert_own on public.campaigns;

drop policy campaigns_select_members on public.campaigns;

revoke all on public.post_publications from authenticated, service_role;

revoke all on public.content_media from authenticated, service_role;

revoke all on public.media_assets from authenticated, service_role;

revoke all on public.social_media_posts from authenticated, service_role;

revoke all on public.content_posts from authenticated, service_role;

revoke all on public.content_templates from authenticated, service_role;

revoke all on public.campaigns from authenticated, service_role;
