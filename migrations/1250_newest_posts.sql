-- Why: the newest posts of all of one's workspaces together. A policy gives the rows of a hundred workspaces, but not in one order, and
-- PostgreSQL would read and sort them all for the first fifty. Here each workspace gives its newest, and those are put in order.
-- Touches: two new functions.

-- in a body of this form the linter takes the names of arguments for tables
-- noqa: disable=RF01

-- security definer: it asks for the scope once, and then reads by index without a policy asking again.
create function private.newest_posts_by_caller(max_posts integer, before timestamptz, before_id uuid)
returns setof public.content_posts
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  wanted integer := least(greatest(coalesce(newest_posts_by_caller.max_posts, 50), 1), 200);
begin
  return query
  select newest.*
  from unnest(private.readable_workspaces()) as scope (workspace_id)
  cross join lateral (
    select post.*
    from public.content_posts as post
    where post.workspace_id = scope.workspace_id
      and post.created_at <= coalesce(newest_posts_by_caller.before, 'infinity')
      and (
        newest_posts_by_caller.before is null
        or (post.created_at, post.id) < (
          newest_posts_by_caller.before,
          coalesce(newest_posts_by_caller.before_id, '00000000-0000-0000-0000-000000000000'::uuid)
        )
      )
    order by post.created_at desc, post.id desc
    limit wanted
  ) as newest
  order by newest.created_at desc, newest.id desc
  limit wanted;
end
$function$;

comment on function private.newest_posts_by_caller(integer, timestamptz, uuid) is 'See public.newest_posts.';

create function public.newest_posts(max_posts integer default 50, before timestamptz default null, before_id uuid default null)
returns setof public.content_posts
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
begin atomic
  select
    post.id,
    post.workspace_id,
    post.user_id,
    post.campaign_id,
    post.title,
    post.content,
    post.content_type,
    post.status,
    post.scheduled_for,
    post.published_at,
    post.tags,
    post.metadata,
    post.created_at,
    post.updated_at
  from private.newest_posts_by_caller(newest_posts.max_posts, newest_posts.before, newest_posts.before_id) as post;
end;

comment on function public.newest_posts(integer, timestamptz, uuid) is
'The newest posts of all workspaces that the caller may read, at most 200. The next page: created_at and id of the last one.';
