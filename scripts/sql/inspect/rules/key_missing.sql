-- A row without a key.
select old.the_key as example
from the_table as old
where old.the_column is null;
