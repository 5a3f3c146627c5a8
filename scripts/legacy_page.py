"""docs/legacy/comparison.md: the two legacy schemas side by side, as the plan for the hybrid began, made from their lists."""

from __future__ import annotations

from scripts.comparison import compare
from scripts.comparison_text import markdown
from scripts.errors import UserError
from scripts.legacy_lists import read_list
from scripts.settings import ROOT

PAGE = ROOT / "docs" / "legacy" / "comparison.md"

_LISTS = ("docs/legacy/schema_a.csv", "docs/legacy/schema_b.csv")

_PREFACE = (
    "Made from the lists of both schemas by `make comparison`; change those, not this. What lists of columns cannot show is in "
    "[README.md](README.md), and where each column goes in [the lineage](../lineage.csv). For databases: `make compare`.",
)


def page() -> str:
    """Return what the page has to say."""
    return markdown(compare(*(read_list(ROOT / name, name) for name in _LISTS)), _PREFACE)


def write() -> None:
    """Make the page."""
    PAGE.write_text(page(), encoding="utf-8")


def verify() -> None:
    """Refuse a page that the lists have overtaken."""
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        raise UserError(f"docs/legacy/{PAGE.name} is not what the lists say.", "Run 'make comparison'.")
