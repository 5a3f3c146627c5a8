"""Running the check of reconciliation, and what it found, for tests."""

from __future__ import annotations

from typing import Any

from scripts.target import Connection

Finding = tuple[str, str, str | None, str | None, tuple[str, ...]]


def validate(connection: Connection, domain: str | None = None) -> list[tuple[Any, ...]]:
    """Compare, and return the result by legacy table."""
    return connection.execute("select * from consolidation.validate(%s)", (domain,)).fetchall()


def findings(connection: Connection) -> list[Finding]:
    """Return what the last check found: legacy table, kind, legacy key, hybrid table, columns."""
    rows = connection.execute(
        "select legacy_table, kind, legacy_key, hybrid_table, columns from consolidation.differences"
        " where validation = (select max(validation) from consolidation.reconciliation) order by 1, 2, 3, 4"
    )
    return [(table, kind, key, hybrid, tuple(columns)) for table, kind, key, hybrid, columns in rows]
