"""A comparison as text for a terminal and as Markdown: what differs, table by table, A and B in columns."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from tabulate import tabulate

from scripts.comparison import ALIKE, DIFFERENT, ONLY_A, ONLY_B, STATES, Comparison, Pair, Relation, plural
from scripts.comparison_words import GROUPS, LONG, MARKS, count, lines_of, said, title_of, verdict
from scripts.console import visible
from scripts.structure import Item

_NARROWEST = 24


def clauses(pair: Pair, item: Item | None) -> list[str]:
    """Return what one side says, in short: all of a column, else what differs; a policy clause by clause."""
    if item is None:
        return []
    found = [text for clause, text in said(item).items() if pair.kind == "column" or not pair.differs or clause in pair.differs]
    return found if pair.kind == "policy" else [" ".join(found)]


def long_differences(pair: Pair) -> list[tuple[str, list[str]]]:
    """Return each long clause that differs with its difference, line by line."""
    if not (pair.a and pair.b):
        return []
    return [
        (clause, list(difflib.unified_diff(lines_of(pair.a, clause), lines_of(pair.b, clause), "A", "B", lineterm="", n=2)))
        for clause in LONG
        if clause in pair.differs
    ]


def alike_of(relation: Relation) -> str:
    """Return in one sentence what of a table is alike."""
    found = []
    for kind in dict.fromkeys(pair.kind for pair in relation.parts if pair.state == ALIKE):
        names = [visible(pair.name) for pair in relation.parts if pair.kind == kind and pair.state == ALIKE]
        listed = f" ({', '.join(names)})" if kind == "column" else ""
        found.append(f"{len(names)} {kind if len(names) == 1 else plural(kind)}{listed}")
    return "; ".join(found)


def listed(comparison: Comparison, state: str) -> list[tuple[str, str]]:
    """Return the tables in a state, each with the number of its columns where only one side has it."""
    return [
        (title_of(one), f" ({count(len(one.columns), 'column')})" if state in {ONLY_A, ONLY_B} and one.columns else "")
        for one in comparison.named(state)
    ]


# -------------------------------------------------------------------- text


def text(comparison: Comparison, width: int) -> str:
    """Return a comparison for a terminal of that width."""
    parts = [f"A  {visible(comparison.a.label)}\nB  {visible(comparison.b.label)}", *map(visible, comparison.hints)]
    rows = [(what, *(numbers[state] or "" for state in STATES)) for what, numbers in comparison.counts()]
    parts.append(tabulate(rows, headers=("", *STATES), tablefmt="simple", disable_numparse=True, colalign=("left", *["right"] * 4)))
    parts += [
        f"{title}: {', '.join(name + size for name, size in names)}"
        for state, title in GROUPS.items()
        if (names := listed(comparison, state))
    ]
    for one in comparison.named(DIFFERENT):
        parts.append(f"{title_of(one)}\n{_table_of([one.own, *one.parts], width, own=one.own)}")
        parts += _differences_as_text([one.own, *one.parts])
        if alike := alike_of(one):
            parts.append(f"alike: {alike}{'; columns in another order' if one.in_another_order else ''}")
    if apart := [pair for pair in comparison.objects if pair.state != ALIKE]:
        parts += [f"Beside the tables\n{_table_of(apart, width)}", *_differences_as_text(apart)]
    return "\n\n".join([*parts, verdict(comparison)]) + "\n"


def _what(pair: Pair, own: Pair | None = None) -> str:
    """Return which thing a line is about."""
    if pair is own:
        return "itself"
    at = f" on {visible(pair.either.part_of)}" if own is None and pair.either.part_of else ""
    return f"{pair.kind} {visible(pair.name)}".rstrip() + at if pair.name != pair.kind else pair.kind + at


def _table_of(pairs: Iterable[Pair], width: int, own: Pair | None = None) -> str:
    rows = [
        (MARKS[pair.state], _what(pair, own), *("\n".join(clauses(pair, item)) for item in (pair.a, pair.b)), ", ".join(pair.differs))
        for pair in pairs
        if pair.state != ALIKE
    ]
    free = width - 2 - 8  # the mark, and the gaps
    side = max(_NARROWEST, free // 3)
    other = max(_NARROWEST, free // 4)
    return tabulate(
        rows, headers=("", "", "A", "B", "differs in"), tablefmt="simple", disable_numparse=True, maxcolwidths=[None, other, side, side, 16]
    )


def _differences_as_text(pairs: Iterable[Pair]) -> list[str]:
    return [
        f"{_what(pair)}: {clause}\n" + "\n".join(f"  {line}" for line in lines)
        for pair in pairs
        for clause, lines in long_differences(pair)
    ]


# -------------------------------------------------------------------- Markdown


def markdown(comparison: Comparison, preface: Sequence[str] = ()) -> str:
    """Return a comparison in GitHub's Markdown."""
    parts = ["# Two schemas, side by side", *preface]
    parts.append("\n".join(f"- **{letter}**: {code(side.label)}" for letter, side in (("A", comparison.a), ("B", comparison.b))))
    parts += [_escaped(hint) for hint in comparison.hints]
    parts.append(_escaped(verdict(comparison)))
    parts.append(
        _grid(("", *STATES), [(what, *(str(numbers[state] or "") for state in STATES)) for what, numbers in comparison.counts()], "lrrrr")
    )
    for state, title in GROUPS.items():
        if names := listed(comparison, state):
            parts += [f"## {title}", "\n".join(f"- {code(name)}{size}" for name, size in names)]
    if different := comparison.named(DIFFERENT):
        parts.append("## Table by table")
    for one in different:
        pairs = [pair for pair in (one.own, *one.parts) if pair.state != ALIKE or pair.kind == "column"]
        parts += [f"### {code(title_of(one))}", _pairs_as_markdown(pairs, one.own), *_differences_as_markdown(pairs)]
    if apart := [pair for pair in comparison.objects if pair.state != ALIKE]:
        parts += ["## Beside the tables", _pairs_as_markdown(apart, None), *_differences_as_markdown(apart)]
    return "\n\n".join(parts) + "\n"


def _pairs_as_markdown(pairs: Iterable[Pair], own: Pair | None) -> str:
    rows = [
        (
            "" if pair.state == ALIKE else f"**{MARKS[pair.state]}**",
            (pair.kind if pair is not own else "itself")
            + (f" {code(pair.name)}" if pair.name not in {"", pair.kind} and pair is not own else ""),
            pair.place,
            *("<br>".join(map(code, clauses(pair, item))) for item in (pair.a, pair.b)),
            ", ".join(pair.differs),
        )
        for pair in pairs
    ]
    return _grid(("", "", "position", "A", "B", "differs in"), rows, "llllll")


def _differences_as_markdown(pairs: Iterable[Pair]) -> list[str]:
    found = []
    for pair in pairs:
        for clause, lines in long_differences(pair):
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "\n".join(lines))), 3)
            found.append(f"{_escaped(pair.kind)} {code(pair.name)}, {clause}:\n\n{fence}diff\n" + "\n".join(lines) + f"\n{fence}")
    return found


def _grid(headers: Sequence[str], rows: Iterable[Sequence[str]], sides: str) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headers, rule, *rows))


def code(text: str) -> str:
    """Return any text as a span of code that can stand in a table: nothing in it is Markdown or HTML."""
    text = visible(text).replace("|", "\\|")
    if not text.strip():
        return f"`[{text}]`" if text else ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>&#|~])", r"\\\1", visible(text))
