-- People of one address, but for case and spaces.
select old.the_key as example
from the_table as old
where lower(btrim(old.the_column::text, E' \t\n\r')) in (
    select lower(btrim(twin.the_column::text, E' \t\n\r'))
    from the_table as twin
    where btrim(twin.the_column::text, E' \t\n\r') <> ''
    group by 1
    having count(*) > 1
  );
