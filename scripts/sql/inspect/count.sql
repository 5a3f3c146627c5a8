-- How many rows break a rule, and the first few of them. The rule is one of the files in rules/.
with broken as (
  select rule.example
  from the_rule as rule
)

select
  (select count(*) from broken) as rows,
  array(
    select distinct left(broken.example, 80) as example
    from broken
    order by example
    limit 5
  ) as examples;
