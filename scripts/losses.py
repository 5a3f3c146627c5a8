"""What a rollback would lose, measured by running it: rows of tables and values of columns that were there before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from scripts.errors import UserError
from scripts.settings import query
from scripts.target import Connection


@dataclass(frozen=True)
class Table:
    """A table at one moment: its columns by number, and the file that holds its rows (another one after truncate or a rewrite).

    Of a table that belongs to another role the rows may be out of reach: then it cannot be counted, or not be locked.
    """

    name: str
    columns: dict[int, str]
    file: int
    readable: bool
    lockable: bool


@dataclass(frozen=True)
class Counts:
    """Rows of a table, and for each column, by number, how many of them have a value."""

    rows: int
    values: dict[int, int]


def measure(connection: Connection, rollback: Callable[[], None], brought: dict[str, int]) -> list[str]:
    """Run a rollback and return one phrase for each loss; the caller decides whether to keep what it did.

    It runs twice. The first time tells which tables it touches, and is undone. Those are locked, so that nobody adds a row between
    counting and losing it, and counted before and after the second time. Rows that the file itself brought when it was applied
    (`brought`, by table) may go again.
    """
    if _one(connection, "select current_setting('track_counts')") != "on":
        raise UserError("The server does not count changed rows (track_counts is off), so a loss would not be seen.", "Turn it on first.")
    before = _tables(connection)
    with connection.transaction() as trial:
        changed = _changed(connection)
        rollback()
        touched = _touched(before, _tables(connection), _changed(connection) - changed)
        raise psycopg.Rollback(trial)
    if not touched:
        rollback()
        return []
    for oid in sorted(touched):  # in one order, so that two of us do not wait for each other
        if before[oid].lockable:
            connection.execute(f"lock table only {before[oid].name} in access exclusive mode".encode())
    counted = {oid: _count(connection, before[oid]) for oid in touched if before[oid].readable}
    rollback()
    after = _tables(connection)
    blind = [f"what is in {before[oid].name}, which this role may not count" for oid in sorted(touched - counted.keys())]
    return blind + [phrase for oid in sorted(counted) for phrase in _lost(connection, before[oid], after.get(oid), counted[oid], brought)]


def _tables(connection: Connection) -> dict[int, Table]:
    rows = connection.execute(query("tables_with_rows"))
    return {
        oid: Table(name, dict(zip(numbers, names, strict=True)), file, readable, lockable)
        for oid, name, file, readable, lockable, numbers, names in rows
    }


def _changed(connection: Connection) -> set[tuple[int, int, int]]:
    """Return the session's counters of updated and deleted rows, by table."""
    return set(
        connection.execute(
            "select relid::integer, n_tup_upd, n_tup_del from pg_catalog.pg_stat_xact_user_tables where n_tup_upd + n_tup_del > 0"
        ).fetchall()
    )


def _touched(before: dict[int, Table], after: dict[int, Table], changed: Iterable[tuple[int, int, int]]) -> set[int]:
    """Return the tables that are gone, lost a column, have another file or had rows updated or deleted."""
    found = {oid for oid, _, _ in changed} & before.keys()
    for oid, table in before.items():
        now = after.get(oid)
        if now is None or now.file != table.file or not table.columns.keys() <= now.columns.keys():
            found.add(oid)
    return found


def _count(connection: Connection, table: Table) -> Counts:
    asked = ", ".join(["count(*)", *(f"count({sql.Identifier(column).as_string(connection)})" for column in table.columns.values())])
    row = connection.execute(f"select {asked} from only {table.name}".encode()).fetchone()  # noqa: S608  quoted by format() and above
    assert row is not None
    return Counts(row[0], dict(zip(table.columns, row[1:], strict=True)))


def _one(connection: Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _lost(connection: Connection, table: Table, now: Table | None, counted: Counts, brought: dict[str, int]) -> list[str]:
    spare = brought.get(table.name, 0)
    left = _count(connection, now) if now else Counts(0, {})
    if (rows := counted.rows - left.rows - spare) > 0:
        return [f"{rows} row{'s' * (rows != 1)} of {table.name}"]
    gone = counted.rows - left.rows
    found = []
    for number, column in table.columns.items():
        values = counted.values[number] - left.values.get(number, 0) - max(gone, 0)
        if now and values > 0:
            found.append(f"{values} value{'s' * (values != 1)} of {table.name}.{column}")
    return found


# -------------------------------------------------------------------- what a file brings


def inserted_so_far(connection: Connection) -> dict[str, int]:
    """Return the session's counters of inserted rows, by table."""
    return dict(
        connection.execute(
            "select format('%I.%I', schemaname, relname), n_tup_ins from pg_catalog.pg_stat_xact_user_tables"
            " where n_tup_ins > 0 and schemaname <> 'runner'"
        ).fetchall()
    )


def rows_inserted(connection: Connection, before: dict[str, int]) -> dict[str, int]:
    """Return how many rows each table got since `before` was taken by inserted_so_far."""
    now = inserted_so_far(connection)
    return {name: now[name] - before.get(name, 0) for name in now if now[name] > before.get(name, 0)}
