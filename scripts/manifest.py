"""What a backup says of itself: a folder with a dump, a manifest of all that is in it, and the mark that it has been restored once."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.contents import Content, Position, structure_version
from scripts.errors import UserError

MANIFEST = "manifest.json"
STRUCTURE = "structure.json"
VERIFIED = "verified.json"
DUMP = "dump"

_FORMAT = 1
_AGAIN = "Use another backup, or make a new one: make backup."


@dataclass(frozen=True)
class Source:
    """The database that was backed up. `server` and `oid` tell it from all others, its copies included."""

    server: str
    oid: int
    name: str
    version: str
    version_number: int
    encoding: str
    collation: str
    ctype: str
    provider: str
    role: str
    bytes: int
    address: str


@dataclass(frozen=True)
class Extension:
    """An extension, and the functions of it that something else is made with, as SQL that makes ones of the same name."""

    name: str
    version: str
    schema: str
    used_functions: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A file of the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Span:
    """A sequence: where it stood before the dump, and where after it; the dump has a value between the two."""

    before: Position
    after: Position

    @property
    def shown(self) -> str:
        """The sequence's name for people."""
        return self.before.shown

    def holds(self, found: Position) -> bool:
        """Tell whether a copy of the sequence stands where the dump may have seen it."""
        low, high = sorted((self.before.last_value, self.after.last_value))
        if low == high:
            return found in (self.before, self.after)
        return low <= found.last_value <= high


