-- A.content_posts: a trigger of the owner's own, whose function names public by text, and the table that it writes to.

create table post_history (
  post_id uuid,
  content text,
  changed_at timestamptz default now()
);

create function keep_post_history() returns trigger
language plpgsql
as $function$
begin
  insert into public.post_history (post_id, content) values (new.id, new.content);
  return new;
end
$function$;

create trigger keep_history
after insert or update on content_posts
for each row execute function keep_post_history();
