-- A.content_posts: columns that the list does not have, one of another kind than text.

alter table content_posts add column campaign_code text, add column reviewed boolean default false;

alter table content_posts disable trigger user;

update content_posts set campaign_code = 'code ' || id, reviewed = id::text < '8';

alter table content_posts enable trigger user;
