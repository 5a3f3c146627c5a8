"""What a rollback would lose, measured by running it: rows of tables and values of columns that were there before it."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from scripts.settings import SQL
from scripts.target import Connection


@dataclass(frozen=True)
class Contents:
    """The tables of a database at one moment: their columns, whether each has rows, and rows deleted so far."""

    columns: dict[int, frozenset[str]]
    names: dict[int, str]
    filled: frozenset[int]
    deleted: dict[str, int]


def contents(connection: Connection) -> Contents:
    """Look at every table once; cheap, because it asks for one row of each and counts none."""
    tables = connection.execute((SQL / "tables_with_rows.sql").read_bytes()).fetchall()
    filled: frozenset[int] = frozenset()
    if tables:
        # the names come quoted from format('%I.%I')
        asked = " union all ".join(f"select {oid} where exists (select from {name})" for oid, name, _ in tables)  # noqa: S608
        filled = frozenset(row[0] for row in connection.execute(asked.encode()))
    return Contents(
        {oid: frozenset(columns) for oid, _, columns in tables}, {oid: name for oid, name, _ in tables}, filled,
        _counted(connection, "n_tup_del"),
    )  # fmt: skip


def rows_inserted(connection: Connection, before: dict[str, int]) -> dict[str, int]:
    """Return how many rows each table got since `before` was taken by inserted_so_far, in this transaction."""
    now = inserted_so_far(connection)
    return {name: now[name] - before.get(name, 0) for name in now if now[name] > before.get(name, 0)}


def inserted_so_far(connection: Connection) -> dict[str, int]:
    """Return the session's counters of inserted rows."""
    return _counted(connection, "n_tup_ins")


def _counted(connection: Connection, counter: str) -> dict[str, int]:
    query = sql.SQL(
        "select format('%I.%I', schemaname, relname), {counter} from pg_catalog.pg_stat_xact_user_tables"
        " where {counter} > 0 and schemaname <> 'runner'"
    ).format(counter=sql.Identifier(counter))
    return dict(connection.execute(query).fetchall())


@dataclass(frozen=True)
class Suspicion:
    """What vanished between two moments, to be counted once the rollback itself has been rolled back."""

    tables: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    deletions: dict[str, int]

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns or self.deletions)


def compare(before: Contents, after: Contents, brought: dict[str, int]) -> Suspicion:
    """Return what may be lost: tables with rows that are gone or empty, columns of such tables, and rows deleted.

    Rows that the file itself brought when it was applied (`brought`, by table) may go again.
    """
    gone = [oid for oid in before.filled if oid not in after.columns or oid not in after.filled]
    columns = [
        (before.names[oid], column)
        for oid in sorted(before.filled & after.filled)
        for column in sorted(before.columns[oid] - after.columns[oid])
    ]
    deletions = {
        name: times - before.deleted.get(name, 0) - brought.get(name, 0)
        for name, times in after.deleted.items()
        if times - before.deleted.get(name, 0) > brought.get(name, 0) and name not in {before.names[oid] for oid in gone}
    }
    return Suspicion(tuple(sorted(before.names[oid] for oid in gone)), tuple(columns), deletions)


def count_losses(connection: Connection, suspicion: Suspicion, brought: dict[str, int]) -> list[str]:
    """Return one phrase for each loss, with numbers; empty where nothing that matters would be lost."""
    found = [f"{_rows(times)} of {name}" for name, times in suspicion.deletions.items()]
    for name in suspicion.tables:
        times = _count(connection, name, "*") - brought.get(name, 0)
        if times > 0:
            found.append(f"{_rows(times)} of {name}")
    for name, column in suspicion.columns:
        if times := _count(connection, name, sql.Identifier(column).as_string(connection)):
            found.append(f"{times} value{'s' * (times != 1)} of {name}.{column}")
    return found


def _count(connection: Connection, name: str, what: str) -> int:
    # both come quoted
    row = connection.execute(f"select count({what}) from {name}".encode()).fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _rows(times: int) -> str:
    return f"{times} row{'s' * (times != 1)}"
