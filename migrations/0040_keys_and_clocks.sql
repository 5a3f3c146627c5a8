-- Why: the functions that tables use in defaults, checks and triggers: keys, the reserved workspace, updated_at.
-- Touches: new functions in private.
-- Bodies in the SQL standard's form are bound when they are made, so no search_path of a caller can redirect them, and the
-- planner can still inline them.

-- Time-ordered keys (RFC 9562, version 7): milliseconds since 1970 in the first 48 bits, the rest random. Random keys
-- make each insert into a large index touch another page. Same result as uuidv7() of PostgreSQL 18.
create function private.uuid_v7() returns uuid
language sql
volatile
parallel safe
return encode(
  set_bit(
    set_bit(
      overlay(
        uuid_send(gen_random_uuid()),
        substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 3),
        1,
        6
      ),
      52, 1
    ),
    53, 1
  ),
  'hex'
)::uuid;

comment on function private.uuid_v7() is 'A new time-ordered key (uuid version 7), for tables that only grow.';

-- Keys that a second run of an import must find again (RFC 9562, version 8): sha256 of a name, cut to 16 bytes.
-- Stable, because convert_to is: said to be immutable it could not be inlined, and would cost five times as much for each row.
-- The bits say: version 8 (bits 52 to 55), and the variant of RFC 9562 (70 and 71).
create function private.computed_id(name text) returns uuid
language sql
stable
strict
parallel safe
return encode(
  set_bit(
    set_bit(
      set_bit(
        set_bit(
          set_bit(
            set_bit(
              substring(sha256(convert_to(computed_id.name, 'UTF8')), 1, 16),
              55, 1
            ),
            54, 0
          ),
          53, 0
        ),
        52, 0
      ),
      71, 1
    ),
    70, 0
  ),
  'hex'
)::uuid;

comment on function private.computed_id(text) is
'The key (uuid version 8) of a row whose old key was no uuid, or that a split makes. name: schema.table:key[:part].';

create function private.platform_workspace_id() returns uuid
language sql
immutable
parallel safe
return '00000000-0000-8000-8000-000000000001'::uuid;

comment on function private.platform_workspace_id() is
'The id of the reserved workspace whose rows are shared by all: default avatars, system templates.';

-- security invoker: it changes nothing but the row at hand.
create function private.set_updated_at() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  new.updated_at := now();
  return new;
end
$function$;

comment on function private.set_updated_at() is 'Trigger: stamps updated_at at each update.';
