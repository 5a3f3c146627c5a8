"""What a report of the import says, as data: the rows of the functions of migrations/1646_report.sql, and the verdict over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """The account of one captured table, and what its last check found."""

    domain: str | None
    legacy_table: str
    hybrid_tables: list[str]
    state: str
    source: int
    migrated: int
    merged: int
    split: int
    rejected: int
    unaccounted: int
    checked_at: datetime | None
    is_checked: bool
    compared: int | None
    differing: int | None
    changed_since: int | None

    @property
    def is_done(self) -> bool:
        """Whether the import says that it is through with the table."""
        return self.state.split(",")[0] == "done"


@dataclass(frozen=True)
class Source:
    """One captured legacy schema."""

    legacy_schema: str
    source: str
    from_schema: str
    is_copy: bool
    captured_at: datetime
    tables: int
    row_count: int
    listed_tables: int


@dataclass(frozen=True)
class Drift:
    """One way in which a captured table is not like its list."""

    legacy_table: str
    column_name: str
    kind: str
    listed: str | None
    found: str | None
    row_count: int


@dataclass(frozen=True)
class Flow:
    """How many rows of a legacy table became rows of a hybrid table, by outcome."""

    domain: str
    legacy_table: str
    hybrid_table: str
    outcome: str
    is_further: bool
    row_count: int


@dataclass(frozen=True)
class Merge:
    """A rule by which rows were merged."""

    legacy_table: str
    hybrid_table: str
    reason: str
    row_count: int
    examples: list[list[str]]


@dataclass(frozen=True)
class Conflict:
    """Where two sources say different things of one column."""

    kind: str
    legacy_table: str
    hybrid_table: str
    hybrid_column: str
    rule: str
    row_count: int
    decided: int
    examples: list[dict[str, str | None]]


@dataclass(frozen=True)
class Reject:
    """A reason for which rows were rejected."""

    legacy_table: str
    reason: str
    row_count: int
    legacy_keys: list[str]


@dataclass(frozen=True)
class Kept:
    """A legacy column of which originals are kept."""

    legacy_table: str
    legacy_column: str
    is_unknown: bool
    row_count: int


@dataclass(frozen=True)
class Word:
    """A legacy word, and what it became."""

    hybrid_column: str
    legacy_table: str
    legacy_column: str
    word: str
    becomes: str | None
    row_count: int
    words: int


@dataclass(frozen=True)
class Waiting:
    """What a human decides."""

    kind: str
    what: str
    questions: int
    row_count: int


@dataclass(frozen=True)
class Step:
    """How long a step took."""

    domain: str
    step: str
    state: str
    row_count: int
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None


@dataclass(frozen=True)
class Run:
    """A run of the import."""

    run_number: int
    domain: str | None
    is_bulk: bool
    started_at: datetime
    finished_at: datetime | None
    rows_done_at: datetime | None


@dataclass(frozen=True)
class Difference:
    """An example of what did not agree at the last check."""

    legacy_table: str
    kind: str
    legacy_key: str | None
    hybrid_table: str | None
    hybrid_id: UUID | None
    columns: list[str]
    expected: list[str | None]
    found: list[str | None]


@dataclass(frozen=True)
class Safety:
    """What somebody could go back to when the database was changed: a backup, or nothing."""

    what: str
    done_at: datetime
    backup: str | None
    verified_at: datetime | None
    person: str | None


@dataclass(frozen=True)
class Phase:
    """A part of a rehearsal, and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Lines(Generic[T]):
    """Lines of one kind, and how many there would be in all."""

    shown: tuple[T, ...]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


GOOD, WARNING, BAD = "good", "warning", "bad"


@dataclass(frozen=True)
class Report:
    """All that a report says."""

    made_at: datetime
    database: str
    server: str
    vector: str | None
    accounts: tuple[Account, ...]
    sources: tuple[Source, ...]
    drift: Lines[Drift]
    flows: tuple[Flow, ...]
    merges: Lines[Merge]
    conflicts: Lines[Conflict]
    rejects: Lines[Reject]
    kept: Lines[Kept]
    words: Lines[Word]
    waiting: tuple[Waiting, ...]
    steps: tuple[Step, ...]
    runs: Lines[Run]
    differences: Lines[Difference]
    safety: Lines[Safety]
    put_aside: int
    phases: tuple[Phase, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> int:
        """Rows of the captured tables."""
        return self._sum("source")

    @property
    def migrated(self) -> int:
        """Rows that became rows of their own."""
        return self._sum("migrated")

    @property
    def merged(self) -> int:
        """Rows that were merged into rows that were there."""
        return self._sum("merged")

    @property
    def split(self) -> int:
        """Rows that became several."""
        return self._sum("split")

    @property
    def rejected(self) -> int:
        """Rows that became none and wait."""
        return self._sum("rejected")

    def _sum(self, column: str) -> int:
        return sum(getattr(one, column) for one in self.accounts)

    @property
    def unaccounted(self) -> int:
        """Rows without a line in the ledger, and lines without a row: neither makes up for the other."""
        return sum(abs(one.unaccounted) for one in self.accounts)

    @property
    def is_finished(self) -> bool:
        """Whether each table with rows is through, no run is open, and nothing is aside."""
        through = all(one.is_done or not one.source for one in self.accounts)
        return through and not self.put_aside and all(run.finished_at for run in self.runs.shown)

    @property
    def unchecked(self) -> tuple[Account, ...]:
        """Tables that were not compared since the last run."""
        return tuple(one for one in self.accounts if not one.is_checked and one.source)

    @property
    def differing(self) -> int:
        """What did not agree at the last check of each table."""
        return sum(one.differing or 0 for one in self.accounts)

    @property
    def changed_since(self) -> int:
        """Hybrid rows that somebody has changed after the import: no loss."""
        return sum(one.changed_since or 0 for one in self.accounts)

    @property
    def to_decide(self) -> int:
        """How many questions wait for a human."""
        return sum(one.questions for one in self.waiting)

    @property
    def state(self) -> str:
        """Good, a warning, or bad."""
        if self.differing or (self.unaccounted and self.is_finished):
            return BAD
        return GOOD if self.is_finished and not self.unchecked else WARNING

    @property
    def verdict(self) -> str:
        """The result in one sentence."""
        if self.unaccounted and not self.is_finished:
            return f"The import is not finished: {counted(self.unaccounted, 'row')} of {counted(self.source, 'row')} not yet accounted for."
        if self.unaccounted:
            return f"{counted(self.unaccounted, 'row')} of {counted(self.source, 'row')} not accounted for."
        every = f"Every one of {counted(self.source, 'row')} is accounted for"
        if self.differing:
            return f"{every}, but {counted(self.differing, 'thing')} did not agree when source and target were compared."
        if not self.is_finished:
            return f"{every}, but the import is not finished."
        if self.unchecked:
            which = (
                "source and target were"
                if len(self.unchecked) == len([one for one in self.accounts if one.source])
                else (f"{counted(len(self.unchecked), 'table')} {'was' if len(self.unchecked) == 1 else 'were'}")
            )
            return f"{every}; {which} not compared yet."
        return f"{every}, and source and target agree."


def counted(number: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {what}{'s' * (number != 1)}"
