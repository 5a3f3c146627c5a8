-- What bulk_a.sql and bulk_b.sql count with. The setting legacy.rows says how many rows all tables of one schema get together; that is not
-- immutable, but it does not change here, and so the planner works it out once and not for each row.

create or replace function pg_temp.part(numeric) returns bigint
language sql immutable
return greatest(2, round(current_setting('legacy.rows')::numeric * $1));

-- the key of the n-th row of a kind; people have the same in A and B
create or replace function pg_temp.key(text, bigint) returns uuid
language sql immutable
return md5($1 || ':' || $2::text)::uuid;

-- the n-th of so many, counted from 1 and over again
create or replace function pg_temp.turn(bigint, bigint) returns bigint
language sql immutable
return ($1 - 1) % $2 + 1;

create or replace function pg_temp.moment(bigint) returns timestamptz
language sql stable
return '2024-01-01 00:00+00'::timestamptz + ($1 * 7919 % 63000000) * interval '1 second' + ($1 % 1000) * interval '1 microsecond';
