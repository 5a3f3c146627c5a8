"""What docs/conventions.md says of every table, column, index and function, asked of the catalogue.

Each rule is a query for those that break it, and has an object planted that does: a rule that could not fail would show here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from scripts.target import Connection
from tests.support.catalogue import tables

DESIGN = {
    "people": ["users", "workspaces", "workspace_members"],
    "accounts": ["social_platforms", "user_social_accounts"],
    "content": [
        "campaigns", "content_templates", "content_posts", "social_media_posts", "media_assets", "content_media", "post_publications",
    ],
    "studio": [
        "avatar_profiles", "script_generations", "video_generations", "video_analytics", "user_video_limits", "avatar_usage_stats",
    ],
    "work": ["workflow_executions", "workflow_approvals", "worker_tasks", "worker_results"],
    "research": ["research_configurations", "research_jobs", "research_results", "content_insights", "content_recommendations"],
    "measures": ["platform_analytics", "analytics_events", "user_activity_logs"],
    "search": ["content_embeddings"],
}  # fmt: skip


#: Functions that run as the owner of the schema, whoever calls them; every other one runs as its caller.
DEFINERS = {
    "accept_invitation", "disable_claims", "enable_claims", "follow_auth_user", "follow_first_confirmation", "hand_over_workspace",
    "invite", "keep_accountable_owner", "keep_video_limit_in_step", "log_opening", "remove_measures_of_deleted_workspaces",
    "repair_sign_ups", "replace_inactive_owner", "revoke_invitation", "unlist_claimable", "work_on_claims", "writing_role",
    # what policies ask
    "acting_person", "audited_workspaces", "opened_workspaces", "readable_workspaces", "sees_public_rows", "writable_workspaces",
    "widely_readable_workspaces", "widely_writable_workspaces", "writing_person",
    # what the functions in public call
    "accept_invitation_by_caller", "cancel_task_by_caller", "change_member_role_by_caller", "change_user_by_caller",
    "close_workspace_by_caller", "co_members_by_caller", "create_workspace_by_caller", "decide_approval_by_caller",
    "decide_recommendation_by_caller", "hand_over_workspace_by_caller", "invite_by_caller", "leave_workspace_by_caller",
    "newest_posts_by_caller", "open_invitations_by_caller", "open_workspace_by_caller", "remove_member_by_caller",
    "request_task_by_caller", "request_video_by_caller", "revoke_invitation_by_caller", "search_content_by_caller",
}  # fmt: skip

#: Indexes that hold a part of their table, as small as what is looked for: which.
PARTS = {
    "content_posts_scheduled_for_due_idx": "status = 'scheduled'",
    "content_posts_workspace_id_scheduled_for_idx": "scheduled_for is not null",
    "content_templates_category_name_public_idx": "is_public",
    "media_assets_created_at_public_idx": "is_public",
    "post_publications_created_at_open_idx": "status = any array['pending', 'publishing']",
    "research_configurations_last_run_at_idx": "auto_run_enabled and is_active",
    "research_jobs_created_at_idx": "status = 'queued'",
    "research_results_created_at_idx": "is_public",
    "user_claims_unfinished_idx": "finished_at is null",
    "social_media_posts_ayrshare_post_id_idx": "ayrshare_post_id is not null",
    "social_media_posts_scheduled_for_due_idx": "status = 'scheduled'",
    "social_media_posts_workspace_id_scheduled_for_idx": "scheduled_for is not null",
    "user_social_accounts_token_expires_at_idx": "is_active and token_expires_at is not null",
    "video_generations_created_at_idx": "is_public",
    "video_generations_created_at_open_idx": "status = any array['pending', 'processing']",
    "worker_tasks_scheduled_at_failed_idx": "status = 'failed'",
    "worker_tasks_started_at_running_idx": "status = 'running'",
    "worker_tasks_worker_type_priority_scheduled_at_id_idx": "status = 'pending'",
    "workflow_approvals_workspace_id_created_at_idx": "status = 'pending'",
}

#: Helpers that whoever writes a row must be able to execute: they stand in defaults, in checks and in the conditions of triggers.
HELPERS = {
    "uuid_v7": {"authenticated", "service_role"},
    "platform_workspace_id": {"authenticated", "service_role"},
    "next_month_begins": {"service_role"},
}


@dataclass(frozen=True)
class Rule:
    """A rule: the query for what breaks it (one column, text), the statement that plants a breach, and what is then found."""

    name: str
    breaches: str
    plant: str
    found: str


#: Our tables with their oids; partitions are not asked what only their parents say.
_TABLES = """
  select class.oid, class.relname, space.nspname, class.relkind, class.relrowsecurity, class.relacl, class.relowner
  from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
  where space.nspname in ('public', 'private', 'secrets', 'consolidation') and class.relkind in ('r', 'p') and not class.relispartition
"""

_COLUMNS = f"""
  select format('%I.%I.%I', t.nspname, t.relname, attname) as name, t.nspname, t.relname, a.*, format_type(atttypid, atttypmod) as type
  from ({_TABLES}) as t join pg_attribute as a on a.attrelid = t.oid and attnum > 0 and not attisdropped
