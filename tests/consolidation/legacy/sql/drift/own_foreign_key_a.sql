-- A.users, A.content_posts: a column that the list does not have, with a foreign key from one legacy table to another.

alter table content_posts add column approved_by uuid references users (id) on delete set null;
