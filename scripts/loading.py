"""SQL and dumps that someone else wrote, loaded into a database on a throw-away server by a role that may do nothing else.

No command of psql is run, and no row is loaded: only the structure is wanted. With rows: scripts/loading_rows.py.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import tarfile
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from scripts import shim
from scripts.binaries import client_environment, wheel_programs
from scripts.console import keep_secret
from scripts.errors import UserError
from scripts.files import SqlFile, Statement
from scripts.server import SUPERUSER, Server
from scripts.settings import EMBEDDED_MAJORS, query
from scripts.target import Connection, Target

#: How long a file may take to load, in seconds. The one that wrote it can lift the server's own limits, and this one not.
_PATIENCE = 300

#: As much SQL as is read, in characters, rows apart; the largest schemas are a tenth of it.
_MOST = 64 * 1024**2

ROWS = re.compile(r"copy\s.*\sfrom\s+stdin\b.*;\s*$", re.IGNORECASE)
OF_PG_DUMP = re.compile(r"\\(un)?restrict \w+\s*$")
_OF_PSQL = re.compile(r"^[ \t]*(\\\S+)", re.MULTILINE)
_MAKES_AUTH = re.compile(r"\bcreate\s+schema\s+(if\s+not\s+exists\s+)?auth\b", re.IGNORECASE)
_MAKES_VECTOR = re.compile(
    r'create\s+extension\s+(?:if\s+not\s+exists\s+)?"?vector"?(?:\s+with)?(?:\s+schema\s+(?P<schema>"(?:[^"]|"")+"|\w+))?', re.IGNORECASE
)

#: What is left of a quote that is not closed, where all that are have been blanked.
_OPEN = re.compile(r"['\"]|(?<![\w$])\$\w*\$")

#: Who owns what is not compared, and the roles are seldom there.
OF_OWNERS = re.compile(r"alter\s.*\sowner\s+to\s+\S+\s*;?\s*$", re.IGNORECASE | re.DOTALL)

#: What is left out where it fails: rights of roles that are not there, what belongs to the whole database, settings of another version.
_MAY_FAIL = re.compile(
    r"(grant|revoke|alter\s+default\s+privileges|security\s+label|set|(create|drop|comment\s+on)\s+extension"
    r"|(create|alter|drop|comment\s+on)\s+(event\s+trigger|publication|subscription))\b",
    re.IGNORECASE,
)

#: A schema that is there before the file makes it: public and extensions are.
_THERE_ALREADY = {"42P06"}


@dataclass(frozen=True)
class Script:
    """SQL without the rows of COPY, and where in the file they were left out."""

    text: str
    #: pairs: the first line of the text after rows that were left out, and how many lines these were, all before counted
    gaps: tuple[tuple[int, int], ...] = ()

    def line_of_file(self, line: int) -> int:
        """Return which line of the file a line of the text is."""
        at = bisect_right([first for first, _ in self.gaps], line)
        return line + (self.gaps[at - 1][1] if at else 0)


@dataclass
class Loading:
    """One file on its way into a database."""

    file: SqlFile
    script: Script
    connection: Connection
    admin: Connection
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: when it last got on, where that is known before the end
    moved: float = field(default_factory=time.monotonic)

    @property
    def patience(self) -> int:
        """How long it may take, in seconds, without having got on."""
        return _PATIENCE

    def end(self) -> None:
        """End it from outside."""
        self.admin.execute("select pg_catalog.pg_terminate_backend(%s)", (self.connection.info.backend_pid,))

    def run(self) -> None:
        """Run all statements; raises UserError at the first that fails and matters."""
        for statement in self.file.statements():
            if OF_OWNERS.match(statement.text):
                continue
            if self.provides(statement.text):
                continue
            self._run(statement)
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            raise UserError(f"{self.file.shown} begins a transaction and does not end it.", "Add the commit, or take the begin out.")

    def provides(self, statement: str) -> bool:
        """Tell whether a statement asks for the extension vector, and put that where it is wanted."""
        if found := _MAKES_VECTOR.match(statement):
            _move_vector(self.admin, (found["schema"] or "public").strip('"'))
        return bool(found)

    def _run(self, statement: Statement) -> None:
        text = statement.text.encode()
        try:
            if _MAY_FAIL.match(statement.text):
                with self.connection.transaction():
                    self.connection.execute(text)
            else:
                self.connection.execute(text)
        except (psycopg.Error, UnicodeError) as fault:
            said = " ".join(str(fault.diag.message_primary or fault if isinstance(fault, psycopg.Error) else fault).split())
            state = fault.sqlstate if isinstance(fault, psycopg.Error) else None
            if state in _THERE_ALREADY and self.connection.info.transaction_status == TransactionStatus.IDLE:
                return
            if _MAY_FAIL.match(statement.text) and not self.connection.closed:
                self.left_out[(" ".join(statement.text.lower().split()[:2]), said)] += 1
                return
            line = self.script.line_of_file(statement.line)
            raise UserError(
                f"{self.file.shown}, line {line}: {said}{f' [{state}]' if state else ''}",
                "It is loaded by a role without rights, on an embedded server with the extension vector and no other; take out what "
                "that cannot take, or compare the database itself.",
            ) from None


@contextmanager
def loaded(
    server: Server, path: Path, shown: str, kind: Callable[[SqlFile, Script, Connection, Connection], Loading] = Loading
) -> Iterator[tuple[Target, tuple[str, ...]]]:
    """Load a file of SQL or a dump into a database of its own; yield it with what was left out, in words."""
    script = read_script(path, shown)
    file = SqlFile(path, shown, script.text)
    if not file.bare.strip(" \n\t;"):
        raise UserError(f"{shown} holds no statement.", "Give a file that makes a schema.")
    if found := _OF_PSQL.search(file.bare):
        raise UserError(
            f"{shown}, line {script.line_of_file(file.line_of(found.start(1) + 1))}: {found[1]} is a command of psql, and none is run.",
            "Take it out, or make a dump with pg_dump --format=custom.",
        )
    guest = _database_for_a_guest(server, file)
    try:
        with guest.connect() as connection, server.target(guest.database, SUPERUSER).connect() as admin:
            loading = kind(file, script, connection, admin)
            _within_time(loading)
        yield guest, tuple(f"{number} x {what}: {why}" for (what, why), number in loading.left_out.items())
    finally:
        _drop(server, guest)


def _within_time(loading: Loading) -> None:
    """Run a loading; when its time is over its session is ended from outside, which no statement can prevent."""
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            if time.monotonic() - loading.moved > loading.patience:
                late.set()
                loading.end()
                return

    clock = threading.Thread(target=watch, daemon=True)
    clock.start()
    try:
        loading.run()
    except UserError:
        if late.is_set():
            raise UserError(
                f"{loading.file.shown} did not load within {loading.patience} seconds.",
                "Give a file with the structure alone, pg_dump --schema-only.",
            ) from None
        raise
    finally:
        done.set()
        clock.join()


# -------------------------------------------------------------------- the file


def read_script(path: Path, shown: str) -> Script:
    """Return the SQL of a file: its own, or what pg_restore makes of a dump in one of pg_dump's formats."""
    try:
        if path.is_dir():
            if not (path / "toc.dat").is_file():
                raise UserError(f"{shown} is a folder, and no dump of pg_dump.", "Name a file, or a dump in directory format.")
            return _script_of_dump(path, shown)
        with path.open("rb") as file:
            start = file.read(512)
        if is_archive(path):
            _refuse_cut_off(path, shown)
            return _script_of_dump(path, shown)
        if start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK")):
            raise UserError(f"{shown} is compressed.", "Unpack it first; pg_dump's own formats need no unpacking.")
        with path.open(encoding="utf-8-sig") as lines:
            return _without_rows(lines, shown)
    except UnicodeDecodeError:
        raise UserError(f"{shown} is neither SQL in UTF-8 nor a dump of pg_dump.", "Name one that is (pg_dump --encoding=UTF8).") from None
    except OSError as fault:
        raise UserError(f"{shown} cannot be read: {fault.strerror or fault}.", "See to its path and its permissions.") from None


