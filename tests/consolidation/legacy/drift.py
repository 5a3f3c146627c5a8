"""How a real database differs from its list, by name: one file in sql/drift/ each, run after the rows are there.

A file's first line names the tables that it needs, in which shape, and says what it does. Names are not qualified, but for `public.`
in bodies of functions, which stands for the schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.consolidation.legacy.lists import Shape

_FOLDER = Path(__file__).parent / "sql" / "drift"


@dataclass(frozen=True)
class Drift:
    """One way in which a database differs from its list."""

    name: str
    needs: tuple[str, ...]
    about: str
    sql: str

    def fits(self, shape: Shape) -> bool:
        """Tell whether a database has the tables, in the shape that the drift is about."""
        return all(shape.get(table) == letter for letter, table in (place.split(".") for place in self.needs))


def _read(path: Path) -> Drift:
    text = path.read_text()
    head = re.match(r"-- ((?:[AB]\.\w+(?:, )?)+): (.+)\n", text)
    assert head, f"{path} does not begin with the tables that it is about"
    return Drift(path.stem, tuple(head[1].split(", ")), head[2], text)


#: By name; what hangs on tables comes last, since a view would not let a column's type change.
DRIFT = {
    path.stem: _read(path) for path in sorted(_FOLDER.glob("*.sql"), key=lambda path: (path.stem.startswith("own_"), path.stem))
}  # fmt: skip
