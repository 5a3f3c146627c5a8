-- A row whose metadata is no object.
select old.the_key as example
from the_table as old
where jsonb_typeof(old.the_column::jsonb) not in ('object', 'null');
