"""Legacy tables from docs/legacy with a few hand-made rows, and the import over them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from scripts.settings import ROOT
from scripts.target import Connection


def create_legacy(connection: Connection, which: str, schema: str, tables: Iterable[str] | None = None) -> None:
    """Make the tables of A or B in a schema, with types, defaults and keys, without references."""
    connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    columns: dict[str, list[str]] = {}
    with (ROOT / "docs" / "legacy" / f"schema_{which}.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            kind = line["type"].replace("vector(", "extensions.vector(")
            default = "" if not line["default"] or line["default"].startswith("nextval") else f" default {line['default']}"
            key = " primary key" if line["constraints"] == "primary key" else ""
            columns.setdefault(line["table"], []).append(f'"{line["column"]}" {kind} {line["nullability"]}{default}{key}')
    for table, parts in columns.items():
        if tables is None or table in tables:
            connection.execute(f'create table "{schema}"."{table}" ({", ".join(parts)})'.encode())


def add(connection: Connection, schema: str, table: str, *rows: Mapping[str, Any]) -> None:
    """Insert rows into a legacy table."""
    for row in rows:
        values = [Jsonb(value) if isinstance(value, dict | JsonList) else value for value in row.values()]
        connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(schema, table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(sql.Placeholder() * len(row)),
            ),
            values,
        )


class JsonList(list[Any]):
    """A list that is meant as jsonb and not as an array."""


def take(connection: Connection, which: str, schema: str) -> None:
    """Capture a schema that is beside the hybrid."""
    connection.execute("select * from consolidation.capture(%s, %s)", (schema, which))


def run_all(connection: Connection, domain: str | None = None, batch_rows: int = 50_000) -> list[str]:
    """Import, each piece in a transaction of its own; return what the pieces were called."""
    pieces: list[str] = []
    while True:
        row = connection.execute("select piece, step from consolidation.import_next(%s, %s)", (domain, batch_rows)).fetchone()
        connection.commit()
        if row is None:
            return pieces
        pieces.append(" ".join(part for part in row if part))
