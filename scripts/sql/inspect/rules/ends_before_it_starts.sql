-- A row that ends before it starts.
select old.the_key as example
from the_table as old
where old.the_column < old.start_date;
