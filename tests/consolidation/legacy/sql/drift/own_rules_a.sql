-- A.content_posts, A.users: an index, a check, a policy, a grant and a comment of the owner's own.

create index content_posts_by_title on content_posts (lower(title));

alter table users add constraint users_id_is_not_nil check (id <> '00000000-0000-0000-0000-000000000000');

create policy everybody_reads_what_is_published on content_posts
for select
using (status = 'published');

grant select on content_posts to public;

comment on table content_posts is 'Posts, as the owner calls them.';
