-- A row with the name of a platform that the import does not know; those that it knows are in the setting inspect.words.
select format('%s (%s)', old.the_key, left(named.platform, 30)) as example
from the_table as old
cross join lateral unnest(old.the_column) as named (platform)
where btrim(named.platform, E' \t\n\r') <> ''
  and lower(btrim(named.platform, E' \t\n\r')) <> all(current_setting('inspect.words')::text[]);
