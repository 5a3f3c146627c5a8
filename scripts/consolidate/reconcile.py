"""The check of reconciliation: consolidation.validate() compares source and target; here it is called, and what it found is read."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from scripts.console import say, table, visible
from scripts.errors import UserError
from scripts.runner import Runner
from scripts.target import Connection

#: What the columns of the result are called, in the order of Checked.
HEADERS = ("legacy table", "source", "migrated", "merged", "split", "rejected", "compared", "differing", "changed since")

#: How many examples are printed; consolidation.differences has more.
SHOWN = 10


@dataclass(frozen=True)
class Checked:
    """What became of the rows of one legacy table, and whether the hybrid says so too."""

    legacy_table: str
    source: int
    migrated: int
    merged: int
    split: int
    rejected: int
    compared: int
    differing: int
    changed_since: int


@dataclass(frozen=True)
class Example:
    """One row that does not agree; without its values."""

    legacy_table: str
    kind: str
    key: str
    hybrid_table: str
    columns: str


def validate(work: Runner, domain: str | None) -> list[Checked]:
    """Compare what was imported, or one domain of it, with what was captured."""
    connection = work.connection
    connection.execute("set statement_timeout = 0")
    with work.books.lock(work.lock_wait):
        rows = connection.execute("select * from consolidation.validate(%s)", (domain,)).fetchall()
    return [Checked(*row) for row in rows]


def examples(connection: Connection) -> list[Example]:
    """Return the first rows of each kind that the last check found."""
    rows = connection.execute(
        "select legacy_table, kind, coalesce(legacy_key, hybrid_id::text, ''), coalesce(hybrid_table, ''), array_to_string(columns, ', ')"
        " from consolidation.differences"
        " where validation = (select max(validation) from consolidation.reconciliation) and kind <> 'changed since'"
        " order by row_number() over (partition by legacy_table, kind order by legacy_key, hybrid_id), legacy_table, kind limit %s",
        (SHOWN,),
    )
    return [Example(*row) for row in rows]


def report(checked: list[Checked], found: list[Example]) -> None:
    """Print the result, and stop where something differs."""
    table([astuple(one) for one in checked], HEADERS)
    if changed := sum(one.changed_since for one in checked):
        say(f"Changed in the hybrid since the import, and so no loss: {changed}.")
    differing = sum(one.differing for one in checked)
    if not differing:
        say(f"Every row is accounted for, and all {sum(one.compared for one in checked)} hybrid rows are what the legacy rows say.")
        return
    table(
        [(one.legacy_table, one.kind, visible(one.key), one.hybrid_table, one.columns) for one in found],
        ("legacy table", "what is wrong", "row", "hybrid table", "columns"),
    )
    raise UserError(
        f"{differing} {'does' if differing == 1 else 'do'} not agree.",
        "consolidation.differences has examples with both values; docs/consolidation.md says how to look further.",
    )
