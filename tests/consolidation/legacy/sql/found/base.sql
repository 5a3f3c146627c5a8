-- What the views of this folder look at: every row of legacy_a and legacy_b as jsonb, and of each the columns that are SQL's NULL, which
-- jsonb does not tell from JSON's null. found.look() reads all rows anew. What a column may hold is read off the strict tables, once.

create schema found;

create table found.columns as
select
  upper(right(space.nspname, 1)) as letter,
  class.relname::text as tab,
  attribute.attname::text as name,
  format_type(attribute.atttypid, attribute.atttypmod) as type_name,
  attribute.attnotnull as is_required,
  attribute.atthasdef as has_default,
  (
    select parent.relname::text
    from pg_constraint as foreign_key
    inner join pg_class as parent on foreign_key.confrelid = parent.oid
    where foreign_key.conrelid = class.oid and foreign_key.contype = 'f' and attribute.attnum = any(foreign_key.conkey)
  ) as parent
from pg_attribute as attribute
inner join pg_class as class on attribute.attrelid = class.oid and class.relkind = 'r'
inner join pg_namespace as space on class.relnamespace = space.oid
where space.nspname in ('legacy_a', 'legacy_b') and attribute.attnum > 0 and not attribute.attisdropped;

-- the words that a check allows
create table found.words as
select
  upper(right(space.nspname, 1)) as letter,
  class.relname::text as tab,
  attribute.attname::text as name,
  word.found[1] as word
from pg_constraint as rule
inner join pg_class as class on rule.conrelid = class.oid
inner join pg_namespace as space on class.relnamespace = space.oid
inner join pg_attribute as attribute on class.oid = attribute.attrelid and rule.conkey = array[attribute.attnum]
cross join regexp_matches(pg_get_constraintdef(rule.oid), '''([^'']+)''::', 'g') as word (found)
where rule.contype = 'c' and space.nspname in ('legacy_a', 'legacy_b');

create table found.every_row (
  letter text,
  tab text,
  key text,
  body jsonb,
  nulls text[]
);

create procedure found.look()
language plpgsql
as $procedure$
declare
  one record;
begin
  truncate found.every_row;
  for one in
    select
      letter,
      tab,
      string_agg(format('case when %1$I is null then %1$L end', name), ', ') as nulls
    from found.columns
    group by letter, tab
  loop
    execute format(
      'insert into found.every_row select %L, %L, id::text, to_jsonb(t), array_remove(array[%s], null) from %I.%I as t',
      one.letter, one.tab, one.nulls, 'legacy_' || lower(one.letter), one.tab
    );
  end loop;
  analyze found.every_row;
end
$procedure$;

create view found.cells as
select
  every_row.letter,
  every_row.tab,
  every_row.key,
  columns.name,
  columns.type_name,
  columns.is_required,
  columns.has_default,
  columns.parent,
  every_row.body -> columns.name as value,
  columns.name = any(every_row.nulls) as is_null,
  every_row.body
from found.every_row
inner join found.columns on every_row.letter = columns.letter and every_row.tab = columns.tab;

-- numbers of any type; what is not finite is a text in jsonb
create view found.numbers as
select
  letter,
  tab,
  key,
  name,
  (value #>> '{}')::numeric as number
from found.cells
where not is_null and parent is null and name <> 'id' and type_name ~ '^(integer|bigint|double precision|numeric.*)$';

-- elements of lists, with their place; an element that is NULL is one
create view found.elements as
select
  cells.letter,
  cells.tab,
  cells.key,
  cells.name,
  cells.body,
  element.value #>> '{}' as element
from found.cells
cross join jsonb_array_elements(case jsonb_typeof(cells.value) when 'array' then cells.value else '[]' end) as element (value)
where cells.type_name = 'text[]';

-- words that a check of the lists would not allow
create view found.unlisted as
select
  cells.letter,
  cells.tab,
  cells.key,
  cells.name
from found.cells
where not cells.is_null
  and exists (
    select from found.words
    where words.letter = cells.letter and words.tab = cells.tab and words.name = cells.name
  )
  and not exists (
    select from found.words
    where words.letter = cells.letter and words.tab = cells.tab and words.name = cells.name and words.word = cells.value #>> '{}'
  );
