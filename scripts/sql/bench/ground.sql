-- who and what the measured requests are about
select
  bench.key('workspace', size.workspaces / 2) as workspace,
  bench.key('workspace', 0) as large_workspace,
  bench.key('user', 2 * size.workspaces - 5) as large_person,
  (
    select json_object_agg(person.workspaces, bench.key('user', person.number))
    from bench.people as person
  ) as people,
  (
    select medium.post_id
    from public.content_media as medium
    where medium.workspace_id = bench.key('workspace', size.workspaces / 2)
    order by medium.post_id
    limit 1
  ) as post,
  bench.key('template', size.workspaces / 2) as template
from bench.size;
