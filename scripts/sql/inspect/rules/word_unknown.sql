-- A row with a word that the import does not know; the words that it knows are in the setting inspect.words.
select format('%s (%s)', old.the_key, left(old.the_column::text, 30)) as example
from the_table as old
where lower(btrim(old.the_column::text, E' \t\n\r')) <> all(current_setting('inspect.words')::text[]);
