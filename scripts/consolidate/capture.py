"""A legacy schema of the target moves aside, and back; what may be moved and where is decided by the functions of 1410."""

from __future__ import annotations

from scripts.runner import Runner

#: Legacy schema, kind of object, and how many of them were moved.
Moved = list[tuple[str, str, int]]


def capture(work: Runner, schema: str, wanted: str | None) -> Moved:
    """Move a legacy schema aside, after the files that this takes have been applied; they may come before all others."""
    work.migrate(alone=True)
    return _moved(work, "consolidation.capture(%s, %s)", schema, wanted)


def release(work: Runner, wanted: str | None) -> Moved:
    """Move what was captured back."""
    return _moved(work, "consolidation.release(%s)", wanted)


def _moved(work: Runner, call: str, *values: str | None) -> Moved:
    connection = work.connection
    with work.books.lock(work.lock_wait), connection.transaction():
        connection.execute("select set_config('lock_timeout', %s, true)", (work.limits.lock_timeout,))
        found = connection.execute(
            f"select legacy_schema, kind, count(*) from {call} group by 1, 2 order by 1, 3 desc, 2".encode(),  # noqa: S608  no value in it
            values,
        )
        return [(schema, kind, number) for schema, kind, number in found]
