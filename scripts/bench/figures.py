"""What a figure is: the median of its rounds, how far they spread, and the limit that it is held to, if there is one."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scripts.console import table


@dataclass(frozen=True)
class Figure:
    """One measured figure. `notes` stand beside it in the table: what else was measured in the same rounds."""

    what: str
    rounds: Sequence[float]
    unit: str
    limit: float | None = None
    notes: Sequence[str] = field(default=())

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.rounds)

    @property
    def over(self) -> bool:
        """Whether it is over its limit; as it is printed, so that nobody sees 1.25 called more than 1.25."""
        return self.limit is not None and round(self.median, 2) > self.limit

    @property
    def row(self) -> tuple[str, ...]:
        """The line of the table."""
        spread = f"{min(self.rounds):.2f} to {max(self.rounds):.2f}"
        limit = "" if self.limit is None else f"{self.limit:g} {self.unit}"
        verdict = "reported" if self.limit is None else "OVER" if self.over else "holds"
        return self.what, f"{self.median:.2f} {self.unit}", spread, limit, verdict, *self.notes


def show(figures: Iterable[Figure], *notes: str) -> None:
    """Print figures as a table, with the names of their notes as further headers."""
    table([figure.row for figure in figures], ("what", "measured", "spread", "limit", "", *notes))
