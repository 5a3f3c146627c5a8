-- What a schema is made of, one row an object, from the catalogue alone. Two databases with the same rows have the same schema.
--   kind, name   which object
--   definition   what is compared; null where that is all of made_by
--   made_by      the SQL that makes it
--   undone_by    the SQL that takes it away
--   changed_by   the SQL that makes an object that differs like this one; null where that is undone_by and made_by
--   part_of      the table that it belongs to, as a plain name; null where it stands by itself
--   own_name     its plain name, in its schema or on its table
--   facts        what it says, clause by clause, its own name apart; null for what says something of this database alone
-- Partitions in the schema partitions stand under their parents, objects of extensions are left out, of the runner's books only
-- the rights are here, and a right or a comment is an object of its own. The setting catalogue.schemas names the schemas that are
-- ours, as an array.

-- the branches of a union take their names from the first
-- noqa: disable=AL03
-- lateral subqueries name what several columns are made of
-- noqa: disable=ST05
-- "char" with quotes is another type than char
-- noqa: disable=RF06

with ours as (
  select
    space.oid,
    quote_ident(space.nspname) as name,
    space.nspname as own_name,
    space.nspowner,
    space.nspacl
  from pg_catalog.pg_namespace as space
  where space.nspname = any(current_setting('catalogue.schemas')::name[])
),

from_extensions as (
  select
    depends.classid,
    depends.objid
  from pg_catalog.pg_depend as depends
  where depends.deptype = 'e'
),

relations as (
  select
    class.oid,
    format('%s.%I', ours.name, class.relname) as name,
    class.relname as own_name,
    class.relkind,
    class.relowner,
    class.relacl,
    class.relrowsecurity,
    class.relforcerowsecurity,
    class.reloptions,
    class.relreplident,
    class.relpersistence,
    class.relpartbound,
    (
      select
        format(
          'as %s start %s increment %s minvalue %s maxvalue %s cache %s%s',
          format_type(sequence.seqtypid, null), sequence.seqstart, sequence.seqincrement, sequence.seqmin, sequence.seqmax,
          sequence.seqcache, case when sequence.seqcycle then ' cycle' end
        )
      from pg_catalog.pg_sequence as sequence
      where sequence.seqrelid = class.oid
    ) as counting,
    (
      select format('server %I%s', server.srvname, format(' options (%s)', options.listed))
      from pg_catalog.pg_foreign_table as outside
      inner join pg_catalog.pg_foreign_server as server on outside.ftserver = server.oid
      cross join
        lateral (
          select string_agg(format('%I %L', option.option_name, option.option_value), ', ') as listed
          from pg_options_to_table(outside.ftoptions) as option
        ) as options
      where outside.ftrelid = class.oid
    ) as outside,
    case class.relkind
      when 'v' then 'view'
      when 'm' then 'materialized view'
      when 'S' then 'sequence'
      when 'f' then 'foreign table'
      else 'table'
    end as word
  from pg_catalog.pg_class as class
  inner join ours on class.relnamespace = ours.oid
  where class.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    -- a partition anywhere else would be served without the policies of its parent, and is shown
    and not (class.relispartition and ours.name = 'partitions')
    and not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_class'::regclass and part.objid = class.oid
    )
    -- the sequence of an identity column is part of the column
    and not exists (
      select from pg_catalog.pg_depend as depends
      where class.relkind = 'S' -- a partitioned table depends in this way on its own columns
        and depends.classid = 'pg_catalog.pg_class'::regclass and depends.objid = class.oid and depends.deptype = 'i'
    )
),

