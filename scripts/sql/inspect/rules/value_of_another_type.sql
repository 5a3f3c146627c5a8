-- A row whose value is none of the type that the list says. Needs PostgreSQL 16.
select old.the_key as example
from the_table as old
where not pg_input_is_valid(old.the_column::text, current_setting('inspect.type'));
