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

insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)
values
(410, 'work', 'a.workflow_executions', 'a.workflow_executions', '{public.workflow_executions}'),
(420, 'work', 'b.workflow_executions', 'b.workflow_executions', '{public.workflow_executions}');
