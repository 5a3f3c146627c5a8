"""What the sections of the report are made of: tables, cells, bars, numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import Account, Lines, Report
from scripts.html_page import add

Cell = str | int | float | None | list[tuple[str, str]]


def scrolled(parent: Element, title: str) -> Element:
    """Return a frame that scrolls by itself where the page is narrow, and that the keyboard reaches."""
    return SubElement(parent, "div", {"class": "frame", "role": "region", "aria-label": title, "tabindex": "0"})


def add_head(table: Element, titles: Sequence[str], numbers: Collection[int] = ()) -> None:
    """Add the head of a table; `numbers` are the places of columns that are aligned as numbers."""
    row = SubElement(SubElement(table, "thead"), "tr")
    for place, title in enumerate(titles):
        add(row, "th", title, {"scope": "col", "class": "number"} if place in numbers else {"scope": "col"})


def add_table(
    section: Element,
    titles: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    kind: str,
    lines: Lines[Any] | None = None,
    *,
    more: int = 0,
) -> None:
    """Add a table with its head; a column is one of numbers where its first cell is a number."""
    table = SubElement(scrolled(section, f"{kind}: {', '.join(title for title in titles if title)}"), "table", {"class": kind})
    add_head(table, titles, {place for place, cell in enumerate(rows[0]) if isinstance(cell, int | float)} if rows else set())
    body = SubElement(table, "tbody")
    for cells in rows:
        row = SubElement(body, "tr")
        for cell in cells:
            _cell(row, cell)
    if more > 0:
        add(section, "p", f"and {more:,} more", {"class": "more"})
    if lines is not None:
        add_more(section, lines)


def _cell(row: Element, cell: Cell) -> None:
    if isinstance(cell, int | float):
        add(row, "td", f"{cell:,}", {"class": "number"})
    elif isinstance(cell, list):
        listed = SubElement(SubElement(row, "td"), "ul", {"class": "pairs"})
        for first, second in cell:
            line = SubElement(listed, "li")
            if first:
                add(line, "code", first)
            if second:
                add(line, "span", second)
    else:
        add(SubElement(row, "td"), "bdi", visible(cell or ""))


def code(text: object) -> list[tuple[str, str]] | None:
    """Return a cell that shows a text as code, or None for an empty one."""
    return [(visible(str(text)), "")] if text not in {None, ""} else None


def add_more(section: Element, lines: Lines[Any]) -> None:
    """Say how many lines are left out, if any."""
    if lines.more:
        add(section, "p", f"and {lines.more:,} more lines", {"class": "more"})


def rows_of(lines: Lines[Any]) -> int:
    """Return how many rows the lines that are shown stand for."""
    return sum(int(getattr(one, "row_count", 0)) for one in lines.shown)


def grouped(number: int) -> str:
    """Return a number with its thousands apart, or nothing for 0."""
    return f"{number:,}" if number else ""


def or_nothing(value: str | None) -> str:
    """Return a value, or the word nothing."""
    return "nothing" if value is None else value


def point_in_time(moment: datetime | None) -> str:
    """Return a moment in UTC, to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def duration(seconds: float) -> str:
    """Return seconds in the unit that people would say."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def shares(report: Account | Report) -> list[tuple[str, int]]:
    """Return how many rows met each outcome."""
    return [
        ("migrated", report.migrated),
        ("split", report.split),
        ("merged", report.merged),
        ("rejected", report.rejected),
        ("unaccounted", max(report.unaccounted, 0)),
    ]


def add_bar(parent: Element, total: int, shares: Sequence[tuple[str, int]], kind: str = "bar") -> None:
    """Add a bar that shows shares of a total, and says them to who cannot see it."""
    said = ", ".join(f"{number:,} {name}" for name, number in shares if number)
    bar = SubElement(parent, "div", {"class": kind, "role": "img", "aria-label": said, "title": said})
    for name, number in shares:
        if number:
            SubElement(bar, "span", {"class": name, "style": f"width: {100 * number / max(total, 1):.2f}%"})