def is_archive(path: Path) -> bool:
    """Tell whether a file or folder is a dump that pg_restore reads."""
    if path.is_dir():
        return True
    with path.open("rb") as file:
        start = file.read(512)
    return start.startswith(b"PGDMP") or (start.startswith(b"toc.dat") and tarfile.is_tarfile(path))


def _refuse_cut_off(path: Path, shown: str) -> None:
    """Refuse a tar whose end is missing: pg_restore would look for it for ever."""
    if tarfile.is_tarfile(path):
        try:
            with tarfile.open(path) as tar:
                is_whole = all(member.offset_data + member.size <= path.stat().st_size for member in tar)
        except tarfile.TarError:
            is_whole = False
        if not is_whole:
            raise UserError(f"{shown} is cut off.", "Make it anew.")


def as_script(path: Path) -> list[str | Path]:
    """Return the command that prints a dump as SQL."""
    return [
        wheel_programs(max(EMBEDDED_MAJORS)) / "pg_restore", "--no-owner", "--no-tablespaces", "--no-publications",
        "--no-subscriptions", "--no-security-labels", "--file=-", path.resolve(),
    ]  # fmt: skip


def unreadable(shown: str, said: str) -> UserError:
    """Return what pg_restore says of a dump as an error."""
    words = " ".join(said.split()).removeprefix("pg_restore: error: ")
    return UserError(
        f"{shown} is a dump that pg_restore cannot read: {words}", "It may be cut off, or made by a newer pg_dump; make it anew."
    )


