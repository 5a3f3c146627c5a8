"""The import, piece by piece: each call of consolidation.import_next is one transaction, and decides by itself what comes next."""

from __future__ import annotations

import time

from scripts import backups
from scripts.console import note, progress
from scripts.runner import Runner
from scripts.target import Connection

#: Where the hybrid's rows are.
_WRITES_TO = ("public", "secrets", "partitions")


def consolidate(work: Runner, domain: str | None) -> int:
    """Import what is captured, or one domain of it; return the rows that were imported by this call."""
    connection = work.connection
    connection.execute("set statement_timeout = 0")
    with work.books.lock(work.lock_wait):
        if _begins_where_something_is(connection):
            backups.require_backup(connection, "import", schemas=_WRITES_TO)
        first, began, step = _rows(connection)[0], time.monotonic(), None
        while True:
            piece = connection.execute("select piece, step from consolidation.import_next(%s)", (domain,)).fetchone()
            done, total = _rows(connection)
            if piece is None:
                progress("")
                return done - first
            if piece[1] != step and piece[1]:
                note(f"{piece[1]} …")
            step = piece[1] or step
            progress(_line(piece[0] if not piece[1] else piece[1], done, total, (done - first) / max(time.monotonic() - began, 0.001)))


def _begins_where_something_is(connection: Connection) -> bool:
    """Tell whether a run would begin, and not go on, in a hybrid that somebody uses already."""
    row = connection.execute(
        "select exists (select from consolidation.captures) and exists (select from public.users)"
        " and not exists (select from consolidation.runs where finished_at is null)"
    ).fetchone()
    return bool(row and row[0])


def _rows(connection: Connection) -> tuple[int, int]:
    row = connection.execute("select coalesce(sum(rows_done), 0)::bigint, coalesce(sum(rows_total), 0)::bigint from consolidation.progress")
    found = row.fetchone()
    return (found[0], found[1]) if found else (0, 0)


def _line(what: str, done: int, total: int, rate: float) -> str:
    left = f", about {max(total - done, 0) / rate:.0f} s left" if rate > 0 else ""
    return f"{what}: {done:,} of {total:,} rows, {rate:,.0f} a second{left}"
