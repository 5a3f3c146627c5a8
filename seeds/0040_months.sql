-- The months of the measures tables, made ahead at each `make migrate`. A scheduler makes them from then on (migration 0710): a database
-- without one would put everything into the default partition after the last of them.
select private.make_month_partitions();
