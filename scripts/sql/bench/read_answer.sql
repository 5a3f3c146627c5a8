-- what PostgREST makes of the query of a GET
with pgrst_source as (select * from query)

select
  null::bigint as total_result_set,
  pg_catalog.count(_postgrest_t) as page_total,
  coalesce(json_agg(_postgrest_t), '[]') as body,
  nullif(current_setting('response.headers', true), '') as response_headers,
  nullif(current_setting('response.status', true), '') as response_status,
  '' as response_inserted
from (select * from pgrst_source) as _postgrest_t;
