-- B.media_assets: 0 and 1 for booleans.

alter table media_assets alter column is_public drop default;

alter table media_assets alter column is_public type smallint using is_public::integer;

alter table media_assets alter column is_public set default 0;
