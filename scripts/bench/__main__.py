"""`python -m scripts.bench [tools|rls|consolidation]`: measure, print the tables, and exit with 1 where a figure is over its limit."""

from __future__ import annotations

import sys
from collections.abc import Callable

from scripts.bench import consolidation, rls, tools
from scripts.bench.figures import Figure
from scripts.console import fail
from scripts.errors import UserError

_PARTS: dict[str, Callable[[], list[Figure]]] = {
    "tools": tools.measure, "rls": rls.measure, "consolidation": consolidation.measure,
}  # fmt: skip


def main(wanted: list[str]) -> int:
    """Measure the parts that are asked for, all of them if none is."""
    try:
        figures = [figure for name, measure in _PARTS.items() if not wanted or name in wanted for figure in measure()]
    except UserError as error:
        return fail(error)
    return int(any(figure.over for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
