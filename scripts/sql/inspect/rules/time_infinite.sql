-- A row with a time that is none.
select old.the_key as example
from the_table as old
where not isfinite(old.the_column);
