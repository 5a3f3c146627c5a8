"""Backups that can be trusted: made in one snapshot with counts and hashes, restored once and compared, and asked for before a change."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from scripts import contents, manifest, overrides
from scripts.binaries import wheel_programs
from scripts.clients import Client, client_major, watched
from scripts.console import note
from scripts.contents import Position
from scripts.errors import UserError
from scripts.manifest import Backup, Extension, File, Manifest, Source, Span, Verified
from scripts.progress import Progress
from scripts.relay import way_to
from scripts.restore import MARKER, differences
from scripts.scratch_copy import scratch_copy
from scripts.settings import ROOT, flag, query
from scripts.target import Connection, Target, check_server

_PARTIAL = ".backup-partial"
_LOCK_WAIT = "60s"

#: The schema of the tools' own books, which they change without asking for a new backup.
_BOOKS = "runner"


def home() -> Path:
    """Return the folder in which backups are made and looked for unless another is named."""
    return ROOT / "backups"


# -------------------------------------------------------------------- make


def make(source: Target, folder: Path, *, jobs: int = 2, schemas: Collection[str] = (), force: bool = False) -> Backup:
    """Back up a database into a new folder, which appears when everything is in it."""
    with source.connect() as connection:
        check_server(connection, source)
        try:
            _make(connection, source, folder, jobs, schemas, force=force)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable) as fault:
            raise UserError(
                f"The tables could not be held as they are: {fault.diag.message_primary}.",
                "Run it again when nobody changes the structure.",
            ) from None
    return manifest.read(folder)


def _make(connection: Connection, source: Target, folder: Path, jobs: int, schemas: Collection[str], *, force: bool) -> None:
    major = client_major(connection.info.server_version)
    contents.settle(connection)
    connection.execute("select set_config('lock_timeout', %s, false)", (_LOCK_WAIT,))
    own = contents.own_schemas(connection)
    if MARKER in own:
        raise UserError(
            f"{source.describe()} is half restored, and a backup of it would pass for a whole one.", "Finish that restore first."
        )
    wanted = _wanted(own, schemas)
    contents.look_at(connection, wanted)
    _refuse_unreadable(connection, source, wanted)
    with _draft(folder) as (draft, lock):
        _refuse_without_room(connection, draft, force=force)
        chosen = {name: own[name] for name in wanted}
        made = _dump(source, connection, draft, jobs=jobs, schemas=chosen, whole=chosen == own, major=major, lock=lock)
        manifest.write(draft / manifest.MANIFEST, made.text())
        draft.rename(folder)
        manifest.sync(folder.parent)


def _wanted(own: dict[str, str], schemas: Collection[str]) -> list[str]:
    if unknown := sorted(set(schemas) - own.keys()):
        raise UserError(f"There is no schema {', '.join(unknown)} in this database.", f"There are {', '.join(own)}.")
    return [name for name in own if not schemas or name in schemas]


def _refuse_unreadable(connection: Connection, source: Target, wanted: Collection[str]) -> None:
    """Refuse to begin what pg_dump would stop in the middle of, and name all that the role may not read."""
    tables, sequences = contents.tables(connection), contents.sequences(connection)
    closed = [(one.schema, one.shown) for one in tables if not one.readable]
    closed += [(schema, f"{schema}.{name}") for schema, name, readable, _ in sequences if not readable]
    if closed:
        whole = [name for name in wanted if name not in {schema for schema, _ in closed}]
        names = ", ".join(name for _, name in closed[:10]) + (f" and {len(closed) - 10} more" if len(closed) > 10 else "")
        leave_out = f", or leave out what is closed to it: SCHEMAS={','.join(whole)}" if whole else ""
        raise UserError(
            f"{source.user} may not read all of {source.describe()}: {names}.",
            f"Connect as a role that may read them and that row-level security does not stop (bypassrls){leave_out}.",
        )


@contextlib.contextmanager
def _draft(folder: Path) -> Iterator[tuple[Path, int]]:
    """Make a folder under another name; it is gone unless it was renamed. Whoever writes there holds its lock, pg_dump too."""
    if folder.exists():
        raise UserError(f"{folder} is there already.", "Name a folder that is not there yet: BACKUP=folder.")
    draft = folder.with_name(f".{folder.name}{_PARTIAL}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for left in folder.parent.glob(f".*{_PARTIAL}"):
            _clear_away(left, wanted=left == draft)
        draft.mkdir(mode=0o700)
    except OSError as fault:
        reason = "Not a directory" if isinstance(fault, FileExistsError) else fault.strerror
        raise UserError(f"Nothing can be written to {folder.parent}: {reason}.", "Name another folder: BACKUP=folder.") from None
    lock = os.open(draft, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield draft, lock
    finally:
        os.close(lock)
        shutil.rmtree(draft, ignore_errors=True)


def _clear_away(left: Path, *, wanted: bool) -> None:
    """Remove what a killed backup has left, unless somebody still writes there."""
    lock = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left)
        note(f"Removed {left}, which a backup that was cut off has left.")
    except BlockingIOError:
        if wanted:
            raise UserError("Another backup writes to that folder.", "Wait until it is done, or name another folder.") from None
    finally:
        os.close(lock)


def _refuse_without_room(connection: Connection, draft: Path, *, force: bool) -> None:
    """Refuse a disk that may be too small; a dump is compressed, so it seldom needs as much as the tables."""
    needed, free = sum(one.bytes for one in contents.tables(connection)), shutil.disk_usage(draft).free
    if free < needed and not force:
        raise UserError(
            f"The tables have {size(needed)}, and {draft.parent} has {size(free)} free.",
            "Name a folder with more room: BACKUP=folder. A dump is compressed, so it may fit nevertheless: FORCE=1.",
        )


def _dump(
    source: Target, connection: Connection, draft: Path, *, jobs: int, schemas: dict[str, str], whole: bool, major: int, lock: int
) -> Manifest:
    """Dump, count and hash in one snapshot; the structure must be the same before and after."""
    made_at = manifest.now()
    before = {name: contents.structure(connection, name) for name in schemas}
    tables = contents.tables(connection)
    with connection.transaction(), way_to(source, connection) as environment:
        snapshot = _snapshot(connection, tables)
        found = _source(connection, source.describe())
        roles = tuple(name for (name,) in connection.execute(query("backup_roles")))
        extensions = tuple(
            Extension(name, version, schema, tuple(used)) for name, version, schema, used in connection.execute(query("backup_extensions"))
        )
        positions = _positions(connection)
        narrow = [] if whole else ["--strict-names", *(f'--schema="{name.replace(chr(34), chr(34) * 2)}"' for name in schemas)]
        arguments = [
            "--format=directory", f"--jobs={jobs}", f"--file={draft / manifest.DUMP}", f"--snapshot={snapshot}", "--compress=1",
            "--no-password", "--no-subscriptions", f"--lock-wait-timeout={_LOCK_WAIT}", *narrow,
        ]  # fmt: skip
        client = Client(major, "pg_dump", arguments, environment, [lock])
        try:
            with Progress("dumped", sum(one.estimated_rows for one in tables), estimated=True) as progress, watched(source, progress):
                measured = []
                for one in tables:
                    if client.failed:
                        break
                    measured.append(contents.measure(connection, one.schema, one.name, one.columns))
                large = contents.measure_large_objects(connection) if whole else None
                client.wait()
                progress.reach(sum(one.rows for one in measured))
        finally:
            client.end()
    if (whole and contents.own_schemas(connection) != schemas) or before != {name: contents.structure(connection, name) for name in before}:
        raise UserError(
            "The structure of the database was changed while it was backed up, so the backup was thrown away.",
            "Run it again when that is done.",
        )
    return Manifest(
        made_at=made_at, finished_at=manifest.now(), source=found, pg_dump=_version(major), whole=whole, schemas=schemas, roles=roles,
        extensions=extensions, tables=tuple(measured), large_objects=large, sequences=_spans(positions, _positions(connection)),
        structure_version=contents.structure_version(),
        files=_files(draft, before),
    )  # fmt: skip


def _source(connection: Connection, address: str) -> Source:
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(query("backup_source")).fetchone()
    assert row is not None
    return Source(**row, address=address)


def _snapshot(connection: Connection, tables: list[contents.Table]) -> str:
    """Lock the tables, so that nobody empties one behind the snapshot, and then take it; call it first thing in a transaction."""
    connection.execute("set transaction isolation level repeatable read, read only")
    if tables:
        names = sql.SQL(", ").join(sql.SQL("only {}").format(sql.Identifier(one.schema, one.name)) for one in tables)
        connection.execute(f"set local lock_timeout = '{_LOCK_WAIT}'".encode())
        try:
            connection.execute(sql.SQL("lock table {} in access share mode").format(names))
        except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable) as fault:
            raise UserError(
                f"The tables could not be held as they are: {fault.diag.message_primary}.",
                "Run it again when nobody changes the structure.",
            ) from None
    row = connection.execute("select pg_catalog.pg_export_snapshot()").fetchone()
    assert row is not None
    return str(row[0])


def _positions(connection: Connection) -> list[Position]:
    return [contents.position(connection, schema, name) for schema, name, *_ in contents.sequences(connection)]


def _spans(before: list[Position], after: list[Position]) -> tuple[Span, ...]:
    return tuple(Span(one, other) for one, other in zip(before, after, strict=True))


def _version(major: int) -> str:
    done = subprocess.run([wheel_programs(major) / "pg_dump", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _files(draft: Path, structure: dict[str, dict[str, str]]) -> dict[str, File]:
    """Write the structure down, close all files to others, and hash them."""
    manifest.write(draft / manifest.STRUCTURE, json.dumps(structure, indent=0, ensure_ascii=False) + "\n")
    found = {}
    for path in sorted(draft.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if path.is_file():
            found[path.relative_to(draft).as_posix()] = File(path.stat().st_size, manifest.sha256(path))
    return found


def size(value: int) -> str:
    """Return a number of bytes for people."""
    return f"{value / 1024**3:.1f} GB" if value >= 1024**3 else f"{value / 1024**2:.1f} MB"


# -------------------------------------------------------------------- verify


def verify(folder: Path, *, jobs: int = 2, between: Callable[[Target], None] | None = None) -> tuple[Backup, Verified]:
    """Check the files, restore them on a throw-away server, compare, and only then mark the backup as one that counts.

    `between` is called with the copy before it is compared, for tests that spoil it.
    """
    backup = manifest.read(folder)
    backup.check_files()
    with scratch_copy(backup, jobs) as copy:
        if between:
            between(copy.target)
        with copy.target.connect() as connection:
            found = differences(connection, backup, copy.plan)
    if found:
        backup.unmark()
        raise not_as_backed_up(f"The copy that was restored from {folder}", found)
    not_checked = (*copy.plan.left_out, *(f"extension {name}" for name in copy.missing), *backup.outside(), *structure_not_compared(backup))
    return backup, backup.mark_verified(f"PostgreSQL {copy.major}, a throw-away server", not_checked)


def structure_not_compared(backup: Backup) -> list[str]:
    """Return what has to be said where the structure could not be compared."""
    return [] if backup.structure_is_readable() else ["the structure, which another release of these tools has read"]


def not_as_backed_up(what: str, found: list[str]) -> UserError:
    """Return the differences of a restored copy as an error."""
    more = f"; and {len(found) - 10} more" if len(found) > 10 else ""
    return UserError(
        f"{what} is not what was backed up: {'; '.join(found[:10])}{more}.", "Do not rely on it: make a new backup, make backup."
    )


# -------------------------------------------------------------------- require


def has_rows(connection: Connection, schemas: Collection[str]) -> bool:
    """Tell whether these schemas hold a row that could be lost; one that this role may not read counts as one that does."""
    with connection.transaction():
        connection.execute("select set_config('catalogue.schemas', %s::name[]::text, true)", (list(schemas),))
        for one in contents.tables(connection):
            row = (
                one.readable
                and connection.execute(
                    sql.SQL("select exists (select from only {})").format(sql.Identifier(one.schema, one.name))
                ).fetchone()
            )
            if not row or row[0]:
                return True
    return False


def require_backup(
    connection: Connection, what: str, *, schemas: Collection[str] | None = None, folder: Path | None = None
) -> Backup | None:
    """Refuse to go on without a verified backup of this database, made since its structure last changed.

    `what` is about to be done, in words ("capture of public"); `schemas` are those that it will change (all, unless named). Whether the
    structure has changed is no matter of times: the catalogue of now is compared with the one in the manifest. Returns the backup,
    which is noted in runner.backups_used, or None where NO_BACKUP=1 overrode this, which is then recorded in runner.overrides.
    """
    if flag("NO_BACKUP"):
        overrides.record(connection, "NO_BACKUP", what)
        return None
    place = _source(connection, "")
    named = folder or (Path(os.environ["BACKUP"]) if os.environ.get("BACKUP") else None)
    # the newest first: the time is in its name
    candidates = [named] if named else sorted((path for path in home().glob("[!.]*") if path.is_dir()), reverse=True)
    reasons = []
    for candidate in candidates:
        fault = _fault(connection, candidate, place, schemas)
        if isinstance(fault, Backup):
            _record_use(connection, what, fault)
            return fault
        reasons += [fault] if fault else []
    reason = reasons[0] if reasons else f"there is no backup of the database {place.name} in {named or home()}"
    raise UserError(
        f"No {what} without a backup: {reason}.",
        "Run 'make backup' and 'make verify-backup', or name one: BACKUP=folder. NO_BACKUP=1 goes on without, and is recorded.",
    )


def _record_use(connection: Connection, what: str, backup: Backup) -> None:
    """Write down which backup there is to go back to; a role that may not write that down has the backup all the same."""
    mark = backup.verified()
    assert mark is not None
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute("set local client_min_messages = warning")
        connection.execute(query("backups_used"))
        connection.execute(
            "insert into runner.backups_used (what, backup, made_at, verified_at) values (%s, %s, %s, %s)",
            (what, str(backup.folder), backup.manifest.made_at, mark.verified_at),
        )


def _fault(connection: Connection, folder: Path, place: Source, schemas: Collection[str] | None) -> Backup | str | None:
    """Return the backup in a folder if it counts for this database; else why not, or None where it is of something else."""
    try:
        backup = manifest.read(folder)
        source = backup.manifest.source
        if (source.server, source.oid) != (place.server, place.oid):
            return None
        backup.check_names()
    except UserError as fault:
        return fault.sentence.rstrip(".")
    if backup.verified() is None:
        return f"{folder} is not verified, and counts after 'make verify-backup BACKUP={folder}'"
    if not backup.structure_is_readable():
        return f"{folder} was made by another release of these tools, so that its structure cannot be compared"
    return _change(connection, backup, schemas) or backup


def _change(connection: Connection, backup: Backup, schemas: Collection[str] | None) -> str | None:
    """Return what of the structure is not as it was when the backup was made, or None."""
    saved = backup.structure()
    for schema in sorted(set(schemas if schemas is not None else contents.own_schemas(connection)) - {_BOOKS}):
        if schema not in saved:
            return f"the schema {schema} is not in {backup.folder}"
        now = contents.structure(connection, schema)
        changed = [key for key in sorted(saved[schema].keys() | now.keys()) if saved[schema].get(key) != now.get(key)]
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            return f"the structure has changed since {backup.folder} was made ({changed[0]}{more})"
    return None
