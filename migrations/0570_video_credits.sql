-- Why: monthly video credits. A checked the limit and then spent the credit, so that two at once could spend the same one. Here
-- a credit is spent, given back and renewed by one update each, which decides on the row as it is once it holds its lock.
-- Touches: new functions in private, one trigger on users.
-- The time is an argument of each function, so that the end of a month can be tried without waiting for it.

create function private.monthly_video_limit(tier text) returns integer
language sql
immutable
strict
parallel safe
return case monthly_video_limit.tier
  when 'free' then 1
  when 'starter' then 3
  when 'creator' then 8
  when 'creator_pro' then 15
  when 'enterprise' then 50
end;

comment on function private.monthly_video_limit(text) is 'Videos that a tier allows in a month; null for a tier that is not known.';

-- least: a limit that was set below the free one is not lifted when the plan ends.
create function private.video_limit_at(monthly_limit integer, premium_until timestamptz, at timestamptz) returns integer
language sql
immutable
parallel safe
return case
  when video_limit_at.premium_until <= video_limit_at.at
    then least(video_limit_at.monthly_limit, private.monthly_video_limit('free'))
  else video_limit_at.monthly_limit
end;

comment on function private.video_limit_at(integer, timestamptz, timestamptz) is
'The limit of a row of user_video_limits that counts at a moment: its own until the plan ends, then the free one.';

-- security invoker: called by definer functions and the service, which may write the table themselves.
create function private.spend_video_credit(user_id uuid, at timestamptz default now()) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  is_unlimited boolean;
  credits_left integer;
begin
  select users.is_admin
  into is_unlimited
  from public.users
  where users.id = spend_video_credit.user_id
    and users.is_active
    and users.role <> 'viewer';

  if not found then
    raise exception 'there is no active user who may make videos under this id' using errcode = 'HS051';
  end if;

  -- Only where the row is missing. for share: a change of tier that is under way is waited for, and a later one waits for
  -- this row, so that the trigger on users finds it. Of several first spenders one makes the row; the others wait for it.
  insert into public.user_video_limits (user_id, subscription_tier, monthly_limit, credits_reset_at)
  select
    users.id,
    users.subscription_tier,
    private.monthly_video_limit(users.subscription_tier),
    private.next_month_begins(spend_video_credit.at)
  from public.users
  where users.id = spend_video_credit.user_id
    and not exists (
      select from public.user_video_limits as limits
      where limits.user_id = spend_video_credit.user_id
    )
  for share of users
  on conflict on constraint user_video_limits_person_has_one do nothing;

  -- Whether a credit is left is decided here and nowhere else: who waits for the row sees it as the one before left it.
  update public.user_video_limits as limits
  set
    videos_this_month = case
      when limits.credits_reset_at <= spend_video_credit.at then 1
      else limits.videos_this_month + 1
    end,
    credits_reset_at = case
      when limits.credits_reset_at <= spend_video_credit.at then private.next_month_begins(spend_video_credit.at)
      else limits.credits_reset_at
    end
  where limits.user_id = spend_video_credit.user_id
    and (
      is_unlimited
      or private.video_limit_at(limits.monthly_limit, limits.premium_until, spend_video_credit.at)
      > case
        when limits.credits_reset_at <= spend_video_credit.at then 0
        else limits.videos_this_month
      end
    )
  returning
    private.video_limit_at(limits.monthly_limit, limits.premium_until, spend_video_credit.at) - limits.videos_this_month
  into credits_left;

  if not found then
    raise exception 'no video credit is left this month' using errcode = 'HS050';
  end if;

  return case when not is_unlimited then credits_left end;
end
$function$;

comment on function private.spend_video_credit(uuid, timestamptz) is
'Spends a video credit of a user and returns how many are left this month, null for a platform admin; raises HS050 or HS051.';

-- A count that a new month has begun stays as it is: the credit was one of the month before. Each credit is given back
-- once at most by the caller, who takes a video to failed once.
-- security invoker: called by definer functions and the service, which may write the table themselves.
create function private.return_video_credit(user_id uuid, at timestamptz) returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  update public.user_video_limits as limits
  set videos_this_month = limits.videos_this_month - 1
  where limits.user_id = return_video_credit.user_id
    and limits.videos_this_month > 0
    and return_video_credit.at < limits.credits_reset_at
    and return_video_credit.at
    >= (limits.credits_reset_at at time zone 'UTC' - interval '1 month') at time zone 'UTC';

  return found;
end
$function$;

comment on function private.return_video_credit(uuid, timestamptz) is
'Gives back the credit that was spent at a moment (the one given to spend_video_credit); false where its month is over.';

-- For display and reports: spending starts a new month by itself.
-- security invoker: run by the service, which may write the table itself.
create function private.reset_monthly_video_credits(at timestamptz default now()) returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  rows_reset bigint;
begin
  -- locked in one order, so that two runs at once do not wait for each other
  with due as (
    select limits.id
    from public.user_video_limits as limits
    where limits.credits_reset_at <= reset_monthly_video_credits.at
    order by limits.id
    for update
  )

  update public.user_video_limits as limits
  set
    videos_this_month = 0,
    credits_reset_at = private.next_month_begins(reset_monthly_video_credits.at)
  from due
  where limits.id = due.id;

  get diagnostics rows_reset = row_count;
  return rows_reset;
end
$function$;

comment on function private.reset_monthly_video_credits(timestamptz) is
'Starts a new month in each row whose month is over, and returns how many there were.';

-- A limit is taken for one set by hand where it differs from the limit of the tier that the row had so far, and then stays.
-- security definer: whoever may change a tier need not be allowed to write user_video_limits.
create function private.keep_video_limit_in_step() returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  update public.user_video_limits as limits
  set
    subscription_tier = new.subscription_tier,
    monthly_limit = case
      when limits.monthly_limit = private.monthly_video_limit(limits.subscription_tier)
        then private.monthly_video_limit(new.subscription_tier)
      else limits.monthly_limit
    end
  where limits.user_id = new.id;
  return null;
end
$function$;

comment on function private.keep_video_limit_in_step() is
'Trigger: carries a new tier of a user into user_video_limits, the limit too unless it was set by hand.';

create trigger users_keep_video_limit_in_step
after update of subscription_tier on public.users
for each row
when (old.subscription_tier <> new.subscription_tier)
execute function private.keep_video_limit_in_step();
