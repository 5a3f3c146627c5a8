"""The lists of legacy columns, and where the lineage sends each: what an inspection compares a database with."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scripts.settings import ROOT

#: Functions that came with A and B; triggers that call them are nobody's own.
FUNCTIONS = ("update_updated_at_column", "reset_monthly_video_credits", "check_video_creation_limit")


@dataclass(frozen=True)
class Known:
    """A legacy column: of a or b, as the list has it, and what the lineage does with it."""

    letter: str
    table: str
    name: str
    type: str
    is_required: bool
    constraints: tuple[str, ...]
    #: pairs of a rule and the hybrid column that it fills, as table.column
    goes: tuple[tuple[str, str], ...]

    @property
    def parent(self) -> str | None:
        """The table that it refers to."""
        found = next((rule for rule in self.constraints if rule.startswith("references ")), None)
        return found.split(" ")[1] if found else None

    @property
    def rules(self) -> frozenset[str]:
        """The rules of the lineage for it, without what they are about."""
        return frozenset(rule.partition(":")[0] for rule, _ in self.goes)


@cache
def known_columns() -> tuple[Known, ...]:
    """Return both lists, in their order."""
    goes: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for line in _lines("lineage"):
        place = (line["legacy_schema"].lower(), line["legacy_table"], line["legacy_column"])
        goes.setdefault(place, []).append((line["rule"], f"{line['hybrid_table'].rpartition('.')[2]}.{line['hybrid_column']}"))
    return tuple(
        Known(
            letter,
            line["table"],
            line["column"],
            line["type"],
            line["nullability"] == "not null",
            tuple(re.split(r"; (?=primary key|unique \(|references |CHECK \()", line["constraints"])),
            tuple(goes.get((letter, line["table"], line["column"]), ())),
        )
        for letter in ("a", "b")
        for line in _lines(f"legacy/schema_{letter}")
    )


def tables_of(letter: str) -> list[str]:
    """Return the tables of a list."""
    return list(dict.fromkeys(one.table for one in known_columns() if one.letter == letter))


def as_json() -> str:
    """Return the names of both lists as the queries of an inspection take them."""
    return json.dumps([{"legacy_schema": one.letter, "table_name": one.table, "column_name": one.name} for one in known_columns()])


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (ROOT / "docs" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
