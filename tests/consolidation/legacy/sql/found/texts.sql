-- What hazards/texts.py makes, found in the database: one view for each hazard.

create view found.text_of_all_kinds as
select distinct
  letter,
  tab,
  key
from found.cells
where (
  name in ('content', 'full_name', 'original_filename') and type_name ~ '^(text|character varying.*)$'
  and (value #>> '{}' in ('', 'NULL') or value #>> '{}' !~ '^[A-Za-z0-9][A-Za-z0-9_. -]*$')
)
or (type_name in ('text[]', 'jsonb') and value::text ~ 'drop table');

create view found.json_of_all_kinds as
select distinct
  letter,
  tab,
  key
from found.cells
where type_name = 'jsonb'
  and (value ?| array['ключ', 'large', 'emoji'] or value #> '{list,0}' = '[]');

create view found.json_nested_deep as
select distinct
  letter,
  tab,
  key
from found.cells
where type_name = 'jsonb' and jsonb_path_exists(value, '$.**{50}');

create view found.metadata_is_no_object as
select distinct
  letter,
  tab,
  key
from found.cells
where name = 'metadata' and not is_null and jsonb_typeof(value) not in ('object', 'null');

create view found.times_far_away as
select distinct
  letter,
  tab,
  key
from found.cells
where type_name = 'timestamp with time zone'
  and (
    (value #>> '{}')::timestamptz not between '1980-01-01 00:00+00' and '2090-01-01 00:00+00'
    or (value #>> '{}')::timestamptz in ('2024-03-31 02:30:00+05:45', '2024-02-29 12:00:00.000001-11')
  );

create view found.text_of_a_megabyte as
select distinct
  letter,
  tab,
  key
from found.cells
where name = 'content' and length(value #>> '{}') = 1048576;

create view found.metadata_key_is_taken as
select distinct
  letter,
  tab,
  key
from found.cells
where name = 'metadata' and value ?| array['file_type', 'legacy_workspace_id', 'legacy_posts', 'legacy_media_assets'];
