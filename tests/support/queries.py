"""Queries about tables that a test names, with the names quoted as PostgreSQL quotes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg import sql

from scripts.target import Connection


def rows(connection: Connection, text: LiteralString, *names: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query with a name ("column", or "schema.table") for each {} and return its rows; none where it gives no result."""
    query = sql.SQL(text).format(*(sql.Identifier(*name.split(".")) for name in names))
    cursor = connection.execute(query, values or None)
    return cursor.fetchall() if cursor.description else []


def value(connection: Connection, text: LiteralString, *names: str, values: Sequence[Any] = ()) -> Any:
    """Run such a query and return the first column of its only row."""
    ((found, *_),) = rows(connection, text, *names, values=values)
    return found
