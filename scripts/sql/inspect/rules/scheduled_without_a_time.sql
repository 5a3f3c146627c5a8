-- A post that is scheduled for no time.
select old.the_key as example
from the_table as old
where lower(btrim(old.status::text, E' \t\n\r')) = 'scheduled'
  and old.the_column is null;
