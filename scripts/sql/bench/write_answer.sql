-- what PostgREST makes of a POST or a PATCH whose rows are wanted back
with pgrst_source as (select * from query)

select
  '' as total_result_set,
  pg_catalog.count(_postgrest_t) as page_total,
  array[]::text[] as header,
  coalesce(json_agg(_postgrest_t), '[]') as body,
  nullif(current_setting('response.headers', true), '') as response_headers,
  nullif(current_setting('response.status', true), '') as response_status,
  '' as response_inserted
from (select * from pgrst_source) as _postgrest_t;
