"""Backups: `make backup`, `make verify-backup` and `make restore`."""

from __future__ import annotations

import os
from pathlib import Path

from scripts import backups, manifest, restore_target, shim
from scripts.commands.given import embedded, jobs, source, target
from scripts.console import note, say, table
from scripts.errors import UserError
from scripts.manifest import Backup, Manifest
from scripts.restore_target import Restored
from scripts.settings import flag
from scripts.target import Target, from_url


def backup() -> None:
    """Back up SOURCE, or the database that is worked on, and say what is in the backup."""
    on = source()
    schemas = [name.strip() for name in os.environ.get("SCHEMAS", "").split(",") if name.strip()]
    folder = _folder() or backups.home() / f"{_as_file_name(on.database)}-{manifest.now().replace(':', '').removesuffix('+0000')}Z"
    note(f"Backing up {on.describe()} to {folder}.")
    made = backups.make(on, folder, jobs=jobs(), schemas=schemas, force=flag("FORCE"))
    table(_by_schema(made.manifest), ("schema", "tables", "rows"))
    say()
    size = sum(file.bytes for file in made.manifest.files.values())
    say(f"{made.manifest.rows} rows of {len(made.manifest.tables)} tables in {folder} ({backups.size(size)}).")
    _say_left_out(tuple(made.outside()), "Not in it, because it is a part of the database")
    say(f"It counts once it has been restored: make verify-backup BACKUP={folder}")


def verify_backup() -> None:
    """Restore the backup that BACKUP names, else the newest, on a throw-away server, compare, and mark it as one that counts."""
    folder = _folder() or _newest()
    note(f"Restoring {folder} on a throw-away server.")
    done, mark = backups.verify(folder, jobs=jobs())
    _say_left_out(mark.not_checked, "Not checked")
    say(f"{folder} is verified: {done.manifest.rows} rows of {len(done.manifest.tables)} tables came back as they were.")


def restore() -> None:
    """Restore the backup that BACKUP names into the database that is worked on, into the one at a URL, or into a new one."""
    to = os.environ.get("TO")
    if to is None or "://" in to:
        _restore_into(target() if to is None else from_url(to, "TO"))
    else:
        _restore_as(target(), to)


def _restore_into(to: Target) -> None:
    backup = _wanted()
    note(f"Restoring {backup.folder} into {to.describe()}.")
    _say_restored(backup, restore_target.restore(backup, to, jobs=jobs(), force=flag("FORCE")))


def _restore_as(beside: Target, name: str) -> None:
    backup = _wanted()

    def make(draft: str) -> Target:
        if beside.embedded_major:
            return shim.create_database(embedded(), draft)
        return restore_target.make_beside(beside, backup.manifest, draft)

    note(f"Restoring {backup.folder} into {beside.with_database(name).describe()}.")
    _say_restored(backup, restore_target.restore_as(backup, beside, name, make, jobs=jobs(), force=flag("FORCE")))


def _say_restored(backup: Backup, done: Restored) -> None:
    _say_left_out(done.left_out, "Left out")
    say(f"{done.target.describe()} has what was backed up: {backup.manifest.rows} rows of {len(backup.manifest.tables)} tables, compared.")


def _say_left_out(what: tuple[str, ...], why: str) -> None:
    if what:
        say(f"{why}: {'; '.join(what)}.")


def _wanted() -> Backup:
    folder = _folder()
    if folder is None:
        raise UserError("Which backup?", f"Name its folder, BACKUP=folder; those made here are in {backups.home()}.")
    return manifest.read(folder)


def _folder() -> Path | None:
    named = os.environ.get("BACKUP")
    if named == "":
        raise UserError("BACKUP= names no folder.", "Name one, or leave BACKUP out.")
    return Path(named).absolute() if named else None


def _newest() -> Path:
    found = sorted((path.parent for path in backups.home().glob(f"*/{manifest.MANIFEST}")), key=lambda path: path.stat().st_mtime)
    if not found:
        raise UserError(f"There is no backup in {backups.home()}.", "Make one, make backup, or name one: BACKUP=folder.")
    return found[-1]


def _as_file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)


def _by_schema(made: Manifest) -> list[tuple[str, int, int]]:
    return [
        (schema, len(tables), sum(one.rows for one in tables))
        for schema in made.schemas
        if (tables := [one for one in made.tables if one.schema == schema])
    ]
