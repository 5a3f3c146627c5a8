"""Asks PostgreSQL what the model of the intent was asked, and says in words where the two differ."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from scripts.target import Connection
from tests.policies.model import Request, World
from tests.policies.shapes import with_neighbours
from tests.policies.simplest import Case, simplest
from tests.policies.statements import Insert, Outcome, Select, Statement, refused
from tests.policies.worlds import Schema, build, in_words
from tests.support.actors import make_claims


class DifferenceError(AssertionError):
    """PostgreSQL's answer is not what the model says."""


class Comparison:
    """One world in the database, and what the owner of the schema sees in its tables before any statement."""

    def __init__(self, connection: Connection, world: World) -> None:
        self._connection = connection
        self._world = world
        self._before: dict[str, dict[UUID, str]] = {}

    def check(self, request: Request, statement: Statement) -> Outcome:
        """Return what a statement came to, and raise DifferenceError where the model expects something else."""
        expected = statement.expect(self._world, request)
        answer = self._ask(request, statement)
        if answer == expected or (len(answer.codes) == 1 and answer.codes < expected.codes):
            return answer
        raise DifferenceError("\n".join(_report(self._world, request, statement, expected, answer)))

    def _ask(self, request: Request, statement: Statement) -> Outcome:
        """Run a statement as whoever asks, see as the owner what it did, and undo it."""
        if statement.table not in self._before:
            self._before[statement.table] = dict(self._connection.execute(_versions(statement.table)).fetchall())
        before = self._before[statement.table]
        # all in one message: the server would spend most of the time on waiting for the next of five
        asked = (*_become(request), statement.text(), _BECOME_OWNER, _versions(statement.table), *_UNDO)
        try:
            cursor = self._connection.execute(sql.SQL("; ").join(asked))
        except psycopg.Error as fault:
            self._connection.execute(sql.SQL("; ").join(_UNDO))
            return refused(str(fault.sqlstate))
        results = [each.fetchall() if each.description else None for each in cursor.results()]
        told = None if results[2] is None else frozenset(row[0] for row in results[2])
        after: dict[UUID, str] = dict(results[4] or ())
        touched = frozenset(row for row, version in before.items() if after.get(row) != version)
        added = after.keys() - before.keys()
        if isinstance(statement, Select):
            return Outcome(ids=(told or frozenset()) | touched | added)
        assert told is None or told == touched | added, f"returning told of {told}, and {touched | added} were written"
        return Outcome(ids=touched, added=len(added))


_BECOME_OWNER = sql.SQL("reset role")
_UNDO = (sql.SQL("rollback to savepoint asked"), sql.SQL("release savepoint asked"))


def _versions(table: str) -> sql.Composed:
    """Return a query for where the version of each row lies: elsewhere once the row is changed."""
    return sql.SQL("select id, ctid::text from {}").format(sql.Identifier("public", table))


def _become(request: Request) -> tuple[sql.Composable, sql.Composable]:
    """Return the statements that make the connection that of whoever sends a request; a token may be one of nobody's."""
    if request.role == "authenticated":
        claims: dict[str, Any] = make_claims(
            request.person or UUID(int=0), aal=request.aal, session_id=str(request.session), is_anonymous=request.is_anonymous
        )
        if request.person is None:
            del claims["sub"]
        if request.seconds_left is None:
            del claims["exp"]
        else:
            claims["exp"] = int(time.time()) + request.seconds_left
    else:
        claims = make_claims(None, request.role)
    headers = {"accept": "application/json"} | ({"x-workspace-id": str(request.names)} if request.names else {})
    # PostgREST writes no blanks
    blanks = None if request.writes_blanks else (",", ":")
    settings = {"request.jwt.claims": json.dumps(claims), "request.headers": json.dumps(headers, separators=blanks), "role": request.role}
    calls = [sql.SQL("set_config({}, {}, true)").format(name, value) for name, value in settings.items()]
    return sql.SQL("savepoint asked"), sql.SQL("select {}").format(sql.SQL(", ").join(calls))


# -------------------------------------------------------------------- the simplest case


def explain(connection: Connection, schema: Schema, case: Case) -> DifferenceError:
    """Return a difference with all taken away that it does not need."""
    found: list[DifferenceError] = []

    def differs(case: Case) -> bool:
        world, request, statement = case
        with connection.transaction(force_rollback=True):
            try:
                build(connection, schema, world)
                Comparison(connection, world).check(request, statement)
            except DifferenceError as difference:
                found.append(difference)
                return True
            except psycopg.Error:  # a world that cannot be, such as one of a workspace whose owner is no member
                return False
        return False

    differs(simplest(case, differs))
    return found[-1]


# -------------------------------------------------------------------- in words


def _report(world: World, request: Request, statement: Statement, expected: Outcome, answer: Outcome) -> Iterator[str]:
    yield "PostgreSQL does not do what is meant."
    yield f"  statement   {in_words(statement.text().as_string())}"
    yield f"  asked by    {_request(world, request)}"
    yield f"  meant       {_outcome(statement, expected)}"
    yield f"  PostgreSQL  {_outcome(statement, answer)}"
    for workspace in world.workspaces.values():
        people = [f"{in_words(str(each.person))} {each.role}" for each in world.memberships if each.workspace == workspace.id]
        state = "" if workspace.is_active else ", put away"
        yield f"  {in_words(str(workspace.id))}: accountable owner {in_words(str(workspace.owner))}; {', '.join(people)}{state}"
    for opening in world.openings:
        state = ", expired" * opening.is_expired + ", closed" * opening.is_closed
        yield f"  {in_words(f'{opening.person} opened {opening.workspace} in {opening.session}')}{state}"
    for table in with_neighbours((statement.table,)):
        for row in world.rows[table] if table not in ("users", "workspaces", "workspace_members") else ():
            beside = ", ".join(f"{column} {value}" for column, value in row.values.items() if column != "id")
            yield f"  {in_words(f'{row.id}: {beside}')}"


def _request(world: World, request: Request) -> str:
    person = world.people.get(request.person) if request.person else None
    who = in_words(str(request.person)) if request.person else "nobody"
    words = [request.role, f"token of {who}"]
    if person:
        words.append(f"{person.role} of the platform" + ("" if person.is_active else ", inactive"))
    words += ["an anonymous sign-in"] * request.is_anonymous
    words.append("without end" if request.seconds_left is None else f"{request.seconds_left} seconds left")
    words += [request.aal, in_words(str(request.session))]
    words.append(f"names {in_words(str(request.names))}" if request.names else "names no workspace")
    return ", ".join(words)


def _outcome(statement: Statement, outcome: Outcome) -> str:
    if outcome.codes:
        return f"refused with {' or '.join(sorted(outcome.codes))}"
    if isinstance(statement, Insert):
        return f"{outcome.added} rows added"
    verb = {"select": "sees", "update": "changes", "delete": "deletes"}[statement.command]
    return f"{verb} {in_words(', '.join(sorted(map(str, outcome.ids)))) or 'nothing'}"