columns as (
  select
    relations.name as table_name,
    relations.own_name as part_of,
    relations.relkind,
    relations.relacl,
    relations.relowner,
    attribute.attrelid,
    attribute.attnum,
    attribute.attacl,
    quote_ident(attribute.attname) as name,
    attribute.attname as own_name,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    clauses.collation,
    clauses.value,
    clauses.nullability,
    concat_ws(
      ' ', format_type(attribute.atttypid, attribute.atttypmod), clauses.collation, clauses.value, clauses.nullability
    ) as definition,
    case attribute.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end as storage,
    attribute.attstorage <> type.typstorage as storage_is_set,
    attribute.attnotnull,
    attribute.attgenerated,
    pg_get_expr(defaults.adbin, defaults.adrelid) as default_value
  from pg_catalog.pg_attribute as attribute
  inner join relations on attribute.attrelid = relations.oid and relations.relkind in ('r', 'p', 'v', 'm', 'f')
  inner join pg_catalog.pg_type as type on attribute.atttypid = type.oid
  left join pg_catalog.pg_attrdef as defaults on attribute.attrelid = defaults.adrelid and attribute.attnum = defaults.adnum
  cross join
    lateral (
      select
        case when attribute.attcollation <> type.typcollation then format('collate %s', attribute.attcollation::regcollation) end
          as collation,
        case
          when attribute.attgenerated = 's' then format('generated always as (%s) stored', pg_get_expr(defaults.adbin, defaults.adrelid))
          when attribute.attgenerated = 'v' then format('generated always as (%s) virtual', pg_get_expr(defaults.adbin, defaults.adrelid))
          when attribute.attidentity = 'a' then 'generated always as identity'
          when attribute.attidentity = 'd' then 'generated by default as identity'
          when defaults.adbin is not null then format('default %s', pg_get_expr(defaults.adbin, defaults.adrelid))
        end as value,
        case when attribute.attnotnull then 'not null' end as nullability
    ) as clauses
  where attribute.attnum > 0 and not attribute.attisdropped
),

functions as (
  select
    routine.oid,
    routine.proowner,
    routine.proacl,
    routine.prokind,
    format('%s.%I(%s)', ours.name, routine.proname, pg_get_function_identity_arguments(routine.oid)) as name,
    format('%s(%s)', routine.proname, pg_get_function_identity_arguments(routine.oid)) as own_name,
    case routine.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as word,
    json_strip_nulls(json_build_object(
      'arguments', format('(%s)', pg_get_function_arguments(routine.oid)),
      'result', 'returns ' || pg_get_function_result(routine.oid),
      'language', format('language %I', language.lanname),
      'kind', case routine.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window' end,
      'volatility', case routine.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
      'strictness', case when routine.proisstrict then 'strict' end,
      'security', case when routine.prosecdef then 'security definer' else 'security invoker' end,
      'leakproof', case when routine.proleakproof then 'leakproof' end,
      'parallel', case routine.proparallel when 's' then 'parallel safe' when 'r' then 'parallel restricted' else 'parallel unsafe' end,
      'cost', nullif(format('cost %s', routine.procost), 'cost 100'),
      'rows', case when routine.prorows not in (0, 1000) then format('rows %s', routine.prorows) end,
      'settings', (
        select string_agg('set ' || settings.setting, ' ' order by settings.place)
        from unnest(routine.proconfig) with ordinality as settings (setting, place)
      ),
      'aggregate', (
        select
          concat_ws(
            ', ',
            format('sfunc = %s', aggregates.aggtransfn), format('stype = %s', format_type(aggregates.aggtranstype, null)),
            format('finalfunc = %s', nullif(aggregates.aggfinalfn::oid, 0)::regproc), format('initcond = %L', aggregates.agginitval)
          )
        from pg_catalog.pg_aggregate as aggregates
        where aggregates.aggfnoid = routine.oid
      ),
      'bound body', pg_get_function_sqlbody(routine.oid),
      'body', case when routine.prosqlbody is null and routine.prokind <> 'a' then routine.prosrc end
    )) as facts
  from pg_catalog.pg_proc as routine
  inner join ours on routine.pronamespace = ours.oid
  inner join pg_catalog.pg_language as language on routine.prolang = language.oid
  where not exists (
      select from from_extensions as part
      where part.classid = 'pg_catalog.pg_proc'::regclass and part.objid = routine.oid
    )
    -- the constructors of a range type go with the type
    and not exists (
      select from pg_catalog.pg_depend as depends
      where depends.classid = 'pg_catalog.pg_proc'::regclass and depends.objid = routine.oid and depends.deptype = 'i'
    )
),

