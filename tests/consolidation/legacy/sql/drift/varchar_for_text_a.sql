-- A.users, A.content_posts: varchar where the list says text.

alter table users alter column full_name type varchar(500), alter column email type varchar(500);

alter table content_posts alter column title type varchar(500);
