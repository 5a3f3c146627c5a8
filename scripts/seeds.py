"""Reference data and demo data: SQL files that are safe to run twice."""

from __future__ import annotations

from pathlib import Path

from scripts import losses
from scripts.execute import Limits, run_in_transaction
from scripts.files import SqlFile
from scripts.settings import query
from scripts.target import Connection


def seed(connection: Connection, folder: Path, root: Path, limits: Limits | None = None) -> dict[str, int]:
    """Run each file of a folder in a transaction of its own, as the runner does; return the rows that came in, by table."""
    before = losses.inserted_so_far(connection)
    total: dict[str, int] = {}
    for path in sorted(folder.glob("*.sql")):
        file = SqlFile.read(path, root)
        file.check()
        with connection.transaction():
            run_in_transaction(connection, file, limits or Limits())
            for name, rows in losses.rows_inserted(connection, before).items():
                total[name] = total.get(name, 0) + rows
        before = losses.inserted_so_far(connection)
    return _folded(connection, total)


def _folded(connection: Connection, rows: dict[str, int]) -> dict[str, int]:
    """Return rows by table, those of partitions added up under their parent."""
    total: dict[str, int] = {}
    parents: dict[str, str] = dict(connection.execute(query("partitions_folded")).fetchall())
    for name, count in rows.items():
        table = parents.get(name, name)
        total[table] = total.get(table, 0) + count
    return total
