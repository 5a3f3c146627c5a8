"""The numbered SQL files: one line of numbers through migrations/ and policies/, and the rollback of each."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from yoyo.migrations import Migration, MigrationList, parse_metadata_from_sql_comments

from scripts.errors import UserError

FOLDERS = ("migrations", "policies")
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")

# What is quoted, and comments: nothing in them is a statement of the file itself. A name may hold a dollar sign or end in e.
_QUOTED = re.compile(
    r"(?<![\w$])\$(\w*)\$.*?\$\1\$|(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*", re.DOTALL
)

_NOT_A_LINE_END = re.compile(r"[^\n]")

# The body of a function in SQL: `begin atomic`, to the `end` that is not a case's.
_BODY_WORD = re.compile(r"\bbegin\s+atomic\b|(?<!\.)\bcase\b|(?<!\.)\bend\b", re.IGNORECASE)

# A file is one transaction, and the runner holds its ends.
_TRANSACTION_WORD = re.compile(
    r"(?:\A|;)\s*(begin|start\s+transaction|commit|end|abort|rollback(?!(?:\s+(?:work|transaction))?\s+to\b)"
    r"|prepare\s+transaction)\b",
    re.IGNORECASE,
)

# What PostgreSQL refuses in a transaction and a migration may need. Each can be taken back, and leaves rows alone.
_NEEDS_NO_TRANSACTION = re.compile(
    r"(create\s+(unique\s+)?index\s+concurrently|drop\s+index\s+concurrently|reindex\b.*\bconcurrently"
    r"|alter\s+table\b.*\bdetach\s+partition\b.*\bconcurrently|vacuum)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Statement:
    """One statement of a file: where it begins, as a character from 0 and as a line from 1, and its text."""

    start: int
    line: int
    text: str

    @property
    def head(self) -> str:
        """The first line, enough to recognise it by."""
        return self.text.strip().split("\n", 1)[0]


@dataclass(frozen=True)
class SqlFile:
    """A SQL file as it was read: its path from the root of the project, and its text with plain newlines."""

    path: Path
    shown: str
    text: str

    @classmethod
    def read(cls, path: Path, root: Path) -> SqlFile:
        """Read a file; raises UserError where it is not UTF-8 text."""
        shown = str(path.relative_to(root))
        try:
            text = path.read_bytes().decode("utf-8-sig")  # some editors begin a file with a byte order mark
        except UnicodeDecodeError as fault:
            raise UserError(f"{shown} is not UTF-8 (byte {fault.start}).", "Save it as UTF-8.") from None
        except OSError as fault:
            raise UserError(f"{shown} cannot be read: {fault.strerror}.", "See to its permissions.") from None
        if "\0" in text:
            raise UserError(f"{shown} holds a NUL byte, where PostgreSQL would stop reading.", "Take it out.")
        return cls(path, shown, text.replace("\r\n", "\n"))

    @property
    def checksum(self) -> str:
        """The sha256 of the text, the same whatever a checkout makes of line ends."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def transactional(self) -> bool:
        """Whether the file runs in a transaction: yes, but for yoyo's directive `-- transactional: false`."""
        directives, _, _ = parse_metadata_from_sql_comments(self.text)
        return str(directives.get("transactional", "true")).strip().lower() != "false"

    @cached_property
    def stands_alone(self) -> bool:
        """Whether the file needs nothing of the others, so that it may be applied before those below it: its first line says so."""
        return self.text.split("\n", 1)[0].strip() == "-- stands alone"

    @cached_property
    def bare(self) -> str:
        """The text with all that is quoted, comments and bodies of functions in SQL blanked; each character keeps its place."""
        text = _without_quoted(self.text)
        depth, begun, bodies = 0, 0, []
        for word in _BODY_WORD.finditer(text):
            if depth == 0 and word[0].lower().startswith("begin"):
                depth, begun = 1, word.start()
            elif depth:
                depth += -1 if word[0].lower() == "end" else 1
                if depth == 0:
                    bodies.append((begun, word.end()))
        for first, last in bodies:
            text = text[:first] + _NOT_A_LINE_END.sub(" ", text[first:last]) + text[last:]
        return text

    @property
    def may_bring_rows(self) -> bool:
        """Whether a statement of the file can insert rows, as only these can; most files only define."""
        return bool(re.search(r"\b(insert|select|values|merge|do|call|as\s+table)\b", self.bare, re.IGNORECASE))

    def statements(self) -> list[Statement]:
        """Return the statements with their lines, comments before a statement left out."""
        found, begin = [], 0
        for end in [*(mark.end() for mark in re.finditer(";", self.bare)), len(self.bare)]:
            code = self.bare[begin:end]
            if code.strip(" \n\t;"):
                start = begin + len(code) - len(code.lstrip())
                found.append(Statement(start, self.text.count("\n", 0, start) + 1, self.text[start:end]))
            begin = end
        return found

    def line_of(self, position: int) -> int:
        """Return the line, from 1, of a character position, from 1, as PostgreSQL reports it."""
        return self.text.count("\n", 0, max(position - 1, 0)) + 1

    def check(self) -> None:
        """Refuse a file that would end the runner's transaction, is empty, or runs outside a transaction without need."""
        if not self.bare.strip(" \n\t;"):
            raise UserError(f"{self.shown} holds no statement.", "Where there is nothing to do, say so: select 1;")
        if self.transactional:
            if found := _TRANSACTION_WORD.search(self.bare):
                raise UserError(
                    f"{self.shown}, line {self.line_of(found.start(1) + 1)}: '{found[1]}' would end the transaction of the file.",
                    "Take it out: each file is one transaction, which the runner begins and ends.",
                )
            return
        statements = self.statements()
        if len(statements) != 1:
            raise UserError(
                f"{self.shown} runs outside a transaction and holds {len(statements)} statements.",
                "Give each statement that cannot run in a transaction a file of its own.",
            )
        if not _NEEDS_NO_TRANSACTION.match(statements[0].text):
            raise UserError(
                f"{self.shown} runs outside a transaction, and nothing in it needs that.",
                "Take the line '-- transactional: false' out: in a transaction nothing can be half done.",
            )


