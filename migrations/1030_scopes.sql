-- Why: what every policy asks: who acts, and in which workspaces that person may read or write. Asked of the tables at each statement,
-- never taken from the token, and once a statement: a policy puts the call in a subquery of its own.
-- Touches: new functions in private.
-- Why plpgsql: its plans are kept for the session, where a function in SQL is planned at each call before PostgreSQL 18.
-- Why arrays: `workspace_id = any(array)` is an index condition; a set would be asked with `in (select …)`, and that is a filter over all
-- rows.
-- Why security definer: whoever is asked about may not read all of these tables, and policies of theirs would ask these functions again.

create function private.token_counts(claims jsonb) returns boolean
language sql
stable
parallel safe
-- no exp: a token made by hand, in a test or by a backend; 30 seconds as PostgREST allows for clocks that differ
return coalesce(token_counts.claims ->> 'is_anonymous', 'false') = 'false'
and case coalesce(jsonb_typeof(token_counts.claims -> 'exp'), 'null')
  when 'null' then true
  when 'number'
    then to_timestamp((token_counts.claims -> 'exp')::double precision) > statement_timestamp() - interval '30 seconds'
  else false
end;

comment on function private.token_counts(jsonb) is
'Whether the claims of a token count for anything: not those of an anonymous sign-in, and not those of a token that is over.';

