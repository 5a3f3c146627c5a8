-- A.user_activity_logs: a key kept as text.

alter table user_activity_logs alter column id drop default;

alter table user_activity_logs alter column id type text using id::text;
