-- Why: credits, decisions and tasks change by one statement each that decides on the row as it is, so that two at once cannot both win.
-- Touches: new functions.

-- security definer: no client inserts a video, or writes a limit.
create function private.request_video_by_caller(
  workspace_id uuid,
  script_id uuid,
  script text,
  profile_id uuid,
  aspect_ratio text,
  video_style text
) returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.caller_with_role(request_video_by_caller.workspace_id, 'member');
  spoken text := nullif(btrim(request_video_by_caller.script), '');
  avatar record;
  made uuid;
begin
  -- exactly one: which of two would be spoken?
  if (request_video_by_caller.script_id is null) = (spoken is null)
    or (
      request_video_by_caller.script_id is not null
      and not exists (
        select from public.script_generations as text_of_video
        where text_of_video.workspace_id = request_video_by_caller.workspace_id
          and text_of_video.id = request_video_by_caller.script_id
          and text_of_video.status = 'completed'
      )
    )
  then
    raise exception 'a video needs a completed script of its workspace, or a text' using errcode = 'HS052';
  end if;
  select
    profile.workspace_id,
    profile.id,
    profile.avatar_id,
    profile.voice_id
  into avatar
  from public.avatar_profiles as profile
  where profile.id = request_video_by_caller.profile_id
    and profile.workspace_id in (request_video_by_caller.workspace_id, private.platform_workspace_id())
    and profile.is_active;
  if not found and request_video_by_caller.profile_id is not null then
    raise exception 'there is no such avatar, or it is no longer offered' using errcode = 'HS053';
  end if;
  perform private.spend_video_credit(person);
  insert into public.video_generations (
    workspace_id, user_id, script_id, script, avatar_workspace_id, profile_id, avatar_id, voice_id, aspect_ratio, video_style
  )
  values (
    request_video_by_caller.workspace_id, person, request_video_by_caller.script_id, spoken, avatar.workspace_id, avatar.id,
    avatar.avatar_id, avatar.voice_id, request_video_by_caller.aspect_ratio, request_video_by_caller.video_style
  )
  returning video_generations.id into made;
  return made;
end
$function$;

comment on function private.request_video_by_caller(uuid, uuid, text, uuid, text, text) is 'See public.request_video.';

create function public.request_video(
  workspace_id uuid,
  script_id uuid default null,
  script text default null,
  profile_id uuid default null,
  aspect_ratio text default 'landscape',
  video_style text default 'professional'
) returns uuid
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.request_video_by_caller(
  request_video.workspace_id,
  request_video.script_id,
  request_video.script,
  request_video.profile_id,
  request_video.aspect_ratio,
  request_video.video_style
);

comment on function public.request_video(uuid, uuid, text, uuid, text, text) is
'Spends a credit of the caller, a member, and asks for a video of a script or a text; returns its id.';

-- security definer: no client updates a recommendation.
create function private.decide_recommendation_by_caller(recommendation_id uuid, decision text) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform private.writing_caller();
  if (decide_recommendation_by_caller.decision in ('accepted', 'rejected')) is not true then
    raise exception 'a decision is accepted or rejected' using errcode = 'HS054';
  end if;
  update public.content_recommendations as proposal
  set status = decide_recommendation_by_caller.decision
  where proposal.id = decide_recommendation_by_caller.recommendation_id
    and proposal.workspace_id = any(private.writable_workspaces('editor'))
    and proposal.status = 'pending'
    and (proposal.expires_at is null or proposal.expires_at > now());
  if not found then
    raise exception 'nothing by this id waits for your decision' using errcode = 'HS055';
  end if;
end
$function$;

comment on function private.decide_recommendation_by_caller(uuid, text) is 'See public.decide_recommendation.';

create function public.decide_recommendation(recommendation_id uuid, decision text) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.decide_recommendation_by_caller(decide_recommendation.recommendation_id, decide_recommendation.decision);

comment on function public.decide_recommendation(uuid, text) is 'Accepts or rejects a recommendation, asked by an editor; once.';

-- security definer: no client updates an approval.
create function private.decide_approval_by_caller(approval_id uuid, decision text, feedback text) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.writing_caller();
begin
  if (decide_approval_by_caller.decision in ('approved', 'rejected')) is not true then
    raise exception 'a decision is approved or rejected' using errcode = 'HS054';
  end if;
  update public.workflow_approvals as question
  set
    status = decide_approval_by_caller.decision,
    approved_by = person,
    approved_at = now(),
    feedback = decide_approval_by_caller.feedback
  where question.id = decide_approval_by_caller.approval_id
    and question.workspace_id = any(private.writable_workspaces('admin'))
    and question.status = 'pending';
  if not found then
    raise exception 'nothing by this id waits for your decision' using errcode = 'HS055';
  end if;
end
$function$;

comment on function private.decide_approval_by_caller(uuid, text, text) is 'See public.decide_approval.';

create function public.decide_approval(approval_id uuid, decision text, feedback text default null) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.decide_approval_by_caller(decide_approval.approval_id, decide_approval.decision, decide_approval.feedback);

comment on function public.decide_approval(uuid, text, text) is 'Approves or rejects what a run shows, asked by an admin; once.';

-- security definer: no client inserts a task.
create function private.request_task_by_caller(
  workspace_id uuid,
  worker_type text,
  task_type text,
  input_data jsonb,
  priority integer,
  scheduled_at timestamptz
) returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  person uuid := private.caller_with_role(request_task_by_caller.workspace_id, 'editor');
  made uuid;
begin
  insert into public.worker_tasks (workspace_id, user_id, worker_type, task_type, input_data, priority, scheduled_at)
  values (
    request_task_by_caller.workspace_id, person, request_task_by_caller.worker_type, request_task_by_caller.task_type,
    request_task_by_caller.input_data, request_task_by_caller.priority, coalesce(request_task_by_caller.scheduled_at, now())
  )
  returning worker_tasks.id into made;
  return made;
end
$function$;

comment on function private.request_task_by_caller(uuid, text, text, jsonb, integer, timestamptz) is 'See public.request_task.';

create function public.request_task(
  workspace_id uuid,
  worker_type text,
  task_type text,
  input_data jsonb default '{}',
  priority integer default 5,
  scheduled_at timestamptz default null
) returns uuid
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.request_task_by_caller(
  request_task.workspace_id,
  request_task.worker_type,
  request_task.task_type,
  request_task.input_data,
  request_task.priority,
  request_task.scheduled_at
);

comment on function public.request_task(uuid, text, text, jsonb, integer, timestamptz) is
'Puts a task in the queue, asked by an editor; returns its id.';

-- security definer: no client updates a task.
create function private.cancel_task_by_caller(task_id uuid) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform private.writing_caller();
  update public.worker_tasks as task
  set
    status = 'cancelled',
    completed_at = now()
  where task.id = cancel_task_by_caller.task_id
    and task.workspace_id = any(private.writable_workspaces('editor'))
    and task.status in ('pending', 'running', 'failed');
  if not found then
    raise exception 'nothing by this id can be cancelled by you' using errcode = 'HS056';
  end if;
end
$function$;

comment on function private.cancel_task_by_caller(uuid) is 'See public.cancel_task.';

create function public.cancel_task(task_id uuid) returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
return private.cancel_task_by_caller(cancel_task.task_id);

comment on function public.cancel_task(uuid) is 'Cancels a task that waits, runs or failed, asked by an editor.';
