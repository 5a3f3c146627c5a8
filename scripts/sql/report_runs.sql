select
  runs.run_number,
  runs.domain,
  runs.is_bulk,
  runs.started_at,
  runs.finished_at,
  (
    select max(mark.finished_at)
    from consolidation.progress as mark
    where mark.finished_at between runs.started_at and runs.finished_at
  ) as rows_done_at
from consolidation.runs
order by runs.run_number desc;
