-- A person of A whose address no account confirms, so that it joins nobody of B to this person.
select old.the_key as example
from the_table as old
where not exists (
    select from auth.users as account
    where account.id::text = old.id::text
      and account.email_confirmed_at is not null
      and lower(btrim(account.email, E' \t\n\r')) = lower(btrim(old.the_column::text, E' \t\n\r'))
  );
