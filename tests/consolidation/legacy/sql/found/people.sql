-- What hazards/people.py makes, found in the database: one view for each hazard.

create view found.same_address as
select
  a.id as of_a,
  b.id as of_b
from legacy_a.users as a
inner join legacy_b.users as b on lower(btrim(a.email)) = lower(btrim(b.email)) and a.id <> b.id;

-- how the two of a pair write their address
create view found.spellings as
select
  a.email = b.email as the_same,
  a.email = lower(a.email) as a_is_small,
  b.email = lower(b.email) as b_is_small,
  a.email = btrim(a.email) as a_is_trimmed,
  b.email = btrim(b.email) as b_is_trimmed
from found.same_address as pair
inner join legacy_a.users as a on pair.of_a = a.id
inner join legacy_b.users as b on pair.of_b = b.id;

create view found.same_person_two_ids as
select
  'A' as letter,
  'users' as tab,
  of_a::text as key
from found.same_address
union
select
  'B' as letter,
  'users' as tab,
  of_b::text as key
from found.same_address;

create view found.b_user_unknown_to_a as
select
  'B' as letter,
  'users' as tab,
  b.id::text as key
from legacy_b.users as b
where not exists (
    select from legacy_a.users as a
    where lower(btrim(a.email)) = lower(btrim(b.email))
  );

create view found.person_described_twice as
select
  each.letter,
  'users' as tab,
  a.id::text as key
from legacy_a.users as a
inner join legacy_b.users as b on a.id = b.id and lower(a.email) = lower(b.email)
cross join (values ('A'), ('B')) as each (letter)
where (a.email, a.full_name, a.avatar_url) is distinct from (b.email, b.full_name, b.avatar_url);

create view found.narrower_right_in_b as
select
  'B' as letter,
  'users' as tab,
  b.id::text as key
from legacy_b.users as b
inner join legacy_a.users as a on b.id = a.id
where b.role = 'viewer' or not b.is_active;

create view found.rights_claimed_in_a as
select
  letter,
  tab,
  key
from found.every_row
where letter = 'A' and (body ->> 'is_admin')::boolean;

create view found.rights_claimed_in_b as
select
  letter,
  tab,
  key
from found.every_row
where letter = 'B' and tab = 'users' and (body ->> 'role' = 'admin' or body ->> 'subscription_tier' <> 'free');

create view found.attacker as
select
  'A' as letter,
  'users' as tab,
  a.id::text as key
from legacy_a.users as a
inner join legacy_b.users as victim on a.email = victim.email and a.id <> victim.id
left join auth.users as account on a.id = account.id and a.email = account.email
where a.is_admin and a.subscription_tier = 'enterprise' and victim.role = 'admin'
  and (account.id is null or account.email_confirmed_at is null or account.is_sso_user);

create view found.account_unconfirmed as
select
  pair.letter,
  'users' as tab,
  pair.key::text as key
from found.same_address as same
inner join auth.users as account on same.of_a = account.id
cross join lateral (values ('A', same.of_a), ('B', same.of_b)) as pair (letter, key)
where account.email is not null and account.email_confirmed_at is null;

create view found.account_by_sso as
select
  pair.letter,
  'users' as tab,
  pair.key::text as key
from found.same_address as same
inner join auth.users as account on same.of_a = account.id
cross join lateral (values ('A', same.of_a), ('B', same.of_b)) as pair (letter, key)
where account.is_sso_user;

create view found.account_with_other_address as
select
  pair.letter,
  'users' as tab,
  pair.key::text as key
from legacy_a.users as a
inner join auth.users as account on a.id = account.id and lower(btrim(a.email)) <> account.email
inner join legacy_b.users as b on b.email in (a.email, account.email)
cross join lateral (values ('A', a.id), ('B', b.id)) as pair (letter, key);

create view found.account_missing as
select
  pair.letter,
  'users' as tab,
  pair.key::text as key
from found.same_address as same
cross join lateral (values ('A', same.of_a), ('B', same.of_b)) as pair (letter, key)
where not exists (
    select from auth.users as account
    where account.id = same.of_a
  );

create view found.account_without_address as
select
  'A' as letter,
  'users' as tab,
  account.id::text as key
from auth.users as account
where account.email is null;

create view found.one_address_twice as
select
  letter,
  tab,
  key
from found.every_row as one
where tab = 'users' and exists (
    select from found.every_row as other
    where other.letter = one.letter and other.tab = 'users' and other.key <> one.key
      and lower(btrim(other.body ->> 'email')) = lower(btrim(one.body ->> 'email'))
  );

create view found.address_empty as
select
  letter,
  tab,
  key
from found.every_row
where tab = 'users' and body ->> 'email' ~ '^\s*$';
