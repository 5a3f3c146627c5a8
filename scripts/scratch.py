"""Databases for a moment: a scratch copy on the embedded server, or a throw-away server, gone when the work on it is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from scripts import shim
from scripts.books import Books
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.server import SUPERUSER, THROWAWAY, Server
from scripts.settings import EMBEDDED_MAJORS, MEMORY_NEEDED, ROOT, pg_major, state_home, throwaway_folder
from scripts.target import Target


def server_like(version: int | None) -> Server:
    """Return the embedded server to build on: of the same major version as `version` (server_version_num) where there is one."""
    major = version // 10000 if version else 0
    return Server(state_home(), major if major in EMBEDDED_MAJORS else pg_major())


def build(target: Target) -> None:
    """Apply all files to a prepared database."""
    books = Books(target)
    try:
        Runner(books, read_migrations(ROOT), Limits()).migrate()
    finally:
        books.close()


@contextmanager
def throwaway_server(major: int | None = None, settings: str = "", memory_needed: int = MEMORY_NEEDED) -> Iterator[Server]:
    """Start a prepared server of its own, durable writes off as in the tests; stopped and deleted at the end."""
    folder = throwaway_folder(f"{os.getpid()}-", memory_needed)  # the tests clear away what a killed run left under this name
    server = Server(folder, major or pg_major(), THROWAWAY + settings)
    try:
        server.start()
        shim.prepare_embedded(server)
        yield server
    finally:
        server.remove()
        shutil.rmtree(folder)


@contextmanager
def scratch_database(server: Server) -> Iterator[Target]:
    """Make an empty, prepared database and drop it at the end; copies that killed runs left are dropped first.

    A server that had to be started for it is stopped again.
    """
    started = server.start()
    shim.prepare_embedded(server)
    _drop_left_over(server)
    name = f"scratch_{os.getpid()}"
    try:
        yield shim.create_database(server, name)
    finally:
        shim.drop_database(server, name)
        if started and not _in_use(server):
            server.stop()


def _in_use(server: Server) -> bool:
    """Tell whether somebody else has begun to use the server meanwhile."""
    with server.target(role=SUPERUSER).connect() as connection:
        row = connection.execute(
            "select count(*) from pg_catalog.pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
        ).fetchone()
    return bool(row and row[0])


def _drop_left_over(server: Server) -> None:
    with server.target().connect() as connection:
        names = [row[0] for row in connection.execute(r"select datname from pg_catalog.pg_database where datname ~ '^scratch_\d+$'")]
    for name in names:
        try:
            os.kill(int(name.removeprefix("scratch_")), 0)
        except ProcessLookupError:
            shim.drop_database(server, name)
        except PermissionError:
            continue
