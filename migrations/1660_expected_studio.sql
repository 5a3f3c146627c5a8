-- Why: what avatars, scripts, videos, their figures and limits must be, by the lineage.
-- Touches: views, rows of expectations and asides.

create view consolidation.expected_a_avatar_profiles with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_a.avatar_profiles:' || old.legacy_key) as hybrid_id,
  coalesce(space.hybrid_id, case when old.workspace_id is null then private.platform_workspace_id() end) as workspace_id,
  old.name,
  old.avatar_id,
  old.voice_id,
  coalesce(old.display_order, 0) as display_order,
  coalesce(old.is_default, false) as is_default,
  old.description,
  old.preview_url,
  coalesce(avatar_type.becomes, consolidation.expected_word(coalesce(old.avatar_type, 'talking_photo'))) as avatar_type,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_avatar_profiles as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.avatar_profiles' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.value_map as avatar_type
  on avatar_type.hybrid_column = 'avatar_profiles.avatar_type'
    and consolidation.expected_word(coalesce(old.avatar_type, 'talking_photo')) = avatar_type.word;

comment on view consolidation.expected_a_avatar_profiles is 'public.avatar_profiles, by A.avatar_profiles.';

create view consolidation.expected_b_avatar_profiles with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_b.avatar_profiles:' || old.legacy_key) as hybrid_id,
  space.hybrid_id as workspace_id,
  old.name,
  old.avatar_id,
  old.voice_id,
  coalesce(old.display_order, 0) as display_order,
  coalesce(old.is_default, false) as is_default,
  coalesce(old.is_active, true) as is_active,
  old.description,
  old.preview_url,
  coalesce(avatar_type.becomes, consolidation.expected_word(coalesce(old.avatar_type, 'talking_photo'))) as avatar_type,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_avatar_profiles as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.avatar_profiles' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.value_map as avatar_type
  on avatar_type.hybrid_column = 'avatar_profiles.avatar_type'
    and consolidation.expected_word(coalesce(old.avatar_type, 'talking_photo')) = avatar_type.word;

comment on view consolidation.expected_b_avatar_profiles is 'public.avatar_profiles, by B.avatar_profiles.';

create view consolidation.expected_a_script_generations with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_a.script_generations:' || old.legacy_key) as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  old.topic,
  old.script,
  coalesce(old.target_audience, 'general audience') as target_audience,
  coalesce(old.video_style, 'professional') as video_style,
  case when old.duration_target > 0 then old.duration_target else 60 end as duration_target,
  old.model_used,
  consolidation.expected_score(old.quality_score) as quality_score,
  'completed'::text as status,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.created_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_script_generations as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.script_generations' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
cross join lateral (
  select coalesce(space.hybrid_id, home.workspace_id) as workspace_id
) as own;

comment on view consolidation.expected_a_script_generations is 'public.script_generations, by A.script_generations.';

create view consolidation.expected_b_script_generations with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_b.script_generations:' || old.legacy_key) as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  old.topic,
  old.prompt,
  old.script,
  coalesce(old.target_audience, 'general audience') as target_audience,
  coalesce(old.video_style, 'professional') as video_style,
  case when old.duration_target > 0 then old.duration_target else 60 end as duration_target,
  old.model_used,
  consolidation.expected_amount(old.generation_time) as generation_time,
  consolidation.expected_score(old.quality_score) as quality_score,
  status.becomes as status,
  consolidation.expected_object(old.metadata) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.created_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_script_generations as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.script_generations' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
cross join
  lateral (
    select coalesce(space.hybrid_id, home.workspace_id) as workspace_id
  ) as own
left join consolidation.value_map as status
  on status.hybrid_column = 'script_generations.status'
    and consolidation.expected_word(coalesce(old.status, 'completed')) = status.word;

comment on view consolidation.expected_b_script_generations is 'public.script_generations, by B.script_generations.';

