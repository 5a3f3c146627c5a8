-- the numbers of a month
select
  measure.account_id,
  measure.post_id,
  measure.metric_name,
  measure.metric_value,
  measure.recorded_at
from public.platform_analytics as measure
where measure.workspace_id = :workspace
  and measure.recorded_at >= :since
  and measure.recorded_at < :until
order by measure.recorded_at asc
limit :limit offset :offset;
