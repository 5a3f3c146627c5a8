-- Why: people of B have no account at the auth service. The Auth Admin API makes one for each under the id that the import gave; this
-- says for whom, and afterwards whether they are there.
-- Touches: two functions. They read only.
-- Never in the list: a password, a role, a plan. The address is not confirmed: who owns it shows that by signing in.

-- security invoker: it reads what its caller may read.
create function consolidation.auth_accounts() returns table (id uuid, email text)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  if to_regclass('auth.users') is null then
    raise exception 'there is no auth.users in this database' using errcode = 'HS140';
  end if;
  return query execute 'select account.id, lower(btrim(account.email)) from auth.users as account';
end
$function$;

comment on function consolidation.auth_accounts() is 'The accounts of the auth service, with their addresses trimmed and in lower case.';

-- security invoker: it reads what its caller may read.
create function consolidation.accounts()
returns table (
  user_id uuid, email text, full_name text, state text
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with people as (
    select
      line.legacy_key,
      line.outcome,
      line.hybrid_id,
      person.id,
      person.email,
      person.full_name,
      person.is_active,
      exists (select from secrets.user_claims as claim where claim.old_user_id = line.hybrid_id) as is_claimed
    from consolidation.ledger as line
    left join public.users as person on line.hybrid_id = person.id
    where line.legacy_table = 'b.users'
      and line.outcome in ('migrated', 'rejected')
  ),

  existing as materialized (
    select
      account.id,
      account.email
    from consolidation.auth_accounts() as account
  )

  select
    people.hybrid_id,
    people.email,
    people.full_name,
    case
      when people.outcome = 'rejected' then 'left out: not imported, make resolve'
      when people.id is null then 'left out: deleted or erased'
      when own.id is not null and own.email = people.email then 'is there'
      when own.id is not null then 'has another address at the auth service'
      when people.is_claimed then 'left out: claimed by somebody who has signed in'
      when not people.is_active then 'left out: inactive'
      when exists (select from existing where existing.email = people.email)
        then 'left out: another account has the address, make resolve'
      when count(*) over (partition by people.email) > 1
        or exists (select from public.users as other where other.email = people.email and other.id <> people.id)
        then 'left out: another person has the address, make resolve'
      else 'to be made'
    end
  from people
  left join existing as own on people.hybrid_id = own.id
  order by people.email, people.hybrid_id, people.legacy_key
$function$;

comment on function consolidation.accounts() is
'People of B and whether they have an account: to be made, is there, has another address at the auth service, or left out and why.';