create view consolidation.expected_a_video_generations with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_a.video_generations:' || old.legacy_key) as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  case when script.workspace_id = own.workspace_id then script.id end as script_id,
  case when avatar_of.is_at_hand then avatar.workspace_id end as avatar_workspace_id,
  case when avatar_of.is_at_hand then avatar.id end as profile_id,
  old.heygen_video_id,
  old.video_url,
  old.thumbnail_url,
  status.becomes as status,
  coalesce(aspect_ratio.becomes, consolidation.expected_word(coalesce(old.aspect_ratio, 'landscape'))) as aspect_ratio,
  consolidation.expected_amount(old.duration) as duration,
  old.avatar_id,
  old.voice_id,
  coalesce(old.is_public, false) as is_public,
  consolidation.expected_object(old.metadata) as metadata,
  old.error_message,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.created_at, consolidation.expected_start()) as updated_at,
  old.completed_at
from consolidation.read_a_video_generations as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.video_generations' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'a' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.became_a_script_generations as script_line on old.script_id::text = script_line.legacy_key
left join public.script_generations as script on script_line.hybrid_id = script.id
left join consolidation.became_a_avatar_profiles as avatar_line on old.profile_id::text = avatar_line.legacy_key
left join public.avatar_profiles as avatar on avatar_line.hybrid_id = avatar.id
cross join
  lateral (
    select
      coalesce(
        space.hybrid_id,
        case
          when old.workspace_id is null
            then coalesce(script.workspace_id, nullif(avatar.workspace_id, private.platform_workspace_id()))
        end,
        home.workspace_id
      ) as workspace_id
  ) as own
-- lookup_shared
cross join
  lateral (
    select avatar.workspace_id in (own.workspace_id, private.platform_workspace_id()) as is_at_hand
  ) as avatar_of
left join consolidation.value_map as status
  on status.hybrid_column = 'video_generations.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word
left join consolidation.value_map as aspect_ratio
  on aspect_ratio.hybrid_column = 'video_generations.aspect_ratio'
    and consolidation.expected_word(coalesce(old.aspect_ratio, 'landscape')) = aspect_ratio.word;

comment on view consolidation.expected_a_video_generations is 'public.video_generations, by A.video_generations.';

create view consolidation.expected_b_video_generations with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  case
    when line.hybrid_id = old.id then old.id
    else consolidation.expected_id('legacy_b.video_generations:' || old.legacy_key)
  end as hybrid_id,
  own.workspace_id,
  person.hybrid_id as user_id,
  case when run.workspace_id = own.workspace_id then run.hybrid_id end as workflow_id,
  old.heygen_task_id,
  old.script,
  old.avatar_id,
  old.voice_id,
  coalesce(old.video_style, 'professional') as video_style,
  status.becomes as status,
  old.video_url,
  old.thumbnail_url,
  consolidation.expected_amount(old.duration) as duration,
  consolidation.expected_with(
    consolidation.expected_object(old.metadata),
    'legacy_workflow_id',
    case when run.workspace_id = own.workspace_id then null else to_jsonb(old.workflow_id) end
  ) as metadata,
  old.error_message,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_b_video_generations as old
inner join consolidation.ledger as line
  on line.legacy_table = 'b.video_generations' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_b_workspaces as space on old.workspace_id::text = space.legacy_key
left join consolidation.became_b_users as person on old.user_id::text = person.legacy_key
left join consolidation.expected_homes as home
  on home.legacy_schema = 'b' and person.hybrid_id = home.user_id and old.workspace_id is null
left join consolidation.became_b_workflow_executions as run on consolidation.expected_word(old.workflow_id) = run.legacy_key
cross join
  lateral (
    select coalesce(space.hybrid_id, case when old.workspace_id is null then run.workspace_id end, home.workspace_id) as workspace_id
  ) as own
left join consolidation.value_map as status
  on status.hybrid_column = 'video_generations.status'
    and consolidation.expected_word(coalesce(old.status, 'pending')) = status.word;

comment on view consolidation.expected_b_video_generations is 'public.video_generations, by B.video_generations.';

