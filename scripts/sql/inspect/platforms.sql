-- The platforms of the owner's own, as their names are compared.
select lower(btrim(old.name::text, E' \t\n\r')) as name
from the_table as old
where btrim(old.name::text, E' \t\n\r') <> '';
