-- Why: people decide on drafts, times and ends; what was published, has failed or is running only the service knows. Policies cannot
-- compare a row with what it was, so a trigger holds a client to the transitions of docs/states.md that are people's.
-- Touches: one function, triggers on five tables; they cost nothing but where a client changes a state.

-- security invoker: it only raises.
create function private.keep_to_transitions() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  if (old.status || ' -> ' || new.status) <> all(tg_argv) then
    raise exception 'a person does not take a row of % from % to %', tg_table_name, old.status, new.status
      using errcode = 'HS080';
  end if;
  return new;
end
$function$;

comment on function private.keep_to_transitions() is
'Trigger: refuses a client every change of status but those given as its arguments, "from -> to".';

create trigger campaigns_keep_to_transitions
before update on public.campaigns
for each row
when (current_user in ('authenticated', 'anon') and old.status is distinct from new.status)
execute function private.keep_to_transitions(
  'draft -> active', 'draft -> archived', 'active -> paused', 'active -> completed', 'paused -> active', 'paused -> completed',
  'completed -> active', 'completed -> archived'
);

create trigger content_posts_keep_to_transitions
before update on public.content_posts
for each row
when (current_user in ('authenticated', 'anon') and old.status is distinct from new.status)
execute function private.keep_to_transitions(
  'draft -> scheduled', 'draft -> archived', 'scheduled -> draft', 'published -> archived', 'partially_published -> archived',
  'failed -> scheduled', 'failed -> draft', 'failed -> archived'
);

create trigger social_media_posts_keep_to_transitions
before update on public.social_media_posts
for each row
when (current_user in ('authenticated', 'anon') and old.status is distinct from new.status)
execute function private.keep_to_transitions(
  'draft -> scheduled', 'draft -> cancelled', 'scheduled -> draft', 'scheduled -> cancelled', 'failed -> scheduled', 'failed -> draft',
  'failed -> cancelled', 'cancelled -> draft'
);

create trigger workflow_executions_keep_to_transitions
before update on public.workflow_executions
for each row
when (current_user in ('authenticated', 'anon') and old.status is distinct from new.status)
execute function private.keep_to_transitions(
  'pending -> cancelled', 'running -> cancelled', 'awaiting_approval -> cancelled'
);

create trigger research_jobs_keep_to_transitions
before update on public.research_jobs
for each row
when (current_user in ('authenticated', 'anon') and old.status is distinct from new.status)
execute function private.keep_to_transitions('queued -> cancelled', 'running -> cancelled', 'failed -> queued');
