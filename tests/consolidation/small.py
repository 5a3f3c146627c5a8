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


def begun(connection: Connection, at: str = "2026-01-01 00:00:00+00") -> None:
    """Note a first run that is over, so that the time which stands for an unknown one, when the first run began, is known."""
    connection.execute("insert into consolidation.runs (run_number, started_at, finished_at) values (1, %s, now())", (at,))


def take(connection: Connection, which: str | None, schema: str) -> None:
    """Capture a schema that is beside the hybrid, as A, as B, or as what its tables are."""
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


def put_aside_for_few(connection: Connection) -> None:
    """Let an import of a few rows put indexes, keys and triggers aside, as it does for many."""
    connection.execute("set consolidation.bulk_from = 0")


def uid(number: int) -> str:
    """Return a legacy id that is easy to recognise."""
    return f"00000000-0000-4000-8000-{number:012d}"


def accounts(connection: Connection) -> dict[str, dict[str, int]]:
    """Return the outcomes of each imported legacy table, counted."""
    found: dict[str, dict[str, int]] = {}
    for table, outcome, number in connection.execute("select legacy_table, outcome, count(*) from consolidation.ledger group by 1, 2"):
        found.setdefault(table, {})[outcome] = number
    return found


def check_accounted(connection: Connection) -> None:
    """Fail where a captured table has more or fewer rows than lines, a rejected row is not kept, or a home is missing."""
    for table, schema, name in connection.execute(
        "select legacy_table, schema_name, table_name from consolidation.sources join consolidation.steps using (legacy_table)"
    ).fetchall():
        source = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))).fetchone()
        lines = connection.execute("select count(*) from consolidation.ledger where legacy_table = %s", (table,)).fetchone()
        assert source == lines, table
    strays = connection.execute(
        "select legacy_table, legacy_key from consolidation.ledger full join consolidation.rejects using (legacy_table, legacy_key)"
        " where (outcome = 'rejected') is distinct from (rejects.reason is not null)"
        # what a further step could not carry has no line of its own
        " and legacy_table not in (select step from consolidation.steps where is_further)"
    ).fetchall()
    assert strays == []
    for (hybrid,) in connection.execute("select distinct hybrid_table from consolidation.targets").fetchall():
        missing = connection.execute(
            sql.SQL(
                "select legacy_table, legacy_key from consolidation.targets where hybrid_table = %s"
                " and hybrid_id not in (select id from {})"
            ).format(sql.Identifier(*hybrid.split("."))),
            (hybrid,),
        ).fetchall()
        assert missing == [], hybrid


#: What an import writes and must write the same whatever happened on the way.
RESULT = (
    "ledger", "ledger_targets", "rejects", "kept", "conflicts",
)  # fmt: skip


def result(connection: Connection) -> dict[str, list[str]]:
    """Return every row of the hybrid and of the books of the import, in an order of their own."""
    tables = connection.execute(
        "select format('%%I.%%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'secrets')"
        # what stood before is of the way there, not of the end
        " and tablename <> 'overwritten_by_import'"
        " union all select 'consolidation.' || name from unnest(%s::text[]) as name order by 1",
        (list(RESULT),),
    ).fetchall()
    return {
        table: [row[0] for row in connection.execute(f"select to_jsonb(found)::text from {table} as found order by 1".encode())]
        for (table,) in tables
    }
