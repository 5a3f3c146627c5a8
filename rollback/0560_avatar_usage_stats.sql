drop table public.avatar_usage_stats;
