delete from private.measures_tables
where table_name = 'public.user_activity_logs'::regclass;

-- its partitions go along
drop table public.user_activity_logs;
