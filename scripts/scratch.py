"""Databases for a moment: a scratch copy on the embedded server, or a throw-away server, gone when the work on it is done."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from scripts import shim
from scripts.books import Books
from scripts.errors import UserError
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.server import SUPERUSER, THROWAWAY, Server
from scripts.settings import EMBEDDED_MAJORS, MEMORY_NEEDED, ROOT, pg_major, state_home, throwaway_folder, throwaway_home
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
def for_a_moment(server: Server) -> Iterator[Server]:
    """Start a server in a folder of its own; both are deleted at the end."""
    try:
        server.start()
        yield server
    finally:
        server.remove()
        shutil.rmtree(server.home)


@contextmanager
def throwaway_server(major: int | None = None, settings: str = "", memory_needed: int = MEMORY_NEEDED) -> Iterator[Server]:
    """Start a prepared server of its own, durable writes off as in the tests; stopped and deleted at the end."""
    folder = throwaway_folder(f"{os.getpid()}-", memory_needed)  # the tests clear away what a killed run left under this name
    with for_a_moment(Server(folder, major or pg_major(), THROWAWAY + settings)) as server:
        shim.prepare_embedded(server)
        yield server


# what is restored there has been written down elsewhere: a table is loaded in the transaction that empties it, without a log
_LOADING = """\
wal_level = minimal
max_wal_senders = 0
max_wal_size = '1GB'
maintenance_work_mem = '128MB'
"""

_LOG_AND_MORE = 2 * 1024**3


@contextmanager
def bare_server(major: int, room: int) -> Iterator[Server]:
    """Start a server with nothing but its superuser, whose name nobody else has, and room for so many bytes; deleted at the end."""
    folder = _roomy_folder(room, "restored copy")
    with for_a_moment(Server(folder, major, THROWAWAY + _LOADING, superuser=f"scratch_{secrets.token_hex(4)}")) as server:
        yield server


@contextmanager
def roomy_server(major: int, room: int) -> Iterator[Server]:
    """Start a prepared server of its own, with room for so many bytes; stopped and deleted at the end."""
    folder = _roomy_folder(room, "copy")
    with for_a_moment(Server(folder, major, THROWAWAY)) as server:
        shim.prepare_embedded(server)
        yield server


def _roomy_folder(room: int, what: str) -> Path:
    """Make a folder for a server that needs so much room; refuses where that is not free. What killed runs left is cleared away first."""
    needed = room + _LOG_AND_MORE
    home = throwaway_home(needed + MEMORY_NEEDED)
    clear_away_killed(home)
    if (free := shutil.disk_usage(home).free) < needed:
        raise UserError(
            f"The {what} needs about {needed / 1024**3:.1f} GB, and {home} has {free / 1024**3:.1f} GB free.",
            "Free some space, or name a folder with more of it: HYBRID_HOME=folder.",
        )
    return throwaway_folder(f"{os.getpid()}-", needed + MEMORY_NEEDED)


def clear_away_killed(home: Path) -> None:
    """Remove the servers of a moment whose process is gone."""
    for left in home.glob("[0-9]*-*"):
        if not psutil.pid_exists(int(left.name.split("-")[0])):
            with suppress(OSError):  # two may begin at once, and both clear away
                for major in EMBEDDED_MAJORS:
                    Server(left, major).remove()
            shutil.rmtree(left, ignore_errors=True)


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
