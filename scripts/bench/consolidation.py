"""What the import costs, over the same transforms alone (scripts/bench/floors.py), and how it grows with the rows.

Each size is a database of its own on one throw-away server: both legacy schemas are made, captured and imported into an empty hybrid, with
ledger, indexes and validated foreign keys; then the reconciliation, then the floors. All of it in one run.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

from scripts import shim
from scripts.bench import floors
from scripts.bench.figures import Figure, show
from scripts.console import note, say, table
from scripts.scratch import build, throwaway_server
from scripts.server import SUPERUSER, Server
from scripts.target import Connection
from tests.consolidation.legacy.bulk import install_bulk, install_bulk_accounts

#: Legacy rows in all, of A and B together; the second is four times the first.
_SIZES = (1_000_000, 4_000_000)

_SETTINGS = "shared_buffers = '1GB'\nmax_wal_size = '4GB'\n"
_MEMORY_NEEDED = 12 * 1024**3


@dataclass(frozen=True)
class Run:
    """One size: seconds of each part, and of each step of the import."""

    rows: int
    captured: float
    imported: float
    steps: dict[str, float]
    put_back: float
    compared: float
    floors: tuple[floors.Floor, ...]

    @property
    def floor(self) -> float:
        """What all transforms take alone, in seconds."""
        return sum(one.seconds for one in self.floors)


def measure() -> list[Figure]:
    """Take all figures, print them, and return them."""
    with throwaway_server(settings=_SETTINGS, memory_needed=_MEMORY_NEEDED) as server:
        runs = [_run(server, rows) for rows in _SIZES]
        with server.target().connect() as connection:
            version = connection.execute("select version()").fetchone()
    small, large = runs
    say(f"\n{version[0] if version else ''}: the import of {' and '.join(f'{run.rows:,}' for run in runs)} legacy rows\n")
    for run in runs:
        _show(run)
    held = [
        *(Figure(f"import of {run.rows:,} rows, over create table as", [run.imported / run.floor], "times", 2.5) for run in runs),
        *(Figure(f"comparison of {run.rows:,} rows, over the same", [run.compared / run.floor], "times", 1.5) for run in runs),
        Figure(f"{large.rows / small.rows:g} times the rows", [large.imported / small.imported], "times", 4.4),
        Figure("capture in place", [1000 * run.captured for run in runs], "ms", 100),
        Figure("memory of this process", [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024], "MB", 200),
    ]
    show(held)
    return held


def _run(server: Server, rows: int) -> Run:
    target = shim.create_database(server, f"import_{rows}")
    build(target)
    with target.connect() as connection, server.target(target.database, SUPERUSER).connect() as superuser:
        note(f"making {rows:,} legacy rows")
        install_bulk(connection, "A", "old_a", rows // 2)
        install_bulk(connection, "B", "old_b", rows // 2)
        install_bulk_accounts(superuser, "old_a")
        connection.execute("vacuum analyze")
        captured = max(_seconds(connection, "select * from consolidation.capture(%s, %s)", f"old_{which}", which) for which in "ab")
        note("importing")
        steps, put_back, imported = _import(connection)
        note(f"imported in {imported:.1f} s; comparing")
        compared = _seconds(connection, "select * from consolidation.validate()")
        note(f"compared in {compared:.1f} s; the transforms alone")
        steps_done = connection.execute("select step from consolidation.progress join consolidation.steps using (step) order by position")
        names = [name for (name,) in steps_done]
        found = tuple(floors.measure(connection, name) for name in names)
        run = Run(rows, captured, imported, steps, put_back, compared, found)
    shim.drop_database(server, target.database)
    return run


def _import(connection: Connection) -> tuple[dict[str, float], float, float]:
    """Import everything as the driver does; return the seconds of each step, of putting back, and of all."""
    steps: dict[str, float] = {}
    put_back = 0.0
    began = time.perf_counter()
    while True:
        started = time.perf_counter()
        piece = connection.execute("select piece, step from consolidation.import_next()").fetchone()
        took = time.perf_counter() - started
        if piece is None:
            return steps, put_back, time.perf_counter() - began
        if piece[1]:
            steps[piece[1]] = steps.get(piece[1], 0) + took
        else:
            put_back += took


def _seconds(connection: Connection, statement: str, *values: str) -> float:
    started = time.perf_counter()
    connection.execute(statement.encode(), values or None).fetchall()
    return time.perf_counter() - started


def _show(run: Run) -> None:
    rows = []
    for one in run.floors:
        took = run.steps.get(one.step, 0)
        rows.append((one.step, f"{one.rows:,}", f"{took:.2f} s", f"{one.seconds:.2f} s", f"{took / one.seconds:.1f}"))
    rows.append(("begin, and indexes and keys put back", "", f"{run.put_back:.2f} s", "", ""))
    rows.append(("all", "", f"{run.imported:.2f} s", f"{run.floor:.2f} s", f"{run.imported / run.floor:.1f}"))
    table(rows, ("step", "rows made", "imported", "transform alone", "times"))
    say()
