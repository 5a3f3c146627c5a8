"""Two connections at once, in an order that a test decides: one goes on as soon as the other is seen to wait."""

from __future__ import annotations

import time

from scripts.target import Target


def wait_for_lock(target: Target, application: str) -> None:
    """Return as soon as a connection of that application waits for a lock; fail after ten seconds."""
    deadline = time.monotonic() + 10
    with target.connect() as watcher:
        while time.monotonic() < deadline:
            if watcher.execute(
                "select from pg_stat_activity where datname = current_database() and application_name = %s and wait_event_type = 'Lock'",
                (application,),
            ).fetchall():
                return
    raise AssertionError(f"{application} does not wait for a lock")