-- auth.uid() asks an older setting first (request.jwt.claim.sub), and author and scope would then be those of two people.
create function private.token_person() returns uuid
language sql
stable
parallel safe
return (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid;

comment on function private.token_person() is
'The person that the token names. Not checked here: it stands in policies beside a scope, which is.';

-- JSON is taken apart only where the word is in it at all
create function private.named_workspace() returns uuid
language sql
stable
parallel safe
return case
  when strpos(current_setting('request.headers', true), 'x-workspace-id') > 0
    then nullif(current_setting('request.headers', true)::json ->> 'x-workspace-id', '')::uuid
end;

comment on function private.named_workspace() is
'The workspace that the request names in its header x-workspace-id; null where it names none. Not checked here.';

-- The same without taking JSON apart, which costs as much as the question whether the person is a member. It finds what is written
-- as PostgREST writes it, without blanks, and null otherwise; it cannot be led astray, because a quote inside of a JSON string has a
-- backslash before it. Whoever asks it goes on with named_workspace() where it finds nothing.
create function private.plainly_named_workspace() returns uuid
language sql
stable
parallel safe
return case
  -- one that stands twice is left to JSON
  when split_part(current_setting('request.headers', true), 'x-workspace-id', 3) = ''
    then nullif(split_part(split_part(current_setting('request.headers', true), '"x-workspace-id":"', 2), '"', 1), '')::uuid
end;

comment on function private.plainly_named_workspace() is
'The same, where it can be read without taking JSON apart; null otherwise.';

create function private.acting_person() returns uuid
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
begin
  return (
    select person.id
    from public.users as person
    where person.id = (claims ->> 'sub')::uuid
      and person.is_active
      and private.token_counts(claims)
  );
end
$function$;

comment on function private.acting_person() is
'The person of the token, if that person is active and the token counts; null otherwise.';

create function private.writing_person() returns uuid
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
begin
  return (
    select person.id
    from public.users as person
    where person.id = (claims ->> 'sub')::uuid
      and person.is_active
      and person.role <> 'viewer'
      and private.token_counts(claims)
  );
end
$function$;

comment on function private.writing_person() is
'The same, for whoever is no viewer of the platform and may therefore write; null otherwise.';

create function private.sees_public_rows() returns boolean
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return private.named_workspace() is null and private.acting_person() is not null;
end
$function$;

comment on function private.sees_public_rows() is
'Whether public rows of other workspaces are seen: by every signed-in user whose request names no workspace.';

create function private.opened_workspaces(claims jsonb) returns uuid[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  return array(
    select opening.workspace_id
    from secrets.workspace_openings as opening
    inner join public.users as person on opening.opened_by = person.id
    where opening.opened_by = (opened_workspaces.claims ->> 'sub')::uuid
      and opening.session_id = (opened_workspaces.claims ->> 'session_id')::uuid
      and opened_workspaces.claims ->> 'aal' = 'aal2'
      and opening.closed_at is null
      and opening.expires_at > statement_timestamp()
      and person.is_admin
      and person.is_active
  );
end
$function$;

comment on function private.opened_workspaces(jsonb) is
'The workspaces that the platform admin of these claims has open in this session.';

-- security definer, called by the next one only.
create function private.widely_readable_workspaces(claims jsonb) returns uuid[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  named uuid := private.named_workspace();
  scope uuid[];
begin
  if named is null then
    scope := array(
      select member.workspace_id
      from public.workspace_members as member
      where member.user_id = (widely_readable_workspaces.claims ->> 'sub')::uuid
        and member.user_is_active
        and private.token_counts(widely_readable_workspaces.claims)
    );
  else
    scope := array(
      select member.workspace_id
      from public.workspace_members as member
      where member.user_id = (widely_readable_workspaces.claims ->> 'sub')::uuid
        and member.user_is_active
        and member.workspace_id = named
        and private.token_counts(widely_readable_workspaces.claims)
    );
  end if;
  -- a membership proves that the person is active; who has none is looked up
  if scope = '{}' and private.acting_person() is null then
    return scope;
  end if;
  scope := scope || private.platform_workspace_id();
  if widely_readable_workspaces.claims ->> 'aal' = 'aal2' then
    scope := scope || private.opened_workspaces(widely_readable_workspaces.claims);
  end if;
  if named is not null then
    return array(select part.workspace_id from unnest(scope) as part (workspace_id) where part.workspace_id = named);
  end if;
  return scope;
end
$function$;

comment on function private.widely_readable_workspaces(jsonb) is
'What readable_workspaces() says where the request does not plainly name a workspace of the person''s.';

create function private.readable_workspaces() returns uuid[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
  scope uuid[];
begin
  -- what nearly every request asks, in one statement: each further expression of plpgsql costs a microsecond at each request
  select array[member.workspace_id]
  into scope
  from public.workspace_members as member
  where member.user_id = (claims ->> 'sub')::uuid
    and member.user_is_active
    and member.workspace_id = private.plainly_named_workspace()
    and private.token_counts(claims);
  if scope is not null then
    return scope;
  end if;
  return private.widely_readable_workspaces(claims);
end
$function$;

comment on function private.readable_workspaces() is
'The workspaces whose rows the person of the token may read: as a member, the platform''s own, and those opened as a platform admin. '
'Only the one that the request names, where it names one.';

create function private.audited_workspaces() returns uuid[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
  person uuid := case when private.token_counts(claims) then claims ->> 'sub' end;
  named uuid := private.named_workspace();
begin
  return array(
    select member.workspace_id
    from public.workspace_members as member
    where member.user_id = person
      and member.user_is_active
      and member.role in ('owner', 'admin')
      and (named is null or member.workspace_id = named)
  );
end
$function$;

comment on function private.audited_workspaces() is
'The workspaces whose log the person of the token may read, as an admin or owner. Only the one that the request names, where it names one.';

-- security definer, called by the next one only.
create function private.widely_writable_workspaces(claims jsonb, least_role text) returns uuid[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  named uuid := private.named_workspace();
begin
  return array(
    select member.workspace_id
    from public.workspace_members as member
    inner join public.users as account on member.user_id = account.id
    inner join public.workspaces as space on member.workspace_id = space.id
    where member.user_id = (widely_writable_workspaces.claims ->> 'sub')::uuid
      and member.user_is_active
      and private.role_rank(member.role) >= private.role_rank(widely_writable_workspaces.least_role)
      and account.role <> 'viewer'
      and space.is_active
      and (named is null or member.workspace_id = named)
      and private.token_counts(widely_writable_workspaces.claims)
  );
end
$function$;

comment on function private.widely_writable_workspaces(jsonb, text) is
'What writable_workspaces() says where the request does not plainly name a workspace of the person''s.';

create function private.writable_workspaces(least_role text) returns uuid[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '');
  scope uuid[];
begin
  select array[member.workspace_id]
  into scope
  from public.workspace_members as member
  inner join public.users as account on member.user_id = account.id
  inner join public.workspaces as space on member.workspace_id = space.id
  where member.user_id = (claims ->> 'sub')::uuid
    and member.user_is_active
    and member.workspace_id = private.plainly_named_workspace()
    and private.role_rank(member.role) >= private.role_rank(writable_workspaces.least_role)
    and account.role <> 'viewer'
    and space.is_active
    and private.token_counts(claims);
  if scope is not null then
    return scope;
  end if;
  return private.widely_writable_workspaces(claims, writable_workspaces.least_role);
end
$function$;

comment on function private.writable_workspaces(text) is
'The workspaces in which the person of the token may write with at least this role; none for a viewer of the platform, and none that was put away. '
'Only the one that the request names, where it names one.';
