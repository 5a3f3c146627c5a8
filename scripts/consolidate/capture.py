"""A legacy schema of the target moves aside, and back; what may be moved and where is decided by the functions of 1410 and 1415."""

from __future__ import annotations

from scripts import backups
from scripts.consolidate.inspection import classify
from scripts.runner import Runner
from scripts.target import Connection

#: Legacy schema, kind of object, and how many of them were moved.
Moved = list[tuple[str, str, int]]


def capture(work: Runner, schema: str, wanted: str | None) -> Moved:
    """Move a legacy schema aside, after the files that this takes have been applied; they may come before all others."""
    if _would_move(work.connection, schema) and backups.has_rows(work.connection, [schema]):
        backups.require_backup(work.connection, f"capture of {schema}", schemas=[schema])
    work.migrate(alone=True)
    return _moved(work, "consolidation.capture(%s, %s)", schema, wanted)


def release(work: Runner, wanted: str | None) -> Moved:
    """Move what was captured back."""
    places = [f"legacy_{one}" for one, is_copy in captured(work.connection, wanted) if not is_copy]
    if backups.has_rows(work.connection, places):
        backups.require_backup(work.connection, f"release of {' and '.join(places)}", schemas=places)
    return _moved(work, "consolidation.release(%s)", wanted)


def drop_copies(work: Runner, wanted: str | None) -> list[tuple[str, str]]:
    """Drop what was copied from elsewhere; return legacy schema and name of each table."""
    with work.books.lock(work.lock_wait), work.connection.transaction():
        work.connection.execute("select set_config('lock_timeout', %s, true)", (work.limits.lock_timeout,))
        dropped = work.connection.execute("select legacy_schema, table_name from consolidation.release_copies(%s)", (wanted,))
        return [(schema, name) for schema, name in dropped]


def captured(connection: Connection, wanted: str | None) -> list[tuple[str, bool]]:
    """Return which legacy schemas are captured, and whether each is a copy; none where there are no books of it."""
    there = connection.execute("select to_regclass('consolidation.captures') is not null").fetchone()
    if not there or not there[0]:
        return []
    return [
        (schema, is_copy)
        for schema, is_copy in connection.execute("select legacy_schema, is_copy from consolidation.captures order by legacy_schema")
        if wanted in {None, schema}
    ]


def _would_move(connection: Connection, schema: str) -> bool:
    """Tell whether a schema holds legacy tables and not the hybrid's; all else is refused by itself, and needs no backup for that."""
    with connection.transaction():
        hybrid = connection.execute("select to_regprocedure('private.platform_workspace_id()') is not null").fetchone()
        is_legacy = any(table.letter for table in classify(connection, schema))
    return is_legacy and not (schema == "public" and hybrid and hybrid[0])


def _moved(work: Runner, call: str, *values: str | None) -> Moved:
    connection = work.connection
    with work.books.lock(work.lock_wait), connection.transaction():
        connection.execute("select set_config('lock_timeout', %s, true)", (work.limits.lock_timeout,))
        found = connection.execute(
            f"select legacy_schema, kind, count(*) from {call} group by 1, 2 order by 1, 3 desc, 2".encode(),  # noqa: S608  no value in it
            values,
        )
        return [(schema, kind, number) for schema, kind, number in found]
