-- the members of a workspace
select
  member.id,
  member.user_id,
  member.role,
  member.joined_at
from public.workspace_members as member
where member.workspace_id = :workspace
order by member.joined_at asc
limit :limit offset :offset;
