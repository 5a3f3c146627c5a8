"""The embedded PostgreSQL: made, started, healed and stopped, one for each checkout and major version.

initdb, postgres and pg_ctl are launched from here and not by the wheel's get_server(), which adds a system user, opens the
permissions of parent folders, listens on no TCP port and leaves servers behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import locale
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

from scripts.binaries import client_environment, server_programs, server_user
from scripts.console import keep_secret
from scripts.errors import UserError
from scripts.target import Target

SUPERUSER = "supabase_admin"
OWNER = "postgres"
DATABASE = "postgres"

#: Ports below the range from which Linux gives out ephemeral ones, so that no outgoing connection takes ours meanwhile.
_PORTS = range(20000, 32768)

#: For servers of tests and benches: nothing that they write has to survive a power cut, and no password has to be hard to guess.
THROWAWAY = """\
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '4GB'
autovacuum = off
scram_iterations = 1
"""

_SETTINGS = """\
# written at each start; make changes with ALTER SYSTEM
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
password_encryption = 'scram-sha-256'
max_connections = 200
log_line_prefix = '%m [%p] %q%u@%d '
log_destination = 'stderr'
timezone = 'UTC'
log_timezone = 'UTC'
{extra}
"""


@dataclass(frozen=True)
class Server:
    """One embedded server: a folder, a major version, and settings beyond the usual ones."""

    home: Path
    major: int
    extra_settings: str = ""
    superuser: str = SUPERUSER

    @property
    def folder(self) -> Path:
        """The folder that holds all that belongs to this server."""
        return self.home / f"pg{self.major}"

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "log" / "postgres.log"

    # ---------------------------------------------------------------- life

    def start(self) -> bool:
        """Make sure that the server runs, whatever state the last run left; return whether it had to be started."""
        with self.alone():
            self._refuse_other_major()
            if self._postmaster() and self._answers():
                return False
            self._clear_away_the_dead()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._launch()
            return True

    def stop(self) -> bool:
        """Stop the server; return whether it ran. Connections are ended, work in progress is rolled back."""
        with self.alone():
            if not self._postmaster():
                return False
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop")
            return True

    def remove(self) -> None:
        """Stop the server and delete its folder with all data in it."""
        if not self.folder.exists():
            return
        with contextlib.suppress(UserError):
            self.stop()
        with self.alone():
            self._clear_away_the_dead()
            shutil.rmtree(self.folder)

    def running(self) -> bool:
        """Tell whether the server runs now."""
        return self._postmaster() is not None

    # ---------------------------------------------------------------- access

    def target(self, database: str = DATABASE, role: str = OWNER) -> Target:
        """Return how to connect to a database of this server as the owner of the schema, or as its superuser."""
        known = self._credentials
        password = known["passwords"][role]
        keep_secret(password)
        return Target(host="127.0.0.1", port=self.port, user=role, password=password, database=database, embedded_major=self.major)

    @property
    def port(self) -> int:
        """The TCP port on the loopback interface."""
        try:
            return int((self.folder / "port").read_text())
        except ValueError:
            raise UserError(
                f"{self.folder / 'port'} holds no port.", f"Run 'make stop PG_MAJOR={self.major}', then the same command again."
            ) from None

    @cached_property
    def _credentials(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads((self.folder / "credentials.json").read_text())
        except (OSError, ValueError):
            raise UserError(
                f"The passwords of the embedded server are not readable in {self.folder}.",
                f"Run 'make reset PG_MAJOR={self.major}' to delete that server with its data and begin anew.",
            ) from None
        return found

    # ---------------------------------------------------------------- parts

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold this server's lock: the kernel lets it go when its holder dies, however it dies."""
        if not self.home.exists():
            self.home.mkdir(parents=True, mode=0o755)
        with (self.home / f"pg{self.major}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self.folder.mkdir(exist_ok=True)
            self.folder.chmod(0o755)
            yield

    def _refuse_other_major(self) -> None:
        if odd := set(str(self.folder)) & set('"$`'):
            raise UserError(
                f"The path {self.folder} holds {' '.join(sorted(odd))}, which pg_ctl does not pass on.", "Use a folder without."
            )
        found = self.data / "PG_VERSION"
        if found.exists() and found.read_text().strip() != str(self.major):
            raise UserError(
                f"The data folder {self.data} was made by PostgreSQL {found.read_text().strip()}, and this is PostgreSQL {self.major}.",
                f"Move the folder away to keep it, or run 'make reset PG_MAJOR={self.major}' to delete it and begin anew.",
            )

    def _postmaster(self) -> psutil.Process | None:
        """Return the live postmaster of this data folder.

        After a reboot the id in postmaster.pid may belong to any process, so it counts only where it is a postgres that
        works in our folder.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            return process if self._is_ours(process) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.name().startswith("postgres") and Path(process.cwd()) == self.data.resolve()
        except (OSError, psutil.Error):
            return False

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, UserError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False

    def _clear_away_the_dead(self) -> None:
        """End what a killed postmaster left behind in our folder, and forget its pid file if it names nobody of ours."""
        if not self.data.exists():
            return
        self._end(process for process in psutil.process_iter() if self._is_ours(process))
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @staticmethod
    def _end(processes: Iterable[psutil.Process]) -> None:
        """End processes of ours, by force where they do not listen."""
        left = list(processes)
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, stubborn = psutil.wait_procs(left, timeout=10)
        for process in stubborn:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(stubborn, timeout=5)

    def _refuse_closed_folder(self, user: pwd.struct_passwd | None) -> None:
        """Refuse a home below a folder that the server's user cannot enter; only root's can be, and its own never is."""
        if user is None:
            return
        for place in (self.folder, *self.folder.parents):
            if not place.stat().st_mode & stat.S_IXOTH:
                raise UserError(
                    f"{place} can be entered by its owner alone, and the server runs as {user.pw_name}.",
                    "Leave HYBRID_HOME out, or let it name a folder that every user can enter.",
                )

    def _initialise(self) -> None:
        """Make the data folder under another name and move it into place, so that a killed initdb leaves nothing usable."""
        user = server_user(self.data)
        self._refuse_closed_folder(user)
        for draft in self.folder.glob("draft-*"):
            self._end(process for process in psutil.process_iter() if _works_in(process, draft))
            shutil.rmtree(draft, ignore_errors=True)
        passwords = {self.superuser: secrets.token_urlsafe(24), OWNER: secrets.token_urlsafe(24)}
        draft = Path(tempfile.mkdtemp(dir=self.folder, prefix="draft-"))
        secret = draft / "password"
        secret.write_text(passwords[self.superuser])
        if user:
            for path in (draft, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        try:
            self._run(
                "initdb", "-D", str(draft / "data"), "-U", self.superuser, f"--pwfile={secret}", "--encoding=UTF8",
                "--auth=scram-sha-256", "--no-instructions", *self._locale(),
            )  # fmt: skip
            secret.unlink()
            (self.folder / "credentials.json").unlink(missing_ok=True)
            handle = os.open(self.folder / "credentials.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump({"passwords": passwords}, file)
            (draft / "data").rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self.__dict__.pop("_credentials", None)

    def _locale(self) -> list[str]:
        if self.major >= 17:  # the builtin provider is the same on every machine
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
            return ["--locale=C.UTF-8"]
        return ["--locale=C"]

    def _launch(self) -> None:
        user = server_user(self.data)
        self.log.parent.mkdir(exist_ok=True)
        if user:
            os.chown(self.log.parent, user.pw_uid, user.pw_gid)
        for _ in range(5):  # between the test of a port and its use somebody else may take it
            port = self._free_port()
            (self.data / "hybrid.conf").write_text(_SETTINGS.format(port=port, extra=self.extra_settings))
            main = self.data / "postgresql.conf"
            if "hybrid.conf" not in (text := main.read_text()):
                main.write_text(text + "\ninclude 'hybrid.conf'\n")
            (self.folder / "port").write_text(str(port))
            started = self._run(
                "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "start", check=False
            )  # fmt: skip
            if started.returncode == 0:
                return
            if "could not bind" not in self._end_of_log():
                break
        raise UserError(
            f"The embedded PostgreSQL {self.major} did not start.",
            f"The end of its log, {self.log}:\n{self._end_of_log()}",
        )

    def _free_port(self) -> int:
        """Return the port of the last start if it is free, else the next free one from where this checkout's begin."""
        wanted: list[int] = []
        with contextlib.suppress(OSError, UserError):
            wanted.append(self.port)
        first = zlib.crc32(str(self.folder).encode()) % len(_PORTS)
        wanted += [_PORTS[(first + step) % len(_PORTS)] for step in range(500)]
        for port in wanted:
            with contextlib.suppress(OSError), socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
                return port
        raise UserError(f"No free port between {_PORTS.start} and {_PORTS.stop - 1} was found.", "End what holds them.")

    def _end_of_log(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return "(no log was written)"

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's server programs, as root without root's rights and with a HOME that it can enter."""
        user = server_user(self.data)
        home = str(self.folder)
        # pg_ctl leaves the server behind with its standard output: a pipe would never see its end
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [server_programs(self.major) / program, *arguments],
                cwd="/",
                env=client_environment(HOME=home, LC_ALL="C"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                text=True,
                check=False,
                start_new_session=True,  # Ctrl-C at make must not reach the server
            )
            output.seek(0)
            said = output.read()
        if check and done.returncode != 0:
            raise UserError(f"{program} failed: {said.strip()}", f"See the log {self.log}.")
        return subprocess.CompletedProcess(done.args, done.returncode, said)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder) or any(str(folder) in word for word in process.cmdline())
    except (OSError, psutil.Error):
        return False
