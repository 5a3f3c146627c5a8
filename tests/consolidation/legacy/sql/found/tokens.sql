-- What hazards/tokens.py makes, found in the database: one view for each hazard.

create view found.tokens_in_jsonb as
select distinct
  letter,
  tab,
  key
from found.cells
where type_name = 'jsonb' and value::text ~ 'hush';

create view found.tokens_in_rejected_rows as
select
  letter,
  tab,
  key
from found.every_row
where body::text ~ 'hush'
  and (
    body ->> 'status' = 'on hold' or body -> 'platforms' @> '["myspace"]' or 'owner_id' = any(nulls)
    or nulls @> array['workspace_id', 'user_id']
  );
