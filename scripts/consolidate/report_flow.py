"""Which legacy table's rows went into which hybrid tables, drawn: one picture a domain, as SVG within the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import Flow, counted
from scripts.html_page import add

#: What a ribbon says, in the order in which the ribbons of a table lie.
OUTCOMES = {
    "migrated": "migrated: a row of its own",
    "split": "split: several rows",
    "merged": "merged into a row that was there",
    "further": "a further row beside the first",
    "rejected": "rejected: waits",
}

REJECTS = "consolidation.rejects"

_WIDTH, _LEFT, _RIGHT, _NODE = 960, 262, 698, 10
_THINNEST, _THICKEST = 2.0, 44.0
_GAP, _LINE, _TOP = 16.0, 20.0, 12.0


@dataclass
class _Box:
    """A table on one side: how high it is, where it begins, and how much of it ribbons have taken."""

    name: str
    rows: int = 0
    height: float = 0.0
    top: float = 0.0
    taken: float = 0.0


def picture(parent: Element, domain: str, flows: Sequence[Flow]) -> None:
    """Draw the flows of a domain. The width of a ribbon grows with the square root of its rows, so that few are seen beside many."""
    most = max((flow.row_count for flow in flows), default=1) or 1
    ordered = sorted(flows, key=lambda flow: (list(OUTCOMES).index(flow.outcome), flow.hybrid_table))
    left = _boxes(dict.fromkeys(flow.legacy_table for flow in flows))
    right = _boxes(_in_order([flow.hybrid_table for flow in flows]))
    for flow in ordered:
        thick = _thickness(flow.row_count, most)
        left[flow.legacy_table].height += thick
        right[flow.hybrid_table].height += thick
        right[flow.hybrid_table].rows += 0 if flow.outcome == "merged" else flow.row_count
        left[flow.legacy_table].rows += 0 if flow.is_further else flow.row_count
    height = max(_place(left.values()), _place(right.values()))
    svg = SubElement(
        parent, "svg", {"class": "flow", "viewBox": f"0 0 {_WIDTH} {height:.0f}", "role": "img", "aria-label": _said(domain, left, right)}
    )
    for name in left:  # ribbons of one table keep the order of their targets, so that fewer cross
        for flow in sorted((flow for flow in ordered if flow.legacy_table == name), key=lambda flow: right[flow.hybrid_table].top):
            _ribbon(svg, flow, left[name], right[flow.hybrid_table], _thickness(flow.row_count, most))
    for box in left.values():
        _node(svg, box, _LEFT - _NODE, "legacy")
        _label(svg, box, _LEFT - _NODE - 8, "end", counted(box.rows, "row"))
    for box in right.values():
        _node(svg, box, _RIGHT, "rejects" if box.name == REJECTS else "hybrid")
        _label(svg, box, _RIGHT + _NODE + 8, "start", counted(box.rows, "row"))


def short(table: str) -> str:
    """Return the name of a hybrid table as it is shown: public goes without saying."""
    return "rejected" if table == REJECTS else visible(table.removeprefix("public."))


def _boxes(names: Iterable[str]) -> dict[str, _Box]:
    return {name: _Box(name) for name in names}


def _in_order(names: Sequence[str]) -> list[str]:
    """Return each name once, as they come, what is rejected last."""
    found = dict.fromkeys(names)
    return [*(name for name in found if name != REJECTS), *(name for name in found if name == REJECTS)]


def _thickness(rows: int, most: int) -> float:
    return _THINNEST + (_THICKEST - _THINNEST) * sqrt(rows / most)


def _place(boxes: Iterable[_Box]) -> float:
    at = _TOP
    for box in boxes:
        box.top = at + max(0.0, (2 * _LINE - box.height) / 2)  # a thin one has room for its two lines of text
        at += max(box.height, 2 * _LINE) + _GAP
    return at


def _ribbon(svg: Element, flow: Flow, source: _Box, target: _Box, thick: float) -> None:
    x0, x1, middle = _LEFT, _RIGHT, (_LEFT + _RIGHT) / 2
    y0, y1 = source.top + source.taken, target.top + target.taken
    source.taken += thick
    target.taken += thick
    path = SubElement(
        svg,
        "path",
        {
            "class": f"ribbon {flow.outcome}",
            "d": (
                f"M{x0} {y0:.1f}C{middle:.0f} {y0:.1f} {middle:.0f} {y1:.1f} {x1} {y1:.1f}V{y1 + thick:.1f}"
                f"C{middle:.0f} {y1 + thick:.1f} {middle:.0f} {y0 + thick:.1f} {x0} {y0 + thick:.1f}Z"
            ),
        },
    )
    add(path, "title", f"{flow.legacy_table} to {short(flow.hybrid_table)}: {flow.row_count:,} {flow.outcome}")


def _node(svg: Element, box: _Box, x: float, kind: str) -> None:
    SubElement(
        svg,
        "rect",
        {"class": f"node {kind}", "x": f"{x:.0f}", "y": f"{box.top:.1f}", "width": f"{_NODE}", "height": f"{max(box.height, 2):.1f}"},
    )


def _label(svg: Element, box: _Box, x: float, anchor: str, rows: str) -> None:
    middle = box.top + box.height / 2
    for text, y, kind in ((short(box.name), middle - 2, "name"), (rows, middle + 14, "rows")):
        add(svg, "text", text, {"class": kind, "x": f"{x:.0f}", "y": f"{y:.1f}", "text-anchor": anchor})


def _said(domain: str, left: dict[str, _Box], right: dict[str, _Box]) -> str:
    return f"{domain}: {', '.join(left)} to {', '.join(map(short, right))}; the table below has the numbers"
