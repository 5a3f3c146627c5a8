-- the last check of each table; a value that it keeps is masked once more, by its column
with last as (
  select
    checked.legacy_table,
    max(checked.validation) as validation
  from consolidation.reconciliation as checked
  group by checked.legacy_table
)

select
  item.legacy_table,
  item.kind,
  left(item.legacy_key, 100) as legacy_key,
  item.hybrid_table,
  item.hybrid_id,
  item.columns,
  array(
    select consolidation.shown(part.name, item.expected -> part.name)
    from unnest(item.columns) with ordinality as part (name, place)
    order by part.place
  ) as expected,
  array(
    select consolidation.shown(part.name, item.found -> part.name)
    from unnest(item.columns) with ordinality as part (name, place)
    order by part.place
  ) as found
from consolidation.differences as item
inner join last on item.legacy_table = last.legacy_table and item.validation = last.validation
order by item.legacy_table, item.kind, item.legacy_key, item.hybrid_id;
