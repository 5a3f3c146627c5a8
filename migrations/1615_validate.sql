-- Why: the comparing itself. It knows nothing of any table: what must be is in the views of expectations, what is in the catalogue.
-- Touches: functions. When they are called: the books of the check; and, until they end, the views over the captured tables.
--
-- Both sides of a hybrid table are read once: each row is hashed over its key and all columns that are compared, and the hashes are added
-- up. Adding does not depend on an order, so nothing is sorted and nothing joined. Where counts and sums agree the table is equal. Where
-- they do not, the hashes are joined by key, and of the rows that differ the first 20 of each kind are looked at column by column.
--
-- hash_record_extended alone would be wrong here: it is linear in the columns' hashes, so that two rows which have exchanged a value add up
-- to the same. It is therefore hashed once more. It is given values, not texts: a time is an instant, 1.50 is 1.5, jsonb is jsonb.

-- security invoker: it reads the catalogue.
create function consolidation.columns_compared(view_name text, hybrid_table text, key_column text)
returns table (
  column_name text, is_mapped boolean, is_secret boolean, said text, stands text, said_value text, stands_value text, empty_value text
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  fault text;
begin
  -- A column without an expectation, or with one of another type, would go unseen: 1.4 is not 1 only where neither is made an integer.
  select string_agg(format('%s.%s', columns_compared.hybrid_table, part.attname), ', ' order by part.attnum)
  into fault
  from pg_attribute as part
  left join pg_attribute as wanted
    on wanted.attrelid = to_regclass('consolidation.' || columns_compared.view_name) and part.attname = wanted.attname
  left join pg_attrdef as preset on part.attrelid = preset.adrelid and part.attnum = preset.adnum
  where part.attrelid = to_regclass(columns_compared.hybrid_table)
    and part.attnum > 0
    and not part.attisdropped
    and part.attgenerated = ''
    and part.attname <> columns_compared.key_column
    and not exists (
      select from consolidation.not_compared as known
      where known.hybrid_table = columns_compared.hybrid_table
        and known.hybrid_column = part.attname
    )
    and (
      wanted.atttypid <> part.atttypid
      or (wanted.attname is null and pg_get_expr(preset.adbin, preset.adrelid) ~ '\(')
    );
  if fault is not null then
    raise exception '% says nothing, or something of another type, of %', columns_compared.view_name, fault
      using errcode = 'HS152', hint = 'Mend the view, or say in consolidation.not_compared why the column is not compared.';
  end if;

  return query
  select
    part.attname::text,
    wanted.attname is not null,
    columns_compared.hybrid_table ~ '^secrets\.' or exists (
      select from consolidation.legacy_columns as known
      where known.is_secret
        and known.column_name = part.attname
    ),
    format(hashed.form, value.said),
    format(hashed.form, value.stands),
    value.said,
    value.stands,
    value.preset
  from pg_attribute as part
  inner join pg_type as type on part.atttypid = type.oid
  left join pg_attribute as wanted
    on wanted.attrelid = to_regclass('consolidation.' || columns_compared.view_name) and part.attname = wanted.attname
  left join pg_attrdef as preset on part.attrelid = preset.adrelid and part.attnum = preset.adnum
  cross join lateral (
    select
      case
        when wanted.attname is not null then format('e.%I', part.attname)
        else format('(%s)::%s', coalesce(pg_get_expr(preset.adbin, preset.adrelid), 'null'), format_type(part.atttypid, part.atttypmod))
      end as said,
      format('t.%I', part.attname) as stands,
      format(
        '(%s)::%s',
        case
          when pg_get_expr(preset.adbin, preset.adrelid) ~ '\(' then 'consolidation.expected_start()'
          else coalesce(pg_get_expr(preset.adbin, preset.adrelid), 'null')
        end,
        format_type(part.atttypid, part.atttypmod)
      ) as preset
  ) as value
  -- a type that cannot be hashed is hashed as it is sent: every bit counts
  cross join lateral (
    select case
      when type.typcategory = 'A' or exists (
          select from pg_opclass as class
          inner join pg_am as method on class.opcmethod = method.oid and method.amname = 'hash'
          where class.opcintype = type.oid
            and class.opcdefault
        ) then '%s'
      else replace(type.typsend::regproc::text, '%', '%%') || '(%s)'
    end as form
  ) as hashed
  where part.attrelid = to_regclass(columns_compared.hybrid_table)
    and part.attnum > 0
    and not part.attisdropped
    and part.attgenerated = ''
    and part.attname <> columns_compared.key_column
    and not exists (
      select from consolidation.not_compared as known
      where known.hybrid_table = columns_compared.hybrid_table
        and known.hybrid_column = part.attname
    )
  order by part.attnum;
end
$function$;

comment on function consolidation.columns_compared(text, text, text) is
'The columns of a hybrid table that are compared, and how each is read on both sides: what no line of the lineage names must have its default.';

create function consolidation.hash_of(parts text) returns text
language sql
immutable
parallel safe
return format('hashtextextended(hash_record_extended(row(%s), 0)::text, 0)', hash_of.parts);

comment on function consolidation.hash_of(text) is 'The expression that hashes a row of these expressions.';

-- The first rows of a kind, and how many there are.
-- security invoker: it writes what its caller may write.
create function consolidation.note_differences(validation integer, query text) returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  item record;
  total bigint := 0;
begin
  for item in execute format(
    $query$
    select first.*
    from (
      select
        known.*,
        count(*) over of_kind as many,
        row_number() over (partition by known.legacy_table, known.kind order by known.hybrid_id, known.legacy_key) as place
      from (%s) as known
      window of_kind as (partition by known.legacy_table, known.kind)
    ) as first
    where first.place <= 20
    order by first.legacy_table, first.kind, first.place
    $query$,
    note_differences.query
  ) loop
    insert into consolidation.differences (validation, legacy_table, kind, legacy_key, hybrid_table, hybrid_id, columns)
    values (
      note_differences.validation, item.legacy_table, item.kind, item.legacy_key, item.hybrid_table, item.hybrid_id, item.columns
    );
    if item.place = 1 then
      total := total + item.many;
      update consolidation.reconciliation as result
      set
        differing = result.differing + case when item.kind = 'changed since' then 0 else item.many end,
        changed_since = result.changed_since + case when item.kind = 'changed since' then item.many else 0 end
      where result.validation = note_differences.validation
        and result.legacy_table = item.legacy_table;
    end if;
  end loop;
  return total;
end
$function$;

comment on function consolidation.note_differences(integer, text) is
'Counts what a query finds (legacy_table, kind, legacy_key, hybrid_table, hybrid_id, columns) and keeps the first 20 of each kind.';

-- security invoker: it reads what its caller may read.
create function consolidation.compare_listing(
  validation integer, expectation consolidation.expectations, parts text, expected_rows bigint, expected_hash numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  pairs text;
  many bigint;
  hash numeric;
begin
  if expectation.listed_in = 'nothing' then
    return;
  end if;
  pairs := case expectation.listed_in
    when 'ledger' then format(
      'select line.legacy_key, line.hybrid_id, line.workspace_id from consolidation.ledger as line where line.legacy_table = %L and'
      ' line.hybrid_id is not null',
      expectation.legacy_table
    )
    else format(
      'select known.legacy_key, known.hybrid_id from consolidation.ledger_targets as known where known.legacy_table = %L and'
      ' known.hybrid_table = %L',
      expectation.legacy_table, expectation.hybrid_table
    )
  end;
  execute format(
    'select count(*), coalesce(sum(%s), 0) from (%s) as e', consolidation.hash_of(compare_listing.parts), pairs
  ) into many, hash;
  if many = compare_listing.expected_rows and hash = compare_listing.expected_hash then
    return;
  end if;
  perform consolidation.note_differences(
    compare_listing.validation,
    format(
      $query$
      select
        %1$L::text as legacy_table,
        case when p.legacy_key is null then %5$L when e.legacy_key is null then %6$L else 'wrong target' end as kind,
        coalesce(e.legacy_key, p.legacy_key) as legacy_key,
        %2$L::text as hybrid_table,
        coalesce(p.hybrid_id, e.hybrid_id) as hybrid_id,
        '{}'::text[] as columns
      from consolidation.%3$I as e
      full join (%4$s) as p on e.legacy_key = p.legacy_key %7$s
      where (%8$s) is distinct from (%9$s)
      $query$,
      expectation.legacy_table, expectation.hybrid_table, expectation.view_name, pairs,
      case expectation.listed_in when 'ledger' then 'wrong target' else 'not listed' end,
      case expectation.listed_in when 'ledger' then 'wrong target' else 'listed wrongly' end,
      case expectation.listed_in when 'ledger' then '' else 'and e.hybrid_id = p.hybrid_id' end,
      compare_listing.parts,
      replace(compare_listing.parts, 'e.', 'p.')
    )
  );
end
$function$;

comment on function consolidation.compare_listing(integer, consolidation.expectations, text, bigint, numeric) is
'Compares which hybrid row a legacy row must have become with what the ledger says.';

-- What a merged row said must not be gone. It is looked for in what the row that it went into must be, not in what that is now: somebody
-- may have changed it since. Only a row that was in the hybrid before has no expectation, and is looked at itself.
-- security invoker: it reads what its caller may read.
create function consolidation.compare_merged(
  validation integer, expectation consolidation.expectations, wanted consolidation.expectations[], ended timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  other consolidation.expectations;
  bases text[] := '{}';
  parts text;
  stamp text;
begin
  foreach other in array compare_merged.wanted loop
    bases := bases || (
      select format(
        'select e.hybrid_id, %s from consolidation.%I as e where e.outcome <> ''merged''',
        string_agg(format('%s as %I', known.said_value, known.column_name), ', '), other.view_name
      )
      from consolidation.columns_compared(other.view_name, other.hybrid_table, other.key_column) as known
    );
  end loop;
  select
    string_agg(
      format(
        '(%1$L, to_jsonb(%2$s), case when base.hybrid_id is not null then to_jsonb(base.%1$I) else to_jsonb(%3$s) end, to_jsonb(%4$s))',
        known.column_name, known.said_value, known.stands_value, known.empty_value
      ), ', '
    ) filter (where known.is_mapped),
    coalesce(max(known.stands_value) filter (where known.column_name = 'updated_at'), 'null::timestamptz')
  into parts, stamp
  from consolidation.columns_compared(expectation.view_name, expectation.hybrid_table, expectation.key_column) as known;

  perform consolidation.note_differences(
    compare_merged.validation,
    format(
      $query$
      select
        %1$L::text as legacy_table,
        case when bool_or(t.%4$I is null) then 'lost' else 'merged away' end as kind,
        e.legacy_key,
        %2$L::text as hybrid_table,
        e.hybrid_id,
        array_agg(part.column_name order by part.column_name) as columns
      from consolidation.%3$I as e
      left join (%6$s) as base on e.hybrid_id = base.hybrid_id
      left join %2$s as t on e.hybrid_id = t.%4$I
      cross join lateral (values %5$s) as part (column_name, said, stands, empty)
      where e.outcome = 'merged'
        and coalesce(part.said, 'null') not in (coalesce(part.stands, 'null'), coalesce(part.empty, 'null'), 'null')
        and (base.hybrid_id is not null or coalesce(%7$s < %8$L, true))
        -- of an object each key
        and not (
          jsonb_typeof(part.said) = 'object'
          and not exists (
            select from jsonb_each(part.said) as pair
            where pair.value is distinct from part.stands -> pair.key
              and not exists (
                select from consolidation.conflicts as known
                where known.legacy_table = %1$L
                  and known.legacy_key = e.legacy_key
                  and known.hybrid_column = part.column_name || '.' || pair.key
              )
          )
        )
        and not exists (
          select from consolidation.conflicts as known
          where known.legacy_table = %1$L
            and known.legacy_key = e.legacy_key
            and known.hybrid_column = part.column_name
        )
        and not exists (
          select from consolidation.kept as known
          where known.legacy_table = %1$L
            and known.legacy_key = e.legacy_key
            and known.legacy_column = part.column_name
        )
      group by e.legacy_key, e.hybrid_id
      $query$,
      expectation.legacy_table, expectation.hybrid_table, expectation.view_name, expectation.key_column, parts,
      array_to_string(bases, ' union all '), stamp, compare_merged.ended
    )
  );
end
$function$;

comment on function consolidation.compare_merged(integer, consolidation.expectations, consolidation.expectations[], timestamptz) is
'Looks for what merged rows said and nobody has any more: neither the row, nor conflicts, nor kept.';

-- Words of the source in a report are for whoever may read the database; secrets are for nobody.
-- security invoker: it reads what its caller may read.
create function consolidation.explain_changes(validation integer, expectation consolidation.expectations) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  names text;
  said text;
  stands text;
begin
  select
    string_agg(format('case when %s then %L end', part.differs, part.column_name), ', '),
    string_agg(format('%L, case when %s then %s end', part.column_name, part.differs, part.said_shown), ', '),
    string_agg(format('%L, case when %s then %s end', part.column_name, part.differs, part.stands_shown), ', ')
  into names, said, stands
  from (
    select
      known.column_name,
      format('%s is distinct from %s', known.said, known.stands) as differs,
      case
        when known.is_secret then quote_literal('********')
        else format('coalesce(consolidation.shown(%L, to_jsonb(%s), 100), %L)', known.column_name, known.said_value, 'null')
      end as said_shown,
      case
        when known.is_secret then quote_literal('********')
        else format('coalesce(consolidation.shown(%L, to_jsonb(%s), 100), %L)', known.column_name, known.stands_value, 'null')
      end as stands_shown
    from consolidation.columns_compared(expectation.view_name, expectation.hybrid_table, expectation.key_column) as known
  ) as part;

  execute format(
    $query$
    update consolidation.differences as item
    set
      columns = array_remove(array[%1$s], null),
      expected = jsonb_strip_nulls(jsonb_build_object(%2$s)),
      found = jsonb_strip_nulls(jsonb_build_object(%3$s))
    from consolidation.%4$I as e, %5$s as t
    where item.validation = %7$s
      and item.legacy_table = %8$L
      and item.hybrid_table = %5$L
      and item.kind in ('changed', 'changed since')
      and e.outcome <> 'merged'
      and e.legacy_key = item.legacy_key
      and e.hybrid_id = item.hybrid_id
      and t.%6$I = item.hybrid_id
    $query$,
    names, said, stands, expectation.view_name, expectation.hybrid_table, expectation.key_column, explain_changes.validation,
    expectation.legacy_table
  );
end
$function$;

comment on function consolidation.explain_changes(integer, consolidation.expectations) is
'Says of the examples that were kept which columns differ, and how.';

-- Row by row, where the sums do not agree.
-- security invoker: it reads what its caller may read.
create function consolidation.compare_rows(
  validation integer, hybrid_table text, wanted consolidation.expectations[], ended timestamptz, judges_strays boolean
)
returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  expectation consolidation.expectations;
  sides text[] := '{}';
  merged text[] := '{}';
  said text;
  stands text;
  stamp text;
  changed text := 'null::timestamptz';
  made text := 'null::timestamptz';
  is_own text := 'false';
  total bigint;
begin
  select
    coalesce(max(format('t.%I', part.attname)) filter (where part.attname = 'updated_at'), changed),
    coalesce(max(format('t.%I', part.attname)) filter (where part.attname in ('created_at', 'joined_at', 'connected_at', 'listed_at')), made),
    coalesce(max(format('t.%I = private.platform_workspace_id()', part.attname)) filter (where part.attname = 'workspace_id'), is_own)
  into changed, made, is_own
  from pg_attribute as part
  where part.attrelid = to_regclass(compare_rows.hybrid_table)
    and part.attnum > 0
    and not part.attisdropped;
  -- the hybrid's own: its workspace and what is in it, and its platforms
  is_own := case compare_rows.hybrid_table
    when 'public.workspaces' then 't.id = private.platform_workspace_id()'
    when 'public.social_platforms' then 'true'
    else is_own
  end;

  foreach expectation in array compare_rows.wanted loop
    select
      consolidation.hash_of(format('e.hybrid_id, %s', string_agg(known.said, ', '))),
      consolidation.hash_of(format('t.%I, %s', expectation.key_column, string_agg(known.stands, ', '))),
      coalesce(max(known.said_value) filter (where known.column_name = 'updated_at' and known.is_mapped), 'null::timestamptz')
    into said, stands, stamp
    from consolidation.columns_compared(expectation.view_name, expectation.hybrid_table, expectation.key_column) as known;
    sides := sides || format(
      'select %L::text as legacy_table, e.legacy_key, e.hybrid_id, %s as hash, %s as changed_at from consolidation.%I as e'
      ' where e.outcome <> ''merged''',
      expectation.legacy_table, said, stamp, expectation.view_name
    );
    merged := merged || format('select e.hybrid_id from consolidation.%I as e where e.outcome = ''merged''', expectation.view_name);
  end loop;

  total := consolidation.note_differences(
    compare_rows.validation,
    format(
      $query$
      select
        coalesce(wanted.legacy_table, %9$L) as legacy_table,
        case
          when there.hybrid_id is null then 'lost'
          when wanted.hybrid_id is null then 'unaccounted'
          when there.changed_at >= %10$L and there.changed_at is distinct from wanted.changed_at then 'changed since'
          else 'changed'
        end as kind,
        wanted.legacy_key,
        %8$L::text as hybrid_table,
        coalesce(wanted.hybrid_id, there.hybrid_id) as hybrid_id,
        '{}'::text[] as columns
      from (%1$s) as wanted
      full join (
        select t.%3$I as hybrid_id, %4$s as hash, %5$s as changed_at, %6$s as made_at, %7$s as is_own from %8$s as t
      ) as there on wanted.hybrid_id = there.hybrid_id
      where wanted.hash is distinct from there.hash
        and (
          wanted.legacy_key is not null
          or (
            %11$L::boolean
            and not there.is_own
            -- what somebody has made since
            and not coalesce(there.made_at between %10$L and now(), false)
            and there.hybrid_id not in (select merged.hybrid_id from (%2$s) as merged where merged.hybrid_id is not null)
          )
        )
      $query$,
      array_to_string(sides, ' union all '), array_to_string(merged, ' union all '), expectation.key_column, stands, changed, made,
      is_own, compare_rows.hybrid_table, compare_rows.wanted[1].legacy_table, compare_rows.ended, compare_rows.judges_strays
    )
  );

  foreach expectation in array compare_rows.wanted loop
    perform consolidation.explain_changes(compare_rows.validation, expectation);
  end loop;
  return total;
end
$function$;

comment on function consolidation.compare_rows(integer, text, consolidation.expectations[], timestamptz, boolean) is
'Finds the rows of a hybrid table that are lost, changed or unaccounted for; returns how many.';

-- security invoker: it reads what its caller may read.
create function consolidation.compare_target(
  validation integer, hybrid_table text, wanted consolidation.expectations[], ended timestamptz, judges_strays boolean
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  began timestamptz := clock_timestamp();
  expectation consolidation.expectations;
  said text;
  stands text;
  listed text;
  side record;
  expected_rows bigint := 0;
  expected_hash numeric := 0;
  found_rows bigint;
  found_hash numeric;
begin
  foreach expectation in array compare_target.wanted loop
    select
      consolidation.hash_of(format('e.hybrid_id, %s', string_agg(known.said, ', '))),
      consolidation.hash_of(format('t.%I, %s', expectation.key_column, string_agg(known.stands, ', ')))
    into said, stands
    from consolidation.columns_compared(expectation.view_name, expectation.hybrid_table, expectation.key_column) as known;
    -- the ledger says the workspace of rows that others refer to
    listed := case
      when expectation.listed_in = 'ledger'
        and exists (
          select from consolidation.ledger as line where line.legacy_table = expectation.legacy_table and line.workspace_id is not null
        ) then 'e.legacy_key, e.hybrid_id, e.workspace_id'
      else 'e.legacy_key, e.hybrid_id'
    end;
    execute format(
      'select count(*) filter (where e.outcome <> ''merged'') as many, coalesce(sum(%1$s) filter (where e.outcome <> ''merged''), 0) as hash,'
      ' count(*) as pairs, coalesce(sum(%2$s), 0) as pairs_hash from consolidation.%3$I as e',
      said, consolidation.hash_of(listed), expectation.view_name
    ) into side;
    expected_rows := expected_rows + side.many;
    expected_hash := expected_hash + side.hash;
    update consolidation.reconciliation as result
    set compared = result.compared + side.many
    where result.validation = compare_target.validation
      and result.legacy_table = expectation.legacy_table;
    perform consolidation.compare_listing(compare_target.validation, expectation, listed, side.pairs, side.pairs_hash);
    if side.pairs > side.many then
      perform consolidation.compare_merged(compare_target.validation, expectation, compare_target.wanted, compare_target.ended);
    end if;
  end loop;

  execute format('select count(*), coalesce(sum(%s), 0) from %s as t', stands, compare_target.hybrid_table) into found_rows, found_hash;
  if (found_rows, found_hash) <> (expected_rows, expected_hash) then
    perform consolidation.compare_rows(
      compare_target.validation, compare_target.hybrid_table, compare_target.wanted, compare_target.ended, compare_target.judges_strays
    );
  end if;
  insert into consolidation.reconciled_targets (
    validation, hybrid_table, expected_rows, expected_hash, found_rows, found_hash, seconds
  )
  values (
    compare_target.validation, compare_target.hybrid_table, expected_rows, expected_hash, found_rows, found_hash,
    extract(epoch from clock_timestamp() - began)
  );
end
$function$;

comment on function consolidation.compare_target(integer, text, consolidation.expectations[], timestamptz, boolean) is
'Compares a hybrid table with what all its legacy tables say: by count and hash, and row by row where these do not agree.';

-- Only the rows that were set aside are looked at, whole: rejected ones, and those of which something is kept.
-- security invoker: it reads what its caller may read.
create function consolidation.compare_set_aside(validation integer, legacy_table text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  place regclass := to_regclass('legacy_' || compare_set_aside.legacy_table);
  secrets text;
  partial text;
  key text;
begin
  select
    coalesce(array_agg(known.column_name) filter (where known.is_secret), '{}')::text,
    -- of these only what found no other place is kept
    coalesce(array_agg(known.column_name) filter (where known.column_name in ('social_accounts', 'platform_results')), '{}')::text
  into secrets, partial
  from consolidation.legacy_columns as known
  where known.legacy_schema || '.' || known.table_name = compare_set_aside.legacy_table;
  select consolidation.reading_of_key(max(format_type(part.atttypid, part.atttypmod)))
  into key
  from pg_attribute as part
  where part.attrelid = place
    and part.attname = 'id'
    and not part.attisdropped;

  perform consolidation.note_differences(
    compare_set_aside.validation,
    format(
      $query$
      select
        %1$L::text as legacy_table,
        case when line.legacy_key is null then 'not rejected' else 'not set aside' end as kind,
        coalesce(line.legacy_key, aside.legacy_key) as legacy_key,
        null::text as hybrid_table,
        null::uuid as hybrid_id,
        '{}'::text[] as columns
      from (select line.* from consolidation.ledger as line where line.legacy_table = %1$L and line.outcome = 'rejected') as line
      full join (select aside.* from consolidation.rejects as aside where aside.legacy_table = %1$L) as aside
        on line.legacy_key = aside.legacy_key
      where line.legacy_key is null
        or aside.legacy_key is null
        or btrim(aside.reason) = ''
        or line.reason is distinct from aside.reason
      union all
      select %1$L, 'not set aside', aside.legacy_key, null, null, array['legacy_row']
      from consolidation.rejects as aside
      inner join %3$s as old on aside.legacy_key = %2$s
      where aside.legacy_table = %1$L
        and (
          aside.legacy_row - %4$L::text[] <> to_jsonb(old) - %4$L::text[]
          or exists (
            select from jsonb_each_text(aside.legacy_row) as pair
            where pair.key = any(%4$L::text[])
              and pair.value <> '********'
          )
        )
      $query$,
      compare_set_aside.legacy_table, key, place, secrets
    )
  );

  -- a column of another type may have been kept as the list's: read again in that type only where it is not to the letter
  perform consolidation.note_differences(
    compare_set_aside.validation,
    format(
      $query$
      with aside as materialized (
        select
          aside.legacy_key,
          aside.legacy_column,
          aside.value
        from consolidation.kept as aside
        left join %3$s as old on aside.legacy_key = %2$s
        where aside.legacy_table = %1$L
          and aside.legacy_column <> all(%5$L::text[])
          and aside.value is distinct from to_jsonb(old) -> aside.legacy_column
      )

      select
        %1$L::text as legacy_table,
        'kept wrongly' as kind,
        aside.legacy_key,
        'consolidation.kept'::text as hybrid_table,
        null::uuid as hybrid_id,
        array[aside.legacy_column] as columns
      from aside
      left join consolidation.%4$I as old on aside.legacy_key = old.legacy_key
      where aside.value is distinct from to_jsonb(old) -> aside.legacy_column
      $query$,
      compare_set_aside.legacy_table, key, place, 'read_' || replace(compare_set_aside.legacy_table, '.', '_'), partial
    )
  );
end
$function$;

comment on function consolidation.compare_set_aside(integer, text) is
'Compares the rejected rows with the captured ones, and what was kept with what it was.';

-- Source = migrated + merged + split + rejected, and each by name.
-- security invoker: it reads what its caller may read.
create function consolidation.compare_books(validation integer, legacy_table text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  reader text := 'read_' || replace(compare_books.legacy_table, '.', '_');
  old record;
  lines record;
begin
  execute format(
    'select count(*) as many, coalesce(sum(hashtextextended(old.legacy_key, 0)), 0) as hash from consolidation.%I as old', reader
  ) into old;
  execute format(
    'select count(*) as many, coalesce(sum(hashtextextended(line.legacy_key, 0)), 0) as hash,'
    ' count(*) filter (where line.outcome = ''migrated'') as migrated, count(*) filter (where line.outcome = ''merged'') as merged,'
    ' count(*) filter (where line.outcome = ''split'') as split, count(*) filter (where line.outcome = ''rejected'') as rejected'
    ' from consolidation.ledger as line where line.legacy_table = %L', compare_books.legacy_table
  ) into lines;
  update consolidation.reconciliation as result
  set
    source = old.many,
    migrated = lines.migrated,
    merged = lines.merged,
    split = lines.split,
    rejected = lines.rejected
  where result.validation = compare_books.validation
    and result.legacy_table = compare_books.legacy_table;

  if (old.many, old.hash) <> (lines.many, lines.hash) then
    perform consolidation.note_differences(
      compare_books.validation,
      format(
        $query$
        select
          %1$L::text as legacy_table,
          case when line.many is null then 'no line' when old.many is null then 'no row' else 'several lines' end as kind,
          coalesce(old.legacy_key, line.legacy_key) as legacy_key,
          null::text as hybrid_table,
          null::uuid as hybrid_id,
          '{}'::text[] as columns
        from (select old.legacy_key, count(*) as many from consolidation.%2$I as old group by old.legacy_key) as old
        full join (
          select line.legacy_key, count(*) as many from consolidation.ledger as line where line.legacy_table = %1$L group by line.legacy_key
        ) as line on old.legacy_key = line.legacy_key
        where old.many is distinct from line.many
        $query$,
        compare_books.legacy_table, reader
      )
    );
  end if;
  if to_regclass('legacy_' || compare_books.legacy_table) is not null then
    perform consolidation.compare_set_aside(compare_books.validation, compare_books.legacy_table);
  end if;
end
$function$;

comment on function consolidation.compare_books(integer, text) is 'Compares the lines of a legacy table with its rows, and what was set aside.';

-- security invoker: it reads what its caller may read.
create function consolidation.compare_aside(validation integer, aside consolidation.asides) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  names text[] := array(
    select part.attname::text
    from pg_attribute as part
    where part.attrelid = to_regclass('consolidation.' || aside.view_name)
      and part.attnum > 0
  );
begin
  perform consolidation.note_differences(
    compare_aside.validation,
    format(
      $query$
      select
        %1$L::text as legacy_table,
        %2$L::text as kind,
        e.legacy_key,
        %3$L::text as hybrid_table,
        %4$s as hybrid_id,
        %5$s as columns
      from consolidation.%6$I as e
      %7$s
      $query$,
      aside.legacy_table,
      aside.kind,
      case aside.kind when 'not kept' then 'consolidation.kept' end,
      case when 'hybrid_id' = any(names) then 'e.hybrid_id' else 'null::uuid' end,
      case when 'legacy_column' = any(names) then 'array[e.legacy_column]' else 'array[]::text[]' end,
      aside.view_name,
      case
        when 'value' = any(names) then format(
          'left join consolidation.kept as there on there.legacy_table = %L and there.legacy_key = e.legacy_key'
          ' and there.legacy_column = e.legacy_column where there.value is distinct from e.value',
          aside.legacy_table
        )
      end
    )
  );
end
$function$;

comment on function consolidation.compare_aside(integer, consolidation.asides) is
'Notes what a view finds: with a column value, what must be in kept and is not; without one, whatever it has.';

-- security invoker: it reads what its caller may read.
create function consolidation.validate(domain text default null)
returns table (
  legacy_table text, source bigint, migrated bigint, merged bigint, split bigint, rejected bigint, compared bigint, differing bigint,
  changed_since bigint
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set work_mem = '64MB'
set jit = off
as $function$
#variable_conflict use_column
declare
  number integer := coalesce((select max(known.validation) from consolidation.reconciliation as known), 0) + 1;
  -- from then on somebody may work in the hybrid, also between two runs
  ended timestamptz := (select min(runs.finished_at) from consolidation.runs);
  was_unused boolean := coalesce((select runs.was_unused from consolidation.runs order by runs.run_number limit 1), false);
  part record;
  aside consolidation.asides;
  began timestamptz;
begin
  -- not while the import is at work
  perform pg_advisory_xact_lock(hashtextextended('consolidation.import_next', 0));
  if validate.domain is not null and not exists (select from consolidation.steps as step where step.domain = validate.domain) then
    raise exception 'there is no domain %', validate.domain
      using errcode = 'HS153', hint = (select string_agg(distinct step.domain, ', ') from consolidation.steps as step);
  end if;
  perform consolidation.read_legacy();

  for part in
    select step.legacy_table
    from consolidation.steps as step
    inner join consolidation.progress as mark on step.step = mark.step and mark.state = 'done'
    where not step.is_further
      and step.domain = coalesce(validate.domain, step.domain)
    order by step.position
  loop
    began := clock_timestamp();
    insert into consolidation.reconciliation (validation, legacy_table, run_number)
    values (number, part.legacy_table, (select max(runs.run_number) from consolidation.runs));
    perform consolidation.compare_books(number, part.legacy_table);
    update consolidation.reconciliation as result
    set seconds = extract(epoch from clock_timestamp() - began)
    where result.validation = number
      and result.legacy_table = part.legacy_table;
  end loop;

  -- A hybrid table is compared when all that was captured of it is imported: before that, rows of the rest are there or not.
  for part in
    select
      known.hybrid_table,
      array_agg(known order by known.position) as wanted
    from consolidation.expectations as known
    inner join consolidation.steps as step on known.step = step.step
    inner join consolidation.progress as mark on step.step = mark.step
    where known.hybrid_table in (
        select named.name
        from consolidation.steps as other
        cross join lateral unnest(other.hybrid_tables) as named (name)
        where other.domain = coalesce(validate.domain, other.domain)
      )
    group by known.hybrid_table
    having bool_and(mark.state = 'done')
    order by min(known.position)
  loop
    perform consolidation.compare_target(number, part.hybrid_table, part.wanted, ended, was_unused);
  end loop;

  for aside in
    select known.*
    from consolidation.asides as known
    inner join consolidation.steps as step on known.step = step.step
    inner join consolidation.progress as mark on step.step = mark.step and mark.state = 'done'
    where step.domain = coalesce(validate.domain, step.domain)
    order by known.position
  loop
    perform consolidation.compare_aside(number, aside);
  end loop;
  perform consolidation.forget_legacy();

  return query
  select
    result.legacy_table,
    result.source,
    result.migrated,
    result.merged,
    result.split,
    result.rejected,
    result.compared,
    result.differing,
    result.changed_since
  from consolidation.reconciliation as result
  inner join consolidation.steps as step on result.legacy_table = step.step
  where result.validation = number
  order by step.position;
end
$function$;

comment on function consolidation.validate(text) is
'Compares all that was imported, or one domain, with the captured tables, row for row; differing is 0 where nothing was lost.';
