-- Why: who may read and change campaigns, templates, posts, their forms, media and publications.
-- Touches: rights and policies on seven tables. Decisions: docs/decisions/0007.
-- The author's arm of a policy comes first: where it holds, the second scope is not asked for.
-- Whose a row is and where it is cannot be updated: no such column is granted (tests/policies/test_catalogue_of_policies.py). So what
-- `using` found out holds for the new row too, and `with check` looks at what may have changed. The policy for reading, which is checked of
-- the new row as well, keeps it from strangers, and the check itself from the platform's workspace, should a column be granted by mistake.
-- To ask all of it again made an update of one row 1.8 times as slow as without policies.

-- -------------------------------------------------------------------- campaigns

grant select (
  id, workspace_id, user_id, name, description, objectives, target_audience, budget, start_date, end_date, status, analytics, metadata,
  created_at, updated_at
) on public.campaigns to authenticated;

grant insert (
  workspace_id, user_id, name, description, objectives, target_audience, budget, start_date, end_date, status, metadata
) on public.campaigns to authenticated;

grant update (
  name, description, objectives, target_audience, budget, start_date, end_date, status, metadata
) on public.campaigns to authenticated;

grant delete on public.campaigns to authenticated;

grant select, insert, update, delete on public.campaigns to service_role;

