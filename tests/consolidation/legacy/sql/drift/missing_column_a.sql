-- A.content_posts, A.content_media: columns of the list that the database lacks.

alter table content_posts drop column tags;

alter table content_media drop column workspace_id;
