-- Functions of extensions that the server lacks, and that defaults of legacy tables call. No row is made with them: all rows are there.

create or replace function uuid_generate_v1() returns uuid language sql volatile return gen_random_uuid();

create or replace function uuid_generate_v1mc() returns uuid language sql volatile return gen_random_uuid();

create or replace function uuid_generate_v4() returns uuid language sql volatile return gen_random_uuid();

create or replace function gen_random_uuid() returns uuid language sql volatile return pg_catalog.gen_random_uuid();

create or replace function gen_random_bytes(integer) returns bytea
language sql volatile
return decode(repeat('00', $1), 'hex');
