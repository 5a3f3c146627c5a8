-- A's functions about videos a month, as docs/legacy/README.md tells: the check of the limit looks and spends in one call, without a lock.
-- One body names public by text and one does not, as happens in real databases.

create function reset_monthly_video_credits() returns void
language plpgsql
security definer
as $function$
begin
  update public.user_video_limits
  set videos_this_month = 0,
    credits_reset_at = date_trunc('month', now()) + interval '1 month'
  where credits_reset_at is null or credits_reset_at <= now();
end
$function$;

create function check_video_creation_limit(p_user_id uuid, p_workspace_id uuid) returns boolean
language plpgsql
security definer
as $function$
declare
  v_limit record;
  v_allowed integer;
begin
  select * into v_limit
  from user_video_limits
  where user_id = p_user_id;

  if not found then
    insert into user_video_limits (user_id, workspace_id, subscription_tier, monthly_limit, videos_this_month)
    values (p_user_id, p_workspace_id, 'free', 1, 1);
    return true;
  end if;

  if v_limit.is_admin then
    return true;
  end if;

  v_allowed := case v_limit.subscription_tier
    when 'starter' then 3
    when 'creator' then 8
    when 'creator_pro' then 15
    when 'enterprise' then 50
    else 1
  end;
  if v_limit.videos_this_month >= v_allowed then
    return false;
  end if;

  update user_video_limits
  set videos_this_month = videos_this_month + 1
  where user_id = p_user_id;
  return true;
end
$function$;
