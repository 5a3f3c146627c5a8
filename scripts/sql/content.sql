-- How many rows a table has, and a hash of what is in them that does not depend on their order: each row as text (its columns in the
-- order of their names, under the settings of content_settings.sql), of that the first 64 bits of sha256, and of these the sum. A sum, and
-- not an exclusive or, because two equal rows would then cancel out. The text of a value, null and empty told apart, is what pg_dump
-- writes too, and has not changed from PostgreSQL 15 to 18. `the_columns` and `the_table` are replaced, the latter by `only` and a name.
select
  count(*) as in_all,
  coalesce(
    sum(
      ('x' || left(encode(sha256(convert_to(row(the_columns)::text, getdatabaseencoding())), 'hex'), 16))::bit(64)::bigint
    ),
    0
  )::text as content
from the_table;
