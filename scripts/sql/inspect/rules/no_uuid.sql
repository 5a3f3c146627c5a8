-- A row with text that is no uuid where one should be.
select old.the_key as example
from the_table as old
where btrim(old.the_column::text, E' \t\n\r') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
