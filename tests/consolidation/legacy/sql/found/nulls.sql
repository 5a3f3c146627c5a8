-- What hazards/nulls.py makes, found in the database: one view for each hazard.

create view found.null_workspace as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and name = 'workspace_id';

create view found.null_user as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and name = 'user_id';

create view found.null_post as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and name = 'post_id';

create view found.null_task as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and name = 'task_id';

create view found.null_references as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and parent is not null and name not in ('workspace_id', 'user_id', 'owner_id', 'post_id', 'task_id');

create view found.null_lists as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and type_name = 'text[]';

create view found.null_elements as
select distinct
  letter,
  tab,
  key
from found.cells
where type_name = 'text[]' and value @> '[null]';

create view found.null_json as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and type_name = 'jsonb';

create view found.json_null as
select distinct
  letter,
  tab,
  key
from found.cells
where not is_null and type_name = 'jsonb' and value = 'null';

create view found.null_booleans as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and type_name = 'boolean';

create view found.null_times as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and type_name = 'timestamp with time zone';

create view found.null_words as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and has_default and type_name ~ '^(text|character varying.*)$';

create view found.null_numbers as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and parent is null and type_name ~ '^(integer|bigint|double precision|numeric.*)$';

create view found.null_against_lists as
select distinct
  letter,
  tab,
  key
from found.cells
where is_null and is_required;

create view found.null_wherever_it_can_be as
select
  letter,
  tab,
  key
from found.cells
where not is_required
group by letter, tab, key
having bool_and(is_null);
