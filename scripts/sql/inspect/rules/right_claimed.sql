-- A person who is admin by a row that people could edit themselves.
select old.the_key as example
from the_table as old
where lower(btrim(old.the_column::text, E' \t\n\r')) in ('true', '1', 'admin');
