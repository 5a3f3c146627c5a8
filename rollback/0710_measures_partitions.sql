drop function private.drop_old_partitions(timestamptz);

drop function private.make_month_partitions(integer, timestamptz);

drop table private.measures_tables;
