-- A.content_posts, A.users: views of the owner's own, one of which keeps its rows.

create view published_posts as
select
  content_posts.id,
  content_posts.title,
  users.full_name
from content_posts
inner join users on content_posts.user_id = users.id
where content_posts.status = 'published';

create materialized view posts_by_person as
select
  user_id,
  count(*) as posts
from content_posts
group by user_id;
