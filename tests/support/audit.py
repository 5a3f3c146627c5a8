"""Tries cells of the access matrix on a stage, as the actor of the cell, and says where PostgreSQL and the matrix differ.

A yes must change, add, delete or return exactly that row. A no must be refused (42501) or find nothing, and the same statement on the same
row must go through when it comes from the service, or from the owner of the schema where the service may not either: the denial of what
would fail anyhow proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg

from scripts.matrix import ANY, REST, Line
from scripts.target import Connection
from tests.support import statements
from tests.support.actors import Actor, become, become_owner, key
from tests.support.rows import Values
from tests.support.situations import Situation, situations
from tests.support.stage import GLOBAL, POST, Stage
from tests.support.statements import Statement

#: Those of the actors who read in the workspace as its members.
_MEMBERS = {"platform_viewer", "member", "author", "editor", "admin", "owner"}

_SERVICE, _OWNER = key("service_role"), Actor("the owner of the schema", "none")

_REFUSED = psycopg.errors.InsufficientPrivilege.sqlstate

#: What stands in the way of the twin and is no right: a person who owns a workspace cannot be deleted.
_CLEARING = {("users", "delete"): "delete from public.workspaces where owner_id = %s"}

Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Request:
    """One try of a cell: in a situation, on the row of one workspace, naming a workspace or none; that workspace may be put away."""

    line: Line
    situation: Situation
    place: str
    named: str | None = None
    put_away: bool = False

    @property
    def allowed(self) -> bool:
        """What the matrix says, and what follows from it for other workspaces, those put away, and requests that name one."""
        line, place = self.line, self.place
        if line.actor == "service_role" or line.table in GLOBAL:
            return line.allowed
        if place != self.situation.place or (self.put_away and line.command != "select"):
            return False
        reads_there = place == "platform" or (place == "own" and line.actor in _MEMBERS)
        return line.allowed and (self.named is None or (self.named == place and reads_there))

    def __str__(self) -> str:
        where = "" if self.place == self.situation.place else f", in the {self.place} workspace"
        named = f", naming the {self.named} workspace" if self.named else ""
        away = ", put away" if self.put_away else ""
        return f"{self.line.table} {self.line.command} {self.line.actor} [{self.situation.condition}{where}{away}{named}]"


@dataclass(frozen=True)
class Outcome:
    """What came of a statement: the error's code, or how many rows, and which it returned, and the keys of those that it changed."""

    code: str | None = None
    count: int = 0
    rows: Rows = ()
    changed: frozenset[UUID] = frozenset()

    def __str__(self) -> str:
        return f"error {self.code}" if self.code else f"{self.count} rows"


def faults(connection: Connection, stage: Stage, lines: list[Line]) -> list[str]:
    """Try one cell in every situation; return what differs from its lines in the matrix."""
    actor = stage.cast[lines[0].actor]
    return [fault for request in requests(lines, actor) for fault in differences(connection, stage, request)]


# -------------------------------------------------------------------- what is tried


def requests(lines: list[Line], actor: Actor) -> Iterator[Request]:
    """Return what is tried of one cell."""
    table, command = lines[0].table, lines[0].command
    for situation in situations(table, command):
        if not applies(situation, actor):
            continue
        line, place = answer(lines, situation), situation.place
        yield Request(line, situation, place)
        if table in GLOBAL:
            continue
        yield Request(line, situation, place, named=place)
        if line.allowed:
            yield Request(line, situation, place, named="other" if place == "own" else "own")
            if place == "own":
                yield Request(line, situation, place, put_away=True)
        if place == "own" and not (command == "select" and situation.row.get("is_public")):
            yield Request(line, situation, "other")
            yield Request(line, situation, "other", named="other")


def applies(situation: Situation, actor: Actor) -> bool:
    """Whether an actor can be in a situation: who is no person has no own rows, "author" is asked about those, "member" about others."""
    if actor.user is None:
        return not (situation.mine or situation.oneself)
    return situation.mine is None or situation.mine is {"author": True, "member": False}.get(actor.name, situation.mine)


def answer(lines: list[Line], situation: Situation) -> Line:
    """Return the line of a cell that speaks of a situation."""
    by_condition = {line.condition: line for line in lines}
    return next(by_condition[name] for name in (situation.condition, REST, ANY) if name in by_condition)


# -------------------------------------------------------------------- trying it


