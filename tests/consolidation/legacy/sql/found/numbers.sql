-- What hazards/numbers.py makes, found in the database: one view for each hazard.

create view found.priority_out_of_range as
select distinct
  letter,
  tab,
  key
from found.numbers
where name = 'priority' and number not between 1 and 10;

create view found.progress_in_percent as
select distinct
  letter,
  tab,
  key
from found.numbers
where letter = 'B' and name = 'progress' and number not between 0 and 1;

create view found.progress_in_percent_against_lists as
select distinct
  letter,
  tab,
  key
from found.numbers
where letter = 'A' and name = 'progress' and number not between 0 and 1;

create view found.engagement_in_percent as
select distinct
  letter,
  tab,
  key
from found.numbers
where name in ('engagement_rate', 'completion_rate', 'engagement_score') and number not between 0 and 1;

create view found.scores_above_one as
select distinct
  letter,
  tab,
  key
from found.numbers
where (
  (letter, tab, name) in (
    ('A', 'avatar_usage_stats', 'avg_quality_score'), ('B', 'script_generations', 'quality_score'),
    ('B', 'research_results', 'quality_score')
  )
  and number not between 0 and 1
)
or (name = 'sentiment_score' and number not between -1 and 1);

create view found.scores_above_one_against_lists as
select distinct
  letter,
  tab,
  key
from found.numbers
where number not between 0 and 1
  and (letter, tab, name) in (
    ('A', 'script_generations', 'quality_score'), ('A', 'content_recommendations', 'confidence_score')
  );

create view found.negative_numbers as
select distinct
  letter,
  tab,
  key
from found.numbers
where (number < 0 and name not in ('sentiment_score', 'engagement_score', 'priority', 'progress'))
  or (number = 0 and name in ('duration_target', 'timeout_seconds'));

create view found.numbers_not_finite as
select distinct
  letter,
  tab,
  key
from found.numbers
where number in ('NaN', 'Infinity', '-Infinity');

create view found.large_numbers as
select distinct
  letter,
  tab,
  key
from found.numbers
where number not in ('NaN', 'Infinity', '-Infinity')
  and (
    (name in ('file_size', 'views', 'likes', 'shares', 'comments') and number >= 2147483647)
    or (name = 'metric_value' and (scale(number) <> 12 or number > 1000000))
    or (name = 'engagement_score' and (number > 1e100 or number < 1e-100 or number = 0.30000000000000004))
    or (name = 'budget' and number = 99999999.99)
    or (name = 'cost_usd' and number in (9999.999999, 0.000001))
  );

create view found.ends_before_it_starts as
select
  'B' as letter,
  'campaigns' as tab,
  id::text as key
from legacy_b.campaigns
where end_date < start_date;
