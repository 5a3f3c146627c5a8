-- B.campaigns, B.social_media_posts: json for jsonb.

alter table campaigns alter column analytics drop default;

alter table campaigns alter column analytics type json using analytics::json;

alter table social_media_posts alter column platform_results drop default;

alter table social_media_posts alter column platform_results type json using platform_results::json;
