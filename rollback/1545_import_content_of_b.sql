delete from consolidation.steps
where step in ('b.campaigns', 'b.content_templates', 'b.media_assets', 'b.social_media_posts');

drop function consolidation.conclude_b_social_media_posts();

drop function consolidation.import_b_social_media_posts();

drop function consolidation.prepare_b_social_media_posts();

drop function consolidation.import_b_media_assets();

drop function consolidation.import_b_content_templates();

drop function consolidation.conclude_b_campaigns();

drop function consolidation.place_campaign_posts();

drop function consolidation.import_b_campaigns();

drop function consolidation.prepare_b_campaigns();

drop function consolidation.media_of(text[], text[]);

drop table consolidation.posts_there;

drop table consolidation.post_media;

drop table consolidation.campaign_posts;
