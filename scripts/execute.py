"""One SQL file, run whole: as fast as psql would, and with the line and the statement when something is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import errors, generators
from psycopg.pq import DiagnosticField, ExecStatus

from scripts.errors import UserError
from scripts.files import SqlFile
from scripts.target import Connection

LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True)
class Limits:
    """How long a file may wait for a lock, and how long one statement of it may run; PostgreSQL's notation."""

    lock_timeout: str = "3s"
    statement_timeout: str = "10min"
    lock_attempts: int = 5


class StatementFailed(UserError):
    """A statement of a file failed; `sqlstate` is PostgreSQL's code."""

    def __init__(self, sentence: str, next_step: str, sqlstate: str) -> None:
        super().__init__(sentence, next_step)
        self.sqlstate = sqlstate


def execute_file(connection: Connection, file: SqlFile) -> None:
    """Send the whole file in one message and raise StatementFailed with file, line and statement at the first error.

    The server answers once for each statement that it has done, so the number of answers before the error tells which
    statement failed even where PostgreSQL gives no position, as at run time. psycopg's cursors hide those answers, so this
    goes one level below them, to the generators that they are made of.
    """
    connection.pgconn.send_query(file.text.encode())
    try:
        results = connection.wait(generators.execute(connection.pgconn))
    except psycopg.OperationalError:
        raise UserError(
            f"The connection was lost while {file.shown} ran.",
            "The server rolls back what was not committed. See to the server, then run the same command again.",
        ) from None
    bad = results[-1] if results else None
    if bad is None or bad.status != ExecStatus.FATAL_ERROR:
        return
    fault = errors.error_from_result(bad, encoding="utf-8")
    position = bad.error_field(DiagnosticField.STATEMENT_POSITION)
    statements = file.statements()
    if position is not None:
        line = file.line_of(int(position))
        at = max((one for one in statements if one.line <= line), key=lambda one: one.line, default=None)
    else:
        at = statements[len(results) - 1] if len(results) <= len(statements) else None
        line = at.line if at else 1
    said = " ".join(part for part in (fault.diag.message_primary, fault.diag.message_detail) if part)
    code = fault.sqlstate or "?????"
    raise StatementFailed(
        f"{file.shown}, line {line}: {said} [{code}]" + (f"\n       in: {at.head}" if at else ""),
        fault.diag.message_hint or _advice(code),
        code,
    )


def _advice(code: str) -> str:
    if code == LOCK_NOT_AVAILABLE:
        return "Something holds the lock: find it in pg_stat_activity, then run the same command again, or allow LOCK_TIMEOUT=10s."
    if code == "57014":
        return "Allow a longer STATEMENT_TIMEOUT, or find out why it takes so long."
    if code == "42501":
        return "Run as the owner of the schema: on Supabase the role postgres."
    return "Nothing of this file was kept. Mend it, then run the same command again."
