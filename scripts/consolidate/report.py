"""Reads what a report says, at one moment: the functions of migrations/1646_report.sql, and the books of the runner beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

from scripts.consolidate.report_facts import (
    Account,
    Conflict,
    Difference,
    Drift,
    Flow,
    Kept,
    Lines,
    Merge,
    Reject,
    Report,
    Run,
    Safety,
    Source,
    Step,
    Waiting,
    Word,
)
from scripts.errors import UserError
from scripts.settings import query
from scripts.target import Connection, Target

#: A report has as many lines of one kind at most, whatever the data; how many more there are is said.
MOST_LINES = 200
MOST_EXAMPLES = 3
MOST_KEYS = 3
MOST_WORDS = 12

T = TypeVar("T")


def read(connection: Connection, target: Target) -> Report:
    """Read all of it; raises UserError where there is nothing to report yet."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        # a report over millions of rows counts them
        connection.execute("set local statement_timeout = 0")
        _refuse_before_an_import(connection)
        server = _value(connection, "select current_setting('server_version')")
        return Report(
            made_at=datetime.now(UTC),
            database=target.describe(),
            server=str(server),
            vector=_value(connection, "select extversion from pg_extension where extname = 'vector'"),
            accounts=_all(connection, Account, "select * from consolidation.report_tables()"),
            sources=_all(connection, Source, "select * from consolidation.report_sources()"),
            drift=_lines(connection, Drift, "select * from consolidation.report_drift()"),
            flows=_all(connection, Flow, "select * from consolidation.report_flows()"),
            merges=_lines(connection, Merge, "select * from consolidation.report_merges(%s)", MOST_EXAMPLES),
            conflicts=_lines(connection, Conflict, "select * from consolidation.report_conflicts(%s)", MOST_EXAMPLES),
            rejects=_lines(connection, Reject, "select * from consolidation.report_rejects(%s)", MOST_KEYS),
            kept=_lines(connection, Kept, "select * from consolidation.report_kept()"),
            words=_lines(connection, Word, "select * from consolidation.report_words(%s)", MOST_WORDS),
            waiting=_all(connection, Waiting, "select * from consolidation.report_waiting()"),
            steps=_all(connection, Step, "select * from consolidation.report_steps()"),
            runs=_lines(connection, Run, query("report_runs")),
            differences=_lines(connection, Difference, query("report_differences")),
            safety=_safety(connection),
            put_aside=int(_value(connection, "select count(*)::text from consolidation.put_aside") or 0),
        )


def _refuse_before_an_import(connection: Connection) -> None:
    try:
        with connection.transaction():
            begun = _value(connection, "select min(run_number)::text from consolidation.runs")
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        begun = None
    if begun is None:
        raise UserError(
            "Nothing is imported yet, so there is nothing to report.", "Run 'make capture', 'make migrate', 'make consolidate'."
        )
    if _value(connection, "select to_regproc('consolidation.report_tables')::text") is None:
        raise UserError("The functions of the report are not there yet.", "Run 'make migrate' first.")


def _safety(connection: Connection) -> Lines[Safety]:
    """Return backups that were at hand, and where somebody went on without; the runner makes these tables when they are first needed."""
    parts = [
        query(f"report_{table}").decode().strip().removesuffix(";")
        for table in ("backups_used", "overrides")
        if _value(connection, "select to_regclass(%s)::text", f"runner.{table}")
    ]
    if not parts:
        return Lines((), 0)
    return _lines(connection, Safety, (" union all ".join(parts) + " order by done_at desc").encode())


def _value(connection: Connection, statement: LiteralString, *values: object) -> str | None:
    row = connection.execute(statement, values).fetchone()
    return None if row is None else row[0]


def _all(connection: Connection, kind: type[T], statement: LiteralString | bytes, *values: object) -> tuple[T, ...]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return tuple(cursor.execute(statement, values or None).fetchall())


def _lines(connection: Connection, kind: type[T], statement: LiteralString | bytes, *values: object) -> Lines[T]:
    """Return the first rows of a query, and how many there are in all; the rest stays on the server."""
    with connection.cursor(name="report", row_factory=class_row(kind)) as cursor:
        cursor.execute(statement, values or None)
        shown: Sequence[T] = cursor.fetchmany(MOST_LINES)
        more = connection.execute("move forward all in report").rowcount if len(shown) == MOST_LINES else 0
        return Lines(tuple(shown), len(shown) + more)
