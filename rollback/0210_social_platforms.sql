drop table secrets.social_platform_configs;

drop table public.social_platforms;
