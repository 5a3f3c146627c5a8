drop table secrets.social_account_tokens;

drop table public.user_social_accounts;
