-- The extensions, and of each the functions that something outside of it is made with (a default, say): where a server does not have
-- the extension, a restore can still be tried there with functions of the same name that do nothing.
with members as (
  select
    depends.classid,
    depends.objid,
    depends.refobjid as extension
  from pg_catalog.pg_depend as depends
  where depends.deptype = 'e' and depends.refclassid = 'pg_catalog.pg_extension'::regclass
),

used as (
  select distinct
    members.extension,
    members.objid
  from members
  inner join pg_catalog.pg_depend as depends
    on members.objid = depends.refobjid and depends.refclassid = 'pg_catalog.pg_proc'::regclass
  where members.classid = 'pg_catalog.pg_proc'::regclass
    -- defaults, constraints, indexes, views, functions, triggers, policies; what makes up operator classes is the extension's own
    and depends.classid in (
      'pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_class'::regclass,
      'pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_trigger'::regclass,
      'pg_catalog.pg_policy'::regclass
    )
    and not exists (
      select from members as other
      where other.classid = depends.classid and other.objid = depends.objid
    )
)

select
  extension.extname,
  extension.extversion,
  space.nspname,
  coalesce(
    (
      select
        jsonb_agg(
          format(
            'create function %I.%I(%s) returns %s language plpgsql %s as %L',
            place.nspname, routine.proname, pg_get_function_arguments(routine.oid), pg_get_function_result(routine.oid),
            case routine.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
            format('begin raise exception ''%s is a function of an extension that is not here''; end', routine.proname)
          )
          order by routine.proname, routine.oid
        )
      from used
      inner join pg_catalog.pg_proc as routine on used.objid = routine.oid
      inner join pg_catalog.pg_namespace as place on routine.pronamespace = place.oid
      where used.extension = extension.oid and routine.prokind = 'f'
    ),
    '[]'
  ) as used_functions
from pg_catalog.pg_extension as extension
inner join pg_catalog.pg_namespace as space on extension.extnamespace = space.oid
where extension.extname <> 'plpgsql'
order by extension.extname;
