-- stands alone
-- Why: a legacy schema may be in another database, or in a dump. Its rows are copied, to be read and nothing else.
-- Touches: two new tables, a column of captures, functions. captures has two rows at most; its lock is held for a moment.
-- What could go wrong: nothing that is there is changed by a copy. Dropping one loses its rows, which are still where they came from.

create table consolidation.copies (
  copy_number integer primary key,
  source text not null,
  from_schema text not null,
  began_at timestamptz not null default now(),
  finished_at timestamptz,
  row_count bigint not null default 0
);

alter table consolidation.copies enable row level security;

-- a table of two rows
alter table consolidation.captures
-- squawk-ignore adding-foreign-key-constraint
add column copy_number integer references consolidation.copies (copy_number),
-- squawk-ignore constraint-missing-not-valid
add constraint captures_copy_has_a_number check (is_copy = (copy_number is not null));

-- at most two rows
-- squawk-ignore require-concurrent-index-creation
create index captures_copy_number_idx on consolidation.captures (copy_number);

create table consolidation.copied_accounts (
  user_id uuid primary key,
  email text,
  email_confirmed_at timestamptz,
  is_sso boolean not null default false,
  is_anonymous boolean not null default false,
  is_deleted boolean not null default false
);

alter table consolidation.copied_accounts enable row level security;

comment on table consolidation.copies is
'Copies of legacy schemas from other databases and from dumps. One that has no end was cut off, and nothing of it is there.';

comment on column consolidation.copies.copy_number is 'Key.';

comment on column consolidation.copies.source is 'The database without its password, or the dump''s file.';

comment on column consolidation.copies.from_schema is 'The schema there.';

comment on column consolidation.copies.began_at is 'When it began; the rows are those of about that moment.';

comment on column consolidation.copies.finished_at is 'When all of it was there.';

comment on column consolidation.copies.row_count is 'How many rows came.';

comment on column consolidation.captures.copy_number is 'The copy that brought it; null where it was moved aside.';

comment on table consolidation.copied_accounts is 'What auth.users said beside a copy of A: whose address is proven.';

comment on column consolidation.copied_accounts.user_id is 'The account.';

comment on column consolidation.copied_accounts.email is 'Its address.';

comment on column consolidation.copied_accounts.email_confirmed_at is 'When that was confirmed; null where it never was.';

comment on column consolidation.copied_accounts.is_sso is 'Said by an identity provider.';

comment on column consolidation.copied_accounts.is_anonymous is 'Nobody in particular.';

comment on column consolidation.copied_accounts.is_deleted is 'The account is gone.';

-- The tables of a copy are made in a schema of their own first, empty: then they are told to be A's or B's, and moved, as any are.
-- security invoker: called by the tool that copies.
create function consolidation.take_copy(incoming text, from_schema text, copy_number integer, wanted text default null)
returns table (legacy_schema text, table_name text)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
begin
  return query
  select
    moved.legacy_schema,
    moved.object_name
  from consolidation.capture(take_copy.incoming, take_copy.wanted) as moved
  where moved.kind = 'table';

  update consolidation.captures as known
  set
    from_schema = take_copy.from_schema,
    is_copy = true,
    copy_number = take_copy.copy_number
  where known.from_schema = take_copy.incoming;
end
$function$;

comment on function consolidation.take_copy(text, text, integer, text) is
'Captures tables that were made to be filled with a copy, in the transaction that fills them.';

-- security invoker: it drops what its caller made.
create function consolidation.release_copies(wanted text default null)
returns table (legacy_schema text, table_name text)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  copied record;
  is_open boolean := false;
begin
  if not exists (
    select from consolidation.captures as known
    where known.is_copy
      and known.legacy_schema = coalesce(release_copies.wanted, known.legacy_schema)
  ) then
    raise exception 'nothing of that was copied'
      using errcode = 'HS107', hint = 'consolidation.captures lists what was captured.';
  end if;
  -- there is no table of runs before the hybrid
  if to_regclass('consolidation.runs') is not null then
    execute 'select exists (select from consolidation.runs where runs.finished_at is null)' into is_open;
  end if;
  if is_open then
    raise exception 'an import that reads the copy is unfinished'
      using errcode = 'HS108', hint = 'Finish it (make consolidate), or take it back (make undo-consolidate).';
  end if;

  for copied in
    select known.legacy_schema
    from consolidation.captures as known
    where known.is_copy
      and known.legacy_schema = coalesce(release_copies.wanted, known.legacy_schema)
    order by known.legacy_schema
  loop
    return query
    select
      copied.legacy_schema,
      class.relname::text
    from pg_class as class
    where class.relnamespace = to_regnamespace('legacy_' || copied.legacy_schema)
      and class.relkind = 'r'
    order by class.relname;
    -- the views over it, which the next run makes anew
    if to_regnamespace('source_' || copied.legacy_schema) is not null then
      execute format('drop schema source_%s cascade', copied.legacy_schema);
    end if;
    execute format('drop schema legacy_%s cascade', copied.legacy_schema);
    if copied.legacy_schema = 'a' then
      delete from consolidation.copied_accounts;
    end if;
    delete from consolidation.captures as known
    where known.legacy_schema = copied.legacy_schema;
  end loop;
end
$function$;

comment on function consolidation.release_copies(text) is
'Drops what was copied from elsewhere (wanted: a or b, only that one), and says which tables; where it came from it still is.';

-- 0020 may come later: until then PostgreSQL lets PUBLIC execute what is made.
revoke all on function consolidation.take_copy(text, text, integer, text) from public;

revoke all on function consolidation.release_copies(text) from public;