"""

_FUNCTIONS = """
  select p.oid::regprocedure::text as name, p.*, l.lanname from pg_proc as p join pg_language as l on l.oid = p.prolang
  where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'consolidation'::regnamespace)
    and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
"""

RULES = (
    Rule(
        "a function that catches an exception says that it is not safe in parallel: before 18 a worker cannot",
        "select oid::regprocedure::text from pg_proc where pronamespace::regnamespace::text in ('public', 'private', 'consolidation')"
        " and proparallel = 's' and prosrc ~* '\\mexception\\s+when\\M'",
        "create function private.planted() returns void language plpgsql parallel safe as"
        " 'begin null; exception when others then null; end'",
        "private.planted()",
    ),
    Rule(
        "row-level security is enabled with the table, and with each partition",
        "select oid::regclass::text from pg_class where relkind in ('r', 'p') and not relrowsecurity"
        " and relnamespace::regnamespace::text in ('public', 'private', 'secrets', 'partitions', 'consolidation')",
        "create table public.planted (a integer)",
        "planted",
    ),
    Rule(
        "every table has a comment",
        f"select relname from ({_TABLES}) as t where obj_description(oid, 'pg_class') is null",
        "create table public.planted (a integer)",
        "planted",
    ),
    Rule(
        "every column has a comment",
        f"select name from ({_COLUMNS}) as c where col_description(attrelid, attnum) is null",
        "alter table public.users add column planted integer",
        "public.users.planted",
    ),
    Rule(
        "every function has a comment",
        f"select name from ({_FUNCTIONS}) as f where obj_description(oid, 'pg_proc') is null",
        "create function private.planted() returns integer language sql return 1",
        "private.planted()",
    ),
    Rule(
        "words are text, times have a zone, and nothing is an enum",
        f"select name || ' ' || type from ({_COLUMNS}) as c where type ~ 'character|without time zone|json$|^real'"
        " or exists (select from pg_type where pg_type.oid = atttypid and typtype = 'e')",
        "alter table public.users add column planted varchar(10)",
        "public.users.planted character varying(10)",
    ),
    Rule(
        "booleans, arrays and jsonb are not null with a default",
        f"select name from ({_COLUMNS}) as c where (type in ('boolean', 'jsonb') or type like '%[]')"
        " and not (attnotnull and atthasdef)",
        "alter table public.users add column planted jsonb",
        "public.users.planted",
    ),
    Rule(
        "what is not said is empty, and of the time of its transaction",
        f"select name from ({_COLUMNS}) as c join pg_attrdef on adrelid = attrelid and adnum = attnum where attgenerated = ''"
        " and pg_get_expr(adbin, adrelid) <> all(case when type = 'jsonb' or type like '%[]' then array[format('''{}''::%s', type)]"
        " when type like 'timestamp%' then array['now()', 'private.next_month_begins(now())'] end)",
        "alter table public.users add column planted timestamptz default clock_timestamp()",
        "public.users.planted",
    ),
    Rule(
        "a table with updated_at stamps it",
        f"select relname from ({_COLUMNS}) as c where attname = 'updated_at' and nspname = 'public' and not exists ("
        " select from pg_trigger where tgrelid = attrelid and tgfoid = 'private.set_updated_at()'::regprocedure and tgenabled = 'O')",
        "alter table public.users disable trigger users_stamp_updated_at",
        "users",
    ),
    Rule(
        "a table of a tenant has a workspace that is never null",
        f"select relname from ({_TABLES}) as t where nspname = 'public' and relname not in"
        " ('users', 'workspaces', 'social_platforms', 'user_video_limits') and not exists ("
        " select from pg_attribute where attrelid = t.oid and attname = 'workspace_id' and attnotnull)",
        "create table public.planted (a integer)",
        "planted",
    ),
    Rule(
        "a unique rule of a tenant's table begins with the workspace, but for the key",
        f"select i.indexrelid::regclass::text from ({_TABLES}) as t join pg_index as i on i.indrelid = t.oid"
        " join pg_attribute as w on w.attrelid = t.oid and w.attname = 'workspace_id' and w.attnotnull"
        " where t.nspname = 'public' and i.indisunique and i.indkey[0] <> w.attnum"
        " and not (i.indisprimary and i.indkey::text = (select attnum::text from pg_attribute where attrelid = t.oid and attname = 'id'))",
        "create unique index planted on public.workspace_members (user_id, workspace_id)",
        "planted",
    ),
    Rule(
        "an index is named after its table",
        f"select i.indexrelid::regclass::text from ({_TABLES}) as t join pg_index as i on i.indrelid = t.oid"
        " join pg_class as c on c.oid = i.indexrelid where not starts_with(c.relname, left(t.relname, 55))",
        "create index planted on public.users (full_name)",
        "planted",
    ),
    Rule(
        "no index repeats the beginning of another",
        f"select i.indexrelid::regclass::text from ({_TABLES}) as t join pg_index as i on i.indrelid = t.oid"
        " where not i.indisunique and i.indpred is null and i.indexprs is null and exists ("
        " select from pg_index as o where o.indrelid = i.indrelid and o.indexrelid <> i.indexrelid and o.indpred is null"
        " and starts_with(o.indkey::text || ' ', i.indkey::text || ' ')"
        " and (select relam from pg_class where oid = o.indexrelid) = (select relam from pg_class where oid = i.indexrelid)"
        " and starts_with(o.indoption::text, i.indoption::text))",
        "create index users_planted_idx on public.users (email, full_name); create index users_planted2_idx on public.users (email)",
        "users_planted2_idx",
    ),
    Rule(
        "a function looks in pg_catalog alone, in pg_temp last, or has a body that is bound when it is made",
        f"select name from ({_FUNCTIONS}) as f where prosqlbody is null"
        " and not coalesce(proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']",
        "create function private.planted() returns integer language sql as 'select 1'",
        "private.planted()",
    ),
    Rule(
        "PUBLIC may execute nothing",
        f"select name from ({_FUNCTIONS}) as f, aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl where acl.grantee = 0",
        "grant execute on function private.uuid_v7() to public",
        "private.uuid_v7()",
    ),
    Rule(
        "the API roles have no right on a table that is made later",
        "select defaclobjtype::text || acl.privilege_type from pg_default_acl, aclexplode(defaclacl) as acl"
        " where defaclrole = current_user::regrole and acl.grantee in"
        " (0, 'anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)",
        "alter default privileges in schema public grant select on tables to anon",
        "rSELECT",
    ),
    Rule(
        "anon has no right on any table or column",
        f"select relname from ({_TABLES}) as t, aclexplode(relacl) as acl where acl.grantee in (0, 'anon'::regrole)"
        f" union all select name from ({_COLUMNS}) as c, aclexplode(attacl) as acl where acl.grantee in (0, 'anon'::regrole)",
        "grant select (id) on public.users to anon",
        "public.users.id",
    ),
    Rule(
        "the API roles may use no schema but public",
        "select nspname || ' ' || acl.grantee::regrole from pg_namespace, aclexplode(nspacl) as acl"
        " where nspname in ('private', 'secrets', 'partitions', 'consolidation', 'runner') and acl.grantee in"
        " (0, 'anon'::regrole, 'authenticated'::regrole)",
        "grant usage on schema secrets to authenticated",
        "secrets authenticated",
    ),
    Rule(
        "every foreign key is valid",
        "select conname::text from pg_constraint where contype in ('f', 'c') and not convalidated"
        " and connamespace::regnamespace::text in ('public', 'private', 'secrets', 'consolidation')",
        "alter table public.users add constraint users_planted check (id is not null) not valid",
        "users_planted",
    ),
    Rule(
        "a definer function says why in a comment of the file, and belongs to the owner of the schema",
        f"select name from ({_FUNCTIONS}) as f where prosecdef and proowner <> current_user::regrole",
        "create function private.planted() returns integer language sql security definer set search_path = '' as 'select 1';"
        " grant create on schema private to service_role; alter function private.planted() owner to service_role",
        "private.planted()",
    ),
)  # fmt: skip


def _breaches(db: Connection, rule: Rule) -> list[str]:
    return [row[0] for row in db.execute(rule.breaches.encode())]


def test_the_tables_are_the_31_of_the_design(db: Connection) -> None:
    wanted = {name for names in DESIGN.values() for name in names}
    assert len(wanted) == 31
    assert tables(db) == wanted


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_schema_keeps_the_rule(db: Connection, rule: Rule) -> None:
    assert _breaches(db, rule) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_planted_breach_of_the_rule_is_found_by_name(db: Connection, rule: Rule) -> None:
    db.execute(rule.plant.encode())
    assert rule.found in _breaches(db, rule)


def test_the_functions_that_run_as_the_owner_are_these_and_no_others(db: Connection) -> None:
    found = db.execute(f"select proname from ({_FUNCTIONS}) as f where prosecdef".encode()).fetchall()
    assert {name for (name,) in found} == DEFINERS


def test_who_writes_rows_may_execute_the_helpers_in_them_and_anon_none(db: Connection) -> None:
    for helper, allowed in HELPERS.items():
        found = db.execute(
            "select role from unnest('{anon,authenticated,service_role}'::text[]) as role"
            " join pg_proc on pronamespace = 'private'::regnamespace and proname = %s and has_function_privilege(role, oid, 'execute')",
            (helper,),
        ).fetchall()
        assert {role for (role,) in found} == allowed, helper


def test_an_index_of_a_part_of_its_table_holds_that_part_and_no_more(db: Connection) -> None:
    rows = db.execute(
        f"select c.relname, pg_get_expr(indpred, indrelid) from ({_TABLES}) as t join pg_index on indrelid = t.oid"
        " join pg_class as c on c.oid = indexrelid where indpred is not null and not indisunique".encode()
    )
    assert {name: re.sub(r"::text|[()]", "", part.lower()) for name, part in rows} == PARTS