types as (
  select
    type.oid,
    type.typtype,
    type.typacl,
    type.typowner,
    format('%s.%I', ours.name, type.typname) as name,
    type.typname as own_name,
    case
      when type.typtype = 'e'
        then format(
            'as enum (%s)',
            (
              select string_agg(quote_literal(label.enumlabel), ', ' order by label.enumsortorder)
              from pg_catalog.pg_enum as label
              where label.enumtypid = type.oid
            )
          )
      when type.typtype = 'r'
        then (
          select format('as range (subtype = %s)', format_type(span.rngsubtype, null))
          from pg_catalog.pg_range as span
          where span.rngtypid = type.oid
        )
      when type.typtype = 'c'
        then format(
            'as (%s)',
            (
              select string_agg(format('%I %s', part.attname, format_type(part.atttypid, part.atttypmod)), ', ' order by part.attnum)
              from pg_catalog.pg_attribute as part
              where part.attrelid = type.typrelid and part.attnum > 0 and not part.attisdropped
            )
          )
      else concat_ws(
          ' ',
          'as', format_type(type.typbasetype, type.typtypmod), case when type.typnotnull then 'not null' end, 'default ' || type.typdefault,
          (
            select string_agg(format('constraint %I %s', rule.conname, pg_get_constraintdef(rule.oid)), ' ' order by rule.conname)
            from pg_catalog.pg_constraint as rule
            where rule.contypid = type.oid and rule.contype = 'c'
          )
        )
    end as definition
  from pg_catalog.pg_type as type
  inner join ours on type.typnamespace = ours.oid
  where (
    type.typtype in ('e', 'd', 'r')
    -- the row type of a table goes with the table
    or exists (
      select from pg_catalog.pg_class as class
      where class.oid = type.typrelid and class.relkind = 'c'
    )
  )
  and not exists (
    select from from_extensions as part
    where part.classid = 'pg_catalog.pg_type'::regclass and part.objid = type.oid
  )
),

-- triggers on our tables, and ours on the tables of others (auth.users)
triggers as (
  select
    trigger.oid,
    trigger.tgenabled,
    quote_ident(trigger.tgname) as name,
    trigger.tgname as own_name,
    format('%I.%I', space.nspname, class.relname) as table_name,
    case when class.relnamespace in (select ours.oid from ours) then class.relname else format('%s.%s', space.nspname, class.relname) end
      as part_of,
    right(
      pg_get_triggerdef(trigger.oid),
      -length(format('CREATE %sTRIGGER %I ', case when trigger.tgconstraint <> 0 then 'CONSTRAINT ' end, trigger.tgname))
    ) as nameless
  from pg_catalog.pg_trigger as trigger
  inner join pg_catalog.pg_class as class on trigger.tgrelid = class.oid
  inner join pg_catalog.pg_namespace as space on class.relnamespace = space.oid
  inner join pg_catalog.pg_proc as routine on trigger.tgfoid = routine.oid
  where not trigger.tgisinternal
    and trigger.tgparentid = 0
    and (class.relnamespace in (select ours.oid from ours) or routine.pronamespace in (select ours.oid from ours))
),

policies as (
  select
    policy.oid,
    quote_ident(policy.polname) as name,
    policy.polname as own_name,
    relations.name as table_name,
    relations.own_name as part_of,
    concat_ws(
      e'\n',
      format('create policy %I on %s', policy.polname, relations.name),
      case when not policy.polpermissive then 'as restrictive' end,
      clauses.command, clauses.roles, clauses.visible, clauses.allowed
    ) || ';' as made_by,
    json_strip_nulls(json_build_object(
      'kind', case when policy.polpermissive then 'as permissive' else 'as restrictive' end,
      'command', clauses.command,
      'roles', clauses.roles,
      'using', clauses.visible,
      'check', clauses.allowed
    )) as facts
  from pg_catalog.pg_policy as policy
  inner join relations on policy.polrelid = relations.oid
  cross join
    lateral (
      select
        format(
          'for %s',
          case policy.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
        ) as command,
        format(
          'to %s',
          (
            select string_agg(member.name, ', ' order by member.name)
            from (
              select case role when 0 then 'public' else quote_ident(pg_get_userbyid(role)) end as name
              from unnest(policy.polroles) as role
            ) as member
          )
        ) as roles,
        'using (' || pg_get_expr(policy.polqual, policy.polrelid) || ')' as visible,
        'with check (' || pg_get_expr(policy.polwithcheck, policy.polrelid) || ')' as allowed
    ) as clauses
),

