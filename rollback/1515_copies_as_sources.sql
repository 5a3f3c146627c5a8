-- as 1430 made it
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
        inner join consolidation.captures as two on two.legacy_schema = 'b' and one.from_schema = two.from_schema and not two.is_copy
        where sources.legacy_table = translate(left(found_as.legacy_table, 1), 'ab', 'ba') || substring(found_as.legacy_table, 2)
      ),
      found_as.legacy_table
    )
  end
$function$;

-- as 1510 made it
create or replace function consolidation.prepare_a_users() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  -- What was copied from another database brings its own (scripts/consolidate); here they are those of this database.
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
    analyze consolidation.auth_addresses;
  end if;
end
$function$;
