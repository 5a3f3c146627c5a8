"""A comparison as one HTML file that opens offline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from xml.etree.ElementTree import Element, SubElement

from scripts.comparison import ALIKE, DIFFERENT, OBJECTS, ONLY_A, ONLY_B, STATES, Comparison, Pair, Relation, plural
from scripts.comparison_words import GROUPS, LONG, MARKS, count, lines_of, said, title_of, verdict
from scripts.console import visible
from scripts.html_page import add, page
from scripts.structure import Item

_CLASSES = {ALIKE: "alike", DIFFERENT: "different", ONLY_A: "only-a", ONLY_B: "only-b"}

#: So many lines that are alike are shown before and after lines that are not.
_AROUND = 3

_TITLE = "Two schemas, side by side"

#: One row of lines side by side: number and text in A, number and text in B, whether they differ.
_Line = tuple[int | None, str, int | None, str, bool]


def html(comparison: Comparison) -> str:
    """Return a comparison as a whole document."""
    document = page(f"{_TITLE}: {verdict(comparison)}", "comparison", ("summary", "Skip to the tables"))
    main = document.main
    anchors = _anchors(comparison)
    _contents(document.nav, comparison, anchors)
    _header(main, comparison)
    apart = [one for state in GROUPS for one in comparison.named(state) if state != ALIKE]
    for one in (one for state in GROUPS for one in comparison.named(state)):
        _relation(main, one, anchors, apart)
    for kind in OBJECTS:
        if pairs := [pair for pair in comparison.objects if pair.kind == kind]:
            state = ALIKE if all(pair.state == ALIKE for pair in pairs) else DIFFERENT
            section = SubElement(main, "section", {"id": _kind_anchor(kind), "class": _CLASSES[ALIKE] if state == ALIKE else ""})
            add(section, "h2", plural(kind).capitalize())
            _pairs(section, pairs)
    return document.text()


# -------------------------------------------------------------------- the frame


def _anchors(comparison: Comparison) -> dict[str, str]:
    """Return an anchor for each table: its name where that can stand in a URL, else its number."""
    return {
        one.name: f"table-{one.name}" if re.fullmatch("[a-z][a-z0-9_]*", one.name) else f"table-{number}"
        for number, one in enumerate(comparison.relations, start=1)
    }


def _kind_anchor(kind: str) -> str:
    return f"all-{plural(kind).replace(' ', '-')}"


def _contents(nav: Element, comparison: Comparison, anchors: dict[str, str]) -> None:
    for state, title in GROUPS.items():
        if found := comparison.named(state):
            group = SubElement(nav, "div", {"class": _CLASSES[state] if state == ALIKE else ""})
            add(group, "h2", f"{title} ({len(found)})")
            listed = SubElement(group, "ul")
            for one in found:
                _link(listed, MARKS[state], title_of(one), anchors[one.name])
    kinds = [kind for kind in OBJECTS if any(pair.kind == kind for pair in comparison.objects)]
    if kinds:
        add(nav, "h2", "Beside the tables")
        listed = SubElement(nav, "ul")
        for kind in kinds:
            apart = sum(pair.state != ALIKE for pair in comparison.objects if pair.kind == kind)
            _link(
                listed,
                MARKS[DIFFERENT if apart else ALIKE],
                f"{plural(kind)} ({apart} not alike)" if apart else plural(kind),
                _kind_anchor(kind),
            )


def _link(listed: Element, mark: str, text: str, anchor: str) -> None:
    line = SubElement(listed, "li")
    add(line, "span", mark, {"class": "mark", "aria-hidden": "true"})
    add(SubElement(line, "a", {"href": f"#{anchor}"}), "bdi", text)


def _header(main: Element, comparison: Comparison) -> None:
    add(main, "h1", _TITLE)
    sides = SubElement(main, "dl", {"class": "sides"})
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        add(sides, "dt", letter)
        add(SubElement(sides, "dd"), "bdi", visible(side.label))
    add(main, "p", verdict(comparison), {"class": "verdict"})
    for hint in comparison.hints:
        add(main, "p", visible(hint), {"class": "hint"})
    section = SubElement(main, "section", {"id": "summary"})
    add(section, "h2", "Summary")
    table = SubElement(section, "table", {"class": "counts"})
    row = SubElement(SubElement(table, "thead"), "tr")
    add(row, "td")
    for state in STATES:
        head = add(row, "th", "", {"scope": "col"})
        if state in {ALIKE, DIFFERENT}:  # the others name their letter
            add(head, "span", MARKS[state], {"class": "mark", "aria-hidden": "true"})
        add(head, "span", state)
    body = SubElement(table, "tbody")
    for what, numbers in comparison.counts():
        row = SubElement(body, "tr")
        add(row, "th", what, {"scope": "row"})
        for state in STATES:
            add(row, "td", str(numbers[state] or ""))
    label = SubElement(section, "label", {"class": "only-differences"})
    SubElement(label, "input", {"type": "checkbox", "id": "only-differences"})
    add(label, "span", "Show only what is not alike")


# -------------------------------------------------------------------- tables


def _relation(main: Element, one: Relation, anchors: dict[str, str], apart: Sequence[Relation]) -> None:
    section = SubElement(main, "section", {"id": anchors[one.name], "class": _CLASSES[ALIKE] if one.state == ALIKE else ""})
    heading = SubElement(section, "h2")
    add(heading, "span", MARKS[one.state], {"class": "mark", "aria-hidden": "true"})
    add(SubElement(heading, "a", {"class": "self", "href": f"#{anchors[one.name]}"}), "bdi", title_of(one))
    add(heading, "small", _extent(one))
    hops = SubElement(heading, "span", {"class": "hops"})
    if one in apart:
        at = apart.index(one)
        for step, words in ((-1, "↑ difference before"), (1, "↓ next difference")):
            if 0 <= at + step < len(apart):
                add(hops, "a", words, {"href": f"#{anchors[apart[at + step].name]}"})
    add(hops, "a", "summary", {"href": "#summary"})
    own = [one.own] if one.own.differs or set(one.own.either.facts) - {"kind"} else []
    _pairs(section, [*own, *one.parts], one.own)


def _extent(one: Relation) -> str:
    """Return how much of a table is not alike, in words."""
    if one.state in {ONLY_A, ONLY_B}:
        return f"{one.state}, {count(len(one.columns), 'column')}"
    if one.state == ALIKE:
        return ALIKE
    order = ", columns in another order" if one.in_another_order else ""
    return f"{sum(pair.state != ALIKE for pair in (one.own, *one.parts))} of {len(one.parts) + 1} not alike{order}"


def _pairs(section: Element, pairs: Sequence[Pair], own: Pair | None = None) -> None:
    table = SubElement(section, "table", {"class": "pairs"})
    columns = SubElement(table, "colgroup")
    for name in ("mark", "what", "place", "side", "side"):
        SubElement(columns, "col", {"class": name})
    row = SubElement(SubElement(table, "thead"), "tr")
    for title, shown in (
        ("state", ""),
        ("what", ""),
        ("position", "no." if any(pair.place for pair in pairs) else ""),
        ("A", "A"),
        ("B", "B"),
    ):
        head = add(row, "th", shown, {"scope": "col"})
        if title != shown:
            add(head, "span", title, {"class": "unseen"})
    body = SubElement(table, "tbody")
    for pair in pairs:
        row = SubElement(body, "tr", {"class": _CLASSES[pair.state]})
        mark = add(row, "td", "", {"class": "mark"})
        add(mark, "span", MARKS[pair.state], {"aria-hidden": "true"})
        add(mark, "span", pair.state, {"class": "unseen"})
        _name(add(row, "th", "", {"scope": "row"}), pair, own)
        add(row, "td", pair.place, {"class": "place"})
        for item in (pair.a, pair.b):
            _clauses(row, pair, item)
        for clause in LONG:
            if pair.state != ALIKE and (clause in pair.differs or (clause in pair.either.facts and not (pair.a and pair.b))):
                _lines(body, pair, clause)


def _name(cell: Element, pair: Pair, own: Pair | None) -> None:
    kind = "itself" if pair is own else "" if pair.kind == "column" else pair.kind
    if kind:
        add(cell, "span", kind, {"class": "kind"}).tail = " "
    if pair is not own and pair.name not in {"", pair.kind}:
        add(SubElement(cell, "code"), "bdi", visible(pair.name))
    if own is None and pair.either.part_of:
        add(cell, "span", f" on {visible(pair.either.part_of)}", {"class": "kind"})


def _clauses(row: Element, pair: Pair, item: Item | None) -> None:
    """Write what one side says, the clauses that differ marked."""
    if item is None:
        cell = add(row, "td", "", {"class": "absent"})
        add(cell, "span", "not there", {"class": "unseen"})
        return
    cell = SubElement(row, "td", {"class": "says"})
    for clause, text in said(item).items():
        code = SubElement(cell, "code")
        (SubElement(code, "mark") if clause in pair.differs else code).text = text
        code.tail = " "
        if pair.kind == "policy":
            SubElement(cell, "br")


def _lines(body: Element, pair: Pair, clause: str) -> None:
    """Write a long clause of both sides, line beside line."""
    row = SubElement(body, "tr", {"class": "long"})
    SubElement(row, "td", {"class": "mark"})
    table = SubElement(SubElement(row, "td", {"colspan": "4"}), "table", {"class": "lines"})
    add(table, "caption", f"{clause} of {visible(pair.name)}, line by line: A on the left, B on the right")
    columns = SubElement(table, "colgroup")
    for name in ("number", "side", "number", "side"):
        SubElement(columns, "col", {"class": name})
    for line in _side_by_side(lines_of(pair.a, clause), lines_of(pair.b, clause)):
        if isinstance(line, str):
            add(SubElement(table, "tr", {"class": "gap"}), "td", line, {"colspan": "4"})
            continue
        number_a, text_a, number_b, text_b, differs = line
        differs = differs and bool(pair.a and pair.b)
        row = SubElement(table, "tr", {"class": "changed"} if differs else {})
        for number, text in ((number_a, text_a), (number_b, text_b)):
            blank = "" if number else " blank"
            add(row, "td", f"{'≠ ' if differs and number else ''}{number or ''}", {"class": f"number{blank}"})
            add(SubElement(row, "td", {"class": blank.strip()}), "code", text)


def _side_by_side(here: list[str], there: list[str]) -> Iterator[_Line | str]:
    """Yield lines beside each other; of many that are alike only those around a difference."""
    for what, a, a_end, b, b_end in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if what == "equal":
            lines: list[_Line] = [(a + step + 1, here[a + step], b + step + 1, there[b + step], False) for step in range(a_end - a)]
            first = _AROUND if a else 0
            last = _AROUND if a_end < len(here) or b_end < len(there) else 0
            if len(lines) > first + last + 1:
                yield from lines[:first]
                yield f"{len(lines) - first - last} lines are alike"
                yield from lines[len(lines) - last :]
            else:
                yield from lines
            continue
        for step in range(max(a_end - a, b_end - b)):
            has_a, has_b = a + step < a_end, b + step < b_end
            yield (
                a + step + 1 if has_a else None,
                here[a + step] if has_a else "",
                b + step + 1 if has_b else None,
                there[b + step] if has_b else "",
                True,
            )
