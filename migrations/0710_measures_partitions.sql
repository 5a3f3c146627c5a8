-- Why: the measures tables (platform_analytics, analytics_events, user_activity_logs) only grow. By month, an old month goes as
-- fast as a file is deleted, and a query for a week reads one or two months. Months are made ahead by a scheduler; what fits
-- none goes to the default partition, so that nothing is refused.
-- Touches: one new table and two functions in private. The partitions come with the tables, from 0720 on.
-- Who calls them: the owner of the tables, from any scheduler, each in a transaction of its own, read committed. With pg_cron:
--   select cron.schedule('make months', '7 3 * * *', 'select private.make_month_partitions()');
--   select cron.schedule('drop months', '27 3 * * *', 'select private.drop_old_partitions()');
-- Who brings in old rows makes their months first, ten years at a time: make_month_partitions(120, '2020-01-01').

-- The one list of measures tables: each table's file adds its row. A regclass follows a table that is renamed or moved.
create table private.measures_tables (
  table_name regclass primary key,
  time_column text not null,
  keep_months integer,

  constraint measures_tables_keeps_at_least_a_month check (keep_months >= 1)
);

alter table private.measures_tables enable row level security;

comment on table private.measures_tables is 'The tables that are partitioned by month, and for how long each is kept.';

comment on column private.measures_tables.table_name is 'The partitioned table.';

comment on column private.measures_tables.time_column is 'The column that it is partitioned by.';

comment on column private.measures_tables.keep_months is 'How many months of rows to keep; null, as after installing, keeps all for ever.';

-- Locks. `create table ... partition of` would lock the parent against reading and writing. A table that is made apart and then
-- attached takes SHARE UPDATE EXCLUSIVE on the parent, so rows for existing partitions go on coming in. What remains: PostgreSQL locks
-- the default partition (ACCESS EXCLUSIVE) until the end of the transaction and reads it through, to be sure that no row in it belongs
-- to the new month. It is nearly empty in a healthy database; meanwhile whatever reads or writes the default partition waits, and so do
-- queries that name no time. A check constraint on the new table would only spare the reading of that table: it is empty, or holds
-- what was moved a moment ago.
-- lock_timeout: an exclusive lock that waits makes all who come later wait as well. The months are made ahead, so the next run will do.
-- timezone: months begin at midnight UTC, whatever the session's time zone.
-- security invoker: only the owner of the tables can attach a partition, and it is the owner whose scheduler runs this.
create function private.make_month_partitions(
  months_ahead integer default 3,
  at timestamptz default now()
) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '3s'
as $function$
declare
  measured record;
  month_begin timestamptz;
  month_end timestamptz;
  month_name text;
  made integer := 0;
begin
  if coalesce(make_month_partitions.months_ahead not between 0 and 120 or not isfinite(make_month_partitions.at), true) then
    raise exception 'months_ahead must be 0 to 120, and "at" a time that is not infinite'
      using errcode = 'HS070';
  end if;

  -- one maker at a time; the second one finds what the first has made
  perform pg_advisory_xact_lock(hashtextextended('private.measures_tables', 0));

  for measured in
    select
      listed.table_name as parent,
      listed.time_column,
      class.relname as parent_name,
      partitioned.partdefid::regclass as default_partition
    from private.measures_tables as listed
    left join pg_catalog.pg_class as class on listed.table_name = class.oid
    left join pg_catalog.pg_partitioned_table as partitioned on class.oid = partitioned.partrelid
    order by class.relname
  loop
    for months in 0..make_month_partitions.months_ahead loop
      month_begin := date_trunc('month', make_month_partitions.at) + make_interval(months => months);
      month_end := month_begin + interval '1 month';
      month_name := format('partitions.%I', format('%s_%s', measured.parent_name, to_char(month_begin, 'YYYY_MM')));

      continue when pg_partition_root(to_regclass(month_name)) = measured.parent;

      execute format('create table %s (like %s including all excluding comments)', month_name, measured.parent);
      execute format('alter table %s enable row level security', month_name);
      execute format(
        'comment on table %s is %L',
        month_name,
        format('Partition of %s: %s, UTC.', measured.parent, to_char(month_begin, 'YYYY-MM'))
      );

      -- The parent first, as any other change of it would. The default partition at once in the mode that attaching it needs: a
      -- stronger lock later on could deadlock, and no row of the month may come in between moving and attaching.
      execute format('lock table only %s in share update exclusive mode', measured.parent);
      execute format('lock table only %s in access exclusive mode', measured.default_partition);

      -- By way of the parent, so that columns come in its order, which is the new table's as well.
      execute format(
        'with moved as (delete from %1$s where %2$I >= $1 and %2$I < $2 returning *) insert into %3$s select * from moved',
        measured.parent,
        measured.time_column,
        month_name
      ) using month_begin, month_end;

      execute format(
        'alter table %s attach partition %s for values from (%L) to (%L)',
        measured.parent,
        month_name,
        month_begin,
        month_end
      );
      made := made + 1;
    end loop;
  end loop;

  return made;
end
$function$;

comment on function private.make_month_partitions(integer, timestamptz) is
'Makes the partitions that are missing, for the month of "at" and the months after it, of all measures tables; says how many.';

-- Locks. Dropping a partition takes ACCESS EXCLUSIVE on its parent until the end of the transaction: milliseconds, but it waits for
-- running queries, and others wait behind it for lock_timeout at most. (Detaching concurrently is not possible beside a default
-- partition.) Rows of the default partition stay, however old.
-- timezone and datestyle: the bounds of a partition are known as text only, which is written as the session likes its times.
-- security invoker: only the owner of the tables can drop a partition, and it is the owner whose scheduler runs this.
create function private.drop_old_partitions(at timestamptz default now()) returns text[]
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO'
set lock_timeout = '3s'
as $function$
declare
  old record;
  dropped text[] := '{}';
begin
  if not coalesce(isfinite(drop_old_partitions.at), false) then
    raise exception '"at" must be a time that is not infinite'
      using errcode = 'HS071';
  end if;

  perform pg_advisory_xact_lock(hashtextextended('private.measures_tables', 0));

  for old in
    select class.oid::regclass::text as partition_name
    from private.measures_tables as listed
    inner join pg_catalog.pg_inherits as inherits on listed.table_name = inherits.inhparent
    inner join pg_catalog.pg_class as class on inherits.inhrelid = class.oid
    -- null, and so kept, for the default partition and for one without an end
    where substring(pg_get_expr(class.relpartbound, class.oid) from $bound$TO \('([^']+)'\)$bound$)::timestamptz
      <= drop_old_partitions.at - make_interval(months => listed.keep_months)
    order by 1
  loop
    execute format('drop table %s', old.partition_name);
    dropped := dropped || old.partition_name;
  end loop;

  return dropped;
end
$function$;

comment on function private.drop_old_partitions(timestamptz) is
'Drops the partitions whose every row is older than its table''s keep_months, counted back from "at"; returns their names.';
