-- A row with a number outside of the range that the settings inspect.low and inspect.high say, or with one that is not finite.
select old.the_key as example
from the_table as old
where not (
    old.the_column::double precision >= current_setting('inspect.low')::double precision
    and old.the_column::double precision <= current_setting('inspect.high')::double precision
  )
  or old.the_column::double precision in ('NaN', 'Infinity', '-Infinity');
