-- Why: what the import leaves to a human is listed with what can be answered, answered one by one or many at once, recorded, and applied.
-- Touches: two views, functions. When an answer is applied: rows of people, members and workspaces, whose tables are closed to
-- writers until that transaction ends.
-- What could go wrong: nothing by halves: one mistake in a list of answers, and none of them counts.
--
-- Kinds of question, and what is recorded in consolidation.decisions (kind, legacy_table, legacy_key):
--   same_person      one address, two people             merge, separate
--   trust_addresses  all of those at once                yes
--   same_workspace   one id, two owners                  separate, owner <person>
--   candidate_admin  had the right before                confirm, refuse
--   candidate_tier   had the plan before                 confirm, refuse
--   word             a word that no rule knows           what it becomes, a row of value_map
--   no_owner         a workspace without an owner        <person>
--   no_workspace     a row without a workspace           <workspace>
--   rejected         other rejected rows, by reason      again, leave

-- Words that rejected rows have and nothing maps.
create view consolidation.unmapped_words with (security_invoker = true) as
with faults as (
  select
    known.legacy_table,
    known.legacy_key,
    known.legacy_row,
    split_part(known.reason, ':', 1) as legacy_column,
    substring(known.reason from ' that is not mapped for ([a-z_]+)$') as of_table,
    step.hybrid_tables
  from consolidation.rejects as known
  inner join consolidation.steps as step on known.legacy_table = step.step
  where known.reason ~ '^[a-z_]+: a (word|name) that is not mapped'
),

columns as (
  select distinct known.hybrid_column
  from consolidation.value_map as known
),

named as (
  select
    faults.*,
    case
      when faults.of_table is not null then faults.of_table || '.' || faults.legacy_column
      when faults.legacy_column = 'platforms' then 'platform'
      else (
        select columns.hybrid_column
        from unnest(faults.hybrid_tables) with ordinality as hybrid (name, place)
        inner join columns on split_part(hybrid.name, '.', 2) || '.' || faults.legacy_column = columns.hybrid_column
        order by hybrid.place
        limit 1
      )
    end as hybrid_column
  from faults
)

select
  named.legacy_table,
  named.legacy_key,
  named.hybrid_column,
  consolidation.folded(said.word) as word
from named
cross join
  lateral (
    select element.value as word
    from jsonb_array_elements_text(
        case jsonb_typeof(named.legacy_row -> named.legacy_column)
          when 'array' then named.legacy_row -> named.legacy_column
          else jsonb_build_array(named.legacy_row ->> named.legacy_column)
        end
      ) as element (value)
  ) as said
where named.hybrid_column is not null
  and consolidation.folded(said.word) <> ''
  and not exists (
    select from consolidation.value_map as known
    where known.hybrid_column = named.hybrid_column
      and known.word = consolidation.folded(said.word)
  )
  and not (
    named.hybrid_column = 'platform'
    and exists (
      select from public.social_platforms as known
      where known.name = consolidation.folded(said.word)
    )
  );

comment on view consolidation.unmapped_words is 'Words of rejected rows that the value map does not know, by the hybrid column that they are for.';

comment on column consolidation.unmapped_words.legacy_table is 'The table of the row.';

comment on column consolidation.unmapped_words.legacy_key is 'Its key.';

comment on column consolidation.unmapped_words.hybrid_column is 'The column as the value map calls it.';

comment on column consolidation.unmapped_words.word is 'The word, trimmed and in lower case.';

