-- A person whose paid plan only B states.
select old.the_key as example
from the_table as old
where lower(btrim(old.the_column::text, E' \t\n\r')) <> 'free';
