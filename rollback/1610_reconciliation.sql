do $views$
declare
  part record;
begin
  for part in
    select distinct
      known.legacy_schema,
      known.table_name
    from consolidation.legacy_columns as known
  loop
    execute format('drop view consolidation.became_%1$s_%2$s, consolidation.read_%1$s_%2$s', part.legacy_schema, part.table_name);
  end loop;
end
$views$;

drop function consolidation.forget_legacy();

drop function consolidation.read_legacy();

drop function consolidation.set_readers(boolean);

drop function consolidation.name_in_ledger(text, text);

drop function consolidation.read_table(text, text, boolean);

drop function consolidation.reading_of_key(text);

drop function consolidation.reading(text, text, text);

drop function consolidation.read_as(text, anyelement);

drop table consolidation.differences;

drop table consolidation.reconciled_targets;

drop table consolidation.reconciliation;

drop table consolidation.expected_homes;

drop table consolidation.not_compared;

drop table consolidation.asides;

drop table consolidation.expectations;
