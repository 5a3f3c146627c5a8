-- takes row-level security off all tables, and leaves everything else as it is
do $do$
declare
  protected regclass;
begin
  for protected in
    select class.oid
    from pg_catalog.pg_class as class
    where class.relrowsecurity
  loop
    execute format('alter table %s disable row level security', protected);
  end loop;
end
$do$;
