-- As content.sql, of the large objects that a dump would hold.
select
  count(*) as in_all,
  coalesce(
    sum(
      (
        'x' || left(encode(sha256(convert_to(concat(large.oid, ' ', encode(sha256(lo_get(large.oid)), 'hex')), 'UTF8')), 'hex'), 16)
      )::bit(64)::bigint
    ),
    0
  )::text as content
from pg_catalog.pg_largeobject_metadata as large;