create policy campaigns_select_members on public.campaigns
for select
to authenticated
using (campaigns.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy campaigns_insert_own on public.campaigns
for insert
to authenticated
with check (
  campaigns.user_id = (select private.token_person())
  and campaigns.status = 'draft'
  and campaigns.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
);

create policy campaigns_update_editors_or_own_draft on public.campaigns
for update
to authenticated
using (
  (
    campaigns.user_id = (select private.token_person())
    and campaigns.status = 'draft'
    and campaigns.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or campaigns.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
)
with check (
  (campaigns.status = 'draft' and campaigns.workspace_id <> private.platform_workspace_id())
  or campaigns.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy campaigns_delete_admins_or_own_draft on public.campaigns
for delete
to authenticated
using (
  (
    campaigns.user_id = (select private.token_person())
    and campaigns.status = 'draft'
    and campaigns.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or campaigns.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

-- -------------------------------------------------------------------- content_templates

grant select (
  id, workspace_id, user_id, name, description, category, template_content, variables, platforms, tags, usage_count, is_public, metadata,
  created_at, updated_at
) on public.content_templates to authenticated;

grant insert (
  workspace_id, user_id, name, description, category, template_content, variables, platforms, tags, is_public, metadata
) on public.content_templates to authenticated;

grant update (
  name, description, category, template_content, variables, platforms, tags, is_public, metadata
) on public.content_templates to authenticated;

grant delete on public.content_templates to authenticated;

grant select, insert, update, delete on public.content_templates to service_role;

create policy content_templates_select_members_or_public on public.content_templates
for select
to authenticated
using (
  content_templates.workspace_id = any((select private.readable_workspaces())::uuid[])
  or (content_templates.is_public and (select private.sees_public_rows()))
);

create policy content_templates_insert_own on public.content_templates
for insert
to authenticated
with check (
  content_templates.user_id = (select private.token_person())
  and (
    (
      not content_templates.is_public
      and content_templates.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    )
    or content_templates.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  )
);

create policy content_templates_update_editors_or_own on public.content_templates
for update
to authenticated
using (
  (
    content_templates.user_id = (select private.token_person())
    and not content_templates.is_public
    and content_templates.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or content_templates.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
)
with check (
  (not content_templates.is_public and content_templates.workspace_id <> private.platform_workspace_id())
  or content_templates.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy content_templates_delete_admins_or_own on public.content_templates
for delete
to authenticated
using (
  (
    content_templates.user_id = (select private.token_person())
    and not content_templates.is_public
    and content_templates.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or content_templates.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

-- -------------------------------------------------------------------- content_posts

grant select (
  id, workspace_id, user_id, campaign_id, title, content, content_type, status, scheduled_for, published_at, tags, metadata, created_at,
  updated_at
) on public.content_posts to authenticated;

grant insert (
  workspace_id, user_id, campaign_id, title, content, content_type, status, scheduled_for, tags, metadata
) on public.content_posts to authenticated;

grant update (
  campaign_id, title, content, content_type, status, scheduled_for, tags, metadata
) on public.content_posts to authenticated;

grant delete on public.content_posts to authenticated;

grant select, insert, update, delete on public.content_posts to service_role;

create policy content_posts_select_members on public.content_posts
for select
to authenticated
using (content_posts.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy content_posts_insert_own on public.content_posts
for insert
to authenticated
with check (
  content_posts.user_id = (select private.token_person())
  and (
    (
      content_posts.status = 'draft'
      and content_posts.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    )
    or (
      content_posts.status = 'scheduled'
      and content_posts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
    )
  )
);

create policy content_posts_update_editors_or_own_draft on public.content_posts
for update
to authenticated
using (
  (
    content_posts.user_id = (select private.token_person())
    and content_posts.status = 'draft'
    and content_posts.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or content_posts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
)
with check (
  (content_posts.status = 'draft' and content_posts.workspace_id <> private.platform_workspace_id())
  or content_posts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

-- What hangs on a post goes with it, so an own draft goes only while nothing hangs on it that is another's, or the service's.
create policy content_posts_delete_admins_or_own_draft on public.content_posts
for delete
to authenticated
using (
  (
    content_posts.user_id = (select private.token_person())
    and content_posts.status = 'draft'
    and content_posts.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and not exists (
      select from public.social_media_posts as form
      where form.workspace_id = content_posts.workspace_id
        and form.content_post_id = content_posts.id
        and (form.user_id is distinct from (select private.token_person()) or form.status <> 'draft')
    )
    and not exists (
      select from public.post_publications as publication
      where publication.workspace_id = content_posts.workspace_id
        and publication.post_id = content_posts.id
    )
  )
  or content_posts.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

-- -------------------------------------------------------------------- social_media_posts

-- not platform_results: what a platform said may hold secrets
grant select (
  id, workspace_id, content_post_id, user_id, platform_id, title, content, hashtags, mentions, status, scheduled_for, published_at,
  ayrshare_post_id, analytics, metadata, created_at, updated_at
) on public.social_media_posts to authenticated;

grant insert (
  workspace_id, content_post_id, user_id, platform_id, title, content, hashtags, mentions, status, scheduled_for, metadata
) on public.social_media_posts to authenticated;

grant update (
  title, content, hashtags, mentions, status, scheduled_for, metadata
) on public.social_media_posts to authenticated;

grant delete on public.social_media_posts to authenticated;

grant select, insert, update, delete on public.social_media_posts to service_role;

create policy social_media_posts_select_members on public.social_media_posts
for select
to authenticated
using (social_media_posts.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy social_media_posts_insert_own on public.social_media_posts
for insert
to authenticated
with check (
  social_media_posts.user_id = (select private.token_person())
  and (
    (
      social_media_posts.status = 'draft'
      and social_media_posts.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
      and exists (
        select from public.content_posts as post
        where post.workspace_id = social_media_posts.workspace_id
          and post.id = social_media_posts.content_post_id
          and post.user_id = (select private.token_person())
          and post.status = 'draft'
      )
    )
    or (
      social_media_posts.status in ('draft', 'scheduled')
      and social_media_posts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
    )
  )
);

create policy social_media_posts_update_editors_or_own_draft on public.social_media_posts
for update
to authenticated
using (
  (
    social_media_posts.user_id = (select private.token_person())
    and social_media_posts.status = 'draft'
    and social_media_posts.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and exists (
      select from public.content_posts as post
      where post.workspace_id = social_media_posts.workspace_id
        and post.id = social_media_posts.content_post_id
        and post.user_id = (select private.token_person())
        and post.status = 'draft'
    )
  )
  or social_media_posts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
)
with check (
  (social_media_posts.status = 'draft' and social_media_posts.workspace_id <> private.platform_workspace_id())
  or social_media_posts.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

create policy social_media_posts_delete_admins_or_own_draft on public.social_media_posts
for delete
to authenticated
using (
  (
    social_media_posts.user_id = (select private.token_person())
    and social_media_posts.status = 'draft'
    and social_media_posts.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and exists (
      select from public.content_posts as post
      where post.workspace_id = social_media_posts.workspace_id
        and post.id = social_media_posts.content_post_id
        and post.user_id = (select private.token_person())
        and post.status = 'draft'
    )
  )
  or social_media_posts.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

-- -------------------------------------------------------------------- media_assets

grant select (
  id, workspace_id, user_id, filename, original_filename, media_type, mime_type, file_size, url, thumbnail_url, dimensions, duration,
  generated_by, generation_params, tags, is_public, metadata, created_at, updated_at
) on public.media_assets to authenticated;

grant insert (
  workspace_id, user_id, filename, original_filename, media_type, mime_type, file_size, url, thumbnail_url, dimensions, duration,
  generated_by, generation_params, tags, is_public, metadata
) on public.media_assets to authenticated;

-- not url and what describes the file: another file is another asset
grant update (filename, thumbnail_url, tags, is_public, metadata) on public.media_assets to authenticated;

grant delete on public.media_assets to authenticated;

grant select, insert, update, delete on public.media_assets to service_role;

create policy media_assets_select_members_or_public on public.media_assets
for select
to authenticated
using (
  media_assets.workspace_id = any((select private.readable_workspaces())::uuid[])
  or (media_assets.is_public and (select private.sees_public_rows()))
);

create policy media_assets_insert_own on public.media_assets
for insert
to authenticated
with check (
  media_assets.user_id = (select private.token_person())
  and (
    (
      not media_assets.is_public
      and media_assets.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    )
    or media_assets.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  )
);

create policy media_assets_update_editors_or_own on public.media_assets
for update
to authenticated
using (
  (
    media_assets.user_id = (select private.token_person())
    and not media_assets.is_public
    and media_assets.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
  )
  or media_assets.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
)
with check (
  (not media_assets.is_public and media_assets.workspace_id <> private.platform_workspace_id())
  or media_assets.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
);

-- An asset takes its attachments along, so an own one goes only while no post shows it but own drafts.
create policy media_assets_delete_admins_or_own on public.media_assets
for delete
to authenticated
using (
  (
    media_assets.user_id = (select private.token_person())
    and not media_assets.is_public
    and media_assets.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and not exists (
      select from public.content_media as attachment
      inner join public.content_posts as post
        on attachment.workspace_id = post.workspace_id
          and attachment.post_id = post.id
      where attachment.workspace_id = media_assets.workspace_id
        and attachment.asset_id = media_assets.id
        and (post.user_id is distinct from (select private.token_person()) or post.status <> 'draft')
    )
  )
  or media_assets.workspace_id = any((select private.writable_workspaces('admin'))::uuid[])
);

-- -------------------------------------------------------------------- content_media

-- A part of its post: changed by whoever may change that.

grant select (id, workspace_id, post_id, asset_id, position, alt_text, metadata, created_at) on public.content_media to authenticated;

grant insert (workspace_id, post_id, asset_id, position, alt_text, metadata) on public.content_media to authenticated;

grant update (position, alt_text, metadata) on public.content_media to authenticated;

grant delete on public.content_media to authenticated;

grant select, insert, update, delete on public.content_media to service_role;

create policy content_media_select_members on public.content_media
for select
to authenticated
using (content_media.workspace_id = any((select private.readable_workspaces())::uuid[]));

create policy content_media_insert_editors_or_own_draft on public.content_media
for insert
to authenticated
with check (
  content_media.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  or (
    content_media.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and exists (
      select from public.content_posts as post
      where post.workspace_id = content_media.workspace_id
        and post.id = content_media.post_id
        and post.user_id = (select private.token_person())
        and post.status = 'draft'
    )
  )
);

create policy content_media_update_editors_or_own_draft on public.content_media
for update
to authenticated
using (
  content_media.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  or (
    content_media.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and exists (
      select from public.content_posts as post
      where post.workspace_id = content_media.workspace_id
        and post.id = content_media.post_id
        and post.user_id = (select private.token_person())
        and post.status = 'draft'
    )
  )
)
with check (content_media.workspace_id = any((select private.writable_workspaces('member'))::uuid[]));

create policy content_media_delete_editors_or_own_draft on public.content_media
for delete
to authenticated
using (
  content_media.workspace_id = any((select private.writable_workspaces('editor'))::uuid[])
  or (
    content_media.workspace_id = any((select private.writable_workspaces('member'))::uuid[])
    and exists (
      select from public.content_posts as post
      where post.workspace_id = content_media.workspace_id
        and post.id = content_media.post_id
        and post.user_id = (select private.token_person())
        and post.status = 'draft'
    )
  )
);

-- -------------------------------------------------------------------- post_publications

-- not platform_response: what a platform said may hold secrets
grant select (
  id, workspace_id, post_id, social_media_post_id, account_id, attempt, status, platform_post_id, published_at, error_message, created_at,
  updated_at
) on public.post_publications to authenticated;

grant select, insert, update, delete on public.post_publications to service_role;

create policy post_publications_select_members on public.post_publications
for select
to authenticated
using (post_publications.workspace_id = any((select private.readable_workspaces())::uuid[]));

-- no insert, update, delete: the service publishes; a wrong attempt is followed by a new one