-- rights on objects, with null (never granted anything) read as what PostgreSQL takes it for
rights as (
  select
    'schema' as word,
    ours.name,
    ''::name as own_name,
    ours.nspowner as owner,
    coalesce(ours.nspacl, acldefault('n', ours.nspowner)) as acl
  from ours
  union all
  -- the books of the runner are nobody's business but its own
  select
    'schema',
    quote_ident(books.nspname),
    null,
    books.nspowner,
    coalesce(books.nspacl, acldefault('n', books.nspowner))
  from pg_catalog.pg_namespace as books
  where books.nspname = 'runner'
  union all
  select
    'table',
    format('runner.%I', book.relname),
    null,
    book.relowner,
    coalesce(book.relacl, acldefault('r', book.relowner))
  from pg_catalog.pg_class as book
  where book.relnamespace = to_regnamespace('runner') and book.relkind = 'r'
  union all
  select
    case relations.word when 'sequence' then 'sequence' else 'table' end,
    relations.name,
    relations.own_name,
    relations.relowner,
    coalesce(relations.relacl, acldefault(case relations.word when 'sequence' then 's'::"char" else 'r'::"char" end, relations.relowner))
  from relations
  union all
  select
    case functions.word when 'aggregate' then 'function' else functions.word end,
    functions.name,
    functions.own_name,
    functions.proowner,
    coalesce(functions.proacl, acldefault('f', functions.proowner))
  from functions
  union all
  select
    'type',
    types.name,
    types.own_name,
    types.typowner,
    coalesce(types.typacl, acldefault('T', types.typowner))
  from types
),

granted as (
  select
    rights.word,
    rights.name,
    rights.own_name,
    null::text as column_name,
    null::name as own_column_name,
    acl.*
  from rights
  cross join aclexplode(rights.acl) as acl
  where acl.grantee <> rights.owner
  union all
  select
    'table',
    columns.table_name,
    columns.part_of,
    columns.name,
    columns.own_name,
    acl.*
  from columns
  cross join aclexplode(columns.attacl) as acl
  where acl.grantee <> columns.relowner
),

described as (
  select
    format('%s %s', relations.word, relations.name) as name,
    case relations.word when 'sequence' then null else relations.own_name end as part_of,
    case relations.word when 'sequence' then format('sequence %s', relations.own_name) else relations.word end as own_name,
    obj_description(relations.oid, 'pg_class') as text
  from relations
  union all
  select
    format('column %s.%s', columns.table_name, columns.name),
    columns.part_of,
    format('column %s', columns.own_name),
    col_description(columns.attrelid, columns.attnum)
  from columns
  union all
  select
    format('%s %s', functions.word, functions.name),
    null,
    format('%s %s', functions.word, functions.own_name),
    obj_description(functions.oid, 'pg_proc')
  from functions
  union all
  select
    format('schema %s', ours.name),
    null,
    'schema',
    obj_description(ours.oid, 'pg_namespace')
  from ours
  union all
  select
    format('type %s', types.name),
    null,
    format('type %s', types.own_name),
    obj_description(types.oid, 'pg_type')
  from types
  union all
  select
    format('constraint %I on %s', rule.conname, relations.name),
    relations.own_name,
    format('constraint %s', rule.conname),
    obj_description(rule.oid, 'pg_constraint')
  from pg_catalog.pg_constraint as rule
  inner join relations on rule.conrelid = relations.oid
  union all
  select
    format('trigger %s on %s', triggers.name, triggers.table_name),
    triggers.part_of,
    format('trigger %s', triggers.own_name),
    obj_description(triggers.oid, 'pg_trigger')
  from triggers
  union all
  select
    format('policy %s on %s', policies.name, policies.table_name),
    policies.part_of,
    format('policy %s', policies.own_name),
    obj_description(policies.oid, 'pg_policy')
  from policies
  union all
  select
    format('index %s', entry.indexrelid::regclass),
    relations.own_name,
    format('index %s', class.relname),
    obj_description(entry.indexrelid, 'pg_class')
  from pg_catalog.pg_index as entry
  inner join relations on entry.indrelid = relations.oid
  inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid
),

