-- Why: avatars, scripts, videos, their numbers, and how many videos a person may make. A and B count avatars and scripts each for itself,
-- so that 1 in A is not 1 in B: keys are computed. Usage of one avatar becomes one row.
-- Touches: one new table, functions, nine steps, words of the value map.
-- Lineage: avatar_profiles, script_generations, video_generations of A and B; A.video_analytics, A.avatar_usage_stats, A.user_video_limits.

insert into consolidation.value_map (hybrid_column, word, becomes)
values
('avatar_profiles.avatar_type', 'talking_photo', 'talking_photo'),
('avatar_profiles.avatar_type', 'avatar', 'avatar'),
('avatar_profiles.avatar_type', 'custom', 'custom'),
('video_generations.aspect_ratio', 'landscape', 'landscape'),
('video_generations.aspect_ratio', 'portrait', 'portrait'),
('video_generations.aspect_ratio', 'square', 'square');

create table consolidation.usage_of_avatars (
  legacy_key text collate "C" primary key,
  first_key text collate "C" not null,
  usage_count bigint not null,
  total_video_duration double precision not null,
  avg_quality_score double precision,
  last_used_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz
);

alter table consolidation.usage_of_avatars enable row level security;

comment on table consolidation.usage_of_avatars is
'Rows of A.avatar_usage_stats of which several are about one avatar in one workspace, with what they say together.';

comment on column consolidation.usage_of_avatars.legacy_key is 'The row.';

comment on column consolidation.usage_of_avatars.first_key is 'The row with the lowest id, which becomes the hybrid row; the others are merged into it.';

comment on column consolidation.usage_of_avatars.usage_count is 'Rule add_up: the sum.';

comment on column consolidation.usage_of_avatars.total_video_duration is 'Rule add_up: the sum.';

comment on column consolidation.usage_of_avatars.avg_quality_score is 'Rule mean_by_usage: the mean, weighted by usage; null where no row has a score.';

comment on column consolidation.usage_of_avatars.last_used_at is 'Rule latest.';

comment on column consolidation.usage_of_avatars.created_at is 'Rule earliest.';

comment on column consolidation.usage_of_avatars.updated_at is 'Rule latest.';

