"""What `make migrate` would run and which locks each file takes: measured on a scratch copy, not guessed."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.books import Books
from scripts.execute import Limits
from scripts.files import NumberedMigration, read_migrations
from scripts.runner import Runner
from scripts.scratch import scratch_database, server_like
from scripts.settings import ROOT, query
from scripts.target import Connection

#: Lock modes that somebody has to wait for, weakest first, and who that is.
_STOPS = {
    "ShareUpdateExclusiveLock": "other schema changes",
    "ShareLock": "writes",
    "ShareRowExclusiveLock": "writes",
    "ExclusiveLock": "writes",
    "AccessExclusiveLock": "reads and writes",
}


@dataclass(frozen=True)
class Lock:
    """The strongest lock that a file takes on a table that is there already, and whether it rewrites the table.

    Tables that the plan itself makes are left out: nobody uses them yet.
    """

    table: str
    mode: str
    rewrites: bool

    @property
    def stops(self) -> str:
        """Who has to wait while the file runs."""
        return _STOPS[self.mode]


@dataclass(frozen=True)
class Step:
    """One pending file: its locks on existing tables, and how long it took on the (empty) copy."""

    migration: NumberedMigration
    locks: list[Lock]
    milliseconds: int


def measure(books: Books, to: int | None, *, out_of_order: bool) -> list[Step]:
    """Build a copy up to where the database is, run the pending files on it, and look at the locks before each commit."""
    Runner(books, read_migrations(ROOT), out_of_order=out_of_order).audit()
    applied = books.records().keys()
    everything = read_migrations(ROOT)
    steps: list[Step] = []
    with scratch_database(server_like(books.connection.info.server_version)) as target:
        copy = Books(target)
        try:
            limits = Limits(lock_timeout="10s")
            Runner(copy, everything.filter(lambda one: one.id in applied), limits).migrate()
            there = {oid: (file, name) for oid, file, name, _ in copy.connection.execute(query("table_sizes"))}
            found: dict[str, list[Lock]] = {}

            def watch(connection: Connection, migration: NumberedMigration) -> None:
                found[migration.id] = _locks(connection, there)
                for oid, file, name, _ in connection.execute(query("table_sizes")):
                    if oid in there:  # rewritten or renamed by this file, and not by the next
                        there[oid] = file, name

            done = Runner(copy, everything, limits, out_of_order=True).migrate(to, watch)
            steps = [Step(migration, found.get(migration.id, []), ms) for migration, ms in done]
        finally:
            copy.close()
    return steps


def _locks(connection: Connection, before: dict[int, tuple[int, str]]) -> list[Lock]:
    """Return the strongest lock on each table that was there before, also on one that the file drops."""
    strongest: dict[str, Lock] = {}
    ranks = list(_STOPS)
    for oid, mode, file in connection.execute(query("held_locks")):
        if oid not in before or mode not in _STOPS:
            continue
        old_file, table = before[oid]
        known = strongest.get(table)
        if known is None or ranks.index(mode) > ranks.index(known.mode):
            strongest[table] = Lock(table, mode, rewrites=file is not None and file != old_file)
    return [strongest[table] for table in sorted(strongest)]
