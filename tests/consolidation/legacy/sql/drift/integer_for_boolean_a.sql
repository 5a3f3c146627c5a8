-- A.users, A.avatar_profiles: 0 and 1 for booleans.

alter table users alter column onboarding_completed drop default;

alter table users alter column onboarding_completed type integer using onboarding_completed::integer;

alter table users alter column onboarding_completed set default 0;

alter table avatar_profiles alter column is_default drop default;

alter table avatar_profiles alter column is_default type integer using is_default::integer;
