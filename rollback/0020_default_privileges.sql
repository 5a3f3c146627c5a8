alter default privileges
grant execute on functions to public;

do $restore$
declare
  before record;
begin
  for before in
    select
      saved.privilege,
      saved.grantee,
      case saved.object_type when 'r' then 'tables' when 'S' then 'sequences' else 'functions' end as objects
    from private.default_privileges_before as saved
    order by saved.object_type, saved.grantee::text, saved.privilege
  loop
    execute format('alter default privileges in schema public grant %s on %s to %s', before.privilege, before.objects, before.grantee);
  end loop;
end
$restore$;

drop table private.default_privileges_before;
