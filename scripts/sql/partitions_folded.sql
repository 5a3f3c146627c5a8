-- Every partition with the table that it is part of.
select
  format('%I.%I', part_space.nspname, part.relname) as part,
  format('%I.%I', root_space.nspname, root.relname) as table_name
from pg_catalog.pg_class as part
inner join pg_catalog.pg_namespace as part_space on part.relnamespace = part_space.oid
inner join pg_catalog.pg_class as root on pg_catalog.pg_partition_root(part.oid) = root.oid
inner join pg_catalog.pg_namespace as root_space on root.relnamespace = root_space.oid
where part.relispartition;
