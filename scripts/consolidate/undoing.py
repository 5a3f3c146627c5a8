"""An import is taken back by consolidation.undo, in one transaction; what somebody has changed since is said first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import psycopg

from scripts import backups
from scripts.console import note, table
from scripts.consolidate.run import WRITES_TO
from scripts.errors import UserError
from scripts.runner import Runner
from scripts.target import Connection

#: How many changed rows of one table and kind are named; SQL names them all.
SHOWN = 10

#: What consolidation.undo raises where somebody has changed something.
CHANGED = "HS122"


@dataclass(frozen=True)
class Taken:
    """What was taken back from one table of the hybrid."""

    hybrid_table: str
    deleted: int
    restored: int


def undo(work: Runner, which: str | None, *, force: bool, needs_backup: bool = True) -> list[Taken]:
    """Take back what was imported, from both legacy schemas or from B alone; refuse where rows were changed since, unless forced.

    A database that is itself a copy, which a rehearsal works on, needs no backup.
    """
    connection = work.connection
    connection.execute("set statement_timeout = 0")
    with work.books.lock(work.lock_wait):
        if needs_backup and _is_imported(connection, which):  # else the function says that there is nothing
            backups.require_backup(connection, "undo of the import", schemas=WRITES_TO)
        if force:
            _name(_changed(work, which))
        note("Taking it back, in one transaction: cut off, nothing has happened …")
        try:
            with connection.transaction():
                connection.execute("select set_config('lock_timeout', %s, true)", (work.limits.lock_timeout,))
                rows = connection.execute(
                    "select hybrid_table, deleted, restored from consolidation.undo(%s, %s)", (which, force)
                ).fetchall()
        except psycopg.Error as fault:
            if fault.sqlstate != CHANGED:
                raise
            _name(_changed(work, which))
            raise UserError(
                f"{str(fault.diag.message_primary)[:1].upper()}{str(fault.diag.message_primary)[1:]}; nothing was taken back.",
                "FORCE=1 takes the import back all the same: the rows above go too, or stay as they are where the import only changed them."
                " 'select * from consolidation.changed_since();' lists them all.",
            ) from fault
        return [Taken(*row) for row in rows if row[1] or row[2]]


def _is_imported(connection: Connection, which: str | None) -> bool:
    row = connection.execute("select exists (select from consolidation.progress where step like %s)", (f"{which or ''}%",)).fetchone()
    return bool(row and row[0])


def _changed(work: Runner, which: str | None) -> list[tuple[str, str, str]]:
    rows = work.connection.execute(
        "select hybrid_table, change, row_key::text from consolidation.changed_since(%s) order by 1, 2, 3", (which,)
    )
    return [(hybrid, change, key) for hybrid, change, key in rows]


def _name(changed: list[tuple[str, str, str]]) -> None:
    """Show what was changed since, a few rows of each table and kind."""
    counted: Counter[tuple[str, str]] = Counter((hybrid, change) for hybrid, change, _ in changed)
    named: Counter[tuple[str, str]] = Counter()
    rows = []
    for hybrid, change, key in changed:
        named[hybrid, change] += 1
        if named[hybrid, change] <= SHOWN:
            rows.append((hybrid, key, change))
        elif named[hybrid, change] == SHOWN + 1:
            rows.append((hybrid, f"and {counted[hybrid, change] - SHOWN} more", change))
    if rows:
        table(rows, ("table", "row", "what happened since"))
