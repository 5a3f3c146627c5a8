-- Why: runs of workflows of A and B, the decisions on those of B, and B's queue of tasks with what each try gave.
-- Touches: functions, five steps. Lineage: A.workflow_executions, B.workflow_executions, B.workflow_approvals, B.worker_tasks,
-- B.worker_results.

-- security invoker: called by the driver.
create function consolidation.import_a_workflow_executions() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('a.users');
  spaces text := consolidation.found_as('a.workspaces');
begin
  with batch as materialized (
    select
      run.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('a.workflow_executions', run.legacy_key)
        else run.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (run.user_id is null and run.user_before is not null) or run.progress <> run.progress_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.workflow_name,
        consolidation.json_or(old.workflow_config, '{}') as workflow_config,
        consolidation.list(old.tasks) as tasks,
        status.becomes as status,
        coalesce(consolidation.ratio(old.progress), 0) as progress,
        old.progress as progress_before,
        old.started_at,
        old.completed_at,
        consolidation.json_or(old.results, '{}') as results,
        old.error_message,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_a.workflow_executions_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as status
        on status.hybrid_column = 'workflow_executions.status'
          and status.word = consolidation.folded(coalesce(old.status, 'pending'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.workflow_name is null then 'workflow_name: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as run
    left join consolidation.taken on taken.legacy_table = 'a.workflow_executions' and taken.id = run.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', run.id, 'workspace_id', run.workspace_id, 'user_id', run.user_id, 'workflow_name', run.workflow_name,
            'workflow_config', run.workflow_config, 'tasks', run.tasks, 'status', run.status, 'progress', run.progress,
            'started_at', run.started_at, 'completed_at', run.completed_at, 'results', run.results,
            'error_message', run.error_message, 'metadata', run.metadata, 'created_at', run.created_at, 'updated_at', run.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.workflow_executions (
      id, workspace_id, user_id, workflow_name, workflow_config, tasks, status, progress, started_at, completed_at, results,
      error_message, metadata, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.workflow_name, batch.workflow_config, batch.tasks, batch.status,
      batch.progress, batch.started_at, batch.completed_at, batch.results, batch.error_message, batch.metadata, batch.created_at,
      batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'a.workflow_executions', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('progress', case when batch.progress <> batch.progress_before then to_jsonb(batch.progress_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'a.workflow_executions', batch.legacy_key, 'public.workflow_executions', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'workflow_name', batch.holder -> 'workflow_name'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'workflow_name', batch.workflow_name),
      'keep_id: another run has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'a.workflow_executions', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'a.workflow_executions',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another run''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_a_workflow_executions() is 'A.workflow_executions to public.workflow_executions: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_workflow_executions() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  with batch as materialized (
    select
      run.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.workflow_executions', run.legacy_key)
        else run.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (run.user_id is null and run.user_before is not null) or run.progress <> run.progress_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.workflow_name,
        consolidation.json_or(old.workflow_config, '{}') as workflow_config,
        consolidation.list(old.tasks) as tasks,
        status.becomes as status,
        coalesce(consolidation.ratio(old.progress), 0) as progress,
        old.progress as progress_before,
        old.started_at,
        old.completed_at,
        consolidation.json_or(old.results, '{}') as results,
        old.error_message,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.workflow_executions_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as status
        on status.hybrid_column = 'workflow_executions.status'
          and status.word = consolidation.folded(coalesce(old.status, 'pending'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.workflow_name is null then 'workflow_name: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as run
    left join consolidation.taken on taken.legacy_table = 'b.workflow_executions' and taken.id = run.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', run.id, 'workspace_id', run.workspace_id, 'user_id', run.user_id, 'workflow_name', run.workflow_name,
            'workflow_config', run.workflow_config, 'tasks', run.tasks, 'status', run.status, 'progress', run.progress,
            'started_at', run.started_at, 'completed_at', run.completed_at, 'results', run.results,
            'error_message', run.error_message, 'metadata', run.metadata, 'created_at', run.created_at, 'updated_at', run.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.workflow_executions (
      id, workspace_id, user_id, workflow_name, workflow_config, tasks, status, progress, started_at, completed_at, results,
      error_message, metadata, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.workflow_name, batch.workflow_config, batch.tasks, batch.status,
      batch.progress, batch.started_at, batch.completed_at, batch.results, batch.error_message, batch.metadata, batch.created_at,
      batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.workflow_executions', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('progress', case when batch.progress <> batch.progress_before then to_jsonb(batch.progress_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.workflow_executions', batch.legacy_key, 'public.workflow_executions', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'workflow_name', batch.holder -> 'workflow_name'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'workflow_name', batch.workflow_name),
      'keep_id: another run has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.workflow_executions', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.workflow_executions',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another run''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_workflow_executions() is 'B.workflow_executions to public.workflow_executions: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.prepare_b_workflow_approvals() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  delete from consolidation.places where places.legacy_table = 'b.workflow_approvals';
  insert into consolidation.places (legacy_table, purpose, legacy_key, place)
  select
    'b.workflow_approvals',
    'decision',
    numbered.legacy_key,
    numbered.place
  from (
    select
      old.legacy_key,
      row_number() over (
        partition by consolidation.folded(old.workflow_id) order by old.created_at nulls last, old.legacy_key
      ) as place
    from source_b.workflow_approvals as old
  ) as numbered
  where numbered.place > 1;
  analyze consolidation.places;
end
$function$;

comment on function consolidation.prepare_b_workflow_approvals() is
'Notes which approvals name a run that an older one names, in another spelling: a run is decided once.';

-- security invoker: called by the driver.
create function consolidation.import_b_workflow_approvals() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  runs text := consolidation.found_as('b.workflow_executions');
begin
  with batch as materialized (
    select
      approval.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.workflow_approvals', approval.legacy_key)
        else approval.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (approval.approved_by is null and approval.approved_by_before is not null)
      or (approval.approved_at is null and approval.approved_at_before is not null) as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- workspace_of_parent
        run.workspace_id,
        -- lookup_text: the key in the ledger is how PostgreSQL writes a uuid
        run.hybrid_id as workflow_id,
        old.script,
        consolidation.json_or(old.video_result, '{}') as video_result,
        consolidation.json_or(old.config, '{}') as config,
        status.becomes as status,
        -- lookup_user
        person.hybrid_id as approved_by,
        old.approved_by as approved_by_before,
        -- decided_at
        case
          when status.becomes <> 'pending' then coalesce(old.approved_at, old.updated_at, old.created_at, consolidation.begun_at())
        end as approved_at,
        old.approved_at as approved_at_before,
        old.feedback,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.workflow_approvals_batch as old
      left join consolidation.ledger as run
        on run.legacy_table = runs and run.legacy_key = consolidation.folded(old.workflow_id)
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.approved_by::text
      left join consolidation.places as later
        on later.legacy_table = 'b.workflow_approvals' and later.purpose = 'decision' and later.legacy_key = old.legacy_key
      left join consolidation.value_map as status
        on status.hybrid_column = 'workflow_approvals.status'
          and status.word = consolidation.folded(coalesce(old.status, 'pending'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when run.hybrid_id is null then 'workflow_id: no such run'
          when later.place is not null then 'workflow_id: the run has an older approval, and is decided once'
          when old.script is null then 'script: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as approval
    left join consolidation.taken on taken.legacy_table = 'b.workflow_approvals' and taken.id = approval.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', approval.id, 'workspace_id', approval.workspace_id, 'workflow_id', approval.workflow_id, 'script', approval.script,
            'video_result', approval.video_result, 'config', approval.config, 'status', approval.status,
            'approved_by', approval.approved_by, 'approved_at', approval.approved_at, 'feedback', approval.feedback,
            'created_at', approval.created_at, 'updated_at', approval.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.workflow_approvals (
      id, workspace_id, workflow_id, script, video_result, config, status, approved_by, approved_at, feedback, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.workflow_id, batch.script, batch.video_result, batch.config, batch.status,
      batch.approved_by, batch.approved_at, batch.feedback, batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.workflow_approvals', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('approved_by', case when batch.approved_by is null then to_jsonb(batch.approved_by_before) end),
      ('approved_at', case when batch.approved_at is null then to_jsonb(batch.approved_at_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.workflow_approvals', batch.legacy_key, 'public.workflow_approvals', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'workflow_id', batch.holder -> 'workflow_id'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'workflow_id', batch.workflow_id),
      'keep_id: another approval has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.workflow_approvals', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.workflow_approvals',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another approval''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_workflow_approvals() is 'B.workflow_approvals to public.workflow_approvals: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_worker_tasks() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  people text := consolidation.found_as('b.users');
  spaces text := consolidation.found_as('b.workspaces');
begin
  with batch as materialized (
    select
      task.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.worker_tasks', task.legacy_key)
        else task.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept
      (task.user_id is null and task.user_before is not null)
      or task.priority <> task.priority_before
      or task.retry_count <> task.retry_count_before
      or task.max_retries <> task.max_retries_before
      or task.timeout_seconds <> task.timeout_seconds_before as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_workspace
        coalesce(space.hybrid_id, case when old.workspace_id is null then home.workspace_id end) as workspace_id,
        -- lookup_user
        person.hybrid_id as user_id,
        old.user_id as user_before,
        old.worker_type,
        old.task_type,
        consolidation.json_or(old.input_data, '{}') as input_data,
        status.becomes as status,
        least(greatest(coalesce(old.priority, 5), 1), 10) as priority,
        old.priority as priority_before,
        -- not_negative and positive
        case when old.retry_count >= 0 then old.retry_count else 0 end as retry_count,
        old.retry_count as retry_count_before,
        case when old.max_retries >= 0 then old.max_retries else 3 end as max_retries,
        old.max_retries as max_retries_before,
        case when old.timeout_seconds > 0 then old.timeout_seconds else 300 end as timeout_seconds,
        old.timeout_seconds as timeout_seconds_before,
        -- copy_or_created_at
        coalesce(old.scheduled_at, old.created_at, consolidation.begun_at()) as scheduled_at,
        old.started_at,
        old.completed_at,
        old.error_message,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        coalesce(old.updated_at, consolidation.begun_at()) as updated_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.worker_tasks_batch as old
      left join consolidation.ledger as person on person.legacy_table = people and person.legacy_key = old.user_id::text
      left join consolidation.ledger as space on space.legacy_table = spaces and space.legacy_key = old.workspace_id::text
      left join consolidation.homes as home on home.legacy_schema = left(spaces, 1) and home.user_id = person.hybrid_id
      left join consolidation.value_map as status
        on status.hybrid_column = 'worker_tasks.status' and status.word = consolidation.folded(coalesce(old.status, 'pending'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.workspace_id is not null and space.hybrid_id is null then 'workspace_id: no such workspace'
          when old.workspace_id is null and home.workspace_id is null then 'workspace_id: none, and none to be found'
          when old.worker_type is null then 'worker_type: there is none'
          when old.task_type is null then 'task_type: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as task
    left join consolidation.taken on taken.legacy_table = 'b.worker_tasks' and taken.id = task.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', task.id, 'workspace_id', task.workspace_id, 'user_id', task.user_id, 'worker_type', task.worker_type,
            'task_type', task.task_type, 'input_data', task.input_data, 'status', task.status, 'priority', task.priority,
            'retry_count', task.retry_count, 'max_retries', task.max_retries, 'timeout_seconds', task.timeout_seconds,
            'scheduled_at', task.scheduled_at, 'started_at', task.started_at, 'completed_at', task.completed_at,
            'error_message', task.error_message, 'metadata', task.metadata, 'created_at', task.created_at, 'updated_at', task.updated_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.worker_tasks (
      id, workspace_id, user_id, worker_type, task_type, input_data, status, priority, retry_count, max_retries, timeout_seconds,
      scheduled_at, started_at, completed_at, error_message, metadata, created_at, updated_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.user_id, batch.worker_type, batch.task_type, batch.input_data, batch.status,
      batch.priority, batch.retry_count, batch.max_retries, batch.timeout_seconds, batch.scheduled_at, batch.started_at,
      batch.completed_at, batch.error_message, batch.metadata, batch.created_at, batch.updated_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.worker_tasks', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('user_id', case when batch.user_id is null then to_jsonb(batch.user_before) end),
      ('priority', case when batch.priority <> batch.priority_before then to_jsonb(batch.priority_before) end),
      ('retry_count', case when batch.retry_count <> batch.retry_count_before then to_jsonb(batch.retry_count_before) end),
      ('max_retries', case when batch.max_retries <> batch.max_retries_before then to_jsonb(batch.max_retries_before) end),
      (
        'timeout_seconds',
        case when batch.timeout_seconds <> batch.timeout_seconds_before then to_jsonb(batch.timeout_seconds_before) end
      )
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.worker_tasks', batch.legacy_key, 'public.worker_tasks', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'task_type', batch.holder -> 'task_type'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'task_type', batch.task_type),
      'keep_id: another task has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.worker_tasks', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.worker_tasks',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another task''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_worker_tasks() is 'B.worker_tasks to public.worker_tasks: the batch at hand.';

-- security invoker: called by the driver.
create function consolidation.import_b_worker_results() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  tasks text := consolidation.found_as('b.worker_tasks');
begin
  with batch as materialized (
    select
      outcome.*,
      taken.holder,
      -- keep_id
      case
        when is_equal.holds is false then consolidation.computed_id('b.worker_results', outcome.legacy_key)
        else outcome.id
      end as hybrid_id,
      coalesce(is_equal.holds, false) as is_merged,
      -- what a rule has changed is kept: a number that is no amount
      (outcome.execution_time_ms is null and outcome.execution_time_before is not null)
      or (outcome.tokens_used is null and outcome.tokens_used_before is not null)
      or (outcome.cost_usd is null and outcome.cost_before is not null) as keeps
    from (
      select
        old.legacy_key,
        old.id,
        -- lookup_parent and workspace_of_parent
        task.hybrid_id as task_id,
        task.workspace_id,
        old.worker_type,
        status.becomes as status,
        consolidation.json_or(old.result_data, '{}') as result_data,
        old.error_message,
        -- not_negative
        case when old.execution_time_ms >= 0 then old.execution_time_ms end as execution_time_ms,
        old.execution_time_ms as execution_time_before,
        case when old.tokens_used >= 0 then old.tokens_used end as tokens_used,
        old.tokens_used as tokens_used_before,
        case when old.cost_usd >= 0 and old.cost_usd < 'infinity' then old.cost_usd end as cost_usd,
        old.cost_usd as cost_before,
        consolidation.metadata(old.metadata) as metadata,
        coalesce(old.created_at, consolidation.begun_at()) as created_at,
        fault.reason,
        case when fault.reason is not null then old.legacy_row end as legacy_row
      from source_b.worker_results_batch as old
      left join consolidation.ledger as task on task.legacy_table = tasks and task.legacy_key = old.task_id::text
      left join consolidation.value_map as status
        on status.hybrid_column = 'worker_results.status' and status.word = consolidation.folded(coalesce(old.status, 'success'))
      cross join lateral (
        select case
          when old.id is null then 'id: there is none'
          when old.task_id is null then 'task_id: there is none'
          when task.hybrid_id is null then 'task_id: no such task'
          when old.worker_type is null then 'worker_type: there is none'
          when status.becomes is null then 'status: a word that is not mapped'
        end as reason
      ) as fault
    ) as outcome
    left join consolidation.taken on taken.legacy_table = 'b.worker_results' and taken.id = outcome.id
    cross join lateral (
      select case
        when taken.id is not null
          then taken.holder = jsonb_build_object(
            'id', outcome.id, 'workspace_id', outcome.workspace_id, 'task_id', outcome.task_id, 'worker_type', outcome.worker_type,
            'status', outcome.status, 'result_data', outcome.result_data, 'error_message', outcome.error_message,
            'execution_time_ms', outcome.execution_time_ms, 'tokens_used', outcome.tokens_used, 'cost_usd', outcome.cost_usd,
            'metadata', outcome.metadata, 'created_at', outcome.created_at
          )
      end as holds
    ) as is_equal
  ),

  written as (
    insert into public.worker_results (
      id, workspace_id, task_id, worker_type, status, result_data, error_message, execution_time_ms, tokens_used, cost_usd, metadata,
      created_at
    )
    select
      batch.hybrid_id, batch.workspace_id, batch.task_id, batch.worker_type, batch.status, batch.result_data, batch.error_message,
      batch.execution_time_ms, batch.tokens_used, batch.cost_usd, batch.metadata, batch.created_at
    from batch
    where batch.reason is null
      and not batch.is_merged
  ),

  kept as (
    insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)
    select 'b.worker_results', batch.legacy_key, original.legacy_column, original.value
    from batch
    cross join lateral (
      values
      ('execution_time_ms', case when batch.execution_time_ms is null then to_jsonb(batch.execution_time_before) end),
      ('tokens_used', case when batch.tokens_used is null then to_jsonb(batch.tokens_used_before) end),
      ('cost_usd', case when batch.cost_usd is null then to_jsonb(batch.cost_before) end)
    ) as original (legacy_column, value)
    where batch.keeps
      and batch.reason is null
      and original.value is not null
  ),

  listed as (
    insert into consolidation.conflicts (
      kind, legacy_table, legacy_key, hybrid_table, hybrid_id, value_a, value_b, rule
    )
    select
      'same_id', 'b.worker_results', batch.legacy_key, 'public.worker_results', batch.hybrid_id,
      jsonb_build_object('workspace_id', batch.holder -> 'workspace_id', 'task_id', batch.holder -> 'task_id'),
      jsonb_build_object('workspace_id', batch.workspace_id, 'task_id', batch.task_id),
      'keep_id: another result has this id, this one''s is computed'
    from batch
    where batch.holder is not null
      and batch.reason is null
      and not batch.is_merged
  ),

  rejected as (
    insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)
    select 'b.worker_results', batch.legacy_key, batch.reason, batch.legacy_row
    from batch
    where batch.reason is not null
  )

  insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason, hybrid_id, workspace_id)
  select
    'b.worker_results',
    batch.legacy_key,
    case when batch.reason is not null then 'rejected' when batch.is_merged then 'merged' else 'migrated' end,
    case
      when batch.reason is not null then batch.reason
      when batch.is_merged then 'keep_id: the same id and content'
      when batch.holder is not null then 'keep_id: the id is another result''s'
    end,
    case when batch.reason is null then batch.hybrid_id end,
    case when batch.reason is null then batch.workspace_id end
  from batch;
end
$function$;

comment on function consolidation.import_b_worker_results() is 'B.worker_results to public.worker_results: the batch at hand.';

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(410, 'work', 'a.workflow_executions', 'a.workflow_executions', '{public.workflow_executions}'),
(420, 'work', 'b.workflow_executions', 'b.workflow_executions', '{public.workflow_executions}'),
(430, 'work', 'b.workflow_approvals', 'b.workflow_approvals', '{public.workflow_approvals}'),
(440, 'work', 'b.worker_tasks', 'b.worker_tasks', '{public.worker_tasks}'),
(450, 'work', 'b.worker_results', 'b.worker_results', '{public.worker_results}');
