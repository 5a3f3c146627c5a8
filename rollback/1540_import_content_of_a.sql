delete from consolidation.steps
where step in ('a.content_posts', 'a.content_media', 'a.social_media_posts', 'a.post_publications');

drop function consolidation.import_a_post_publications();

drop function consolidation.prepare_a_post_publications();

drop function consolidation.import_a_social_media_posts();

drop function consolidation.prepare_a_social_media_posts();

drop function consolidation.import_a_content_media();

drop function consolidation.prepare_a_content_media();

drop function consolidation.import_a_content_posts();

delete from consolidation.value_map
where hybrid_column = 'content_posts.content_type';

drop table consolidation.publication_forms;

drop table consolidation.posts_met;

drop table consolidation.post_addresses;
