-- The data on which row-level security is measured and its plans are looked at: workspaces of many sizes, their rows interleaved in time,
-- as the business of a year leaves them. Keys and times are computed, so that each run has the same.
-- Two settings say how much: bench.workspaces (10,000 in make bench) and bench.posts_each (100, a million posts in all).
-- Run by a superuser: triggers and foreign keys are off, what they would check is so by construction.

-- an insert takes its columns by place, and the linter does not count generate_series as a table
-- noqa: disable=AL03,AL08,AL04,RF03

set session_replication_role = replica;

set synchronous_commit = off;

set maintenance_work_mem = '256MB';

set timezone = 'UTC';

create schema bench;

-- How much of everything there is. One workspace in 200 is large: together these have a tenth of the posts, 2,000 each in make bench.
create table bench.size as
select
  setting.workspaces,
  setting.workspaces / 200 as large,
  setting.workspaces - setting.workspaces / 200 as others,
  setting.workspaces * setting.posts_each as posts
from (
  select
    current_setting('bench.workspaces')::bigint as workspaces,
    current_setting('bench.posts_each')::bigint as posts_each
) as setting;

create function bench.key(kind text, number bigint) returns uuid
language sql
immutable
strict
return md5(key.kind || key.number)::uuid;

create view bench.posts as
select
  number,
  case when number % 10 = 0 then number / 10 % size.large else size.large + (number - number / 10 - 1) % size.others end as workspace,
  timestamptz '2026-01-01' + number * (interval '1 year' / size.posts) as created_at,
  -- over and over in each workspace, whatever its size
  (array['draft', 'draft', 'scheduled', 'published', 'published', 'published', 'published'])[
    1 + number / (size.workspaces / 20) % 7
  ] as status
from bench.size
cross join generate_series(0, size.posts - 1) as number;

select private.make_month_partitions(12, '2026-01-01');

-- Made again at the end, in the same order: to sort all keys once is faster than to find the place of each.
create table bench.indexes as
select
  index.indexrelid as number,
  index.indexrelid::regclass::text as name,
  pg_get_indexdef(index.indexrelid) as definition
from pg_catalog.pg_index as index
inner join pg_catalog.pg_class as class on index.indrelid = class.oid
where class.relnamespace = 'public'::regnamespace
  and class.relkind = 'r'
  and not index.indisunique;

do $do$
declare
  dropped record;
begin
  for dropped in select indexes.name from bench.indexes
  loop
    execute format('drop index %s', dropped.name);
  end loop;
end
$do$;

-- -------------------------------------------------------------------- people

insert into public.users (id, email, email_verified_at, full_name)
select
  bench.key('user', number),
  format('person%s@example.org', number),
  '2026-01-01',
  format('Person %s', number)
from bench.size
cross join generate_series(0, 2 * size.workspaces - 1) as number;

insert into public.workspaces (id, name, owner_id)
select
  bench.key('workspace', number),
  format('Workspace %s', number),
  bench.key('user', number)
from bench.size
cross join generate_series(0, size.workspaces - 1) as number;

insert into public.workspace_members (workspace_id, user_id, role, joined_at)
select
  bench.key('workspace', number),
  bench.key('user', number),
  'owner',
  timestamptz '2026-01-01'
from bench.size
cross join generate_series(0, size.workspaces - 1) as number;

-- four more in each
insert into public.workspace_members (workspace_id, user_id, role, joined_at)
select
  bench.key('workspace', number),
  bench.key('user', size.workspaces + (number * 4 + place) % (size.workspaces - 10)),
  case place when 0 then 'admin' when 1 then 'editor' else 'member' end,
  timestamptz '2026-01-02' + place * interval '1 day'
from bench.size
cross join generate_series(0, size.workspaces - 1) as number
cross join generate_series(0, 3) as place;

-- Whose requests are measured: editors of so many workspaces, the one in the middle always among them; and one of a large workspace.
create view bench.people as
select
  actor.workspaces,
  2 * size.workspaces - actor.number as number
from bench.size
cross join (values (1, 1), (2, 10), (3, 100), (4, 500)) as actor (number, workspaces);

insert into public.workspace_members (workspace_id, user_id, role, joined_at)
select
  bench.key('workspace', size.workspaces / 2 + place),
  bench.key('user', person.number),
  'editor',
  timestamptz '2026-02-01' - (2 * size.workspaces - person.number) * interval '1 day'
from bench.size
cross join bench.people as person
cross join generate_series(0, person.workspaces - 1) as place;

insert into public.workspace_members (workspace_id, user_id, role, joined_at)
select
  bench.key('workspace', 0),
  bench.key('user', 2 * size.workspaces - 5),
  'editor',
  timestamptz '2026-02-01'
from bench.size;

-- -------------------------------------------------------------------- content

