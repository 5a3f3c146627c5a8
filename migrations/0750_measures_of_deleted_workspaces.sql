-- Why: measures have no foreign keys (see 0720), so deleting a workspace does not reach them by itself.
-- Touches: a new function and a trigger on workspaces, which costs nothing but when a workspace is deleted.
-- What could go wrong: the measures of a large workspace go in the transaction that deletes it; deleting them in batches first keeps
-- that short. An event that another transaction is about to commit for the workspace stays behind, where no member can read it.

-- security definer: who may delete a workspace may not delete measures, nor read the list of their tables.
create function private.remove_measures_of_deleted_workspaces() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  gone uuid[] := array(select deleted.id from deleted);
  measured regclass;
begin
  if gone <> '{}' then
    for measured in
      select listed.table_name
      from private.measures_tables as listed
      inner join pg_catalog.pg_class as class on listed.table_name = class.oid
      order by class.relname
    loop
      -- by a list, not a join: each partition is then read through its primary key, whatever the statistics say
      execute format('delete from %s where workspace_id = any ($1)', measured) using gone;
    end loop;
  end if;
  return null;
end
$function$;

comment on function private.remove_measures_of_deleted_workspaces() is 'Trigger: deletes what the measures tables hold of deleted workspaces.';

create trigger workspaces_remove_measures
after delete on public.workspaces
referencing old table as deleted
for each statement execute function private.remove_measures_of_deleted_workspaces();
