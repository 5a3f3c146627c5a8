delete from consolidation.expectations
where position between 310 and 373;

delete from consolidation.asides
where position between 320 and 370;

drop view consolidation.expected_a_post_publications;

drop view consolidation.expected_kept_b_social_media_posts;

drop view consolidation.expected_b_social_media_posts_forms;

drop view consolidation.expected_b_social_media_posts;

drop view consolidation.expected_b_social_media_posts_media;

drop view consolidation.expected_b_social_media_posts_assets;

drop view consolidation.expected_kept_a_social_media_posts;

drop view consolidation.expected_a_social_media_posts_forms;

drop view consolidation.expected_a_social_media_posts;

drop view consolidation.expected_a_social_media_posts_media;

drop view consolidation.expected_a_social_media_posts_assets;

drop view consolidation.expected_b_campaigns;

drop view consolidation.expected_campaigns_of_posts;

drop view consolidation.expected_b_campaigns_plain;

drop function consolidation.find_posts();

drop view consolidation.found_shown_of_b;

drop view consolidation.found_shown_of_a;

drop view consolidation.found_addresses_of_b;

drop view consolidation.found_addresses_of_a;

drop view consolidation.found_posts_of_b;

drop view consolidation.found_posts_of_a;

drop view consolidation.expected_b_media_assets;

drop view consolidation.expected_b_content_templates;

drop view consolidation.expected_a_content_media;

drop view consolidation.expected_a_content_media_files;

drop view consolidation.expected_files_of_a;

drop view consolidation.expected_a_content_posts;

drop function consolidation.expected_media_type(text);

drop function consolidation.expected_kind_of_file(text);

drop function consolidation.expected_file_name(text);

drop function consolidation.expected_rest(text[], jsonb);

drop function consolidation.expected_part(text, jsonb);

drop function consolidation.find_platforms();

drop view consolidation.found_lists;

drop table consolidation.expected_shown;

drop table consolidation.expected_addresses;

drop table consolidation.expected_posts;

drop table consolidation.expected_lists;

drop table consolidation.expected_platform_words;