insert into public.content_posts (
  id, workspace_id, user_id, title, content, content_type, status, scheduled_for, published_at, tags, created_at, updated_at
)
select
  bench.key('post', post.number),
  bench.key('workspace', post.workspace),
  bench.key('user', post.workspace),
  format('Post %s', post.number),
  format('Post %s: ', post.number) || repeat('what we have to say today. ', 8),
  'text',
  post.status,
  case when post.status in ('scheduled', 'published') then post.created_at + interval '2 days' end,
  case when post.status = 'published' then post.created_at + interval '2 days' end,
  '{news,product}',
  post.created_at,
  post.created_at
from bench.posts as post;

create view bench.moments as
select
  number,
  timestamptz '2026-01-01' + number * (interval '3 years' / size.posts) as created_at
from bench.size
cross join generate_series(0, size.posts * 3 / 10 - 1) as number;

insert into public.media_assets (
  id, workspace_id, user_id, filename, media_type, mime_type, file_size, url, thumbnail_url, created_at, updated_at
)
select
  bench.key('asset', asset.number),
  bench.key('workspace', asset.number % size.workspaces),
  bench.key('user', asset.number % size.workspaces),
  format('picture%s.png', asset.number),
  case when asset.number / size.workspaces % 5 = 0 then 'video' else 'image' end,
  'image/png',
  100000 + asset.number,
  format('https://media.example.org/%s/picture.png', asset.number),
  format('https://media.example.org/%s/thumbnail.png', asset.number),
  asset.created_at,
  asset.created_at
from bench.size
cross join bench.moments as asset;

-- every third post shows two pictures of its workspace
insert into public.content_media (id, workspace_id, post_id, asset_id, position, alt_text, created_at)
select
  bench.key('medium', post.number * 2 + place),
  bench.key('workspace', post.workspace),
  bench.key('post', post.number),
  bench.key('asset', (post.number + place) % (size.posts * 3 / 10 / size.workspaces) * size.workspaces + post.workspace),
  place,
  'What the picture shows',
  post.created_at
from bench.size
cross join bench.posts as post
cross join generate_series(0, 1) as place
where post.number % 3 = 0;

insert into public.content_templates (
  id, workspace_id, user_id, name, category, template_content, variables, created_at, updated_at
)
select
  bench.key('template', number),
  bench.key('workspace', number % size.workspaces),
  bench.key('user', number % size.workspaces),
  format('Template %s', number),
  case when number / size.workspaces % 2 = 0 then 'announcement' else 'offer' end,
  repeat('Dear {{name}}, we are happy to announce what is new. ', 20),
  '{name}',
  '2026-01-01',
  '2026-01-01'
from bench.size
cross join generate_series(0, size.posts / 10 - 1) as number;

-- -------------------------------------------------------------------- accounts, work, measures

insert into public.social_platforms (id, name, display_name)
select
  bench.key('platform', number),
  format('platform%s', number),
  format('Platform %s', number)
from generate_series(0, 2) as number;

insert into public.user_social_accounts (id, workspace_id, user_id, platform_id, account_name, account_id)
select
  bench.key('account', number),
  bench.key('workspace', number % size.workspaces),
  bench.key('user', number % size.workspaces),
  bench.key('platform', number / size.workspaces),
  format('account%s', number),
  format('a%s', number)
from bench.size
cross join generate_series(0, 3 * size.workspaces - 1) as number;

insert into public.worker_tasks (
  id, workspace_id, user_id, worker_type, task_type, input_data, status, scheduled_at, created_at, updated_at
)
select
  bench.key('task', task.number),
  bench.key('workspace', task.number % size.workspaces),
  bench.key('user', task.number % size.workspaces),
  'content',
  'write_post',
  '{"tone": "friendly", "length": 200}',
  (array['pending', 'running', 'failed', 'completed', 'completed'])[1 + task.number / size.workspaces % 5],
  task.created_at,
  task.created_at,
  task.created_at
from bench.size
cross join bench.moments as task;

-- Numbers of two months: one in eight is of a large workspace.
insert into public.platform_analytics (id, workspace_id, account_id, metric_name, metric_value, recorded_at, created_at)
select
  bench.key('measure', measure.number),
  bench.key('workspace', measure.workspace),
  bench.key('account', measure.workspace),
  (array['impressions', 'likes', 'comments'])[1 + measure.number / size.workspaces % 3],
  measure.number % 1000,
  measure.recorded_at,
  measure.recorded_at
from bench.size
cross join (
  select
    number,
    case when number % 8 = 0 then number / 8 % size.large else (number - number / 8 - 1) % size.workspaces end as workspace,
    timestamptz '2026-05-01' + number * (interval '61 days' / (size.posts * 12 / 10)) as recorded_at
  from bench.size
  cross join generate_series(0, size.posts * 12 / 10 - 1) as number
) as measure;

do $do$
declare
  made record;
begin
  for made in select indexes.definition from bench.indexes order by indexes.number
  loop
    execute made.definition;
  end loop;
end
$do$;
