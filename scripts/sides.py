"""What A and B of `make compare` may be, and how each is read: a database, a file of SQL, a dump, a list, the repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from scripts import scratch
from scripts.errors import UserError
from scripts.legacy_lists import read_list
from scripts.loading import loaded
from scripts.server import Server
from scripts.settings import EMBEDDED_MAJORS
from scripts.structure import Structure, read
from scripts.target import Target, from_url

_USUAL = "public"
_FORMS = (
    "Give a URL (postgres://…, with #schema where it is not public), schema:name for one of the present database, a file of SQL, a dump, "
    "docs/legacy/schema_a.csv or schema_b.csv, or the word repository."
)


@dataclass(frozen=True)
class Side:
    """A or B as it was asked for: what it is, where it is found, and which schema of it is meant."""

    letter: str
    #: a URL's database, a file, a list, or none of them: then `present` tells the repository from the present database
    source: Target | Path | None
    schema: str
    present: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it is a list of columns."""
        return isinstance(self.source, Path) and self.source.suffix.lower() == ".csv"

    @property
    def is_live(self) -> bool:
        """Whether it is a database that is there already."""
        return isinstance(self.source, Target) or self.present


def asked(letter: str, text: str, schema: str | None) -> Side:
    """Return what is meant by A=text with SCHEMA_A=schema; raises UserError, and shows nothing that may be a secret."""
    if not text:
        raise UserError(f"{letter} is missing: make compare A=… B=…", _FORMS)
    if schema == "":
        raise UserError(f"SCHEMA_{letter} is empty.", f"Name a schema, or leave SCHEMA_{letter} out.")
    if text == "repository" or text.startswith("repository#"):
        return Side(letter, None, _schema(letter, schema, text.partition("#")[2] if "#" in text else None))
    if text.startswith("schema:"):
        return Side(letter, None, _schema(letter, schema, text.removeprefix("schema:")), present=True)
    if "://" in text:
        url, found = _parted(text, letter)
        return Side(letter, from_url(url, letter), _schema(letter, schema, found))
    return _file(letter, text, schema)


def _parted(url: str, letter: str) -> tuple[str, str | None]:
    """Take the schema off a URL's end; a # before the last @ belongs to a password."""
    before, mark, last = url.rpartition("#")
    if not mark or "@" in last:
        return url, None
    if "password" in before.partition("?")[2]:
        raise UserError(
            f"Whether the # in {letter} begins a schema or belongs to a password among the URL's options cannot be told.",
            f"Write # in a password as %23, and give the schema as SCHEMA_{letter}.",
        )
    return before, unquote(last)


def _file(letter: str, text: str, schema: str | None) -> Side:
    found = None
    if not Path(text).exists() and "#" in text:
        text, _, found = text.rpartition("#")
    path = Path(text)
    if not path.exists():
        harmless = f" ({text})" if re.fullmatch(r"[\w./ +-]{1,200}", text) else ""  # a mistyped URL is not
        raise UserError(f"{letter} is no file that is there{harmless}, nor anything else that can be compared.", _FORMS)
    side = Side(letter, path, _schema(letter, schema, found))
    if side.is_list and (schema or found):
        raise UserError(f"{letter} is a list of columns, which knows no schemas.", f"Leave #schema and SCHEMA_{letter} out.")
    return side


def _schema(letter: str, variable: str | None, written: str | None) -> str:
    if written == "":
        raise UserError(f"{letter} names an empty schema.", _FORMS)
    if variable and written and variable != written:
        raise UserError(f"{letter} and SCHEMA_{letter} name two different schemas.", "Give one of them.")
    return written or variable or _USUAL


def read_both(sides: Sequence[Side], present: Callable[[], Target]) -> list[Structure]:
    """Read all sides, what is live first: the repository is built on the same major version, which prints expressions alike."""
    read_now = {side: _read(side, present) for side in sides if side.is_list or side.is_live}
    if left := [side for side in sides if side not in read_now]:
        majors = [one.major for one in read_now.values() if one.major in EMBEDDED_MAJORS]
        files = any(side.source for side in left)
        with scratch.throwaway_server(majors[0] if majors and not files else None) as server:
            read_now |= {side: _build(side, server) for side in left}
    return [read_now[side] for side in sides]


def _read(side: Side, present: Callable[[], Target]) -> Structure:
    if isinstance(side.source, Path):
        return read_list(side.source, str(side.source))
    target = side.source or present()
    return read(target, side.schema, f"{target.describe()}, schema {side.schema}")


def _build(side: Side, server: Server) -> Structure:
    if isinstance(side.source, Path):
        with loaded(server, side.source, str(side.source)) as (target, remarks):
            return read(target, side.schema, f"{side.source}, schema {side.schema}", remarks)
    target = server.target()
    scratch.build(target)
    return read(target, side.schema, f"the repository, schema {side.schema}")
