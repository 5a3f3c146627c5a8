"""The statements that try a cell of the access matrix, with the columns that a role was granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from tests.support.rows import Values
from tests.support.stage import Column, plain

#: Another value of a column, by type, for the types whose columns take any; in the order in which a column is looked for.
_OTHER_VALUES: dict[str, LiteralString] = {
    "jsonb": """{} || '{{"changed": true}}'""",
    "text[]": "{} || array['changed']",
    "boolean": "not {}",
    "integer": "{} + 1",
    "bigint": "{} + 1",
}


@dataclass(frozen=True)
class Statement:
    """A statement with its values; for a write bare, and with the columns that it returns."""

    texts: tuple[bytes, ...]
    values: list[Any]


def select(table: str, key: UUID | None, seen: tuple[str, ...]) -> Statement:
    """Read the row of a key."""
    return Statement((_select(table, seen),), [key])


def delete(table: str, key: UUID | None) -> Statement:
    """Delete the row of a key."""
    return Statement((_delete(table),), [key])


def insert(table: str, values: Values, seen: tuple[str, ...]) -> Statement:
    """Add a row."""
    return Statement((_insert(table, tuple(values), ()), _insert(table, tuple(values), seen)), plain(values))


def update(table: str, key: UUID | None, values: Mapping[str, Any], seen: tuple[str, ...]) -> Statement:
    """Set columns of the row of a key."""
    changes: tuple[tuple[str, LiteralString], ...] = tuple((name, "%s") for name in values)
    return Statement((_update(table, changes, ()), _update(table, changes, seen)), [*plain(values), key])


def touch(table: str, key: UUID | None, columns: Sequence[Column], seen: tuple[str, ...]) -> Statement:
    """Give another value to one column of the row of a key, whichever of the columns takes any."""
    changes = (next((column.name, other) for kind, other in _OTHER_VALUES.items() for column in columns if column.type == kind),)
    return Statement((_update(table, changes, ()), _update(table, changes, seen)), [key])


@cache
def digests(table: str) -> bytes:
    """Return the query for the keys of a table's rows, each with a digest of what the row holds."""
    return sql.SQL("select id, md5(held::text) from {} as held").format(_name(table)).as_bytes()


@cache
def _select(table: str, columns: tuple[str, ...]) -> bytes:
    return sql.SQL("select {} from {} where id = %s").format(_names(columns), _name(table)).as_bytes()


@cache
def _delete(table: str) -> bytes:
    return sql.SQL("delete from {} where id = %s").format(_name(table)).as_bytes()


@cache
def _insert(table: str, columns: tuple[str, ...], seen: tuple[str, ...]) -> bytes:
    values = sql.SQL(", ").join(sql.Placeholder() for _ in columns)
    return sql.SQL("insert into {} ({}) values ({}){}").format(_name(table), _names(columns), values, _returning(seen)).as_bytes()


@cache
def _update(table: str, changes: tuple[tuple[str, LiteralString], ...], seen: tuple[str, ...]) -> bytes:
    """Return an update by key. Each change is a column and its new value: a placeholder, or an expression in which {} is the column."""
    sets = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.SQL(value).format(sql.Identifier(name))) for name, value in changes]
    return sql.SQL("update {} set {} where id = %s{}").format(_name(table), sql.SQL(", ").join(sets), _returning(seen)).as_bytes()


def _name(table: str) -> sql.Identifier:
    return sql.Identifier("public", table)


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _returning(columns: tuple[str, ...]) -> sql.Composable:
    return sql.SQL(" returning {}").format(_names(columns)) if columns else sql.SQL("")