@dataclass(frozen=True)
class Manifest:
    """All that is known of a backup."""

    made_at: str
    finished_at: str
    source: Source
    pg_dump: str
    whole: bool  # or only some of the schemas
    schemas: dict[str, str]
    roles: tuple[str, ...]
    extensions: tuple[Extension, ...]
    tables: tuple[Content, ...]
    large_objects: Content | None
    sequences: tuple[Span, ...]
    structure_version: str
    files: dict[str, File]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(one.rows for one in self.tables)

    def text(self) -> str:
        """Return it as JSON, with a seal that an edit breaks; the seal is no secret and proves nothing against malice."""
        body = {"format": _FORMAT, **dataclasses.asdict(self)}
        return json.dumps({"seal": _seal(body), **body}, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Verified:
    """That a backup was restored and compared; it counts for the manifest with this hash alone."""

    manifest_sha256: str
    verified_at: str
    restored_on: str
    tables: int
    rows: int
    not_checked: tuple[str, ...]


@dataclass(frozen=True)
class Backup:
    """A folder with a manifest that could be read."""

    folder: Path
    manifest: Manifest
    sha256: str

    @property
    def dump(self) -> Path:
        """The folder that pg_dump wrote and pg_restore reads."""
        return self.folder / DUMP

    def structure(self) -> dict[str, dict[str, str]]:
        """Return, for each schema, its objects with a hash of their definitions."""
        found: dict[str, dict[str, str]] = json.loads((self.folder / STRUCTURE).read_text())
        return found

    def structure_is_readable(self) -> bool:
        """Tell whether the structure can be compared with what these tools read today."""
        return self.manifest.structure_version == structure_version()

    def outside(self) -> list[str]:
        """Return what a dump of some schemas lacks though it is about them: triggers on tables of others, and rights by default."""
        if self.manifest.whole:
            return []
        inside = tuple(f"{_quoted(schema)}." for schema in self.manifest.schemas)
        keys = dict.fromkeys(key for objects in self.structure().values() for key in objects)
        return [
            key
            for key in keys
            if (key.startswith("default right ") and " in schema " not in key)
            or (key.startswith(("trigger ", "comment trigger ")) and not key.rpartition(" on ")[2].startswith(inside))
        ]

    def verified(self) -> Verified | None:
        """Return the mark that this very backup was restored and compared, or None."""
        try:
            found = json.loads((self.folder / VERIFIED).read_text())
            mark = Verified(**(found | {"not_checked": tuple(found["not_checked"])}))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return mark if mark.manifest_sha256 == self.sha256 else None

    def mark_verified(self, restored_on: str, not_checked: Iterable[str]) -> Verified:
        """Write the mark down, and return it; it is whole or not there."""
        mark = Verified(self.sha256, now(), restored_on, len(self.manifest.tables), self.manifest.rows, tuple(not_checked))
        write(self.folder / VERIFIED, json.dumps(dataclasses.asdict(mark), indent=1) + "\n")
        return mark

    def unmark(self) -> None:
        """Take the mark away: a later comparison has failed."""
        (self.folder / VERIFIED).unlink(missing_ok=True)

    def check_names(self) -> None:
        """Refuse a backup that lacks a file, has one too many, or one of another size."""
        found = {path.relative_to(self.folder).as_posix(): path for path in sorted(self.folder.rglob("*")) if not path.is_dir()}
        known = self.manifest.files
        faults = [f"{name} is missing" for name in known if name not in found]
        faults += [f"{name} does not belong to it" for name in found if name not in {*known, MANIFEST, VERIFIED, f".{VERIFIED}.draft"}]
        for name in known.keys() & found.keys():
            if found[name].is_symlink() or not found[name].is_file():
                faults.append(f"{name} is no file")
            elif (size := found[name].stat().st_size) != known[name].bytes:
                faults.append(f"{name} has {size} bytes and not {known[name].bytes}")
        self._refuse(faults)

    def check_files(self) -> None:
        """Refuse a backup whose files are not, byte by byte, those that were written."""
        self.check_names()
        self._refuse([f"{name} was changed" for name, file in self.manifest.files.items() if sha256(self.folder / name) != file.sha256])

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            more = f", and {len(faults) - 5} more" if len(faults) > 5 else ""
            raise UserError(f"The backup {self.folder} is damaged: {'; '.join(faults[:5])}{more}.", _AGAIN)


def read(folder: Path) -> Backup:
    """Return the backup in a folder; refuses one without a whole manifest."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}.", "Name the folder that make backup has made: BACKUP=folder.")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{folder} is no whole backup: {MANIFEST} is missing.", _AGAIN) from None
    try:
        found = json.loads(raw)
        seal = found.pop("seal")
        sound = isinstance(seal, str) and seal == _seal(found) and found.pop("format") == _FORMAT
        manifest = _manifest(found) if sound else None
    except (ValueError, KeyError, TypeError, AttributeError):
        manifest = None
    if manifest is None:
        raise UserError(f"The backup {folder} is damaged: {MANIFEST} is not what was written.", _AGAIN)
    return Backup(folder, manifest, hashlib.sha256(raw).hexdigest())


def _quoted(name: str) -> str:
    """Return a name as the catalogue shows it."""
    return name if re.fullmatch("[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


def _manifest(found: dict[str, Any]) -> Manifest:
    def content(one: dict[str, Any]) -> Content:
        return Content(**(one | {"columns": tuple(one["columns"])}))

    large = found["large_objects"]
    built = {
        "source": Source(**found["source"]),
        "roles": tuple(found["roles"]),
        "extensions": tuple(Extension(**(one | {"used_functions": tuple(one["used_functions"])})) for one in found["extensions"]),
        "tables": tuple(map(content, found["tables"])),
        "large_objects": content(large) if large else None,
        "sequences": tuple(Span(Position(**one["before"]), Position(**one["after"])) for one in found["sequences"]),
        "files": {name: File(**file) for name, file in found["files"].items()},
    }
    return Manifest(**(found | built))


def _seal(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def now() -> str:
    """Return the time as it is written in manifests: to the microsecond, or two backups of one second could be the same to the byte."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def sha256(path: Path) -> str:
    """Return the hash of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file that only its owner reads, through another name and with the disk's word for it: it is whole or not there."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Ask the disk to keep what was made or renamed in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
