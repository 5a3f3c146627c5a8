-- Whom the role of this session may act as, itself among them, and whether it is a superuser.
select
  current_user::text as role,
  mine.rolsuper,
  array(
    select other.rolname::text
    from pg_catalog.pg_roles as other
    -- since PostgreSQL 16 being a member does not suffice
    where pg_has_role(
        current_user, other.oid, case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end
      )
    order by other.rolname
  ) as may_act_as
from pg_catalog.pg_roles as mine
where mine.rolname = current_user;
