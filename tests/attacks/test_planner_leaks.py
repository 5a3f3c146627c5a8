"""A function of the attacker's own, cheaper than any policy, that tells of each row that it is given: it is given no hidden one.

PostgreSQL runs the cheapest condition first, but for those of policies: what is not leakproof waits for them. Beside that: statistics,
which hold values of all rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from tests.support.actors import Actor, acting
from tests.support.rights import API_ROLES, granted_tables
from tests.support.scenes import Scene

LEAK = (
    "create function pg_temp.leak(text) returns boolean language plpgsql volatile cost 0.0001"
    " as $$ begin raise notice 'told: %', $1; return true; end $$",
    "create function pg_temp.leak_beside(text, text) returns boolean language sql cost 0.0001 return pg_temp.leak($1)",
    "create operator pg_temp.<<< (leftarg = text, rightarg = text, function = pg_temp.leak_beside)",
)

#: Places of a query in which the function can stand; {leak} is its call with all that may be read of a row.
QUERIES = {
    "where": "select from {table} as t where {leak}",
    "where it comes first": "select from {table} as t where {leak} and true",
    "where it is a case": "select from {table} as t where case when {leak} then true end",
    "an operator": "select from {table} as t where {row} operator(pg_temp.<<<) ''",
    "join": "select from {table} as t join (values (1)) as v (a) on {leak}",
    "outer join": "select from (values (1)) as v (a) left join {table} as t on {leak}",
    "join of the table with itself": "select from {table} as t join {table} as other on {leak} and other.id = t.id",
    "semi-join": "select where exists (select from {table} as t where not {leak})",
    "anti-join": "select from (values (1)) as v (a) where not exists (select from {table} as t where not {leak})",
    "lateral": "select from (values (1)) as v (a) cross join lateral (select from {table} as t where {leak}) as s",
    "subquery": "select from (select {columns} from {table} as t) as t where {leak}",
    "subquery that is kept apart": "select from (select {columns} from {table} as t where {leak} offset 0) as s",
    "with": "with t as not materialized (select {columns} from {table} as t) select from t where {leak}",
    "order by": "select from {table} as t order by {leak}",
    "limit": "select from {table} as t where {leak} order by id limit 100",
    "group by": "select count(*) from {table} as t group by {leak}",
    "having": "select from {table} as t having bool_or({leak})",
    "filter": "select count(*) filter (where {leak}) from {table} as t",
    "window": "select count(*) over (order by {leak}) from {table} as t",
    "distinct": "select distinct {leak} from {table} as t",
    "what is selected": "select {leak} from {table} as t",
    "union": "select {leak} from {table} as t union select true",
    "explain": "explain (analyze) select from {table} as t where {leak}",
}

WRITES = {
    "update": "update {table} as t set {column} = t.{column} where {leak}",
    "what an update returns": "update {table} as t set {column} = t.{column} returning {leak}",
    "lock": "select from {table} as t where {leak} for update",
    "merge": "merge into {table} as t using (values (1)) as v (a) on {leak} when matched then update set {column} = t.{column}",
}

DELETES = {
    "delete": "delete from {table} as t where {leak}",
    "what a delete returns": "delete from {table} as t returning {leak}",
    "merge": "merge into {table} as t using (values (1)) as v (a) on true when matched and {leak} then delete",
}


@contextmanager
def _told(scene: Scene) -> Iterator[list[str]]:
    """Collect what the function tells within the block."""
    told: list[str] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        told.append(notice.message_primary or "")

    scene.db.add_notice_handler(hear)
    yield told
    scene.db.remove_notice_handler(hear)


def _asked(scene: Scene, table: str, text: str, column: str = "") -> sql.Composed:
    row = sql.SQL("row({})::text").format(sql.SQL(", ").join(sql.Identifier("t", name) for name in scene.readable[table]))
    return sql.SQL(text).format(
        table=sql.Identifier("public", table),
        columns=sql.SQL(", ").join(sql.Identifier("t", name) for name in scene.readable[table]),
        column=sql.Identifier(column),
        row=row,
        leak=sql.SQL("pg_temp.leak({})").format(row),
    )


def _leaks(scene: Scene, actor: Actor, query: sql.Composed) -> str:
    """Return all that the function tells when somebody runs a query."""
    with _told(scene) as told:
        answer = scene.tried(actor, query)
    assert answer.code is None, (answer.words, query.as_string())
    return " ".join(told)


@pytest.fixture
def armed(scene: Scene) -> Scene:
    """The stage, with the function made by the attacker in the temporary schema that every client has."""
    with acting(scene.db, scene.home["owner"]):
        for statement in LEAK:
            scene.db.execute(statement.encode())
    return scene


def _plan(scene: Scene, by_index: bool) -> None:
    """Leave indexes to the planner, or take them away: then the policy is a filter beside the attacker's."""
    for way in ("indexscan", "indexonlyscan", "bitmapscan"):
        scene.db.execute(f"set local enable_{way} = {'on' if by_index else 'off'}".encode())


