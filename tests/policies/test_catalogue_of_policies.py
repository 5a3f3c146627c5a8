"""What decision 7 and docs/conventions.md say of policies, grants and functions for clients, asked of the catalogue.

As in tests/tables/test_catalogue.py each rule is a query for what breaks it, and has something planted that does. Rights are asked as they
are in effect: by membership and by PUBLIC too.
"""

from __future__ import annotations

import re

import pytest

from scripts.settings import ROOT
from scripts.target import Connection
from tests.support.catalogue import tables
from tests.tables.test_catalogue import Rule

#: The one table that no client reads by itself, but by a function.
NOT_READ = {"content_embeddings"}

#: What a client's own statements call in private. A function of public calls, besides, the one of its name that ends in _by_caller.
CALLED = {
    # by policies
    "acting_person", "audited_workspaces", "readable_workspaces", "sees_public_rows", "token_person", "writable_workspaces",
    "writing_person",
    # by defaults, checks and triggers
    "platform_workspace_id", "uuid_v7",
}  # fmt: skip

_ROLES = "unnest('{anon,authenticated,service_role}'::text[]) as role"

_TABLES = """
  select c.oid, c.relname, n.nspname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth', 'extensions')
"""

_COLUMNS = f"""
  select t.*, attname, attnum from ({_TABLES}) as t join pg_attribute on attrelid = t.oid and attnum > 0 and not attisdropped
"""

_FUNCTIONS = """
  select p.oid, p.oid::regprocedure::text as name, proname, nspname, prosecdef from pg_proc as p
  join pg_namespace as n on n.oid = pronamespace
  where nspname !~ '^pg_' and nspname not in ('information_schema', 'auth', 'extensions')
    and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
"""

#: Policies with their conditions as text, and the word of their command.
_POLICIES = """
  select polname, relname, nspname, polroles, polpermissive, polcmd, polqual, polwithcheck, p.oid,
    case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as verb,
    concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) as condition
  from pg_policy as p join pg_class as c on c.oid = polrelid join pg_namespace as n on n.oid = relnamespace
"""

#: A helper that is asked once a statement, as PostgreSQL writes it: (select private.f('x')).
_ASKED_ONCE = r"\( SELECT (private|auth)\.\w+\([^()]*\) AS \w+\)"

