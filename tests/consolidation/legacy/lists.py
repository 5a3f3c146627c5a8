"""The lists of legacy columns as data: what docs/legacy/schema_a.csv and schema_b.csv say, and the shapes that a database can have."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from scripts.settings import ROOT

#: One of the two legacy schemas.
Letter = Literal["A", "B"]

#: What one database holds: for each of its tables the schema whose columns it has.
Shape = Mapping[str, Letter]


@dataclass(frozen=True)
class Column:
    """One line of a list."""

    letter: Letter
    table: str
    name: str
    type: str
    required: bool
    default: str
    constraints: tuple[str, ...]

    @cached_property
    def is_key(self) -> bool:
        """Tell whether it is the primary key."""
        return "primary key" in self.constraints

    @cached_property
    def parent(self) -> str | None:
        """The table that it refers to."""
        for one in self.constraints:
            if found := re.fullmatch(r"references (\w+) on delete [\w ]+", one):
                return found[1]
        return None

    @cached_property
    def sequence(self) -> str | None:
        """The sequence that its default draws from."""
        found = re.fullmatch(r"nextval\('(\w+)'::regclass\)", self.default)
        return found[1] if found else None


@cache
def columns_of(letter: Letter, table: str) -> tuple[Column, ...]:
    """Return a table's columns in their order."""
    return tuple(column for column in read_list(letter) if column.table == table)


@cache
def read_list(letter: Letter) -> tuple[Column, ...]:
    """Return all columns of one legacy schema in the order of its list."""
    with (ROOT / "docs" / "legacy" / f"schema_{letter.lower()}.csv").open(newline="", encoding="utf-8") as file:
        return tuple(
            Column(
                letter=letter,
                table=row["table"],
                name=row["column"],
                type=row["type"],
                required=row["nullability"] == "not null",
                default=row["default"],
                constraints=tuple(row["constraints"].split("; ")) if row["constraints"] else (),
            )
            for row in csv.DictReader(file)
        )


def _whole(letter: Letter) -> dict[str, Letter]:
    return {column.table: letter for column in read_list(letter)}


#: A alone, B alone, and the names that both have.
A: Shape = _whole("A")
B: Shape = _whole("B")
SHARED = tuple(sorted(A.keys() & B.keys()))


def together(of_b: frozenset[str] = frozenset()) -> Shape:
    """Return one database with the tables of both; a shared name has A's shape unless it is in `of_b`."""
    return {**B, **A, **{table: B[table] for table in SHARED if table in of_b}}


def refers(shape: Shape, column: Column) -> bool:
    """Tell whether a column can have its foreign key here: the parent may have the other schema's shape, and another type of key."""
    if column.parent is None or column.parent not in shape:
        return False
    key = next(one for one in columns_of(shape[column.parent], column.parent) if one.is_key)
    return key.type == column.type


#: Tables named in a column of text, which no foreign key tells: they are filled first.
_NAMED_IN_TEXT: Mapping[tuple[Letter, str], tuple[str, ...]] = {
    ("B", "social_media_posts"): ("media_assets",),
    ("B", "campaigns"): ("social_media_posts",),
    ("B", "workflow_approvals"): ("workflow_executions",),
    ("B", "video_generations"): ("workflow_executions",),
    ("B", "content_embeddings"): ("social_media_posts",),
    ("A", "user_activity_logs"): ("content_posts",),
}


def in_order(shape: Shape) -> list[str]:
    """Return the tables so that each comes after those that it refers to."""
    waiting = {
        table: {column.parent for column in columns_of(letter, table) if refers(shape, column)}.union(
            parent for parent in _NAMED_IN_TEXT.get((letter, table), ()) if parent in shape
        )
        for table, letter in shape.items()
    }
    done: list[str] = []
    while waiting:
        ready = sorted(table for table, parents in waiting.items() if parents <= set(done))
        assert ready, f"these refer to each other in a circle: {sorted(waiting)}"
        done += ready
        for table in ready:
            del waiting[table]
    return done