def differences(connection: Connection, stage: Stage, request: Request) -> Iterator[str]:
    """Try one request; say what is not as the matrix has it."""
    actor = stage.cast[request.line.actor]
    named = stage.places[request.named].workspace if request.named else None
    with connection.transaction(force_rollback=True):
        row = _arrange(connection, stage, actor, request)
        statement = _statement(stage, actor, request, row)
        watched = request.line.table if request.allowed and request.line.command != "select" else None
        # where requests differ in what they name alone, one form is enough
        for text in statement.texts[-1:] if request.named else statement.texts:
            outcome = _attempt(connection, actor, text, statement.values, named=named, watched=watched)
            if not (_is_a_yes(connection, request, outcome, row, statement) if request.allowed else _is_a_no(outcome)):
                yield f"{request}: the matrix says {'yes' if request.allowed else 'no'}, PostgreSQL {outcome}"
        if not request.allowed and not request.named:
            twin = _twin(connection, request, row, statement)
            if twin.count != 1:
                yield f"{request}: whoever may do this gets {twin}, so the denial proves nothing"


def _is_a_yes(connection: Connection, request: Request, outcome: Outcome, row: UUID | None, statement: Statement) -> bool:
    if request.line.command == "select":
        return outcome.count == 1 and outcome.rows == _attempt(connection, _OWNER, statement.texts[0], statement.values).rows
    return outcome.count == 1 and len(outcome.changed) == 1 and (row is None or row in outcome.changed)


def _is_a_no(outcome: Outcome) -> bool:
    return outcome.code == _REFUSED or (outcome.code is None and outcome.count == 0)


def _twin(connection: Connection, request: Request, row: UUID | None, statement: Statement) -> Outcome:
    """Return what the service gets for the same statement, or else the owner of the schema; the last thing that is done to the row."""
    if clearing := _CLEARING.get((request.line.table, request.line.command)):
        connection.execute(clearing, (row,))
    outcome = _attempt(connection, _SERVICE, statement.texts[0], statement.values)
    return outcome if outcome.code != _REFUSED else _attempt(connection, _OWNER, statement.texts[0], statement.values)


def _attempt(
    connection: Connection, actor: Actor, text: bytes, values: list[Any], *, named: UUID | None = None, watched: str | None = None
) -> Outcome:
    """Send a statement as somebody and undo it; return what came of it, and what it changed in the table that is watched."""
    try:
        with connection.transaction(force_rollback=True):
            before = _digests(connection, watched)
            become(connection, actor, named)
            cursor = connection.execute(text, values)
            rows = tuple(cursor.fetchall()) if cursor.description else ()
            outcome = Outcome(None, cursor.rowcount, rows)
            if watched:
                become_owner(connection)
                outcome = replace(outcome, changed=frozenset(row for row, _ in before ^ _digests(connection, watched)))
            return outcome
    except psycopg.Error as fault:
        return Outcome(fault.sqlstate)


def _digests(connection: Connection, table: str | None) -> frozenset[tuple[UUID, str]]:
    return frozenset(connection.execute(statements.digests(table)).fetchall()) if table else frozenset()


def _arrange(connection: Connection, stage: Stage, actor: Actor, request: Request) -> UUID | None:
    """Bring the row, its post and its workspace into the situation; return the row's key, or None where one is to be added."""
    table, place, situation = request.line.table, stage.places[request.place], request.situation
    adds = request.line.command == "insert"
    if request.put_away:
        _set(connection, "workspaces", {"is_active": False}, place.workspace)
    if situation.post:
        post = place.additions[table][POST[table]] if adds else place.posts[table]
        _set(connection, "content_posts", _held(stage, actor, request, situation.post), post)
    if adds:
        return None
    if table == "users" and situation.oneself:
        return actor.user
    if situation.row:
        _set(connection, table, _held(stage, actor, request, situation.row), place.keys[table])
    return place.keys[table]


def _set(connection: Connection, table: str, values: Values, row: UUID) -> None:
    statement = statements.update(table, row, values, ())
    connection.execute(statement.texts[0], statement.values)


def _held(stage: Stage, actor: Actor, request: Request, values: Mapping[str, Any]) -> Values:
    """Return values of a situation with the people whom they stand for."""
    place = stage.places[request.place]
    return {name: stage.person(value, actor, place) for name, value in values.items()}


def _statement(stage: Stage, actor: Actor, request: Request, row: UUID | None) -> Statement:
    """Return what the actor sends: with the columns that the role was granted, or with any where it was granted none."""
    table, command, situation = request.line.table, request.line.command, request.situation
    columns = stage.columns[table]
    readable = stage.granted.get((actor.role, table, "select"), frozenset())
    seen = tuple(column.name for column in columns if column.name in readable) or ("id",)
    if command == "select":
        return statements.select(table, row, seen)
    if command == "delete":
        return statements.delete(table, row)
    granted = stage.granted.get((actor.role, table, command), frozenset())
    usable = [column for column in columns if column.written and (column.name in granted or not granted)]
    if command == "insert":
        values = {**stage.places[request.place].additions[table], **_held(stage, actor, request, situation.row)}
        return statements.insert(table, {column.name: values[column.name] for column in usable if column.name in values}, seen)
    if situation.change:
        return statements.update(table, row, situation.change, seen)
    return statements.touch(table, row, usable, seen)