def _tables(scene: Scene) -> list[str]:
    return sorted(scene.readable.keys() & scene.tenant_tables.keys())


@pytest.mark.parametrize("by_index", [True, False])
@pytest.mark.parametrize("place", QUERIES)
def test_query_tells_no_hidden_row(armed: Scene, place: str, by_index: bool) -> None:
    """An outsider hopes that the function sees each row before the policy does, and forbids the index that would hide the order."""
    _plan(armed, by_index)
    for table in _tables(armed):
        told = _leaks(armed, armed.home["owner"], _asked(armed, table, QUERIES[place]))
        assert str(armed.foreign.workspace) not in told, table
        assert str(armed.id(table, armed.home)) in told, table


@pytest.mark.parametrize("by_index", [True, False])
def test_write_tells_no_hidden_row(armed: Scene, by_index: bool) -> None:
    """The same in the conditions of writes and in what they return."""
    _plan(armed, by_index)
    owner = armed.home["owner"]
    for table in armed.updatable.keys() & armed.tenant_tables.keys():
        column = "metadata" if "metadata" in armed.updatable[table] else armed.updatable[table][0]
        for place, text in WRITES.items():
            told = _leaks(armed, owner, _asked(armed, table, text, column))
            assert str(armed.foreign.workspace) not in told, (table, place)
            assert str(armed.id(table, armed.home)) in told, (table, place)
    for table in granted_tables(armed.db, "DELETE"):
        for place, text in DELETES.items():
            told = _leaks(armed, owner, _asked(armed, table, text))
            assert str(armed.foreign.workspace) not in told, (table, place)
            assert str(armed.id(table, armed.home)) in told, (table, place)


def test_view_that_is_no_barrier_tells_hidden_rows_and_is_found(armed: Scene) -> None:
    """Planted: the same condition as the policy's, in a view of the owner. The cheap function runs before it."""
    armed.db.execute(
        "create view public.planted as select * from public.campaigns"
        " where workspace_id = any((select private.readable_workspaces())::uuid[])"
    )
    armed.db.execute("grant select on public.planted to authenticated")
    _plan(armed, by_index=False)
    query = sql.SQL("select from public.planted as t where pg_temp.leak(row(t.workspace_id)::text)").format()
    told = _leaks(armed, armed.home["owner"], query)
    assert str(armed.foreign.workspace) in told
    armed.db.execute("alter view public.planted set (security_barrier)")
    assert str(armed.foreign.workspace) not in _leaks(armed, armed.home["owner"], query)


def test_function_that_is_said_to_be_leakproof_would_tell_and_no_client_says_so(armed: Scene) -> None:
    """The word is the only thing that the planner believes; it is a superuser's to give."""
    alter = "create function pg_temp.trusted(text) returns boolean language sql leakproof as 'select true'"
    assert armed.tried(armed.home["owner"], alter).code == "42501"
    assert armed.tried(armed.home["owner"], alter.replace("leakproof", "")).code is None
    found = armed.db.execute(
        "select proname from pg_proc where proleakproof and pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
    ).fetchall()
    assert found == []


def test_error_that_depends_on_a_hidden_row_is_not_raised(scene: Scene) -> None:
    """Without a function of one's own: a division by zero for the one row that the attacker asks about."""
    for table in _tables(scene):
        query = sql.SQL("select from public.{} as t where 1 / (t.id <> {})::integer = 1").format(
            sql.Identifier(table), sql.Literal(scene.id(table, scene.foreign))
        )
        assert scene.tried(scene.home["owner"], query).code is None, table
        assert scene.tried(scene.foreign["owner"], query).code == "22012", table


@pytest.mark.parametrize("view", ["pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"])
def test_statistics_show_no_values(scene: Scene, view: str) -> None:
    """Statistics keep the most frequent values of each column, of all workspaces."""
    scene.db.execute("create statistics public.planted on status, (lower(name)) from public.campaigns")
    for table in ("campaigns", "content_posts", "users", "workspace_members"):
        scene.db.execute(sql.SQL("analyze public.{}").format(sql.Identifier(table)))
    query = f"select * from pg_catalog.{view} where schemaname in ('public', 'partitions', 'secrets', 'private')"
    assert scene.db.execute(query.encode()).fetchall()
    for role in ("anon", "authenticated"):
        assert scene.tried(scene.home["owner" if role == "authenticated" else role], query).rows == (), role


def test_text_of_what_others_ask_is_not_shown(scene: Scene) -> None:
    """The requests of everybody run in sessions of one role, and pg_stat_activity shows their text to whoever has that role."""
    query = "select query from pg_stat_activity where datname = current_database() and pid = pg_backend_pid()"
    assert scene.tried(scene.home["owner"], query).rows == (("<insufficient privilege>",),)
    assert scene.db.execute(query.encode()).fetchall() == [(query,)]
    for role in API_ROLES:
        found = scene.db.execute(
            "select pg_has_role(%s, 'pg_read_all_stats', 'usage'), pg_has_role(%s, 'authenticator', 'usage')", (role, role)
        )
        assert found.fetchall() == [(False, False)], role