RULES = (
    Rule(
        "no condition is true of every row",
        "select relname || ' ' || polname from pg_policy join pg_class on pg_class.oid = polrelid"
        " where 'true' in (pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))",
        "alter policy avatar_profiles_update_editors on public.avatar_profiles using (true)",
        "avatar_profiles avatar_profiles_update_editors",
    ),
    Rule(
        "every table in public has a policy",
        f"select relname from ({_TABLES}) as t where nspname = 'public' and not exists (select from pg_policy where polrelid = t.oid)",
        "create table public.planted (a integer)",
        "planted",
    ),
    Rule(
        "a table of another schema has none: it is reached by functions",
        f"select polname from ({_POLICIES}) as p where nspname <> 'public'",
        "create policy planted on secrets.user_claims to authenticated using (false)",
        "planted",
    ),
    Rule(
        "the service reads every table in public",
        f"select relname from ({_TABLES}) as t where nspname = 'public' and not has_table_privilege('service_role', oid, 'select')",
        "create table public.planted (a integer)",
        "planted",
    ),
    Rule(
        "a policy is to authenticated",
        f"select polname from ({_POLICIES}) as p where polroles <> array['authenticated'::regrole::oid]",
        "alter policy users_select_oneself on public.users to anon, authenticated",
        "users_select_oneself",
    ),
    Rule(
        "a policy is permissive",
        f"select polname from ({_POLICIES}) as p where not polpermissive",
        "create policy planted on public.users as restrictive for select to authenticated using (true)",
        "planted",
    ),
    Rule(
        "a policy is for one command",
        f"select polname from ({_POLICIES}) as p where verb = 'all'",
        "create policy planted on public.users to authenticated using (true)",
        "planted",
    ),
    Rule(
        "there is one policy for a table and a command",
        f"select relname || ' ' || verb from ({_POLICIES}) as p group by relname, verb having count(*) > 1",
        "create policy users_select_planted on public.users for select to authenticated using (false)",
        "users select",
    ),
    Rule(
        "a policy is named after its table, its verb and whom it lets",
        f"select polname from ({_POLICIES}) as p where polname !~ ('^' || relname || '_' || verb || '_[a-z_]+$')",
        "alter policy users_select_oneself on public.users rename to users_read_oneself",
        "users_read_oneself",
    ),
    Rule(
        "a policy for update checks what the row becomes",
        f"select polname from ({_POLICIES}) as p where verb = 'update' and polwithcheck is null",
        "drop policy users_update_oneself on public.users;"
        " create policy users_update_oneself on public.users for update to authenticated using (id = (select auth.uid()))",
        "users_update_oneself",
    ),
    Rule(
        "a policy asks each helper once a statement, in a subquery of its own",
        f"select polname from ({_POLICIES}) as p where regexp_replace(condition, '{_ASKED_ONCE}', '', 'g')"
        r" ~ '\mprivate\.(?!platform_workspace_id\M)'",
        "alter policy campaigns_select_members on public.campaigns using (workspace_id = any(private.readable_workspaces()))",
        "campaigns_select_members",
    ),
    Rule(
        "a policy asks once a statement, too, who it is",
        f"select polname from ({_POLICIES}) as p where regexp_replace(condition, '{_ASKED_ONCE}', '', 'g') ~ '\\mauth\\.'",
        "alter policy users_select_oneself on public.users using (id = auth.uid())",
        "users_select_oneself",
    ),
    Rule(
        "a policy believes nothing of the token but who it is of",
        f"select polname from ({_POLICIES}) as p where condition ~ '_metadata|_meta_data|current_setting|\\mauth\\.(?!uid\\M)'",
        "alter policy users_select_oneself on public.users using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin')",
        "users_select_oneself",
    ),
    Rule(
        "a policy calls nothing that could change something",
        "select polname::text from pg_depend join pg_policy as p on p.oid = objid join pg_proc as f on f.oid = refobjid"
        " where classid = 'pg_policy'::regclass and refclassid = 'pg_proc'::regclass and provolatile = 'v'",
        "create function private.planted() returns boolean language sql as 'select true';"
        " alter policy users_select_oneself on public.users using ((select private.planted()))",
        "users_select_oneself",
    ),
    Rule(
        "no client writes keys and stamps",
        f"select relname || '.' || attname from ({_COLUMNS}) as c, unnest('{{insert,update}}'::text[]) as verb where nspname = 'public'"
        " and attname in ('id', 'created_at', 'updated_at') and has_column_privilege('authenticated', oid, attnum, verb)",
        "grant insert (id) on public.campaigns to authenticated",
        "campaigns.id",
    ),
    Rule(
        "no client gives a row to another workspace or another author",
        f"select relname || '.' || attname from ({_COLUMNS}) as c where nspname = 'public'"
        " and attname in ('workspace_id', 'user_id', 'owner_id') and has_column_privilege('authenticated', oid, attnum, 'update')",
        "grant update on public.campaigns to authenticated",
        "campaigns.workspace_id",
    ),
    Rule(
        "a client is granted columns, and nothing of a whole table but to delete",
        f"select relname || ' ' || verb from ({_TABLES}) as t, unnest('{{select,insert,update}}'::text[]) as verb"
        " where has_table_privilege('authenticated', oid, verb)",
        "grant select on public.social_platforms to authenticated",
        "social_platforms select",
    ),
    Rule(
        "where a client has a right there is a policy for it, and the other way about",
        f"select relname || ' ' || verb from ({_TABLES}) as t, unnest('{{select,insert,update,delete}}'::text[]) as verb"
        " where nspname = 'public' and (case verb when 'delete' then has_table_privilege('authenticated', oid, verb)"
        " else has_any_column_privilege('authenticated', oid, verb) end) <> exists ("
        f" select from ({_POLICIES}) as p where p.relname = t.relname and p.verb = verb.verb and p.condition <> 'false')",
        "grant delete on public.worker_tasks to authenticated",
        "worker_tasks delete",
    ),
    Rule(
        "no role of the API truncates, refers to or hangs triggers on any table",
        f"select relname || ' ' || role || ' ' || verb from ({_TABLES}) as t, {_ROLES},"
        " unnest('{truncate,references,trigger}'::text[]) as verb where has_table_privilege(role, oid, verb)",
        "grant truncate on public.users to public",
        "users anon truncate",
    ),
    Rule(
        "nor refers to any column",
        f"select relname || ' ' || role from ({_TABLES}) as t, {_ROLES} where has_any_column_privilege(role, oid, 'references')",
        "grant references (id) on public.users to authenticated",
        "users authenticated",
    ),
    Rule(
        "no role of the API uses a schema of ours but public, or makes anything in one",
        f"select nspname || ' ' || role from pg_namespace, {_ROLES} where nspname !~ '^pg_' and nspname <> 'information_schema'"
        " and (has_schema_privilege(role, pg_namespace.oid, 'create')"
        " or (has_schema_privilege(role, pg_namespace.oid, 'usage') and nspname not in ('public', 'auth', 'extensions')))",
        "grant usage on schema private to service_role",
        "private service_role",
    ),
    Rule(
        "no role of the API has any right on a table outside public",
        f"select relname || ' ' || role from ({_TABLES}) as t, {_ROLES} where nspname <> 'public' and exists ("
        " select from unnest('{select,insert,update}'::text[]) as verb where has_any_column_privilege(role, t.oid, verb))",
        "grant select (id) on partitions.analytics_events_default to service_role",
        "analytics_events_default service_role",
    ),
    Rule(
        "anon executes no function",
        f"select name from ({_FUNCTIONS}) as f where has_function_privilege('anon', oid, 'execute')",
        "create function public.planted() returns integer language sql return 1; grant execute on function public.planted() to public",
        "planted()",
    ),
    Rule(
        "a function in public runs as its caller",
        f"select name from ({_FUNCTIONS}) as f where nspname = 'public' and prosecdef",
        "alter function public.co_members(uuid) security definer",
        "co_members(uuid)",
    ),
    Rule(
        "a function in public is for clients",
        f"select name from ({_FUNCTIONS}) as f where nspname = 'public' and not has_function_privilege('authenticated', oid, 'execute')",
        "create function public.planted() returns integer language sql return 1",
        "planted()",
    ),
)  # fmt: skip


