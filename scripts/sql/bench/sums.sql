-- a month of a large workspace, added up by what was measured
select
  measure.metric_name,
  sum(measure.metric_value) as sum,
  count(*) as count
from public.platform_analytics as measure
where measure.workspace_id = :workspace
  and measure.recorded_at >= :since
  and measure.recorded_at < :until
group by measure.metric_name
order by measure.metric_name asc
limit :limit offset :offset;
