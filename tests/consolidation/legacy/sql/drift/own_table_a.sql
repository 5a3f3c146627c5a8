-- A.users, A.content_posts: a table of the owner's own with rows, whose foreign keys hang on legacy tables.

create table newsletter_subscribers (
  id serial primary key,
  user_id uuid references users (id) on delete cascade,
  post_id uuid references content_posts (id) on delete set null,
  address text not null,
  unsubscribe_token text default 'hush-newsletter'
);

insert into newsletter_subscribers (user_id, address)
select
  id,
  'subscriber-' || id as address
from users
order by id
limit 3;
