"""yoyo's books, kept in the schema `runner`, in the same transaction as the file that they record.

yoyo opens a second connection for each migration and marks it in a transaction of its own: a run that is killed between the
two has applied a file and does not know it. Here the file, the mark and the log line commit together.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from scripts.console import note
from scripts.errors import UserError
from scripts.execute import settle
from scripts.files import NumberedMigration
from scripts.settings import query
from scripts.target import Connection, Target, check_server

#: The session-level advisory lock of a run. The server lets it go when the session ends, however it ends.
_LOCK = 4_857_203_661


@dataclass(frozen=True)
class Record:
    """What the books say of an applied file."""

    checksum: str
    rollback_checksum: str
    rows_inserted: dict[str, int]
    applied_by: str
    applied_at: str
    duration_ms: int


class Books(PostgresqlPsycopgBackend):  # type: ignore[misc]  # yoyo has no type hints
    """yoyo's backend on a connection of ours."""

    _is_locked: bool

    def __init__(self, target: Target) -> None:
        self.target = target
        place = DatabaseURI("postgresql", target.user, None, target.host, target.port, target.database, {})
        super().__init__(place, "_yoyo_migration")

    def connect(self, dburi: object) -> Connection:
        """Connect without a URL, so that the password is in no string that yoyo could print."""
        del dburi
        connection = self.target.connect(application=_signature())
        check_server(connection, self.target)
        return connection

    def init_connection(self, connection: Connection) -> None:
        """Let yoyo's unqualified names mean our schema, and undo whatever a file may have set for the session."""
        settle(connection)

    def close(self) -> None:
        """End the session, and with it the lock."""
        self.connection.close()

    def get_log_data(self, migration: Any = None, operation: str = "apply") -> dict[str, Any]:
        """Return yoyo's log line, without the look-up of a full host name that can take seconds."""
        return {
            "id": str(uuid.uuid1()),
            "migration_id": migration.id if migration else None,
            "migration_hash": migration.hash if migration else None,
            "username": _user(),
            "hostname": socket.gethostname(),
            "created_at_utc": datetime.now(UTC).replace(tzinfo=None),
            "operation": operation,
        }

    # ---------------------------------------------------------------- reading

    @property
    def exist(self) -> bool:
        """Whether this database has books."""
        # a run may have been killed between making the one and the other
        return bool(self._one("select to_regclass('runner.files') is not null and to_regclass('runner._yoyo_version') is not null"))

    def records(self) -> dict[str, Record]:
        """Return what is applied, by migration id; empty for a database without books."""
        if not self.exist:
            return {}
        rows = self.connection.execute(query("applied_files"))
        return {row[0]: Record(*row[1:]) for row in rows}

    def unfinished(self) -> dict[str, str]:
        """Return the files outside a transaction whose run was cut off, with the direction."""
        if not self.exist:
            return {}
        return dict(self.connection.execute("select migration_id, direction from runner.unfinished").fetchall())

    # ---------------------------------------------------------------- writing

    def open(self) -> None:
        """Make the books where there are none; call it with the lock held."""
        if not self.exist:
            with self.connection.transaction():
                self.connection.execute(query("books"))
        self.ensure_internal_schema_updated()
        self._internal_schema_updated = True  # yoyo would look again before each mark

    def record(self, migration: NumberedMigration, rows_inserted: dict[str, int], duration_ms: int) -> None:
        """Write down that a file is applied; call it in the transaction of the file."""
        assert migration.down is not None
        self.mark_one(migration, log=False)
        self.log_migration(migration, "apply")
        self.connection.execute(
            "insert into runner.files (migration_id, checksum, rollback_checksum, rows_inserted, duration_ms) values (%s, %s, %s, %s, %s)",
            (migration.id, migration.up.checksum, migration.down.checksum, json.dumps(rows_inserted), duration_ms),
        )

    def forget(self, migration: NumberedMigration) -> None:
        """Write down that a file is taken back; call it in the transaction of the rollback."""
        self.unmark_one(migration, log=False)
        self.log_migration(migration, "rollback")
        self.connection.execute("delete from runner.files where migration_id = %s", (migration.id,))

    # ---------------------------------------------------------------- the lock

    @contextmanager
    def lock(self, timeout: float = 0) -> Iterator[None]:
        """Hold the lock of a run. While a live run holds it wait `timeout` seconds; a dead run's session is ended."""
        if self._is_locked:
            yield
            return
        deadline, told, ended = time.monotonic() + timeout, False, set()
        while not self._one("select pg_catalog.pg_try_advisory_lock(%s)", _LOCK):
            holder = self._holder()
            if holder and holder["pid"] not in ended and _is_dead(holder["application"]):
                note(f"The run that holds the lock was killed (backend {holder['pid']}); ending its session.")
                self._one("select pg_catalog.pg_terminate_backend(%s, 5000)", holder["pid"])
                ended.add(holder["pid"])
                continue
            who = f"{holder['user']} ({holder['application']}), for {holder['seconds']} s" if holder else "another run"
            if time.monotonic() >= deadline:
                raise UserError(
                    f"Another run holds the lock: {who}.",
                    "Wait until it is done, or set LOCK_WAIT to the number of seconds that this one shall wait.",
                )
            if not told:
                note(f"Another run holds the lock: {who}. Waiting up to {timeout:.0f} s.")
                told = True
            time.sleep(0.2)
        self._is_locked = True
        try:
            yield
        finally:
            self._is_locked = False
            if not self.connection.closed and not self.connection.broken:
                self._one("select pg_catalog.pg_advisory_unlock(%s)", _LOCK)

    def _holder(self) -> dict[str, Any] | None:
        for key, *holder in self.connection.execute(query("run_lock_holder")):
            if key == _LOCK:
                return dict(zip(("pid", "application", "user", "seconds"), holder, strict=True))
        return None

    def _one(self, query: str, *values: object) -> Any:
        row = self.connection.execute(query.encode(), values or None).fetchone()
        return row[0] if row else None


def _machine() -> str:
    """Return what tells machines apart on which process ids mean different things: also containers, and boots of one machine."""
    known = [socket.gethostname(), str(uuid.getnode())]
    for place in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with suppress(OSError):
            known.append(str(Path(place).readlink()) if place.endswith("/pid") else Path(place).read_text())
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:12]


def _started(pid: int) -> int:
    """Return when a process started, in a unit that does not move with the clock where the system has one.

    0 where it is gone, -1 where that cannot be known.
    """
    with suppress(OSError, IndexError, ValueError):  # the name in brackets may hold spaces
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    if not psutil.pid_exists(pid):  # by asking the kernel: /proc may hide other people's processes
        return 0
    try:
        return -1 if Path("/proc/self/stat").exists() else int(psutil.Process(pid).create_time()) // 60
    except psutil.Error:
        return -1


def _signature() -> str:
    """Return an application_name that says which process this is: its machine, its id, and its start, because ids are given again."""
    return f"hybrid-schema {socket.gethostname()[:16]} {_machine()} {os.getpid()} {_started(os.getpid())}"


def _is_dead(application: str) -> bool:
    """Tell whether the process that a signature names is gone; false where that cannot be known from here."""
    parts = application.split(" ")
    if len(parts) != 5 or parts[0] != "hybrid-schema" or parts[2] != _machine():
        return False
    return parts[3].isdecimal() and str(_started(int(parts[3]))) not in {parts[4], "-1"}


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as an id without a name
        return str(os.getuid())
