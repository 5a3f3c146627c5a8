"""Legacy databases that are elsewhere: in another database, or in a dump, and what came of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import contents
from scripts.binaries import wheel_programs
from scripts.books import Books
from scripts.consolidate import copying, origins
from scripts.consolidate.copying import Copied
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.settings import ROOT, pg_major
from scripts.target import Target


@contextmanager
def runner(target: Target) -> Iterator[Runner]:
    """Yield a runner of this repository's files on a database."""
    books = Books(target)
    try:
        yield Runner(books, read_migrations(ROOT))
    finally:
        books.close()


def capture(to: Target, source: str, schema: str = "public", wanted: str | None = None) -> Copied:
    """Copy a legacy schema from a URL or a dump."""
    with runner(to) as work, origins.opened(source, schema, lambda: to) as origin:
        return copying.copy(work, origin, wanted)


def url(target: Target) -> str:
    """Return how to reach a database, password included."""
    return target.url(with_password=True)


def dump(source: Target, to: Path, form: str, *options: str) -> Path:
    """Make a dump as anybody would."""
    program = wheel_programs(pg_major()) / "pg_dump"
    subprocess.run([program, f"--format={form}", f"--file={to}", *options], env=source.environment(), check=True)
    return to


def rows_of(target: Target, schema: str) -> dict[str, tuple[int, str]]:
    """Return how many rows each table of a schema has, and a hash of them that does not hang on their order."""
    with target.connect() as connection:
        contents.settle(connection)
        contents.look_at(connection, [schema])
        found = [contents.measure(connection, one.schema, one.name, one.columns) for one in contents.tables(connection)]
    return {one.name: (one.rows, one.content) for one in found}