-- security invoker: it reads the books.
create function consolidation.known_words(hybrid_column text) returns text[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select array_agg(distinct words.word order by words.word)
  from (
    select known.becomes as word
    from consolidation.value_map as known
    where known.hybrid_column = known_words.hybrid_column
      and known.becomes <> ''
    union all
    select known.name
    from public.social_platforms as known
    where known_words.hybrid_column = 'platform'
    union all
    select 'ignore'
    where known_words.hybrid_column = 'platform'
  ) as words
$function$;

comment on function consolidation.known_words(text) is 'What a word may become in a hybrid column; of platforms also ignore.';

create view consolidation.reject_kinds with (security_invoker = true) as
select
  known.legacy_table,
  known.legacy_key,
  known.reason,
  known.legacy_row,
  case
    when known.legacy_table in ('a.workspaces', 'b.workspaces') and known.reason like 'owner_id: no owner%' then 'no_owner'
    when known.reason like 'workspace_id: %'
      and exists (
        select from consolidation.legacy_columns as own
        where own.legacy_schema || '.' || own.table_name = known.legacy_table
          and own.column_name = 'workspace_id'
      ) then 'no_workspace'
    when exists (
        select from consolidation.unmapped_words as unmapped
        where unmapped.legacy_table = known.legacy_table
          and unmapped.legacy_key = known.legacy_key
      ) then 'word'
    else 'rejected'
  end as kind
from consolidation.rejects as known;

comment on view consolidation.reject_kinds is 'Rejected rows, and which kind of question each one is.';

comment on column consolidation.reject_kinds.legacy_table is 'The table of the row.';

comment on column consolidation.reject_kinds.legacy_key is 'Its key.';

comment on column consolidation.reject_kinds.reason is 'Why it was rejected.';

comment on column consolidation.reject_kinds.legacy_row is 'The row, secrets masked.';

comment on column consolidation.reject_kinds.kind is 'word, no_owner, no_workspace or rejected.';

-- security invoker: it reads the books.
create function consolidation.waiting()
returns table (
  kind text, key text, row_count bigint, about text, answers text
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  with open as (
    select
      said.*,
      said.legacy_table || ':' || said.legacy_key as key
    from consolidation.conflicts as said
    left join consolidation.decisions as decision
      on said.kind = decision.kind and said.legacy_table = decision.legacy_table and said.legacy_key = decision.legacy_key
    where said.kind in ('same_person', 'same_workspace', 'candidate_admin', 'candidate_tier')
      and decision.kind is null
  ),

  questions as (
    select
      1 as place,
      open.kind,
      open.key,
      1::bigint as row_count,
      format(
        'B''s %s may be the person %s of A (%s); A does not confirm the address', coalesce(theirs.email, '(gone)'), open.hybrid_id,
        concat_ws(', ', ours.email, ours.full_name)
      ) as about,
      'merge | separate' as answers
    from open
    left join consolidation.ledger as line on line.legacy_table = 'b.users' and line.legacy_key = open.legacy_key
    left join public.users as theirs on theirs.id = line.hybrid_id
    left join public.users as ours on ours.id = open.hybrid_id
    where open.kind = 'same_person'
    union all
    select
      2,
      'trust_addresses',
      'all',
      count(*),
      'all of these are one person wherever one person of A alone has typed the address',
      'yes'
    from open
    where open.kind = 'same_person'
    having count(*) > 0
    union all
    select
      3,
      open.kind,
      open.key,
      1,
      format(
        'workspace %s of B has the id of one of A (%s) and another owner; it came as %s', open.value_b ->> 'name', open.value_a ->> 'name',
        open.hybrid_id
      ),
      'separate | owner <id of a person>'
    from open
    where open.kind = 'same_workspace'
    union all
    select
      case open.kind when 'candidate_admin' then 4 else 5 end,
      open.kind,
      open.key,
      1,
      case open.kind
        when 'candidate_admin' then format('%s was an administrator of the platform', coalesce(person.email, '(gone)'))
        else format('%s had the plan %s, and has %s', coalesce(person.email, '(gone)'), open.value_b #>> '{}', person.subscription_tier)
      end,
      'confirm | refuse'
    from open
    left join public.users as person on person.id = open.hybrid_id
    where open.kind in ('candidate_admin', 'candidate_tier')
    union all
    select
      6,
      'word',
      unmapped.hybrid_column || ':' || unmapped.word,
      count(distinct unmapped.legacy_key),
      format(
        '%s says %s, which nothing maps to %s', string_agg(distinct unmapped.legacy_table, ', '), quote_literal(left(unmapped.word, 60)),
        unmapped.hybrid_column
      ),
      array_to_string(consolidation.known_words(unmapped.hybrid_column), ' | ')
    from consolidation.unmapped_words as unmapped
    group by unmapped.hybrid_column, unmapped.word
    union all
    select
      case known.kind when 'no_owner' then 7 else 8 end,
      known.kind,
      known.legacy_table || ':' || known.legacy_key,
      1,
      case known.kind
        when 'no_owner' then format('workspace %s has no owner and no member who could be', known.legacy_row ->> 'name')
        else format('row %s of %s has no workspace', known.legacy_key, known.legacy_table)
      end,
      case known.kind when 'no_owner' then '<id of a person>' else '<id of a workspace>' end
    from consolidation.reject_kinds as known
    where known.kind in ('no_owner', 'no_workspace')
    union all
    select
      9,
      'rejected',
      known.legacy_table || ':' || known.reason,
      count(*),
      format('%s rows of %s were rejected: %s', count(*), known.legacy_table, known.reason),
      'again | leave'
    from consolidation.reject_kinds as known
    where known.kind = 'rejected'
      and not exists (
        select from consolidation.decisions as decision
        where decision.kind = 'rejected'
          and decision.legacy_table = known.legacy_table
          and decision.legacy_key = known.reason
          and decision.answer = 'leave'
      )
    group by known.legacy_table, known.reason
  )

  select
    questions.kind,
    questions.key,
    questions.row_count,
    questions.about,
    questions.answers
  from questions
  order by questions.place, questions.key
$function$;

comment on function consolidation.waiting() is 'What waits for a human: the question, how many rows it is about, and what can be answered.';

-- What an answer changes is noted as what the import changes is, so that it is taken back with it.
-- security invoker: it changes what its caller owns.
create function consolidation.begin_answers() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('consolidation.import_next', 0));
  if exists (select from consolidation.runs where runs.finished_at is null) then
    raise exception 'a run of the import is unfinished' using errcode = 'HS130', hint = 'Finish it first: make consolidate.';
  end if;
  perform consolidation.watch_changes(
    array['public.users', 'public.workspace_members', 'public.user_video_limits', 'secrets.user_changes']
  );
  perform consolidation.mark_writes();
end
$function$;

comment on function consolidation.begin_answers() is 'Before answers are applied: nobody imports meanwhile, and what changes is noted.';

-- security invoker: it changes what its caller owns.
create function consolidation.end_answers() returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  watch record;
begin
  set constraints all immediate;
  set constraints all deferred;
  for watch in
    select
      trigger.tgname,
      trigger.tgrelid::regclass as relation
    from pg_trigger as trigger
    where trigger.tgfoid = 'consolidation.note_changed_rows()'::regprocedure
      and trigger.tgparentid = 0
  loop
    execute format('drop trigger %I on %s', watch.tgname, watch.relation);
  end loop;
  perform set_config('consolidation.step', '', true);
end
$function$;

comment on function consolidation.end_answers() is 'After answers were applied: nothing is noted any more.';

-- security invoker: it changes what its caller may change.
create function consolidation.give_right(kind text, user_id uuid, tier text) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  was public.users;
begin
  select person.* into was
  from public.users as person
  where person.id = give_right.user_id
  for update;
  if not found then
    raise exception 'that person is gone' using errcode = 'HS134';
  end if;
  if give_right.kind = 'candidate_admin' then
    update public.users
    set role = 'admin'
    where users.id = give_right.user_id;
  else
    update public.users
    set subscription_tier = give_right.tier
    where users.id = give_right.user_id;
  end if;
  insert into secrets.user_changes (user_id, before, after)
  select
    give_right.user_id,
    jsonb_build_object('role', was.role, 'subscription_tier', was.subscription_tier, 'is_active', was.is_active),
    case give_right.kind
      when 'candidate_admin' then jsonb_build_object('role', 'admin')
      else jsonb_build_object('subscription_tier', give_right.tier)
    end;
end
$function$;

comment on function consolidation.give_right(text, uuid, text) is
'Gives a person the right that a DBA has confirmed, and logs it as each change of a right is.';

-- security invoker: it changes what its caller may change.
create function consolidation.give_workspace(workspace_id uuid, user_id uuid) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  membership uuid;
begin
  update public.workspace_members as member
  set role = 'owner'
  where member.workspace_id = give_workspace.workspace_id
    and member.user_id = give_workspace.user_id;
  if not found then
    insert into public.workspace_members (workspace_id, user_id, role, user_is_active)
    select give_workspace.workspace_id, person.id, 'owner', person.is_active
    from public.users as person
    where person.id = give_workspace.user_id
    returning workspace_members.id into membership;
    insert into secrets.overwritten_by_import (hybrid_table, row_key, place, step, is_new)
    values ('public.workspace_members', jsonb_build_object('id', membership), 1, current_setting('consolidation.step'), true);
  end if;
  update public.workspaces
  set owner_id = give_workspace.user_id
  where workspaces.id = give_workspace.workspace_id;
end
$function$;

comment on function consolidation.give_workspace(uuid, uuid) is 'Makes a person the accountable owner of an imported workspace; who was stays an owner.';

-- The row of B that came as a person of its own goes, and what refers to it refers to A's person. Its line goes too: the next run imports
-- the row again, and by the decision it is merged as it would have been at first.
-- security invoker: it changes what its caller may change.
create function consolidation.join_person(legacy_key text, into_id uuid) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  old_id uuid;
  memberships public.workspace_members[];
  spot record;
  row_place tid;
begin
  select line.hybrid_id into old_id
  from consolidation.ledger as line
  where line.legacy_table = 'b.users'
    and line.legacy_key = join_person.legacy_key;
  if exists (select from secrets.user_claims as claim where claim.old_user_id in (old_id, join_person.into_id)) then
    raise exception 'one of the two was claimed by somebody who has signed in since' using errcode = 'HS134';
  end if;
  if not exists (select from public.users where users.id = join_person.into_id) then
    raise exception 'the person of A is gone' using errcode = 'HS134';
  end if;

  -- as the import would have written them: times stay
  perform set_config('consolidation.keeps_times', 'yes', true);
  update public.workspaces
  set owner_id = join_person.into_id
  where workspaces.owner_id = old_id;
  -- under the same keys, so that what the ledger lists stays true
  memberships := array(select member from public.workspace_members as member where member.user_id = old_id);
  delete from public.workspace_members
  where workspace_members.user_id = old_id;
  insert into public.workspace_members as own (id, workspace_id, user_id, role, permissions, joined_at, updated_at, user_is_active)
  select
    member.id, member.workspace_id, person.id, member.role, member.permissions, member.joined_at, member.updated_at, person.is_active
  from unnest(memberships) as member
  inner join public.users as person on person.id = join_person.into_id
  on conflict on constraint workspace_members_is_a_member_once do update
    set
      role = case when private.role_rank(excluded.role) > private.role_rank(own.role) then excluded.role else own.role end,
      permissions = excluded.permissions || own.permissions,
      joined_at = least(excluded.joined_at, own.joined_at);
  delete from consolidation.ledger_targets as listed
  where listed.hybrid_table = 'public.workspace_members'
    and listed.hybrid_id in (select member.id from unnest(memberships) as member)
    and not exists (select from public.workspace_members as member where member.id = listed.hybrid_id);

  for spot in select * from private.columns_of_users() loop
    if not spot.is_unique then
      execute format('update %s set %I = $1 where %I = $2', spot.place, spot.user_column, spot.user_column)
      using join_person.into_id, old_id;
      continue;
    end if;
    for row_place in execute format('select ctid from %s where %I = $1', spot.place, spot.user_column) using old_id loop
      begin
        perform consolidation.mark_writes();
        execute format('update %s set %I = $1 where ctid = $2', spot.place, spot.user_column) using join_person.into_id, row_place;
      exception
        when unique_violation then
          -- A's person has one already; this one stays, without its person
          continue;
      end;
    end loop;
  end loop;
  update public.user_video_limits as own
  set user_id = join_person.into_id
  where own.user_id = old_id
    and not exists (select from public.user_video_limits as other where other.user_id = join_person.into_id);

  perform set_config('consolidation.keeps_times', '', true);

  update consolidation.workspace_owners
  set owner_id = join_person.into_id
  where workspace_owners.owner_id = old_id;
  update consolidation.homes
  set user_id = join_person.into_id
  where homes.user_id = old_id
    and not exists (
      select from consolidation.homes as other
      where other.legacy_schema = homes.legacy_schema
        and other.user_id = join_person.into_id
    );
  delete from public.users
  where users.id = old_id;
  delete from secrets.overwritten_by_import as noted
  where (noted.hybrid_table = 'public.users' and noted.row_key = jsonb_build_object('id', old_id))
    or (noted.hybrid_table = 'secrets.claimable_users' and noted.row_key = jsonb_build_object('user_id', old_id));
  delete from consolidation.kept
  where kept.legacy_table = 'b.users'
    and kept.legacy_key = join_person.legacy_key;
  delete from consolidation.conflicts
  where conflicts.legacy_table = 'b.users'
    and conflicts.legacy_key = join_person.legacy_key;
  -- a right that this row was given is given to A's person when the row has come again
  update consolidation.decisions
  set applied_at = null
  where decisions.kind in ('candidate_admin', 'candidate_tier')
    and decisions.legacy_table = 'b.users'
    and decisions.legacy_key = join_person.legacy_key;
  delete from consolidation.ledger
  where ledger.legacy_table = 'b.users'
    and ledger.legacy_key = join_person.legacy_key;
end
$function$;

comment on function consolidation.join_person(text, uuid) is
'Gives what a person imported from B has to the person of A who is the same, and has the legacy row imported again.';

-- What was decided and is not in force: decided before the rows came, or the import was taken back meanwhile.
-- security invoker: it changes what its caller may change.
create function consolidation.apply_decisions() returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  open record;
  many bigint := 0;
begin
  if not exists (select from consolidation.decisions where decisions.applied_at is null) then
    return 0;
  end if;
  perform consolidation.begin_answers();
  for open in
    select
      said.*,
      decision.answer
    from consolidation.conflicts as said
    inner join consolidation.decisions as decision
      on said.kind = decision.kind and said.legacy_table = decision.legacy_table and said.legacy_key = decision.legacy_key
    where decision.applied_at is null
    order by said.kind, said.legacy_table, said.legacy_key
  loop
    perform set_config('consolidation.step', open.legacy_table, true);
    if open.kind in ('candidate_admin', 'candidate_tier') and open.answer = 'confirm' then
      perform consolidation.give_right(open.kind, open.hybrid_id, open.value_b #>> '{}');
      many := many + 1;
    elsif open.kind = 'same_workspace' and open.answer like 'owner %' then
      perform consolidation.give_workspace(open.hybrid_id, substring(open.answer from 7)::uuid);
      many := many + 1;
    end if;
  end loop;
  update consolidation.decisions
  set applied_at = now()
  where decisions.applied_at is null;
  perform consolidation.end_answers();
  return many;
end
$function$;

comment on function consolidation.apply_decisions() is 'Puts into force what was decided and is not; the import calls it at its end. Returns how much that was.';

-- security invoker: it changes what its caller may change.
create function consolidation.trust_addresses() returns bigint
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  open record;
  many bigint := 0;
begin
  perform set_config('consolidation.step', 'b.users', true);
  for open in
    select
      said.legacy_key,
      said.hybrid_id
    from consolidation.conflicts as said
    inner join source_b.users as theirs on said.legacy_key = theirs.legacy_key
    inner join source_a.users as ours on consolidation.folded(ours.email) = consolidation.folded(theirs.email)
    where said.kind = 'same_person'
      and not exists (
        select from consolidation.decisions as decision
        where decision.kind = 'same_person'
          and decision.legacy_table = said.legacy_table
          and decision.legacy_key = said.legacy_key
      )
    group by said.legacy_key, said.hybrid_id
    having count(*) = 1
    order by said.legacy_key
  loop
    perform consolidation.join_person(open.legacy_key, open.hybrid_id);
    many := many + 1;
  end loop;
  return many;
end
$function$;

comment on function consolidation.trust_addresses() is
'Joins all people of B who wait for it with the one person of A who has typed their address; returns how many.';

-- security invoker: it changes what its caller may change.
create function consolidation.answer_question(question jsonb, answer text) returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
declare
  kind text := answer_question.question ->> 'kind';
  key text := answer_question.question ->> 'key';
  of_table text := split_part(answer_question.question ->> 'key', ':', 1);
  of_row text := substring(answer_question.question ->> 'key' from position(':' in answer_question.question ->> 'key') + 1);
  given text := btrim(answer_question.answer);
  named text := regexp_replace(btrim(answer_question.answer), '^owner ', '');
  open consolidation.conflicts;
  found_key text;
begin
  -- an answer that names somebody or something names one that there is
  if kind = 'no_owner' or (kind = 'same_workspace' and given like 'owner %') then
    if not exists (select from public.users where users.id::text = lower(named) and users.is_active) then
      raise exception '%: there is no active person %', key, named using errcode = 'HS132';
    end if;
  elsif kind = 'no_workspace' then
    select space.legacy_key into found_key
    from consolidation.ledger as space
    where space.legacy_table = consolidation.found_as(left(of_table, 1) || '.workspaces')
      and space.hybrid_id is not null
      and lower(named) in (space.legacy_key, space.hybrid_id::text)
    order by space.hybrid_id::text = lower(named) desc
    limit 1;
    if found_key is null then
      raise exception '%: no workspace % has come from %', key, named, upper(left(of_table, 1)) using errcode = 'HS132';
    end if;
    given := found_key;
  elsif kind = 'same_workspace' and given <> 'separate' or kind <> 'same_workspace' and given <> all(
    string_to_array(answer_question.question ->> 'answers', ' | ')
  ) then
    raise exception '%: % is not an answer to that', key, quote_literal(left(given, 60))
      using errcode = 'HS132', hint = format('Possible is: %s', answer_question.question ->> 'answers');
  end if;
  if (kind in ('word', 'no_owner', 'no_workspace', 'trust_addresses') or given in ('merge', 'again'))
    and to_regnamespace('source_a') is null
  then
    raise exception '%: the rows to be imported again are not captured any more', key using errcode = 'HS134', hint = 'make capture';
  end if;

  if kind = 'word' then
    insert into consolidation.value_map (hybrid_column, word, becomes)
    values (of_table, of_row, case given when 'ignore' then '' else given end);
    return given;
  end if;
  if kind = 'no_owner' then
    return lower(named);
  end if;
  if kind in ('no_workspace', 'rejected') then
    return given;
  end if;

  if kind = 'trust_addresses' then
    perform consolidation.trust_addresses();
    return given;
  end if;

  perform set_config('consolidation.step', of_table, true);
  select said.* into open
  from consolidation.conflicts as said
  where said.kind = answer_question.question ->> 'kind'
    and said.legacy_table = of_table
    and said.legacy_key = of_row;
  if not found then
    -- the row is imported again, since its person was joined: the import applies it at its end
    return given;
  end if;
  if given = 'confirm' then
    perform consolidation.give_right(kind, open.hybrid_id, open.value_b #>> '{}');
  elsif given like 'owner %' then
    perform consolidation.give_workspace(open.hybrid_id, lower(named)::uuid);
  elsif given = 'merge' then
    if (
      select count(*) from source_a.users as ours
      where consolidation.folded(ours.email) = (
          select consolidation.folded(theirs.email) from source_b.users as theirs where theirs.legacy_key = of_row
        )
    ) > 1 then
      raise exception '%: several people of A have typed that address', key
        using errcode = 'HS134', hint = 'Only separate is possible.';
    end if;
    perform consolidation.join_person(of_row, open.hybrid_id);
  end if;
  return given;
end
$function$;

comment on function consolidation.answer_question(jsonb, text) is
'Applies one answer to a question of waiting(), or says why it is none; returns the answer as it is recorded.';

-- Answers are an array of {"kind", "key", "answer"}, with "line" where they come from a file. A key that is all, or <table>:all, means each
-- question of that kind; a line without an answer is none.
-- security invoker: it changes what its caller may change.
create function consolidation.decide_all(answers jsonb, decided_by text)
returns table (
  kind text, key text, answer text, imports_again boolean
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  questions jsonb;
  said record;
  question record;
  kept text;
  many integer;
  any_again boolean := false;
  why text;
  what_next text;
begin
  if btrim(coalesce(decide_all.decided_by, '')) = '' then
    raise exception 'who decides is recorded, and nobody is named' using errcode = 'HS133', hint = 'Name yourself: BY=name.';
  end if;
  perform consolidation.begin_answers();
  questions := (select jsonb_object_agg(open.kind || ' ' || open.key, to_jsonb(open)) from consolidation.waiting() as open);

  for said in
    select
      coalesce(element.value ->> 'kind', '') as kind,
      btrim(coalesce(element.value ->> 'key', '')) as key,
      element.value ->> 'answer' as answer,
      coalesce('line ' || (element.value ->> 'line') || ': ', '') as line
    from jsonb_array_elements(decide_all.answers) with ordinality as element (value, place)
    where btrim(coalesce(element.value ->> 'answer', '')) <> ''
    -- people first: what is said of one who is joined holds for whom he becomes
    order by element.value ->> 'kind' not in ('same_person', 'trust_addresses'), element.place
  loop
    many := 0;
    for question in
      select
        one.value ->> 'key' as key,
        one.value
      from jsonb_each(
          case
            when said.key ~ '(^|:)all$' then questions
            when questions ? (said.kind || ' ' || said.key) then jsonb_build_object('', questions -> (said.kind || ' ' || said.key))
          end
        ) as one
      where one.value ->> 'kind' = said.kind
        and (said.key !~ '(^|:)all$' or starts_with(one.value ->> 'key', left(said.key, -3)))
      order by one.value ->> 'key'
    loop
      many := many + 1;
      begin
        perform consolidation.mark_writes();
        kept := consolidation.answer_question(question.value, said.answer);
      exception
        -- the same, with the line
        when sqlstate 'HS132' or sqlstate 'HS134' then
          get stacked diagnostics why = message_text, what_next = pg_exception_hint;
          raise exception '%', said.line || said.kind || ' ' || why using errcode = sqlstate, hint = what_next;
      end;
      insert into consolidation.decisions (kind, legacy_table, legacy_key, answer, decided_by, applied_at)
      values (
        said.kind,
        case when question.key like '%:%' then split_part(question.key, ':', 1) else '' end,
        case when question.key like '%:%' then substring(question.key from position(':' in question.key) + 1) else '' end,
        kept,
        btrim(decide_all.decided_by),
        case
          when said.kind not in ('candidate_admin', 'candidate_tier') or exists (
            select from consolidation.conflicts as open
            where open.kind = said.kind
              and open.legacy_table || ':' || open.legacy_key = question.key
          ) then now()
        end
      )
      on conflict on constraint decisions_pkey do update
        set
          answer = excluded.answer,
          decided_by = excluded.decided_by,
          decided_at = excluded.decided_at,
          applied_at = excluded.applied_at;
      questions := questions - (said.kind || ' ' || question.key);
      kind := said.kind;
      key := question.key;
      answer := kept;
      imports_again := said.kind in ('word', 'no_owner', 'no_workspace', 'trust_addresses') or kept in ('merge', 'again');
      any_again := any_again or imports_again;
      return next;
    end loop;
    if many = 0 then
      raise exception '%nothing waits as % %', said.line, quote_literal(left(said.kind, 60)), quote_literal(left(said.key, 60))
        using errcode = 'HS131', hint = 'What waits: make resolve, or select * from consolidation.waiting();';
    end if;
  end loop;
  if any_again then
    perform consolidation.retry_rejects();
  end if;
  perform consolidation.end_answers();
end
$function$;

comment on function consolidation.decide_all(jsonb, text) is
'Applies and records answers, all or none; where imports_again says so, the import is to be run to finish it.';

-- security invoker: it changes what its caller may change.
create function consolidation.decide(kind text, key text, answer text, decided_by text)
returns table (
  decided_kind text, decided_key text, decided_answer text, imports_again boolean
)
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $function$
  select
    made.kind,
    made.key,
    made.answer,
    made.imports_again
  from consolidation.decide_all(
    jsonb_build_array(jsonb_build_object('kind', decide.kind, 'key', decide.key, 'answer', decide.answer)), decide.decided_by
  ) as made
$function$;

comment on function consolidation.decide(text, text, text, text) is
'Answers one question of waiting(), or all of a kind (key all); the import is to be run where imports_again says so.';
