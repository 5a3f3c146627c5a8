-- A.user_activity_logs: a type of the owner's own for a column of text.

create type logged_thing as enum ('post', 'account');

alter table user_activity_logs alter column resource_type type logged_thing using resource_type::logged_thing;
