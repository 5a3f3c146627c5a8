-- B.worker_tasks: a trigger of the owner's own, whose function names a table without its schema.

create function forbid_negative_retries() returns trigger
language plpgsql
as $function$
begin
  if new.retry_count < 0 then
    raise exception 'worker task % has been tried % times', new.id, new.retry_count;
  end if;
  perform count(*) from worker_results where task_id = new.id;
  return new;
end
$function$;

create trigger forbid_negative_retries
before insert or update on worker_tasks
for each row execute function forbid_negative_retries();
