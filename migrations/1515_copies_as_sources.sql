-- Why: the import reads a copy as it reads a schema that was moved aside: A's confirmed addresses came with it, and A and B that were
-- together in one schema there share tables here too.
-- Touches: two functions, replaced. Nothing can go wrong that could not before.

-- security invoker: called by the driver.
create or replace function consolidation.prepare_a_users() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- here they are those of this database
  if exists (select from consolidation.captures where captures.legacy_schema = 'a' and not captures.is_copy)
    and to_regclass('auth.users') is not null
  then
    insert into consolidation.auth_addresses (user_id, email, is_sso)
    select
      account.id,
      consolidation.folded(account.email),
      account.is_sso_user
    from auth.users as account
    where account.email_confirmed_at is not null
      and consolidation.folded(account.email) <> ''
      and account.is_anonymous is not true
      and account.deleted_at is null
    on conflict (user_id) do nothing;
  end if;

  -- and here those of the database that A was copied from
  if exists (select from consolidation.captures where captures.legacy_schema = 'a' and captures.is_copy) then
    insert into consolidation.auth_addresses (user_id, email, is_sso)
    select
      account.user_id,
      consolidation.folded(account.email),
      account.is_sso
    from consolidation.copied_accounts as account
    where account.email_confirmed_at is not null
      and consolidation.folded(account.email) <> ''
      and not account.is_anonymous
      and not account.is_deleted
    on conflict (user_id) do nothing;
  end if;
  analyze consolidation.auth_addresses;
end
$function$;

-- Where A and B are together in one schema they share the tables whose names they share.
-- security invoker: it reads the books.
create or replace function consolidation.found_as(legacy_table text) returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select case
    when exists (select from consolidation.sources where sources.legacy_table = found_as.legacy_table) then found_as.legacy_table
    else coalesce(
      (
        select sources.legacy_table
        from consolidation.sources
        inner join consolidation.captures as one on one.legacy_schema = 'a'
        inner join consolidation.captures as two
          on two.legacy_schema = 'b'
            and one.from_schema = two.from_schema
            -- two copies may both come from a schema `public`
            and one.copy_number is not distinct from two.copy_number
        where sources.legacy_table = translate(left(found_as.legacy_table, 1), 'ab', 'ba') || substring(found_as.legacy_table, 2)
      ),
      found_as.legacy_table
    )
  end
$function$;