create view consolidation.expected_a_video_analytics with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_a.video_analytics:' || old.legacy_key) as hybrid_id,
  video.workspace_id,
  video.id as video_id,
  consolidation.expected_count(old.views, 0) as views,
  consolidation.expected_count(old.likes, 0) as likes,
  consolidation.expected_count(old.shares, 0) as shares,
  consolidation.expected_count(old.comments, 0) as comments,
  consolidation.expected_ratio(old.engagement_rate, 0) as engagement_rate,
  consolidation.expected_amount(old.watch_time_avg) as watch_time_avg,
  consolidation.expected_ratio(old.completion_rate) as completion_rate,
  consolidation.expected_json(old.platform_data) as platform_data,
  coalesce(old.last_updated, old.created_at, consolidation.expected_start()) as last_updated,
  coalesce(old.created_at, consolidation.expected_start()) as created_at
from consolidation.read_a_video_analytics as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.video_analytics' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_video_generations as video_line on old.video_id::text = video_line.legacy_key
left join public.video_generations as video on video_line.hybrid_id = video.id;

comment on view consolidation.expected_a_video_analytics is 'public.video_analytics, by A.video_analytics.';

create view consolidation.expected_a_user_video_limits with (security_invoker = true) as
select
  old.legacy_key,
  line.outcome,
  consolidation.expected_id('legacy_a.user_video_limits:' || old.legacy_key) as hybrid_id,
  person.hybrid_id as user_id,
  subscription_tier.becomes as subscription_tier,
  consolidation.expected_count(old.monthly_limit, 1)::integer as monthly_limit,
  consolidation.expected_count(old.videos_this_month, 0)::integer as videos_this_month,
  case
    -- month_border: it may be any time until the end of next month
    when old.credits_reset_at > '-infinity' and old.credits_reset_at at time zone 'UTC' < next.begins + interval '1 month'
      then (date_trunc('month', old.credits_reset_at at time zone 'UTC') + interval '1 month') at time zone 'UTC'
    else next.begins at time zone 'UTC'
  end as credits_reset_at,
  old.premium_until,
  consolidation.expected_with(consolidation.expected_object(old.metadata), 'legacy_workspace_id', to_jsonb(old.workspace_id)) as metadata,
  coalesce(old.created_at, consolidation.expected_start()) as created_at,
  coalesce(old.updated_at, consolidation.expected_start()) as updated_at
from consolidation.read_a_user_video_limits as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.user_video_limits' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
left join consolidation.became_a_users as person on old.user_id::text = person.legacy_key
cross join
  lateral (
    select date_trunc('month', consolidation.expected_start() at time zone 'UTC') + interval '1 month' as begins
  ) as next
left join consolidation.value_map as subscription_tier
  on subscription_tier.hybrid_column = 'user_video_limits.subscription_tier'
    and consolidation.expected_word(coalesce(old.subscription_tier, 'free')) = subscription_tier.word;

comment on view consolidation.expected_a_user_video_limits is 'public.user_video_limits, by A.user_video_limits.';

-- Rows of the same workspace and avatar become one, under the key of the lowest.
create view consolidation.expected_a_avatar_usage_stats with (security_invoker = true) as
with old as (
  select
    stats.*,
    line.outcome,
    line.hybrid_id as line_id,
    own.workspace_id as own_workspace_id,
    avatar.workspace_id as avatar_workspace_id,
    avatar.id as avatar_id,
    consolidation.expected_count(stats.usage_count, 0) as uses,
    consolidation.expected_score(stats.avg_quality_score) as score
  from consolidation.read_a_avatar_usage_stats as stats
  inner join consolidation.ledger as line
    on line.legacy_table = 'a.avatar_usage_stats' and stats.legacy_key = line.legacy_key and line.outcome <> 'rejected'
  left join consolidation.became_a_workspaces as space on stats.workspace_id::text = space.legacy_key
  left join consolidation.became_a_avatar_profiles as avatar_line on stats.profile_id::text = avatar_line.legacy_key
  left join public.avatar_profiles as avatar on avatar_line.hybrid_id = avatar.id
  cross join lateral (
    select
      coalesce(
        space.hybrid_id, case when stats.workspace_id is null then nullif(avatar.workspace_id, private.platform_workspace_id()) end
      ) as workspace_id
  ) as own
),

