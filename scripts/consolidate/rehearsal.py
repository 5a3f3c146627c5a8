"""A rehearsal: everything that is done to legacy databases, done to a copy on a server of its own, which is gone when it ends.

The sources are only read (scripts/consolidate/origins.py). How long each phase took is said, and nothing is inferred from it: the copy is
on another machine, or beside the source, and writes nothing down for good.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from scripts import contents, seeds
from scripts.books import Books
from scripts.comparison_forms import deliver_to_owner
from scripts.console import note
from scripts.consolidate import copying, reconcile, run
from scripts.consolidate.origins import Origin, opened, reading
from scripts.consolidate.report import read
from scripts.consolidate.report_facts import GOOD, Phase, Report, counted
from scripts.consolidate.report_html import html
from scripts.consolidate.undoing import undo
from scripts.errors import UserError
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.scratch import roomy_server
from scripts.settings import EMBEDDED_MAJORS, ROOT, pg_major, query
from scripts.target import Connection, Target

#: The rows as they were, the same rows in the hybrid, their indexes, the ledger, and the log of all that.
_GROWS_BY = 5

#: What an import writes beside its own books.
_HYBRID = ("public", "secrets", "partitions")


@dataclass(frozen=True)
class Wanted:
    """A legacy schema to rehearse with: where it is (empty: where the tools work), its name there, and whose it is said to be."""

    source: str
    schema: str
    letter: str | None = None


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal found."""

    report: Report
    #: tables that are not as they were before the import, after that was taken back
    left_behind: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether everything is accounted for, compared, and taken back."""
        return self.report.state == GOOD and not self.left_behind


def rehearse(wanted: Sequence[Wanted], present: Callable[[], Target], out: Path) -> Rehearsed:
    """Do all of it on a copy, write the report, and remove the copy, however this ends."""
    clock = _Clock()
    with ended_by_signals(), ExitStack() as stack:
        with clock.phase("open the source"):
            origins = [stack.enter_context(opened(one.source, one.schema, present)) for one in wanted]
            sizes = [_size(origin) for origin in origins]
        with clock.phase("start a server"):
            major = sizes[0][1] if sizes[0][1] in EMBEDDED_MAJORS else pg_major()
            server = stack.enter_context(roomy_server(major, sum(bytes_ for bytes_, _ in sizes) * _GROWS_BY))
        target = server.target()
        work = Runner(Books(target), read_migrations(ROOT))
        stack.callback(work.books.close)
        rehearsed = _rehearse(work, target, list(zip(wanted, origins, strict=True)), clock)
    clock.phases.append(Phase("remove the copy", clock.since()))
    rehearsed = replace(rehearsed, report=replace(rehearsed.report, phases=tuple(clock.phases)))
    deliver_to_owner(html(rehearsed.report), out)
    return rehearsed


def _rehearse(work: Runner, target: Target, sources: Sequence[tuple[Wanted, Origin]], clock: _Clock) -> Rehearsed:
    for wanted, origin in sources:
        with clock.phase(f"copy {origin.schema} of {origin.shown}"):
            copying.copy(work, origin, wanted.letter)
    with clock.phase("make the hybrid"):
        work.migrate()
        seeds.seed(work.connection, ROOT / "seeds", ROOT, work.limits)
    with clock.phase("look at the hybrid before"):
        before = _look(target)
    with clock.phase("import"):
        run.consolidate(work, None)
    with clock.phase("compare source and target"):
        reconcile.validate(work, None)
    with clock.phase("read the report"):
        report = read(work.connection, target)
    with clock.phase("take the import back"):
        undo(work, None, force=False, needs_backup=False)
    with clock.phase("look at the hybrid after"):
        left_behind = _differences(before, _look(target))
    clock.since()
    return Rehearsed(replace(report, database=_named([origin for _, origin in sources]), notes=_notes(left_behind)), left_behind)


def _named(origins: Sequence[Origin]) -> str:
    return f"a copy of {' and '.join(f'{origin.schema} of {origin.shown}' for origin in origins)}, removed since"


def _notes(left_behind: Sequence[str]) -> tuple[str, ...]:
    rehearsal = "This was a rehearsal, on a copy: the source was only read."
    if left_behind:
        left = f"{counted(len(left_behind), 'table')}: {', '.join(left_behind[:10])}"
        return rehearsal, f"Taken back, the import left the hybrid other than it was in {left}."
    return rehearsal, "The import was taken back, and the hybrid was as before."


# -------------------------------------------------------------------- parts


class _Clock:
    """How long each phase takes; says which one begins."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self._last = time.monotonic()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase."""
        note(f"Rehearsal: {name} …")
        self.since()
        yield
        self.phases.append(Phase(name, self.since()))

    def since(self) -> float:
        """Return the seconds since this was last asked."""
        now = time.monotonic()
        self._last, last = now, self._last
        return now - last


#: The signals by which somebody ends a command.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let whoever ends this have the copy removed too, from outside as well as by Ctrl-C; said twice it is not left half removed."""

    ended = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        del number, frame
        ended = True
        for other in ENDING:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt

    usual = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield  # after an error the process ends anyway, and must not be ended halfway through that
    except Exception:
        if ended:  # a session that was cut off in the middle of a command complains when it is tidied up
            raise KeyboardInterrupt from None
        raise
    for number, handler in usual.items():
        signal.signal(number, handler)


def _size(origin: Origin) -> tuple[int, int]:
    """Return how many bytes a schema takes where it is, and the major version of the server there."""
    with reading(origin) as source:
        source.execute("select set_config('copy.schema', %s, true)", (origin.schema,))
        row = source.execute(query("size_of_schema")).fetchone()
        assert row is not None
        if not row[0]:
            raise UserError(
                f"There are no tables in the schema {origin.schema} of {origin.shown}.", "Name the one they are in: SCHEMA=name."
            )
        return int(row[1]), source.info.server_version // 10000


def _look(target: Target) -> dict[str, tuple[int, str]]:
    """Return rows and hash of each table that an import writes."""
    with target.connect() as connection:
        contents.settle(connection)
        contents.look_at(connection, _HYBRID)
        return {one.shown: _measured(connection, one) for one in contents.tables(connection)}


def _measured(connection: Connection, table: contents.Table) -> tuple[int, str]:
    found = contents.measure(connection, table.schema, table.name, table.columns)
    return found.rows, found.content


def _differences(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> tuple[str, ...]:
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
