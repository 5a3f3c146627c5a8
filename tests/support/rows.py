"""Valid rows of every table, and for each check a way to break it: what the generic tests of tests/tables/ are made from.

Each domain has a module here with MAKERS and BREAKERS; this one puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from scripts.target import Connection

Values = dict[str, Any]

#: Makes what a row needs (parents and so on) in a workspace and returns the values of a valid row, not inserted yet.
Maker = Callable[[Connection, UUID], Values]


def insert(connection: Connection, table: str, values: Mapping[str, Any]) -> Values:
    """Insert a row into a table ("users", or "secrets.things") and return it whole, by column."""
    schema, _, name = table.rpartition(".")
    statement = sql.SQL("insert into {} ({}) values ({}) returning *").format(
        sql.Identifier(schema or "public", name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )
    plain = [Jsonb(value) if isinstance(value, dict) else value for value in values.values()]
    cursor = connection.execute(statement, plain)
    row = cursor.fetchone()
    assert row is not None
    assert cursor.description is not None
    return dict(zip((column.name for column in cursor.description), row, strict=True))


def one(connection: Connection, query: str, *values: Any) -> Any:
    """Return the first column of the first row, or None where there is no row."""
    row = connection.execute(query.encode(), values or None).fetchone()
    return row[0] if row else None