summed as (
  select
    old.own_workspace_id as workspace_id,
    old.avatar_workspace_id,
    old.avatar_id as profile_id,
    min(old.id) as first_id,
    sum(old.uses)::bigint as usage_count,
    coalesce(sum(consolidation.expected_amount(old.total_video_duration, 0) order by old.id), 0) as total_video_duration,
    -- added up in the order of their ids: in another order the last digit of a double may be another
    case
      when count(*) = 1 then max(old.score)
      when sum(old.uses) filter (where old.score is not null) > 0
        then sum(old.score * old.uses order by old.id) / sum(old.uses) filter (where old.score is not null)
      else avg(old.score order by old.id)
    end as avg_quality_score,
    max(old.last_used_at) as last_used_at,
    coalesce(min(old.created_at), consolidation.expected_start()) as created_at,
    coalesce(max(old.updated_at), consolidation.expected_start()) as updated_at
  from old
  group by old.own_workspace_id, old.avatar_workspace_id, old.avatar_id
)

select
  old.legacy_key,
  case when old.id = summed.first_id then 'migrated' else 'merged' end as outcome,
  consolidation.expected_id('legacy_a.avatar_usage_stats:' || summed.first_id) as hybrid_id,
  summed.workspace_id,
  summed.avatar_workspace_id,
  summed.profile_id,
  summed.usage_count,
  summed.total_video_duration,
  summed.avg_quality_score,
  summed.last_used_at,
  summed.created_at,
  summed.updated_at
from old
inner join summed
  on old.own_workspace_id = summed.workspace_id
    and old.avatar_workspace_id = summed.avatar_workspace_id
    and old.avatar_id = summed.profile_id;

comment on view consolidation.expected_a_avatar_usage_stats is 'public.avatar_usage_stats, by A.avatar_usage_stats: sums over what becomes one row.';

create view consolidation.expected_kept_a_user_video_limits with (security_invoker = true) as
select
  old.legacy_key,
  'is_admin'::text as legacy_column,
  to_jsonb(old.is_admin) as value
from consolidation.read_a_user_video_limits as old
inner join consolidation.ledger as line
  on line.legacy_table = 'a.user_video_limits' and old.legacy_key = line.legacy_key and line.outcome <> 'rejected'
where old.is_admin;

comment on view consolidation.expected_kept_a_user_video_limits is 'What of A.user_video_limits must be in kept.';

insert into consolidation.expectations (position, legacy_table, step, hybrid_table, view_name, key_column, listed_in)
values
(510, 'a.avatar_profiles', 'a.avatar_profiles', 'public.avatar_profiles', 'expected_a_avatar_profiles', 'id', 'ledger'),
(515, 'b.avatar_profiles', 'b.avatar_profiles', 'public.avatar_profiles', 'expected_b_avatar_profiles', 'id', 'ledger'),
(520, 'a.script_generations', 'a.script_generations', 'public.script_generations', 'expected_a_script_generations', 'id', 'ledger'),
(525, 'b.script_generations', 'b.script_generations', 'public.script_generations', 'expected_b_script_generations', 'id', 'ledger'),
(530, 'a.video_generations', 'a.video_generations', 'public.video_generations', 'expected_a_video_generations', 'id', 'ledger'),
(535, 'b.video_generations', 'b.video_generations', 'public.video_generations', 'expected_b_video_generations', 'id', 'ledger'),
(540, 'a.video_analytics', 'a.video_analytics', 'public.video_analytics', 'expected_a_video_analytics', 'id', 'ledger'),
(550, 'a.user_video_limits', 'a.user_video_limits', 'public.user_video_limits', 'expected_a_user_video_limits', 'id', 'ledger'),
(560, 'a.avatar_usage_stats', 'a.avatar_usage_stats', 'public.avatar_usage_stats', 'expected_a_avatar_usage_stats', 'id', 'ledger');

insert into consolidation.asides (position, legacy_table, step, view_name, kind)
values
(550, 'a.user_video_limits', 'a.user_video_limits', 'expected_kept_a_user_video_limits', 'not kept');
