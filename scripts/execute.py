"""One SQL file, run whole: as fast as psql would, and with the line and the statement when something is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import errors, generators, sql
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

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


# A killed client is noticed in the middle of a long statement, and a lost network within two minutes. A file that says `set role`
# or `set statement_timeout` without `local` must not change what comes after it.
_SESSION = b"""
reset session authorization;
reset role;
reset all;
set client_connection_check_interval = '2s';
set tcp_keepalives_idle = 60;
set tcp_keepalives_interval = 20;
set tcp_keepalives_count = 3;
set client_min_messages = warning;
set default_transaction_isolation = 'read committed';
set search_path = runner;
"""


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
    if bad is not None and bad.status in {ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH}:
        connection.close()
        raise UserError(f"{file.shown} copies from or to the client, and there is none that could.", "Write the rows as an insert.")
    if bad is None or bad.status != ExecStatus.FATAL_ERROR:
        _check_transaction(connection, file, results)
        return
    fault = errors.error_from_result(bad, encoding="utf-8")
    position = bad.error_field(DiagnosticField.STATEMENT_POSITION)
    statements = file.statements()
    if position is not None:
        at = max((one for one in statements if one.start < int(position)), key=lambda one: one.start, default=None)
        line: int | None = file.line_of(int(position))
    else:
        at = statements[len(results) - 1] if len(results) <= len(statements) else None
        line = at.line if at else None
    context = (fault.diag.context or "").split("\n", 1)[0]
    inside = f"({context})" if context.startswith("PL/pgSQL") else None  # which line of a function's body, or of a do block
    said = " ".join(part for part in (fault.diag.message_primary, fault.diag.message_detail, inside) if part)
    code = fault.sqlstate or "?????"
    raise StatementFailed(
        f"{file.shown}{f', line {line}' if line else ''}: {said} [{code}]" + (f"\n       in: {at.head}" if at else ""),
        fault.diag.message_hint or advice(code),
        code,
    )


def settle(connection: Connection) -> None:
    """Put the session's role and settings to what the runner works with, whatever a file has made of them."""
    connection.execute(_SESSION)


def set_limits(connection: Connection, limits: Limits | None) -> None:
    """Set an empty path and the timeouts for the transaction; without limits for the session, where nothing is to be stopped.

    What runs concurrently takes as long as the table is large, and nobody waits behind it.
    """
    scope, times = ("local", (limits.lock_timeout, limits.statement_timeout)) if limits else ("session", ("0", "0"))
    wanted = zip(("search_path", "lock_timeout", "statement_timeout"), ("", *times), strict=True)
    try:
        connection.execute(
            sql.SQL("; ").join(
                sql.SQL("set {} {} = {}").format(sql.SQL(scope), sql.Identifier(name), sql.Literal(value)) for name, value in wanted
            )
        )
    except psycopg.errors.InvalidParameterValue as fault:
        raise UserError(
            f"A timeout is not a time that PostgreSQL understands: {fault.diag.message_primary}.", "Write it as 500ms, 3s or 10min."
        ) from None


def run_in_transaction(connection: Connection, file: SqlFile, limits: Limits) -> None:
    """Run a file in the transaction that is open, with limits and nothing on its search_path, and settle the session after it."""
    set_limits(connection, limits)
    execute_file(connection, file)
    try:  # what is deferred would otherwise fail at the commit, where nobody knows the file any more
        connection.execute(b"set constraints all immediate;" + _SESSION)
    except psycopg.Error as fault:
        said = " ".join(part for part in (fault.diag.message_primary, fault.diag.message_detail) if part)
        raise StatementFailed(
            f"{file.shown}, at its end: {said} [{fault.sqlstate}]", "Nothing of this file was kept.", fault.sqlstate or ""
        ) from None


def _check_transaction(connection: Connection, file: SqlFile, results: list[PGresult]) -> None:
    """Stop where a file has ended its transaction all the same: SqlFile.check reads the text, and this what the server did."""
    ended = {b"COMMIT", b"BEGIN", b"START TRANSACTION", b"PREPARE TRANSACTION"}
    tags = {one.command_status for one in results}
    outside = connection.info.transaction_status != TransactionStatus.INTRANS
    # `rollback and chain` leaves a transaction behind as well; without a savepoint a rollback can be nothing else
    chained = b"ROLLBACK" in tags and b"SAVEPOINT" not in tags
    if file.transactional and (outside or chained or tags & ended):
        connection.close()
        raise UserError(
            f"{file.shown} ended the transaction that it ran in: it may be half applied, and is not in the books.",
            "See what is there, take it back by hand, and mend the file: the runner begins and ends the transaction.",
        )


def advice(code: str) -> str:
    """Return what to do after an error of PostgreSQL's in a file."""
    if code == LOCK_NOT_AVAILABLE:
        return "Something holds the lock: find it in pg_stat_activity, then run the same command again, or allow LOCK_TIMEOUT=10s."
    if code == "57014":
        return "Allow a longer STATEMENT_TIMEOUT, or find out why it takes so long."
    if code in {"57P01", "57P02", "57P03", "40001", "40P01"}:
        return "Nothing of this file was kept. Run the same command again."
    if code == "42501":
        return "Run as the owner of the schema: on Supabase the role postgres."
    return "Nothing of this file was kept. Mend it, then run the same command again."
