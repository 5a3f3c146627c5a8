-- The platforms that posts go to. A platform that is there already, by id or by name, stays as it is.
insert into public.social_platforms (id, name, display_name)
values
(private.computed_id('seed.social_platforms:linkedin'), 'linkedin', 'LinkedIn'),
(private.computed_id('seed.social_platforms:twitter'), 'twitter', 'X (Twitter)'),
(private.computed_id('seed.social_platforms:facebook'), 'facebook', 'Facebook'),
(private.computed_id('seed.social_platforms:instagram'), 'instagram', 'Instagram'),
(private.computed_id('seed.social_platforms:tiktok'), 'tiktok', 'TikTok'),
(private.computed_id('seed.social_platforms:youtube'), 'youtube', 'YouTube'),
(private.computed_id('seed.social_platforms:pinterest'), 'pinterest', 'Pinterest')
on conflict do nothing;
