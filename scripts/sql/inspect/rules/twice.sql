-- Rows that are alike where they must differ.
select old.the_key as example
from the_table as old
where (old.the_columns) in (
    select twin.the_columns
    from the_table as twin
    group by twin.the_columns
    having count(*) > 1
  );