-- security invoker: called by the driver.
create function consolidation.import_a_avatar_profiles() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  spaces text := consolidation.found_as('a.workspaces');
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('a.avatar_profiles', old.legacy_key) as hybrid_id,
      -- workspace_or_platform: what A gives to nobody is shared by all
      case when old.workspace_id is null then private.platform_workspace_id() else space.hybrid_id end as workspace_id,
      old.name,
      old.avatar_id,
      old.voice_id,
      coalesce(old.display_order, 0) as display_order,
      coalesce(old.is_default, false) as is_default,
      old.description,
      old.preview_url,
      kind.becomes as avatar_type,
      coalesce(old.created_at, begun) as created_at,
      coalesce(old.updated_at, begun) as updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.avatar_profiles_batch as old
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.value_map as kind
      on kind.hybrid_column = 'avatar_profiles.avatar_type' and kind.word = consolidation.folded(coalesce(old.avatar_type, 'talking_photo'))
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when old.name is null then 'name: there is none'
        when old.avatar_id is null then 'avatar_id: there is none'
        when old.voice_id is null then 'voice_id: there is none'
        when kind.becomes is null then 'avatar_type: a word that is not mapped'
      end as reason
    ) as fault
  ),

  written as (
    insert into public.avatar_profiles (
      id, workspace_id, name, avatar_id, voice_id, display_order, is_default, description, preview_url, avatar_type, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.name, batch.avatar_id, batch.voice_id, batch.display_order, batch.is_default,
      batch.description, batch.preview_url, batch.avatar_type, batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.avatar_profiles', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.avatar_profiles',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_avatar_profiles() is 'A.avatar_profiles to public.avatar_profiles: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_avatar_profiles() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  spaces text := consolidation.found_as('b.workspaces');
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('b.avatar_profiles', old.legacy_key) as hybrid_id,
      space.hybrid_id as workspace_id,
      old.name,
      old.avatar_id,
      old.voice_id,
      coalesce(old.display_order, 0) as display_order,
      coalesce(old.is_default, false) as is_default,
      coalesce(old.is_active, true) as is_active,
      old.description,
      old.preview_url,
      kind.becomes as avatar_type,
      coalesce(old.created_at, begun) as created_at,
      coalesce(old.updated_at, begun) as updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_b.avatar_profiles_batch as old
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.value_map as kind
      on kind.hybrid_column = 'avatar_profiles.avatar_type' and kind.word = consolidation.folded(coalesce(old.avatar_type, 'talking_photo'))
    cross join lateral (
      select case
        -- nothing says that B meant it for all
        when old.workspace_id is null then 'workspace_id: none, and none to be found'
        when space.hybrid_id is null then 'workspace_id: no such workspace'
        when old.name is null then 'name: there is none'
        when old.avatar_id is null then 'avatar_id: there is none'
        when old.voice_id is null then 'voice_id: there is none'
        when kind.becomes is null then 'avatar_type: a word that is not mapped'
      end as reason
    ) as fault
  ),

  written as (
    insert into public.avatar_profiles (
      id, workspace_id, name, avatar_id, voice_id, display_order, is_default, is_active, description, preview_url, avatar_type, created_at,
      updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.name, batch.avatar_id, batch.voice_id, batch.display_order, batch.is_default,
      batch.is_active, batch.description, batch.preview_url, batch.avatar_type, batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.avatar_profiles', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.avatar_profiles',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_avatar_profiles() is 'B.avatar_profiles to public.avatar_profiles: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_a_script_generations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
  own_schema text := left(spaces, 1);
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('a.script_generations', old.legacy_key) as hybrid_id,
      case when old.workspace_id is not null then space.hybrid_id else home.workspace_id end as workspace_id,
      person.hybrid_id as user_id,
      old.user_id as user_before,
      old.topic,
      old.script,
      coalesce(old.target_audience, 'general audience') as target_audience,
      coalesce(old.video_style, 'professional') as video_style,
      case when old.duration_target > 0 then old.duration_target else 60 end as duration_target,
      old.duration_target as duration_target_before,
      old.model_used,
      consolidation.score(old.quality_score) as quality_score,
      old.quality_score as quality_score_before,
      consolidation.metadata(old.metadata) as metadata,
      coalesce(old.created_at, begun) as created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.script_generations_batch as old
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = own_schema and home.user_id = person.hybrid_id
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
        when old.topic is null then 'topic: there is none'
        when old.script is null then 'script: there is none'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.script_generations (
      id, workspace_id, user_id, topic, script, target_audience, video_style, duration_target, model_used, quality_score, status, metadata,
      created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.topic, sound.script, sound.target_audience, sound.video_style,
      sound.duration_target, sound.model_used, sound.quality_score, 'completed', sound.metadata, sound.created_at, sound.created_at
    from sound
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.script_generations', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_before is not null
      and sound.user_id is null
    union all
    select 'a.script_generations', sound.legacy_key, 'duration_target', to_jsonb(sound.duration_target_before)
    from sound
    where sound.duration_target_before <= 0
    union all
    select 'a.script_generations', sound.legacy_key, 'quality_score', to_jsonb(sound.quality_score_before)
    from sound
    where sound.quality_score_before is distinct from sound.quality_score
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.script_generations', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.script_generations',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_script_generations() is 'A.script_generations to public.script_generations: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_script_generations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
  own_schema text := left(spaces, 1);
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('b.script_generations', old.legacy_key) as hybrid_id,
      case when old.workspace_id is not null then space.hybrid_id else home.workspace_id end as workspace_id,
      person.hybrid_id as user_id,
      old.user_id as user_before,
      old.topic,
      old.prompt,
      old.script,
      coalesce(old.target_audience, 'general audience') as target_audience,
      coalesce(old.video_style, 'professional') as video_style,
      case when old.duration_target > 0 then old.duration_target else 60 end as duration_target,
      old.duration_target as duration_target_before,
      old.model_used,
      consolidation.not_negative(old.generation_time) as generation_time,
      old.generation_time as generation_time_before,
      consolidation.score(old.quality_score) as quality_score,
      old.quality_score as quality_score_before,
      status.becomes as status,
      consolidation.metadata(old.metadata) as metadata,
      coalesce(old.created_at, begun) as created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_b.script_generations_batch as old
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = own_schema and home.user_id = person.hybrid_id
    left join consolidation.value_map as status
      on status.hybrid_column = 'script_generations.status' and status.word = consolidation.folded(coalesce(old.status, 'completed'))
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
        when old.topic is null then 'topic: there is none'
        when status.becomes is null then 'status: a word that is not mapped'
        when status.becomes = 'completed' and old.script is null then 'script: there is none, and the status says that there is'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.script_generations (
      id, workspace_id, user_id, topic, prompt, script, target_audience, video_style, duration_target, model_used, generation_time,
      quality_score, status, metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.topic, sound.prompt, sound.script, sound.target_audience,
      sound.video_style, sound.duration_target, sound.model_used, sound.generation_time, sound.quality_score, sound.status,
      sound.metadata, sound.created_at, sound.created_at
    from sound
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.script_generations', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_before is not null
      and sound.user_id is null
    union all
    select 'b.script_generations', sound.legacy_key, 'duration_target', to_jsonb(sound.duration_target_before)
    from sound
    where sound.duration_target_before <= 0
    union all
    select 'b.script_generations', sound.legacy_key, 'generation_time', to_jsonb(sound.generation_time_before)
    from sound
    where sound.generation_time_before is distinct from sound.generation_time
    union all
    select 'b.script_generations', sound.legacy_key, 'quality_score', to_jsonb(sound.quality_score_before)
    from sound
    where sound.quality_score_before is distinct from sound.quality_score
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.script_generations', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.script_generations',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_script_generations() is 'B.script_generations to public.script_generations: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_video_generations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.places where places.legacy_table = 'a.video_generations';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  select
    'a.video_generations',
    'heygen_video',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      row_number() over (partition by old.heygen_video_id, old.workspace_id order by old.id, old.legacy_key)
      -- one that does not say its workspace may get that of any other
      + case when old.workspace_id is null then 1 else 0 end as place
    from source_a.video_generations as old
    where old.heygen_video_id in (
        select other.heygen_video_id
        from source_a.video_generations as other
        group by other.heygen_video_id
        having count(*) > 1
      )
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;
end
$function$;

comment on function consolidation.prepare_a_video_generations() is
'Notes which videos say again what the provider calls one; the unique rule of A forbids it, and a drifted database may lack that.';

-- offset 0: what stands in a lateral subquery is worked out once for a row, and not wherever it is mentioned.
-- security invoker: called by the driver.
create function consolidation.import_a_video_generations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
  scripts text := consolidation.found_as('a.script_generations');
  avatars text := consolidation.found_as('a.avatar_profiles');
  own_schema text := left(spaces, 1);
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('a.video_generations', old.legacy_key) as hybrid_id,
      own.workspace_id,
      person.hybrid_id as user_id,
      old.user_id as user_before,
      -- lookup_parent
      case when script.workspace_id = own.workspace_id then script.hybrid_id end as script_id,
      old.script_id as script_before,
      -- lookup_shared
      case when avatar.workspace_id in (own.workspace_id, private.platform_workspace_id()) then avatar.hybrid_id end as profile_id,
      case when avatar.workspace_id in (own.workspace_id, private.platform_workspace_id()) then avatar.workspace_id end
        as avatar_workspace_id,
      old.profile_id as profile_before,
      old.heygen_video_id,
      old.avatar_id,
      old.voice_id,
      old.video_url,
      old.thumbnail_url,
      status.becomes as status,
      shape.becomes as aspect_ratio,
      consolidation.not_negative(old.duration) as duration,
      old.duration as duration_before,
      coalesce(old.is_public, false) as is_public,
      consolidation.metadata(old.metadata) as metadata,
      old.error_message,
      coalesce(old.created_at, begun) as created_at,
      old.completed_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.video_generations_batch as old
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = own_schema and home.user_id = person.hybrid_id
    left join consolidation.ledger as script on script.legacy_table = scripts and script.legacy_key = old.script_id::text
    left join consolidation.ledger as avatar on avatar.legacy_table = avatars and avatar.legacy_key = old.profile_id::text
    left join consolidation.places as double
      on double.legacy_table = 'a.video_generations' and double.purpose = 'heygen_video' and double.legacy_key = old.legacy_key
    left join consolidation.value_map as status
      on status.hybrid_column = 'video_generations.status' and status.word = consolidation.folded(coalesce(old.status, 'pending'))
    left join consolidation.value_map as shape
      on shape.hybrid_column = 'video_generations.aspect_ratio'
        and shape.word = consolidation.folded(coalesce(old.aspect_ratio, 'landscape'))
    -- lookup_workspace: the own one, else the script's, else the avatar's unless all share it, else the person's
    cross join lateral (
      select case
        when old.workspace_id is not null then space.hybrid_id
        else coalesce(script.workspace_id, nullif(avatar.workspace_id, private.platform_workspace_id()), home.workspace_id)
      end as workspace_id
      offset 0
    ) as own
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when own.workspace_id is null then 'workspace_id: none, and none to be found'
        when status.becomes is null then 'status: a word that is not mapped'
        when shape.becomes is null then 'aspect_ratio: a word that is not mapped'
        when double.place > 1 then 'heygen_video_id: another video of the workspace has it'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.video_generations (
      id, workspace_id, user_id, script_id, avatar_workspace_id, profile_id, heygen_video_id, avatar_id, voice_id, video_url,
      thumbnail_url, status, aspect_ratio, duration, is_public, metadata, error_message, created_at, updated_at, completed_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.script_id, sound.avatar_workspace_id, sound.profile_id,
      sound.heygen_video_id, sound.avatar_id, sound.voice_id, sound.video_url, sound.thumbnail_url, sound.status, sound.aspect_ratio,
      sound.duration, sound.is_public, sound.metadata, sound.error_message, sound.created_at, sound.created_at, sound.completed_at
    from sound
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.video_generations', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_before is not null
      and sound.user_id is null
    union all
    select 'a.video_generations', sound.legacy_key, 'script_id', to_jsonb(sound.script_before)
    from sound
    where sound.script_before is not null
      and sound.script_id is null
    union all
    select 'a.video_generations', sound.legacy_key, 'profile_id', to_jsonb(sound.profile_before)
    from sound
    where sound.profile_before is not null
      and sound.profile_id is null
    union all
    select 'a.video_generations', sound.legacy_key, 'duration', to_jsonb(sound.duration_before)
    from sound
    where sound.duration_before is distinct from sound.duration
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.video_generations', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.video_generations',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_video_generations() is 'A.video_generations to public.video_generations: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_video_generations() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
  runs text := consolidation.found_as('b.workflow_executions');
  own_schema text := left(spaces, 1);
begin
  with batch as materialized (
    select
      old.legacy_key,
      case when taken.id is null or is_equal.holds then old.id else consolidation.computed_id('b.video_generations', old.legacy_key) end
        as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      taken.holder,
      own.workspace_id,
      person.hybrid_id as user_id,
      old.user_id as user_before,
      run_found.workflow_id,
      old.heygen_task_id,
      old.script,
      old.avatar_id,
      old.voice_id,
      coalesce(old.video_style, 'professional') as video_style,
      status.becomes as status,
      old.video_url,
      old.thumbnail_url,
      consolidation.not_negative(old.duration) as duration,
      old.duration as duration_before,
      content.metadata,
      old.error_message,
      coalesce(old.created_at, begun) as created_at,
      coalesce(old.updated_at, begun) as updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_b.video_generations_batch as old
    left join consolidation.taken on taken.legacy_table = 'b.video_generations' and taken.id = old.id
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.homes as home on home.legacy_schema = own_schema and home.user_id = person.hybrid_id
    -- lookup_text
    left join consolidation.ledger as run on run.legacy_table = runs and run.legacy_key = consolidation.folded(old.workflow_id)
    left join consolidation.value_map as status
      on status.hybrid_column = 'video_generations.status' and status.word = consolidation.folded(coalesce(old.status, 'pending'))
    cross join lateral (
      select case
        when old.workspace_id is not null then space.hybrid_id else coalesce(run.workspace_id, home.workspace_id)
      end as workspace_id
      offset 0
    ) as own
    cross join lateral (
      select case when run.workspace_id = own.workspace_id then run.hybrid_id end as workflow_id
    ) as run_found
    cross join lateral (
      select case
        when run_found.workflow_id is not null or old.workflow_id is null then consolidation.metadata(old.metadata)
        else consolidation.with_key(consolidation.metadata(old.metadata), 'legacy_workflow_id', to_jsonb(old.workflow_id))
      end as metadata
    ) as content
    -- keep_id: of a row that the hybrid had, whether it says the same
    cross join lateral (
      select case
        when taken.id is not null then taken.holder || jsonb_build_object(
          'workspace_id', own.workspace_id, 'user_id', person.hybrid_id, 'workflow_id', run_found.workflow_id,
          'heygen_task_id', old.heygen_task_id, 'script', old.script, 'avatar_id', old.avatar_id, 'voice_id', old.voice_id,
          'video_style', coalesce(old.video_style, 'professional'), 'status', status.becomes, 'video_url', old.video_url,
          'thumbnail_url', old.thumbnail_url, 'duration', consolidation.not_negative(old.duration), 'metadata', content.metadata,
          'error_message', old.error_message, 'created_at', coalesce(old.created_at, begun), 'updated_at', coalesce(old.updated_at, begun)
        ) = taken.holder
      end as holds
    ) as is_equal
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when own.workspace_id is null then 'workspace_id: none, and none to be found'
        when status.becomes is null then 'status: a word that is not mapped'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.video_generations (
      id, workspace_id, user_id, workflow_id, heygen_task_id, script, avatar_id, voice_id, video_style, status, video_url, thumbnail_url,
      duration, metadata, error_message, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.user_id, sound.workflow_id, sound.heygen_task_id, sound.script, sound.avatar_id,
      sound.voice_id, sound.video_style, sound.status, sound.video_url, sound.thumbnail_url, sound.duration, sound.metadata,
      sound.error_message, sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.video_generations', sound.legacy_key, 'user_id', to_jsonb(sound.user_before)
    from sound
    where sound.user_before is not null
      and sound.user_id is null
    union all
    select 'b.video_generations', sound.legacy_key, 'duration', to_jsonb(sound.duration_before)
    from sound
    where sound.duration_before is distinct from sound.duration
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'same_id', 'b.video_generations', sound.legacy_key, 'public.video_generations', sound.hybrid_id, '', sound.holder,
      jsonb_build_object('workspace_id', sound.workspace_id, 'script', sound.script, 'video_url', sound.video_url),
      'keep_id: another video has this id, this one''s is computed'
    from sound
    where sound.holder is not null
      and not sound.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.video_generations', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'b.video_generations',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another video''s'
    end,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_video_generations() is 'B.video_generations to public.video_generations: the batch at hand.';

-- Its videos are A's alone, also where A and B are together: B's have no numbers for keys.
-- security invoker: called by the driver.
create function consolidation.import_a_video_analytics() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('a.video_analytics', old.legacy_key) as hybrid_id,
      video.workspace_id,
      video.hybrid_id as video_id,
      -- not_negative
      case when old.views >= 0 then old.views else 0 end as views,
      case when old.likes >= 0 then old.likes else 0 end as likes,
      case when old.shares >= 0 then old.shares else 0 end as shares,
      case when old.comments >= 0 then old.comments else 0 end as comments,
      coalesce(consolidation.ratio(old.engagement_rate), 0) as engagement_rate,
      consolidation.not_negative(old.watch_time_avg) as watch_time_avg,
      consolidation.ratio(old.completion_rate) as completion_rate,
      old.views as views_before,
      old.likes as likes_before,
      old.shares as shares_before,
      old.comments as comments_before,
      old.engagement_rate as engagement_rate_before,
      old.watch_time_avg as watch_time_avg_before,
      old.completion_rate as completion_rate_before,
      consolidation.json_or(old.platform_data, '{}') as platform_data,
      coalesce(old.last_updated, old.created_at, begun) as last_updated,
      coalesce(old.created_at, begun) as created_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.video_analytics_batch as old
    left join consolidation.ledger as video on video.legacy_table = 'a.video_generations' and video.legacy_key = old.video_id::text
    cross join lateral (
      select case
        when video.hybrid_id is null then 'video_id: no such video'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.video_analytics (
      id, workspace_id, video_id, views, likes, shares, comments, engagement_rate, watch_time_avg, completion_rate, platform_data,
      last_updated, created_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.video_id, sound.views, sound.likes, sound.shares, sound.comments,
      sound.engagement_rate, sound.watch_time_avg, sound.completion_rate, sound.platform_data, sound.last_updated, sound.created_at
    from sound
  ),

  changed as (
    select sound.*
    from sound
    where least(sound.views_before, sound.likes_before, sound.shares_before, sound.comments_before) < 0
      or sound.engagement_rate_before <> sound.engagement_rate
      or sound.watch_time_avg_before is distinct from sound.watch_time_avg
      or sound.completion_rate_before is distinct from sound.completion_rate
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.video_analytics', changed.legacy_key, value.legacy_column, value.value
    from changed
    cross join lateral (
      values
      ('views', case when changed.views_before < 0 then to_jsonb(changed.views_before) end),
      ('likes', case when changed.likes_before < 0 then to_jsonb(changed.likes_before) end),
      ('shares', case when changed.shares_before < 0 then to_jsonb(changed.shares_before) end),
      ('comments', case when changed.comments_before < 0 then to_jsonb(changed.comments_before) end),
      ('engagement_rate', case when changed.engagement_rate_before <> changed.engagement_rate then to_jsonb(changed.engagement_rate_before) end),
      (
        'watch_time_avg',
        case when changed.watch_time_avg_before is distinct from changed.watch_time_avg then to_jsonb(changed.watch_time_avg_before) end
      ),
      (
        'completion_rate',
        case when changed.completion_rate_before is distinct from changed.completion_rate then to_jsonb(changed.completion_rate_before) end
      )
    ) as value (legacy_column, value)
    where value.value is not null
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.video_analytics', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.video_analytics',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_video_analytics() is 'A.video_analytics to public.video_analytics: the batch at hand.';

-- Groups are made of what the rows say, not of what became of it: a group that is rejected and tried again is the same group.
-- security invoker: called by the driver.
create function consolidation.prepare_a_avatar_usage_stats() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  avatars text := consolidation.found_as('a.avatar_profiles');
begin
  delete from consolidation.usage_of_avatars;
  insert into consolidation.usage_of_avatars (
    legacy_key, first_key, usage_count, total_video_duration, avg_quality_score, last_used_at, created_at, updated_at
  )
  with said as (
    select
      old.legacy_key,
      old.id,
      old.profile_id,
      coalesce(old.workspace_id, avatar_said.workspace_id) as workspace_id,
      greatest(old.usage_count, 0) as usage_count,
      -- a sum beyond the largest number would stop the step
      least(coalesce(consolidation.not_negative(old.total_video_duration), 0), 1e300) as total_video_duration,
      consolidation.score(old.avg_quality_score) as avg_quality_score,
      old.last_used_at,
      old.created_at,
      old.updated_at
    from source_a.avatar_usage_stats as old
    left join (
      select avatars_of_a.id, avatars_of_a.workspace_id
      from source_a.avatar_profiles as avatars_of_a
      where avatars = 'a.avatar_profiles'
      union all
      select avatars_of_b.id, avatars_of_b.workspace_id
      from source_b.avatar_profiles as avatars_of_b
      where avatars = 'b.avatar_profiles'
    ) as avatar_said on avatar_said.id = old.profile_id
    -- a value that cannot be cast is null here, and will reject the row: nothing may be merged into that
    where not exists (
        select from (
          values
          ('id', old.id is null), ('profile_id', old.profile_id is null), ('workspace_id', old.workspace_id is null),
          ('usage_count', old.usage_count is null), ('total_video_duration', old.total_video_duration is null),
          ('avg_quality_score', old.avg_quality_score is null), ('last_used_at', old.last_used_at is null),
          ('created_at', old.created_at is null), ('updated_at', old.updated_at is null)
        ) as known (column_name, is_null)
        where known.is_null
          and old.legacy_row ->> known.column_name is not null
      )
  ),

  several as (
    select
      said.profile_id,
      said.workspace_id,
      (array_agg(said.legacy_key order by said.id, said.legacy_key))[1] as first_key,
      sum(said.usage_count) as usage_count,
      -- in an order, or the last digit would change with the plan
      sum(said.total_video_duration order by said.id, said.legacy_key) as total_video_duration,
      sum(said.avg_quality_score * said.usage_count order by said.id, said.legacy_key)
      / nullif(sum(said.usage_count) filter (where said.avg_quality_score is not null), 0) as mean_by_usage,
      avg(said.avg_quality_score order by said.id, said.legacy_key) as mean,
      max(said.last_used_at) as last_used_at,
      min(said.created_at) as created_at,
      max(said.updated_at) as updated_at
    from said
    where said.profile_id is not null
      and said.workspace_id is not null
    group by said.profile_id, said.workspace_id
    having count(*) > 1
  )

  select
    said.legacy_key,
    several.first_key,
    several.usage_count,
    several.total_video_duration,
    -- a mean may be a last digit above 1; least() would take 1 for none
    case when several.mean is not null then least(coalesce(several.mean_by_usage, several.mean), 1) end,
    several.last_used_at,
    several.created_at,
    several.updated_at
  from said
  inner join several on several.profile_id = said.profile_id and several.workspace_id = said.workspace_id;
  analyze consolidation.usage_of_avatars;
end
$function$;

comment on function consolidation.prepare_a_avatar_usage_stats() is
'Adds up what several rows say of one avatar in one workspace: add_up, mean_by_usage, earliest, latest.';

-- security invoker: called by the driver.
create function consolidation.import_a_avatar_usage_stats() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  spaces text := consolidation.found_as('a.workspaces');
  avatars text := consolidation.found_as('a.avatar_profiles');
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('a.avatar_usage_stats', coalesce(several.first_key, old.legacy_key)) as hybrid_id,
      coalesce(several.first_key <> old.legacy_key, false) as is_merged,
      own.workspace_id,
      avatar.workspace_id as avatar_workspace_id,
      avatar.hybrid_id as profile_id,
      coalesce(several.usage_count, greatest(old.usage_count, 0)) as usage_count,
      coalesce(several.total_video_duration, consolidation.not_negative(old.total_video_duration), 0) as total_video_duration,
      case when several.legacy_key is null then consolidation.score(old.avg_quality_score) else several.avg_quality_score end
        as avg_quality_score,
      case when several.legacy_key is null then old.last_used_at else several.last_used_at end as last_used_at,
      coalesce(several.created_at, old.created_at, begun) as created_at,
      coalesce(several.updated_at, old.updated_at, begun) as updated_at,
      old.usage_count as usage_count_before,
      old.total_video_duration as total_video_duration_before,
      old.avg_quality_score as avg_quality_score_before,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.avatar_usage_stats_batch as old
    left join consolidation.usage_of_avatars as several on several.legacy_key = old.legacy_key
    left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
    left join consolidation.ledger as avatar on avatar.legacy_table = avatars and avatar.legacy_key = old.profile_id::text
    -- lookup_workspace: the own one, else the avatar's unless all share it
    cross join lateral (
      select case
        when old.workspace_id is not null then space.hybrid_id
        else nullif(avatar.workspace_id, private.platform_workspace_id())
      end as workspace_id
    ) as own
    cross join lateral (
      select case
        when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
        when avatar.hybrid_id is null then 'profile_id: no such avatar'
        when own.workspace_id is null then 'workspace_id: none, and none to be found'
        when avatar.workspace_id not in (own.workspace_id, private.platform_workspace_id())
          then 'profile_id: an avatar of another workspace'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.avatar_usage_stats (
      id, workspace_id, avatar_workspace_id, profile_id, usage_count, total_video_duration, avg_quality_score, last_used_at, created_at,
      updated_at
    )
    select
      sound.hybrid_id, sound.workspace_id, sound.avatar_workspace_id, sound.profile_id, sound.usage_count, sound.total_video_duration,
      sound.avg_quality_score, sound.last_used_at, sound.created_at, sound.updated_at
    from sound
    where not sound.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.avatar_usage_stats', sound.legacy_key, 'usage_count', to_jsonb(sound.usage_count_before)
    from sound
    where sound.usage_count_before < 0
    union all
    select 'a.avatar_usage_stats', sound.legacy_key, 'total_video_duration', to_jsonb(sound.total_video_duration_before)
    from sound
    where sound.total_video_duration_before is distinct from consolidation.not_negative(sound.total_video_duration_before)
    union all
    select 'a.avatar_usage_stats', sound.legacy_key, 'avg_quality_score', to_jsonb(sound.avg_quality_score_before)
    from sound
    where sound.avg_quality_score_before is distinct from consolidation.score(sound.avg_quality_score_before)
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.avatar_usage_stats', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.avatar_usage_stats',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    coalesce(batch.reason, case when batch.is_merged then 'add_up: usage of the same avatar in the same workspace' end),
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_avatar_usage_stats() is 'A.avatar_usage_stats to public.avatar_usage_stats: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_a_user_video_limits() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
begin
  delete from consolidation.places where places.legacy_table = 'a.user_video_limits';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  select
    'a.user_video_limits',
    'person',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      row_number() over (partition by old.user_id order by old.id, old.legacy_key)
      + case when there.id is null then 0 else 1 end as place
    from source_a.user_video_limits as old
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join public.user_video_limits as there on there.user_id = person.hybrid_id
    where old.user_id is not null
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;
end
$function$;

comment on function consolidation.prepare_a_user_video_limits() is
'Notes whose limits stand already, in another row of A (its unique rule forbids it, and a drifted database may lack that) or in the hybrid.';

-- security invoker: called by the driver.
create function consolidation.import_a_user_video_limits() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  begun timestamptz := consolidation.begun_at();
  next_month timestamptz := private.next_month_begins(consolidation.begun_at());
  month_after timestamptz := private.next_month_begins(private.next_month_begins(consolidation.begun_at()));
  people text := consolidation.found_as('a.users');
begin
  with batch as materialized (
    select
      old.legacy_key,
      consolidation.computed_id('a.user_video_limits', old.legacy_key) as hybrid_id,
      person.hybrid_id as user_id,
      tier.becomes as subscription_tier,
      case when old.monthly_limit >= 0 then old.monthly_limit else 1 end as monthly_limit,
      old.monthly_limit as monthly_limit_before,
      case when old.videos_this_month >= 0 then old.videos_this_month else 0 end as videos_this_month,
      old.videos_this_month as videos_this_month_before,
      -- month_border
      case
        when old.credits_reset_at < month_after and old.credits_reset_at > '-infinity' then private.next_month_begins(old.credits_reset_at)
        else next_month
      end as credits_reset_at,
      case when old.credits_reset_at >= month_after or old.credits_reset_at = '-infinity' then old.credits_reset_at end
        as credits_reset_at_before,
      coalesce(old.is_admin, false) as is_admin,
      old.premium_until,
      consolidation.with_key(consolidation.metadata(old.metadata), 'legacy_workspace_id', to_jsonb(old.workspace_id)) as metadata,
      coalesce(old.created_at, begun) as created_at,
      coalesce(old.updated_at, begun) as updated_at,
      fault.reason,
      case when fault.reason is not null then old.legacy_row end as legacy_row
    from source_a.user_video_limits_batch as old
    left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
    left join consolidation.places as double
      on double.legacy_table = 'a.user_video_limits' and double.purpose = 'person' and double.legacy_key = old.legacy_key
    left join consolidation.value_map as tier
      on tier.hybrid_column = 'user_video_limits.subscription_tier'
        and tier.word = consolidation.folded(coalesce(old.subscription_tier, 'free'))
    cross join lateral (
      select case
        when person.hybrid_id is null then 'user_id: no such person'
        when tier.becomes is null then 'subscription_tier: a word that is not mapped'
        when double.place > 1 then 'user_id: the person has limits already'
      end as reason
    ) as fault
  ),

  sound as (
    select batch.*
    from batch
    where batch.reason is null
  ),

  written as (
    insert into public.user_video_limits (
      id, user_id, subscription_tier, monthly_limit, videos_this_month, credits_reset_at, premium_until, metadata, created_at, updated_at
    )
    select
      sound.hybrid_id, sound.user_id, sound.subscription_tier, sound.monthly_limit, sound.videos_this_month, sound.credits_reset_at,
      sound.premium_until, sound.metadata, sound.created_at, sound.updated_at
    from sound
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.user_video_limits', sound.legacy_key, 'is_admin', 'true'::jsonb
    from sound
    where sound.is_admin
    union all
    select 'a.user_video_limits', sound.legacy_key, 'monthly_limit', to_jsonb(sound.monthly_limit_before)
    from sound
    where sound.monthly_limit_before < 0
    union all
    select 'a.user_video_limits', sound.legacy_key, 'videos_this_month', to_jsonb(sound.videos_this_month_before)
    from sound
    where sound.videos_this_month_before < 0
    union all
    select 'a.user_video_limits', sound.legacy_key, 'credits_reset_at', to_jsonb(sound.credits_reset_at_before)
    from sound
    where sound.credits_reset_at_before is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule
    )
    select
      'candidate_admin', 'a.user_video_limits', sound.legacy_key, 'public.users', sound.user_id, 'role', 'true'::jsonb, 'null'::jsonb,
      'kept: a DBA confirms it'
    from sound
    where sound.is_admin
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.user_video_limits', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id)
  select
    'a.user_video_limits',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' else 'migrated' end,
    batch.reason,
    case when batch.reason is null then batch.hybrid_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_user_video_limits() is 'A.user_video_limits to public.user_video_limits: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(510, 'studio', 'a.avatar_profiles', 'a.avatar_profiles', '{public.avatar_profiles}'),
(515, 'studio', 'b.avatar_profiles', 'b.avatar_profiles', '{public.avatar_profiles}'),
(520, 'studio', 'a.script_generations', 'a.script_generations', '{public.script_generations}'),
(525, 'studio', 'b.script_generations', 'b.script_generations', '{public.script_generations}'),
(530, 'studio', 'a.video_generations', 'a.video_generations', '{public.video_generations}'),
(535, 'studio', 'b.video_generations', 'b.video_generations', '{public.video_generations}'),
(540, 'studio', 'a.video_analytics', 'a.video_analytics', '{public.video_analytics}'),
(550, 'studio', 'a.avatar_usage_stats', 'a.avatar_usage_stats', '{public.avatar_usage_stats}'),
(560, 'studio', 'a.user_video_limits', 'a.user_video_limits', '{public.user_video_limits}');
