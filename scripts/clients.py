"""pg_dump and pg_restore: which of the wheel's versions suits a server, and how one of them is run, watched and understood."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from typing import IO

from scripts.binaries import wheel_programs
from scripts.console import redact
from scripts.errors import UserError
from scripts.progress import Progress
from scripts.settings import EMBEDDED_MAJORS, query
from scripts.target import Connection, Target

#: What the sessions of client programs are called, to be told from those of other people.
APPLICATION = "hybrid-schema backup"

_HINTS = {
    "No space left on device": "Free some space, or use another disk, and run it again.",
    "Disk quota exceeded": "Free some space, or use another disk, and run it again.",
    "could not obtain lock": "Somebody changes the structure of that table: run it again when that is done.",
    "lock timeout": "Somebody changes the structure of that table: run it again when that is done.",
    "canceling statement due to": "Run it again when the server has less to do.",
    "server closed the connection": "See the server's log, then run it again.",
    "too many clients": "Give JOBS=1, or raise max_connections.",
    "remaining connection slots": "Give JOBS=1, or raise max_connections.",
}


def client_major(server_version: int) -> int:
    """Return the major version of the wheel's client programs for a server: the lowest that is not older than it."""
    major = server_version // 10000
    fitting = [mine for mine in EMBEDDED_MAJORS if mine >= major]
    if not fitting:
        raise UserError(
            f"The server is PostgreSQL {major}, and pg_dump here is {max(EMBEDDED_MAJORS)}, which reads nothing newer than itself.",
            "Use a release of this project that brings that version.",
        )
    return min(fitting)


class Client:
    """One run of a client program, its errors kept in a file without a name."""

    def __init__(
        self, major: int, program: str, arguments: Sequence[str], environment: dict[str, str], keep_open: Sequence[int] = ()
    ) -> None:
        self.program = program
        self._errors: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by wait
        self._process = subprocess.Popen(
            [wheel_programs(major) / program, *arguments],
            env=environment | {"PGAPPNAME": APPLICATION, "LC_ALL": "C", "LANG": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            umask=0o077,
            pass_fds=keep_open,
        )

    @property
    def failed(self) -> bool:
        """Whether it has ended without success."""
        return bool(self._process.poll())

    def wait(self) -> None:
        """Wait for its end; raise UserError where that is none in success."""
        status = self._process.wait()
        with self._errors:
            self._errors.seek(0)
            said = redact(self._errors.read())
        if status != 0:
            raise _failure(self.program, said, status)

    def end(self) -> None:
        """End it, if it still runs, because its result is of no use any more."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._errors.close()


def _failure(program: str, said: str, status: int) -> UserError:
    """Return what a client program said on its way out as one sentence, with what to do next."""
    lines = [line.partition(": ")[2] for line in said.splitlines() if line.startswith(f"{program}: ") and "warning: " not in line]
    errors = [line.removeprefix("error: ") for line in lines if "error: " in line] or lines or [f"it ended with status {status}"]
    detail = " ".join(line for line in lines if line.startswith(("detail: ", "from TOC entry ")))
    sentence = " ".join(f"{program} failed: {errors[0]} {detail}".split())
    return UserError(sentence[:1000], next((hint for words, hint in _HINTS.items() if words in said), "Mend that, and run it again."))


def run(major: int, program: str, arguments: Sequence[str], environment: dict[str, str]) -> None:
    """Run a client program to its end."""
    client = Client(major, program, arguments, environment)
    try:
        client.wait()
    finally:
        client.end()


@contextlib.contextmanager
def watched(target: Target, progress: Progress) -> Iterator[None]:
    """Tell the progress of the rows that our client programs copy from or into a database, by the server's own account."""
    done = threading.Event()
    with target.connect(application=f"{APPLICATION} (progress)") as connection:
        thread = threading.Thread(target=_watch, args=(connection, progress, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _watch(connection: Connection, progress: Progress, done: threading.Event) -> None:
    rows: dict[tuple[int, int], int] = {}
    with contextlib.suppress(Exception):  # the work goes on without its progress
        connection.execute("select set_config('progress.application', %s, false)", (APPLICATION,))
        while not done.wait(0.5):
            for pid, table, copied in connection.execute(query("rows_copied")):
                rows[pid, table] = max(rows.get((pid, table), 0), copied)
            progress.reach(sum(rows.values()))
