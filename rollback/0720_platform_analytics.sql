delete from private.measures_tables
where table_name = 'public.platform_analytics'::regclass;

-- its partitions go along
drop table public.platform_analytics;