def _breaches(db: Connection, rule: Rule) -> list[str]:
    return [row[0] for row in db.execute(rule.breaches.encode())]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_policies_and_rights_keep_the_rule(db: Connection, rule: Rule) -> None:
    assert _breaches(db, rule) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_planted_breach_of_the_rule_is_found_by_name(db: Connection, rule: Rule) -> None:
    db.execute(rule.plant.encode())
    assert rule.found in _breaches(db, rule)


# -------------------------------------------------------------------- exact sets


def _read_by_clients(db: Connection) -> set[str]:
    asked = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
    return {name for (name,) in db.execute(f"{asked} and has_any_column_privilege('authenticated', oid, 'select')".encode())}


def test_clients_read_every_table_but_these(db: Connection) -> None:
    assert tables(db) - _read_by_clients(db) == NOT_READ
    db.execute("create table public.planted (a integer)")
    assert tables(db) - _read_by_clients(db) == NOT_READ | {"planted"}


def _executed(db: Connection, schema: str) -> set[str]:
    asked = (
        f"select proname from ({_FUNCTIONS}) as f where nspname = '{schema}' and has_function_privilege('authenticated', oid, 'execute')"
    )
    return {name for (name,) in db.execute(asked.encode())}


def test_clients_execute_in_private_these_and_no_others(db: Connection) -> None:
    wanted = CALLED | {f"{name}_by_caller" for name in _executed(db, "public")}
    assert _executed(db, "private") == wanted
    db.execute("grant execute on function private.writing_role(uuid, uuid) to authenticated")
    assert _executed(db, "private") == wanted | {"writing_role"}


# -------------------------------------------------------------------- what is said in the files


def _said_of_nobody() -> dict[str, set[str]]:
    """Return the commands that a comment in a table's block says nobody has: "-- no insert, update: why"."""
    said: dict[str, set[str]] = {}
    for path in sorted((ROOT / "policies").glob("*.sql")):
        for table, block in re.findall(r"^-- -{60,} (\w+)\n(.*?)(?=^-- -{60,}|\Z)", path.read_text(), flags=re.M | re.S):
            said[table] = {verb for words in re.findall(r"^-- no ([a-z, ]+):", block, flags=re.M) for verb in words.split(", ")}
    return said


def _nobody_has(db: Connection) -> dict[str, set[str]]:
    nobody: dict[str, set[str]] = {table: {"select", "insert", "update", "delete"} for table in tables(db)}
    for table, verb in db.execute(f"select relname, verb from ({_POLICIES}) as p".encode()):
        nobody[table].discard(verb)
    return nobody


def test_what_nobody_may_do_is_a_comment_in_the_block_of_its_table(db: Connection) -> None:
    said = _said_of_nobody()
    assert _nobody_has(db) == {table: said.get(table, set()) for table in tables(db)}
    db.execute("drop policy campaigns_delete_admins_or_own_draft on public.campaigns")
    assert _nobody_has(db)["campaigns"] - said["campaigns"] == {"delete"}
