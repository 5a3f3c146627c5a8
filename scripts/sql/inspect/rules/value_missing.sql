-- A row that has nothing where the hybrid needs something.
select old.the_key as example
from the_table as old
where old.the_column is null;
