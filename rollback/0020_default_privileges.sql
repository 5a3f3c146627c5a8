do $restore$
declare
  before record;
begin
  for before in
    select
      saved.privilege,
      saved.object_type,
      saved.grantee,
      case when saved.scope <> '' then format('in schema %I', saved.scope) end as place
    from private.default_privileges_before as saved
    order by saved.scope, saved.object_type, saved.grantee, saved.privilege
  loop
    execute format('alter default privileges %s grant %s on %s to %s', before.place, before.privilege, before.object_type, before.grantee);
  end loop;
end
$restore$;

drop table private.default_privileges_before;
