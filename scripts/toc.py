"""The table of contents of a dump: what pg_restore would make, entry by entry, so that some of it can be left out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.binaries import client_environment, wheel_programs
from scripts.errors import UserError

# the kinds of more than one word; any other is one word
_KINDS = (
    "ACCESS METHOD", "BLOB COMMENTS", "BLOB METADATA", "CHECK CONSTRAINT", "DATABASE PROPERTIES", "DEFAULT ACL", "EVENT TRIGGER",
    "FK CONSTRAINT", "FOREIGN DATA WRAPPER", "FOREIGN SERVER", "FOREIGN TABLE", "INDEX ATTACH", "LARGE OBJECT", "LARGE OBJECTS",
    "MATERIALIZED VIEW DATA", "MATERIALIZED VIEW", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURAL LANGUAGE",
    "PUBLICATION TABLES IN SCHEMA", "PUBLICATION TABLE", "ROW SECURITY", "SECURITY LABEL", "SEQUENCE OWNED BY", "SEQUENCE SET",
    "SHELL TYPE", "STATISTICS DATA", "SUBSCRIPTION TABLE", "TABLE ATTACH", "TABLE DATA", "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "USER MAPPING",
)  # fmt: skip
_ENTRY = re.compile(rf"\d+; \d+ \d+ ({'|'.join(sorted(_KINDS, key=len, reverse=True))}|\S+) (.*)")


@dataclass(frozen=True)
class Entry:
    """One entry: the line that stands for it, and what it is about."""

    line: str
    kind: str
    schema: str  # "-" where it is in none
    name: str
    owner: str

    @property
    def about(self) -> str:
        """What a right, a comment or a label is on (`SCHEMA auth`); for others the kind and the name."""
        return self.name if self.kind in {"ACL", "COMMENT", "SECURITY LABEL"} else f"{self.kind} {self.name}"


def read(dump: Path, major: int, schemas: Collection[str], roles: Collection[str]) -> list[Entry]:
    """Return the entries of a dump. Names may hold spaces, and the schemas and roles that there are tell where they end."""
    done = subprocess.run(
        [wheel_programs(major) / "pg_restore", "--list", str(dump)],
        env=client_environment(LC_ALL="C"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise UserError(f"The dump in {dump} cannot be read: {' '.join(done.stderr.split())}", "Use another backup.")
    return entries(done.stdout, schemas, roles)


def entries(listing: str, schemas: Collection[str], roles: Collection[str]) -> list[Entry]:
    """Read what `pg_restore --list` prints."""
    found = []
    for line in listing.splitlines():
        if line and not line.startswith(";"):
            match = _ENTRY.fullmatch(line)
            if match is None:
                raise UserError(f"The table of contents has a line that is not understood: {line}", "Report it.")
            kind, rest = match.groups()
            schema = max((one for one in (*schemas, "-") if rest.startswith(f"{one} ")), key=len, default=rest.split(" ")[0])
            rest = rest[len(schema) + 1 :]
            owner = max((one for one in roles if rest.endswith(f" {one}")), key=len, default="")
            found.append(Entry(line, kind, schema, rest[: len(rest) - len(owner)].rstrip(), owner))
    return found


def listing(chosen: Iterable[Entry]) -> str:
    """Return entries as `pg_restore --use-list` reads them."""
    return "".join(f"{one.line}\n" for one in chosen)
