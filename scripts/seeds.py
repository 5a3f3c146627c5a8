"""Reference data and demo data: SQL files that are safe to run twice."""

from __future__ import annotations

from pathlib import Path

from scripts import losses
from scripts.execute import execute_file
from scripts.files import SqlFile
from scripts.target import Connection


def seed(connection: Connection, folder: Path, root: Path) -> dict[str, int]:
    """Run each file of a folder in a transaction of its own; return the rows that came in, by table."""
    before = losses.inserted_so_far(connection)
    total: dict[str, int] = {}
    for path in sorted(folder.glob("*.sql")):
        file = SqlFile.read(path, root)
        with connection.transaction():
            connection.execute("set local search_path = ''")
            execute_file(connection, file)
            for name, rows in losses.rows_inserted(connection, before).items():
                total[name] = total.get(name, 0) + rows
        before = losses.inserted_so_far(connection)
    return total
