-- A person whose address is not written as it is compared: in lower case, without spaces around it.
select old.the_key as example
from the_table as old
where old.the_column::text <> lower(btrim(old.the_column::text, E' \t\n\r'))
  and btrim(old.the_column::text, E' \t\n\r') <> '';
