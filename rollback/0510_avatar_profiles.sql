drop table public.avatar_profiles;
