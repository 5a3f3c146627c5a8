-- Rows that share a key.
select old.the_column::text as example
from the_table as old
where old.the_column in (
    select twin.the_column
    from the_table as twin
    group by twin.the_column
    having count(*) > 1
  );