def _script_of_dump(path: Path, shown: str) -> Script:
    done = subprocess.run(
        [*as_script(path), "--schema-only"],
        env=client_environment(LC_ALL="C"), stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise unreadable(shown, done.stderr.decode(errors="replace"))
    return _without_rows(done.stdout.decode().splitlines(keepends=True), shown)


def begins_a_statement(before: str) -> bool:
    """Tell whether what follows a text is a statement of its own, and no line of a string or of a body that looks like one."""
    bare = SqlFile(Path(), "", before).bare
    return not _OPEN.search(bare) and not bare.rpartition(";")[2].strip()


def _without_rows(lines: Iterable[str], shown: str) -> Script:
    """Leave out the rows that follow `copy … from stdin;`, and the two lines of pg_dump that only psql understands."""
    kept, gaps = list[str](), list[tuple[int, int]]()
    begun = dropped = size = since = 0
    for number, line in enumerate(lines, start=1):
        if begun:
            dropped += 1
            begun = 0 if line.rstrip("\r\n") == "\\." else begun
        elif ROWS.match(line) and begins_a_statement("".join(kept[since:])):
            dropped += 1
            begun, since = number, len(kept)
        elif OF_PG_DUMP.match(line):
            dropped += 1
        elif "\0" in line:
            raise UserError(f"{shown}, line {number}, holds a NUL byte: it is neither SQL nor a dump of pg_dump.", "Name one that is.")
        else:
            if dropped != (gaps[-1][1] if gaps else 0):
                gaps.append((len(kept) + 1, dropped))
            kept.append(line)
            size += len(line)
        if size > _MOST:
            raise UserError(f"{shown} is too long for a schema.", "Make one without rows, pg_dump --schema-only, or with its rows as COPY.")
    if begun:
        raise UserError(f"{shown} is cut off in the rows that begin at line {begun}.", "Make it anew.")
    return Script("".join(kept), tuple(gaps))


# -------------------------------------------------------------------- the database


def _database_for_a_guest(server: Server, file: SqlFile) -> Target:
    """Make a role without rights and a database that it owns: prepared as Supabase would, unless the file does that itself."""
    name = f"guest_{secrets.token_hex(6)}"
    password = secrets.token_urlsafe(24)
    keep_secret(password)
    with server.target(role=SUPERUSER).connect() as admin:
        verifier = admin.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(verifier)))
        admin.execute(sql.SQL('alter role {} set search_path = "$user", public, extensions').format(sql.Identifier(name)))  # as on Supabase
        admin.execute(sql.SQL("create database {0} owner {0} template template0").format(sql.Identifier(name)))
    with server.target(name, SUPERUSER).connect() as admin:
        if _MAKES_AUTH.search(file.bare):
            admin.execute("create extension vector schema public")
        else:
            shim.apply_database(admin)
            admin.execute(query("guest_rights"))
            if re.search(r"\bpublic\s*\.\s*vector\b", file.bare, re.IGNORECASE):  # a dump of one schema does not name its extensions
                _move_vector(admin, "public")
    return replace(server.target(name), user=name, password=password)


def _drop(server: Server, guest: Target) -> None:
    shim.drop_database(server, guest.database)
    with server.target(role=SUPERUSER).connect() as admin:
        admin.execute(sql.SQL("drop role {}").format(sql.Identifier(guest.user)))


def _move_vector(admin: Connection, schema: str) -> None:
    """Put the extension vector where the file wants it; only a superuser may, and it has no code of the file's to run."""
    try:
        admin.execute(sql.SQL("alter extension vector set schema {}").format(sql.Identifier(schema)))
    except psycopg.Error as fault:
        raise UserError(
            f'The extension vector cannot be put into the schema "{schema}": {fault.diag.message_primary}.', "See where the file makes it."
        ) from None
