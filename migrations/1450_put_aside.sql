-- Why: rows go into a bare table several times as fast as into one whose indexes and foreign keys are kept all the while. Where the
-- hybrid is not in use yet they are put aside, and made and validated when the rows are there.
-- Touches: functions. Later, when they are called: the tables that are imported.
-- What could go wrong: a run that is cut off leaves some aside. The next one goes on; select consolidation.put_all_back() puts them back
-- without it.

-- The tables that an import writes, and those that refer to them.
-- security invoker: it changes what its caller owns.
create function consolidation.put_aside_all(tables text[]) returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  thing record;
  last integer := coalesce((select max(known.position) from consolidation.put_aside as known), 0);
  many integer := 0;
begin
  for thing in
    with imported as (
      select distinct named.name::regclass as relation from unnest(put_aside_all.tables) as named (name)
    ),

    things as (
      select
        1 as drop_order,
        3 as make_order,
        'foreign key' as kind,
        rule.conrelid as relation,
        rule.conname::text as object_name,
        format('alter table %s add constraint %I %s', rule.conrelid::regclass, rule.conname, pg_get_constraintdef(rule.oid)) as definition,
        format('alter table %s drop constraint %I', rule.conrelid::regclass, rule.conname) as statement,
        obj_description(rule.oid, 'pg_constraint') as comment
      from pg_constraint as rule
      where rule.contype = 'f'
        and rule.conparentid = 0
        and (rule.conrelid in (select imported.relation from imported) or rule.confrelid in (select imported.relation from imported))
      union all
      select
        2,
        1,
        'key',
        rule.conrelid,
        rule.conname::text,
        format('alter table %s add constraint %I %s', rule.conrelid::regclass, rule.conname, pg_get_constraintdef(rule.oid)),
        format('alter table %s drop constraint %I', rule.conrelid::regclass, rule.conname),
        obj_description(rule.oid, 'pg_constraint')
      from pg_constraint as rule
      where rule.contype in ('p', 'u')
        and rule.conparentid = 0
        and rule.conrelid in (select imported.relation from imported)
        -- few rows, and what is merged into them is found by their keys
        and not (rule.contype = 'p' and rule.conrelid in ('public.users'::regclass, 'public.workspaces'::regclass))
      union all
      select
        3,
        2,
        'index',
        part.indrelid,
        part.indexrelid::regclass::text,
        pg_get_indexdef(part.indexrelid),
        format('drop index %s', part.indexrelid::regclass),
        obj_description(part.indexrelid, 'pg_class')
      from pg_index as part
      where part.indrelid in (select imported.relation from imported)
        and not exists (select from pg_constraint as rule where rule.conindid = part.indexrelid and rule.contype in ('p', 'u', 'x'))
      union all
      select
        4,
        4,
        'trigger',
        trigger.tgrelid,
        trigger.tgname::text,
        format('alter table %s enable trigger %I', trigger.tgrelid::regclass, trigger.tgname),
        format('alter table %s disable trigger %I', trigger.tgrelid::regclass, trigger.tgname),
        null
      from pg_trigger as trigger
      where trigger.tgrelid in (select imported.relation from imported)
        and not trigger.tgisinternal
        and trigger.tgparentid = 0
        and trigger.tgenabled = 'O'
    )

    select
      things.*,
      last + row_number() over (order by things.make_order, things.relation::regclass::text, things.object_name) as place
    from things
    order by things.drop_order, things.relation::regclass::text, things.object_name
  loop
    insert into consolidation.put_aside (position, kind, table_name, object_name, definition, comment)
    values (thing.place, thing.kind, thing.relation::regclass::text, thing.object_name, thing.definition, thing.comment);
    execute thing.statement;
    many := many + 1;
  end loop;
  return many;
end
$function$;

comment on function consolidation.put_aside_all(text[]) is
'Drops foreign keys, keys and indexes of tables, disables their triggers, and notes how each one is put back; returns how many.';

-- Its note goes in the transaction that puts it back: killed in between, the rest is still noted.
-- security invoker: it changes what its caller owns.
create function consolidation.put_one_back() returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  thing record;
begin
  delete from consolidation.put_aside as known
  where known.position = (select min(other.position) from consolidation.put_aside as other)
  returning known.* into thing;
  if not found then
    return null;
  end if;
  execute thing.definition;
  if thing.comment is not null then
    execute case thing.kind
      when 'index' then format('comment on index %s is %L', thing.object_name, thing.comment)
      else format('comment on constraint %I on %s is %L', thing.object_name, thing.table_name, thing.comment)
    end;
  end if;
  return format('%s %s', thing.kind, thing.object_name);
end
$function$;

comment on function consolidation.put_one_back() is 'Puts the next thing back that is aside, and says which; null where nothing is.';

-- security invoker: it changes what its caller owns.
create function consolidation.put_all_back() returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  many integer := 0;
begin
  while consolidation.put_one_back() is not null loop
    many := many + 1;
  end loop;
  return many;
end
$function$;

comment on function consolidation.put_all_back() is 'Puts everything back that a bulk import has put aside; returns how many things.';
