"""Statements of clients: as SQL, and as what the model of the intent expects PostgreSQL to answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from tests.policies.model import Request, Row, World, may_change, may_delete, may_insert, may_read, may_take_to, may_use
from tests.policies.shapes import SHAPES, UNBOUND

#: What PostgreSQL says: no right or a check of RLS; a state that the service alone sets; a unique rule; a foreign key.
DENIED, STATE, TAKEN, NO_PARENT = "42501", "HS080", "23505", "23503"

_ID = frozenset({"id"})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What a statement comes to: a refusal with one of these codes, or rows that are seen, changed or deleted, and how many are added."""

    codes: frozenset[str] = frozenset()
    ids: frozenset[UUID] = frozenset()
    added: int = 0


def refused(*codes: str) -> Outcome:
    """Return a refusal."""
    return Outcome(frozenset(codes))


def _done(rows: Iterable[Row]) -> Outcome:
    return Outcome(ids=frozenset(row.id for row in rows if row.id))


@dataclass(frozen=True)
class Statement(ABC):
    """A statement on one table; on one row of it, if a key is given."""

    table: str
    key: UUID | None = None

    @property
    def command(self) -> str:
        """Return the command as SQL calls it."""
        return type(self).__name__.lower()

    @abstractmethod
    def text(self) -> sql.Composed:
        """Return the statement."""

    @abstractmethod
    def expect(self, world: World, request: Request) -> Outcome:
        """Return what the model expects."""

    def _rows(self, world: World) -> list[Row]:
        return [row for row in world.rows.get(self.table, ()) if self.key in (None, row.id)]

    def _where(self) -> sql.Composable:
        return sql.SQL(" where id = {}").format(_literal(self.key)) if self.key else sql.SQL("")

    def _table(self) -> sql.Identifier:
        return sql.Identifier("public", self.table)


@dataclass(frozen=True)
class Select(Statement):
    """Reads the key, and a column beside it; may lock the rows."""

    column: str = "id"
    locks: bool = False

    def text(self) -> sql.Composed:
        """Return the statement."""
        lock = sql.SQL(" for update" if self.locks else "")
        return sql.SQL("select id, {} from {}{}{}").format(sql.Identifier(self.column), self._table(), self._where(), lock)

    def expect(self, world: World, request: Request) -> Outcome:
        """Return what the model expects."""
        read = _ID | {self.column}
        if not may_use(request, "select", self.table, read) or (self.locks and not may_use(request, "update", self.table, read)):
            return refused(DENIED)
        seen = (row for row in self._rows(world) if may_read(world, request, row))
        return _done(row for row in seen if not self.locks or may_change(world, request, row))


@dataclass(frozen=True)
class Insert(Statement):
    """Adds a row with these values, and with what every row of the table needs; may name a column more, to leave it at its default."""

    values: Mapping[str, Any] = field(default_factory=dict)
    base: Mapping[str, Any] = field(default_factory=dict)
    column: str | None = None
    skips_conflicts: bool = False
    returns: bool = False

    def text(self) -> sql.Composed:
        """Return the statement."""
        values: dict[str, sql.Composable] = {column: _literal(value) for column, value in {**self.base, **self.values}.items()}
        if self.column and self.column not in values:
            values[self.column] = sql.SQL("default")
        # the key is named for the one table whose unique rule is deferrable, which no conflict can be about
        conflict = {"content_media": " on conflict (id) do nothing"}.get(self.table, " on conflict do nothing")
        return sql.SQL("insert into {} ({}) values ({}){}{}").format(
            self._table(),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(values.values()),
            sql.SQL(conflict if self.skips_conflicts else ""),
            sql.SQL(" returning id" if self.returns else ""),
        )

    def expect(self, world: World, request: Request) -> Outcome:
        """Return what the model expects."""
        shape = SHAPES[self.table]
        written = frozenset({**self.base, **self.values}) | ({self.column} if self.column else _NONE)
        reads = _ID if self.returns or (self.skips_conflicts and self.table == "content_media") else _NONE
        if not may_use(request, "insert", self.table, reads, written):
            return refused(DENIED)
        first = {"status": shape.statuses[0]} if shape.statuses else {}
        row = Row(self.table, {**first, **self.values})
        if not may_insert(world, request, row):
            return refused(DENIED)
        if _is_taken(world, row):
            if self.table == "content_media":  # its rule is deferrable: checked after the statement, as foreign keys are
                return refused(TAKEN) if _has_parents(world, row) else refused(TAKEN, NO_PARENT)
            return Outcome() if self.skips_conflicts else refused(TAKEN)
        return Outcome(added=1) if _has_parents(world, row) else refused(NO_PARENT)


