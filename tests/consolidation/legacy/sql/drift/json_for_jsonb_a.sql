-- A.content_posts, A.workspaces: json, which keeps spaces and the order of keys, for jsonb.

alter table content_posts alter column metadata drop default;

alter table content_posts alter column metadata type json using metadata::json;

alter table workspaces alter column settings drop default;

alter table workspaces alter column settings type json using settings::json;
