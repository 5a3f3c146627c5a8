"""An inspection as text, as Markdown and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Sequence

from tabulate import tabulate

from scripts.console import redact
from scripts.consolidate.inspection import Drift, Inspection
from scripts.consolidate.rules import BECOMES
from scripts.errors import UserError

_Rows = Iterable[Sequence[object]]
_Table = Callable[[_Rows, Sequence[str]], str]


def form(name: str) -> Callable[[Inspection], str]:
    """Return what writes an inspection in the form of this name."""
    if name not in _FORMS:
        raise UserError(f"FORMAT is none of {', '.join(_FORMS)}.", "Give one of them, or leave FORMAT out.")
    return _FORMS[name]


def _text(found: Inspection) -> str:
    def table(rows: _Rows, headers: Sequence[str]) -> str:
        return tabulate([list(row) for row in rows], headers=headers, tablefmt="simple", disable_numparse=True)

    return _written(found, lambda title: f"\n{title}\n{'=' * len(title)}", table, examples=2)


def _markdown(found: Inspection) -> str:
    def table(rows: _Rows, headers: Sequence[str]) -> str:
        cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
        return tabulate(cells, headers=headers, tablefmt="github", disable_numparse=True)

    return _written(found, lambda title: f"\n## {title}\n", table, examples=5)


def _json(found: Inspection) -> str:
    body = dataclasses.asdict(found)
    for one in body["findings"]:
        one["becomes"] = BECOMES[one["rule"]]
    return redact(json.dumps(body, indent=1, ensure_ascii=False)) + "\n"


_FORMS: dict[str, Callable[[Inspection], str]] = {"text": _text, "markdown": _markdown, "json": _json}


def _written(found: Inspection, title: Callable[[str], str], table: _Table, examples: int) -> str:
    parts = [
        f"The schema {found.schema} of {found.shown} ({found.server}), in one snapshot; nothing was written.",
        *(
            f"It is {one.letter.upper()}: {one.tables} of its {one.of_tables} tables are there,"
            f" {one.share:.0%} of their columns as the list has them."
            for one in found.sureness
        ),
        title("Tables"),
        table(
            [
                (one.name, one.letter.upper() if one.letter else "-", _percent(one.like_a), _percent(one.like_b), one.rows)
                for one in found.tables
            ],
            ("table", "whose", "like A", "like B", "rows"),
        ),
        title("How it differs from the lists"),
    ]
    if found.drift:
        parts.append(table(map(_drift, found.drift), ("whose", "table", "column", "what", "is", "should be")))
    else:
        parts.append("It does not.")
    parts.append(title("What hangs on its tables, of the owner's own"))
    parts.append(
        table([(one.kind, one.name, one.hangs_on) for one in found.own], ("kind", "name", "hangs on")) if found.own else "Nothing."
    )
    parts.append(title("Rows that break a rule of the hybrid"))
    if found.findings:
        rows = [
            (one.rule.replace("_", " "), f"{one.table}.{one.column}", one.rows, _some(one.examples, one.rows, examples))
            for one in found.findings
        ]
        parts.append(table(rows, ("rule", "column", "rows", "by key")))
        parts.append(title("What becomes of them"))
        parts.append(
            table(
                [
                    (rule.replace("_", " "), sum(one.rows for one in found.findings if one.rule == rule), becomes)
                    for rule, becomes in BECOMES.items()
                    if any(one.rule == rule for one in found.findings)
                ],
                ("rule", "rows", "what"),
            )
        )
    else:
        parts.append("None.")
    parts.append("")
    parts += [f"- {one}" for one in found.remarks]
    parts.append(f"{found.rows} rows in {len(found.tables)} tables; {found.checks} checks, {len(found.findings)} of which found something.")
    return redact("\n".join(parts)) + "\n"


def _some(examples: Sequence[str], rows: int, most: int) -> str:
    return ", ".join(examples[:most]) + (" …" if rows > min(len(examples), most) else "")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _drift(one: Drift) -> tuple[str, ...]:
    return one.letter.upper(), one.table, one.column or "(the table)", one.what, one.found or "", one.wanted or ""