@dataclass(frozen=True)
class Update(Statement):
    """Sets a column, to what it is unless a value is given."""

    column: str = ""
    value: Any = None
    keeps: bool = True
    returns: bool = False

    def text(self) -> sql.Composed:
        """Return the statement."""
        column = sql.Identifier(self.column)
        value = column if self.keeps else _literal(self.value)
        return sql.SQL("update {} set {} = {}{}{}").format(
            self._table(), column, value, self._where(), sql.SQL(" returning id" if self.returns else "")
        )

    def expect(self, world: World, request: Request) -> Outcome:
        """Return what the model expects."""
        reads = (_ID if self.key or self.returns else _NONE) | ({self.column} if self.keeps else _NONE)
        if not may_use(request, "update", self.table, reads, frozenset({self.column})):
            return refused(DENIED)
        rows = [row for row in self._rows(world) if may_change(world, request, row) and may_read(world, request, row)]
        codes = {code for row in rows if (code := self._fault(world, request, row))}
        return refused(*codes) if codes else _done(rows)

    def _fault(self, world: World, request: Request, before: Row) -> str | None:
        after = before if self.keeps else Row(self.table, {**before.values, self.column: self.value})
        if not may_take_to(request, before, after):
            return STATE
        if not may_change(world, request, after):
            return DENIED
        return None if _has_parents(world, after) else NO_PARENT


@dataclass(frozen=True)
class Delete(Statement):
    """Deletes a row, or all that it may."""

    returns: bool = False

    def text(self) -> sql.Composed:
        """Return the statement."""
        return sql.SQL("delete from {}{}{}").format(self._table(), self._where(), sql.SQL(" returning id" if self.returns else ""))

    def expect(self, world: World, request: Request) -> Outcome:
        """Return what the model expects."""
        if not may_use(request, "delete", self.table, _ID if self.key or self.returns else _NONE):
            return refused(DENIED)
        return _done(row for row in self._rows(world) if may_delete(world, request, row) and may_read(world, request, row))


def _literal(value: Any) -> sql.Composable:
    # an id as text: psycopg writes it without its hyphens, and then nobody finds it in the statement
    return sql.Literal(Jsonb(value) if isinstance(value, dict) else str(value) if isinstance(value, UUID) else value)


def _is_taken(world: World, new: Row) -> bool:
    """Whether a row has the same values in the columns of the table's unique rule; null is like no other."""
    unique = SHAPES[new.table].unique
    place = [new.values.get(column) for column in unique]
    if not unique or None in place:
        return False
    return any([row.values.get(column) for column in unique] == place for row in world.rows.get(new.table, ()))


def _has_parents(world: World, row: Row) -> bool:
    """Whether workspace and person are there, and each row that is referred to, in the same workspace."""
    if row.table in UNBOUND:
        return True
    shape = SHAPES[row.table]
    spaces = {None, *(space.id for space in world.rows["workspaces"])}
    named = [(world.row(table, row.values[column]), table) for column, table in {**shape.parents, **shape.optional}.items()
             if row.values.get(column) is not None]  # fmt: skip
    people = {None, *world.people}
    return (
        row.workspace in spaces
        and row.values.get("user_id") in people
        and all(parent is not None and (table == "social_platforms" or parent.workspace == row.workspace) for parent, table in named)
    )