def _without_quoted(text: str) -> str:
    """Return a text as long, with blanks for comments, and x for what is quoted, which is part of its statement."""
    parts, position = [], 0
    while found := _QUOTED.search(text, position):
        end = _end_of_comment(text, found.start()) if found[0] == "/*" else found.end()
        filler = " " if found[0].startswith(("--", "/*")) else "x"
        parts += [text[position : found.start()], "\n".join(filler * len(line) for line in text[found.start() : end].split("\n"))]
        position = end
    return "".join([*parts, text[position:]])


def _end_of_comment(text: str, start: int) -> int:
    """Return where a comment ends that may hold others, as PostgreSQL's may."""
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(text, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)


class NumberedMigration(Migration):  # type: ignore[misc]  # yoyo has no type hints
    """A yoyo migration that is one file with its rollback in another folder, and depends on nothing but its number."""

    def __init__(self, up: SqlFile, down: SqlFile | None) -> None:
        super().__init__(up.path.stem, str(up.path), source_dir=str(up.path.parent))
        self.up = up
        self.down = down

    @property
    def number(self) -> int:
        """The number that decides the order."""
        return int(self.id[:4])

    def load(self) -> None:
        """Leave splitting and pairing of statements, which yoyo would do here, undone: the server takes a file whole."""
        self.steps: list[object] = []
        self._depends: set[object] = set()
        self.use_transactions = self.up.transactional


def read_migrations(root: Path) -> MigrationList:
    """Read every numbered file below root, in order of numbers, each with its rollback.

    Raises UserError for a name without a number, a number used twice, and a rollback without a migration.
    """
    ups = [path for folder in FOLDERS for path in _sql_files(root / folder)]
    downs = {path.name: path for path in _sql_files(root / "rollback")}
    for number, times in Counter(path.name[:4] for path in ups).items():
        if times > 1:
            twice = " and ".join(str(path.relative_to(root)) for path in ups if path.name.startswith(number))
            raise UserError(f"The number {number} is used twice: {twice}.", "Give one of them the next free number.")
    if orphans := downs.keys() - {path.name for path in ups}:
        raise UserError(
            f"rollback/{min(orphans)} belongs to no file of {' or '.join(FOLDERS)}.", "Name it like the file that it takes back."
        )
    return MigrationList(
        NumberedMigration(SqlFile.read(path, root), SqlFile.read(downs[path.name], root) if path.name in downs else None)
        for path in sorted(ups, key=lambda path: path.name)
    )


def _sql_files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.sql"))
    for path in found:
        if not _NAME.match(path.name):
            raise UserError(f"{folder.name}/{path.name} has no number in its name.", "Name it NNNN_subject.sql, in lower case.")
    return found