owned as (
  select
    'schema' as word,
    ours.name,
    ours.nspowner as owner
  from ours
  where ours.name <> 'public'
  union all
  select
    relations.word,
    relations.name,
    relations.relowner
  from relations
  union all
  select
    functions.word,
    functions.name,
    functions.proowner
  from functions
),

objects as (
  select
    10 as place,
    'schema' as kind,
    ours.name,
    null::text as definition,
    format('create schema %s;', ours.name) as made_by,
    format('drop schema %s;', ours.name) as undone_by,
    null::text as changed_by,
    null::text as part_of,
    null::text as own_name,
    null::json as facts
  from ours
  where ours.name <> 'public'
  union all
  select
    15,
    'type',
    types.name,
    types.definition,
    format('create %s %s %s;', case types.typtype when 'd' then 'domain' else 'type' end, types.name, types.definition),
    format('drop %s %s;', case types.typtype when 'd' then 'domain' else 'type' end, types.name),
    null,
    null,
    types.own_name,
    json_build_object('definition', concat(case types.typtype when 'd' then 'domain ' end, types.definition))
  from types
  union all
  select
    20,
    relations.word,
    relations.name,
    case relations.word
      when 'table' then coalesce(pg_get_partkeydef(relations.oid), '')
      when 'foreign table' then relations.outside
      when 'sequence' then relations.counting
      -- without security_invoker a view reads with the rights of its owner
      else concat_ws(' ', pg_get_viewdef(relations.oid), relations.reloptions::text)
    end,
    case
      when relations.word in ('table', 'foreign table')
        then concat(
            format('create %s %s (', relations.word, relations.name),
            (
              select string_agg(format(e'\n  %s %s', columns.name, columns.definition), ',' order by columns.attnum)
              from columns
              where columns.attrelid = relations.oid
            ),
            e'\n)',
            ' partition by ' || pg_get_partkeydef(relations.oid),
            ' ' || relations.outside,
            ';'
          )
      when relations.word = 'sequence' then format('create sequence %s %s;', relations.name, relations.counting)
      else format(
          e'create %s %s%s as\n%s',
          relations.word, relations.name,
          ' with (' || array_to_string(relations.reloptions, ', ') || ')',
          pg_get_viewdef(relations.oid)
        )
    end,
    format('drop %s %s;', relations.word, relations.name),
    -- a table is never dropped to be made anew: what is in it would go
    case relations.word when 'table' then format('-- %s is partitioned otherwise: that takes a migration', relations.name) end,
    null,
    relations.own_name,
    json_strip_nulls(json_build_object(
      'kind', relations.word,
      'partitioning', 'partition by ' || pg_get_partkeydef(relations.oid),
      'parents', (
        select format('inherits (%s)', string_agg(parent.inhparent::regclass::text, ', ' order by parent.inhseqno))
        from pg_catalog.pg_inherits as parent
        where parent.inhrelid = relations.oid
        having count(*) > 0
      ),
      'bound', pg_get_expr(relations.relpartbound, relations.oid),
      'counting', relations.counting,
      'server', relations.outside,
      'options', case when relations.word like '%view' then 'with (' || array_to_string(relations.reloptions, ', ') || ')' end,
      'query', case when relations.word like '%view' then pg_get_viewdef(relations.oid) end
    ))
  from relations
  union all
  select
    21,
    'persistence',
    relations.name,
    null,
    format('alter table %s set unlogged;', relations.name),
    format('alter table %s set logged;', relations.name),
    null,
    relations.own_name,
    'persistence',
    json_build_object('persistence', 'unlogged')
  from relations
  where relations.word = 'table' and relations.relpersistence = 'u'
  union all
  select
    22,
    'option',
    format('%s: %s', relations.name, split_part(setting, '=', 1)),
    setting,
    format('alter table %s set (%s);', relations.name, setting),
    format('alter table %s reset (%s);', relations.name, split_part(setting, '=', 1)),
    format('alter table %s set (%s);', relations.name, setting),
    relations.own_name,
    split_part(setting, '=', 1),
    json_build_object('option', setting)
  from relations
  cross join unnest(relations.reloptions) as setting
  where relations.word = 'table'
  union all
  select
    25,
    'column',
    format('%s.%s', columns.table_name, columns.name),
    columns.definition,
    format('alter table %s add column %s %s;', columns.table_name, columns.name, columns.definition),
    format('alter table %s drop column %s;', columns.table_name, columns.name),
    case
      when columns.attgenerated = '' then format(
          e'alter table %s\nalter column %s type %s,\nalter column %s %s,\nalter column %s %s not null;',
          columns.table_name, columns.name, columns.type,
          columns.name, coalesce('set default ' || columns.default_value, 'drop default'),
          columns.name, case when columns.attnotnull then 'set' else 'drop' end
        )
    end,
    columns.part_of,
    columns.own_name,
    json_strip_nulls(json_build_object(
      'position', columns.attnum,
      'type', columns.type,
      'collation', columns.collation,
      'default', columns.value,
      'nullability', columns.nullability
    ))
  from columns
  where columns.relkind in ('r', 'p', 'f')
  union all
  select
    26,
    'storage',
    format('%s.%s', columns.table_name, columns.name),
    null,
    format('alter table %s alter column %s set storage %s;', columns.table_name, columns.name, columns.storage),
    format('alter table %s alter column %s set storage default;', columns.table_name, columns.name),
    null,
    columns.part_of,
    columns.own_name,
    json_build_object('storage', 'storage ' || columns.storage)
  from columns
  where columns.relkind in ('r', 'p') and columns.storage_is_set
  union all
  select
    30,
    'function',
    functions.name,
    null,
    case functions.prokind when 'a' then format('-- aggregate %s', functions.name) else pg_get_functiondef(functions.oid) || ';' end,
    format('drop %s %s;', functions.word, functions.name),
    case functions.prokind when 'a' then null else pg_get_functiondef(functions.oid) || ';' end,
    null,
    functions.own_name,
    functions.facts
  from functions
  union all
  select
    -- a foreign key needs the key that it refers to
    case rule.contype when 'f' then 45 else 40 end,
    'constraint',
    format('%s: %I', relations.name, rule.conname),
    null,
    format('alter table %s add constraint %I %s;', relations.name, rule.conname, pg_get_constraintdef(rule.oid)),
    format('alter table %s drop constraint %I;', relations.name, rule.conname),
    null,
    relations.own_name,
    rule.conname,
    json_build_object('definition', pg_get_constraintdef(rule.oid))
  from pg_catalog.pg_constraint as rule
  inner join relations on rule.conrelid = relations.oid
  where rule.contype in ('c', 'f', 'p', 'u', 'x') and rule.conparentid = 0
  union all
  select
    50,
    'index',
    entry.indexrelid::regclass::text,
    pg_get_indexdef(entry.indexrelid) || case when not entry.indisvalid then ' (not valid)' else '' end,
    pg_get_indexdef(entry.indexrelid) || ';',
    format('drop index %s;', entry.indexrelid::regclass),
    null,
    relations.own_name,
    class.relname,
    json_strip_nulls(json_build_object(
      'definition', concat(
        case when entry.indisunique then 'UNIQUE ' end,
        right(
          pg_get_indexdef(entry.indexrelid),
          -length(format(
            'CREATE %sINDEX %I ON %s%s ',
            case when entry.indisunique then 'UNIQUE ' end, class.relname, case class.relkind when 'I' then 'ONLY ' end, relations.name
          ))
        )
      ),
      'state', case when not entry.indisvalid then 'not valid' end
    ))
  from pg_catalog.pg_index as entry
  inner join relations on entry.indrelid = relations.oid
  inner join pg_catalog.pg_class as class on entry.indexrelid = class.oid
  where not exists (
      select from pg_catalog.pg_constraint as rule
      where rule.conindid = entry.indexrelid and rule.contype in ('p', 'u', 'x')
    )
  union all
  select
    60,
    'trigger',
    format('%s on %s', triggers.name, triggers.table_name),
    concat(pg_get_triggerdef(triggers.oid), ' ', triggers.tgenabled),
    concat(
      pg_get_triggerdef(triggers.oid),
      ';',
      case triggers.tgenabled
        when 'D' then format(e'\nalter table %s disable trigger %s;', triggers.table_name, triggers.name)
        when 'A' then format(e'\nalter table %s enable always trigger %s;', triggers.table_name, triggers.name)
      end
    ),
    format('drop trigger %s on %s;', triggers.name, triggers.table_name),
    null,
    triggers.part_of,
    triggers.own_name,
    json_strip_nulls(json_build_object(
      'definition', triggers.nameless,
      'state', case triggers.tgenabled when 'D' then 'disabled' when 'A' then 'enabled always' when 'R' then 'enabled on replicas' end
    ))
  from triggers
  union all
  -- a foreign key without its triggers holds nothing
  select
    61,
    'enforcement',
    format('%s: %I', relations.name, rule.conname),
    null,
    format('alter table %s disable trigger all;  -- of %I', trigger.tgrelid::regclass, rule.conname),
    format('alter table %s enable trigger all;  -- for %I', trigger.tgrelid::regclass, rule.conname),
    null,
    relations.own_name,
    rule.conname,
    json_build_object('state', case trigger.tgenabled when 'D' then 'not enforced' else 'enforced otherwise' end)
  from pg_catalog.pg_trigger as trigger
  inner join pg_catalog.pg_constraint as rule on trigger.tgconstraint = rule.oid
  inner join relations on rule.conrelid = relations.oid
  where trigger.tgisinternal and trigger.tgenabled <> 'O'
  union all
  select
    62,
    'rule',
    format('%I on %s', rule.rulename, relations.name),
    null,
    pg_get_ruledef(rule.oid),
    format('drop rule %I on %s;', rule.rulename, relations.name),
    null,
    relations.own_name,
    rule.rulename,
    json_build_object('definition', pg_get_ruledef(rule.oid))
  from pg_catalog.pg_rewrite as rule
  inner join relations on rule.ev_class = relations.oid
  where rule.rulename <> '_RETURN'
  union all
  select
    63,
    'statistics',
    format('%s.%I', ours.name, statistic.stxname),
    null,
    pg_get_statisticsobjdef(statistic.oid) || ';',
    format('drop statistics %s.%I;', ours.name, statistic.stxname),
    null,
    null,
    statistic.stxname,
    json_build_object('definition', pg_get_statisticsobjdef(statistic.oid))
  from pg_catalog.pg_statistic_ext as statistic
  inner join ours on statistic.stxnamespace = ours.oid
  union all
  select
    64,
    'replica identity',
    relations.name,
    null,
    format('alter table %s replica identity %s;', relations.name, case relations.relreplident when 'f' then 'full' else 'nothing' end),
    format('alter table %s replica identity default;', relations.name),
    null,
    relations.own_name,
    'replica identity',
    json_build_object('replica identity', case relations.relreplident when 'f' then 'full' else 'nothing' end)
  from relations
  where relations.relkind in ('r', 'p') and relations.relreplident in ('f', 'n')
  union all
  select
    65,
    'extension',
    extension.extname,
    null,
    format('alter extension %I set schema %I;', extension.extname, space.nspname),
    format('-- the extension %I is in the schema %I', extension.extname, space.nspname),
    format('alter extension %I set schema %I;', extension.extname, space.nspname),
    null,
    null,
    null
  from pg_catalog.pg_extension as extension
  inner join pg_catalog.pg_namespace as space on extension.extnamespace = space.oid
  where extension.extname = 'vector'
  union all
  select
    70,
    'row security',
    relations.name,
    null,
    concat(
      format('alter table %s enable row level security;', relations.name),
      case when relations.relforcerowsecurity then format(e'\nalter table %s force row level security;', relations.name) end
    ),
    format('alter table %s disable row level security;', relations.name),
    null,
    relations.own_name,
    'row security',
    json_build_object('row security', case when relations.relforcerowsecurity then 'enabled, forced' else 'enabled' end)
  from relations
  where relations.relrowsecurity
  union all
  select
    75,
    'policy',
    format('%s on %s', policies.name, policies.table_name),
    null,
    policies.made_by,
    format('drop policy %s on %s;', policies.name, policies.table_name),
    null,
    policies.part_of,
    policies.own_name,
    policies.facts
  from policies
  union all
  select
    80,
    'right',
    concat_ws(
      ' ',
      granted.privilege_type, 'on', granted.word, granted.name || coalesce('.' || granted.column_name, ''),
      'to', grantee.name, case when granted.is_grantable then 'with grant option' end
    ),
    null,
    format(
      'grant %s on %s %s to %s%s;',
      lower(granted.privilege_type) || coalesce(' (' || granted.column_name || ')', ''),
      granted.word, granted.name, grantee.name, case when granted.is_grantable then ' with grant option' else '' end
    ),
    format(
      'revoke %s on %s %s from %s;%s',
      lower(granted.privilege_type) || coalesce(' (' || granted.column_name || ')', ''),
      granted.word, granted.name, grantee.name,
      case
        when granted.grantor::regrole::text <> quote_ident(current_user)
          then format('  -- granted by %s: run it as that role', granted.grantor::regrole)
        else ''
      end
    ),
    null,
    case granted.word when 'table' then granted.own_name end,
    concat_ws(
      ' ',
      granted.privilege_type, 'on', granted.word, nullif(concat_ws('.', granted.own_name, granted.own_column_name), ''), 'to', grantee.name
    ),
    case
      when granted.own_name is not null
        then json_build_object('right', case when granted.is_grantable then 'granted, with grant option' else 'granted' end)
    end
  from granted
  cross join
    lateral (
      select case granted.grantee when 0 then 'public' else granted.grantee::regrole::text end as name
    ) as grantee
  union all
  select
    85,
    'default right',
    concat_ws(' ', acl.privilege_type, 'on', defaults.word, defaults.scope, 'to', defaults.grantee),
    null,
    format('alter default privileges%s grant %s on %s to %s;', defaults.scope, lower(acl.privilege_type), defaults.word, defaults.grantee),
    format(
      'alter default privileges%s revoke %s on %s from %s;',
      defaults.scope, lower(acl.privilege_type), defaults.word, defaults.grantee
    ),
    null,
    null,
    null,
    null
  from pg_catalog.pg_default_acl as entry
  left join pg_catalog.pg_namespace as space on entry.defaclnamespace = space.oid
  cross join aclexplode(entry.defaclacl) as acl
  cross join
    lateral (
      select
        case entry.defaclobjtype
          when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas'
        end as word,
        case when space.nspname is null then '' else format(' in schema %I', space.nspname) end as scope,
        case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end as grantee
    ) as defaults
  where entry.defaclrole = quote_ident(current_user)::regrole
    and acl.grantee <> entry.defaclrole
    and (space.nspname is null or entry.defaclnamespace in (select ours.oid from ours))
  union all
  -- only what the migrating role does not own, so that its name does not matter
  select
    90,
    'owner',
    format('%s %s', owned.word, owned.name),
    null,
    format('alter %s %s owner to %s;', owned.word, owned.name, owned.owner::regrole),
    format('alter %s %s owner to %I;', owned.word, owned.name, current_user),
    null,
    null,
    null,
    null
  from owned
  where owned.owner <> quote_ident(current_user)::regrole
  union all
  select
    95,
    'comment',
    described.name,
    null,
    format('comment on %s is %L;', described.name, described.text),
    format('comment on %s is null;', described.name),
    format('comment on %s is %L;', described.name, described.text),
    described.part_of,
    described.own_name,
    json_build_object('comment', described.text)
  from described
  where described.text is not null
)

select
  objects.kind,
  objects.name,
  coalesce(objects.definition, objects.made_by) as definition,
  objects.made_by,
  objects.undone_by,
  objects.changed_by,
  objects.part_of,
  objects.own_name,
  objects.facts
from objects
order by objects.place, objects.kind, objects.name;
