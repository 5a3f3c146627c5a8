"""What a comparison is called in every form in which it is shown: marks, groups, titles, the result in one sentence."""

from __future__ import annotations

from scripts.comparison import ALIKE, DIFFERENT, ONLY_A, ONLY_B, Comparison, Relation
from scripts.console import visible
from scripts.structure import Item

#: Clauses of many lines, which are compared line by line.
LONG = ("query", "bound body", "body")

#: What stands before a line, so that a difference is seen without colour.
MARKS = {ALIKE: "=", DIFFERENT: "≠", ONLY_A: "A", ONLY_B: "B"}

#: The groups of tables, what a reader wants to see first.
GROUPS = {DIFFERENT: "In both, different", ONLY_A: "Only in A", ONLY_B: "Only in B", ALIKE: "In both, alike"}


def lines_of(item: Item | None, clause: str) -> list[str]:
    """Return the lines of a long clause, what nobody would see written out."""
    text = item.facts.get(clause, "") if item else ""
    return [visible(line.expandtabs(4).rstrip()) for line in text.strip("\r\n").splitlines()]


def said(item: Item) -> dict[str, str]:
    """Return what one side says clause by clause, of long clauses how long they are, what nobody would see written out."""
    return {
        clause: f"{clause} of {count(len(lines_of(item, clause)), 'line')}" if clause in LONG else visible(text)
        for clause, text in item.facts.items()
        if (clause, text) != ("kind", item.kind)  # which stands beside it
    }


def title_of(relation: Relation) -> str:
    """Return a table's name, its kind where it is none."""
    kinds = " / ".join(dict.fromkeys(item.kind for item in (relation.own.a, relation.own.b) if item))
    return visible(relation.name) + ("" if kinds == "table" else f" ({kinds})")


def verdict(comparison: Comparison) -> str:
    """Return the result in one sentence."""
    number = comparison.differences
    return f"A and B differ in {count(number, 'place')}." if number else "A and B are alike."


def count(number: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{number} {what}{'s' * (number != 1)}"
