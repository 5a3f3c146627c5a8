-- An account for each person of A, confirmed, with the address of A's own row.

insert into auth.users (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at)
select
  id,
  'authenticated' as aud,
  'authenticated' as role,
  lower(email) as email,
  created_at as email_confirmed_at,
  '{"provider": "email"}' as raw_app_meta_data,
  '{}' as raw_user_meta_data,
  created_at
from users;
