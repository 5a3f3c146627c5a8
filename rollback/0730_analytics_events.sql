delete from private.measures_tables
where table_name = 'public.analytics_events'::regclass;

-- its partitions go along
drop table public.analytics_events;
