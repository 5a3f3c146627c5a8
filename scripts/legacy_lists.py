"""Lists of columns such as docs/legacy/schema_a.csv, read as if the catalogue of a database had been asked."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

from scripts.canonical import canonical
from scripts.errors import UserError
from scripts.structure import Item, Structure

_HEADER = ["table", "position", "column", "type", "nullability", "default", "constraints"]

#: A list says nothing of anything else.
KNOWN = frozenset({"table", "column", "constraint"})

_NEXT_RULE = re.compile(r"; (?=primary key|unique \(|references |CHECK \()")
_REFERENCE = re.compile(r"references (?P<table>\w+)(?: on delete (?P<then>[a-z ]+))?")
_UNIQUE = re.compile(r"unique \((?P<columns>[\w, ]+)\)")

Row = dict[str, str]


def read_list(path: Path, label: str) -> Structure:
    """Read a list; raises UserError where a line of it cannot be understood."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != _HEADER:
                raise UserError(f"{label} is not a list of columns.", f"Its first line has to be {','.join(_HEADER)}.")
            rows: list[tuple[int, Row]] = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise UserError(f"{label} cannot be read as CSV: {fault}.", "Save it as CSV in UTF-8.") from None
    if not rows:
        raise UserError(f"{label} lists no column.", "Give a list that does.")
    for number, row in rows:
        if (
            None in row
            or not all(isinstance(value, str) for value in row.values())
            or not row["table"]
            or not row["column"]
            or not row["position"].isdecimal()
        ):
            raise UserError(f"{label}, line {number}, is not a column of a table.", f"Write it as {','.join(_HEADER)}.")
    return Structure(label, tuple(_items(rows, label)), KNOWN)


def _items(rows: list[tuple[int, Row]], label: str) -> list[Item]:
    keys: dict[str, list[str]] = defaultdict(list)
    for _, row in rows:
        keys[row["table"]] += [row["column"]] * ("primary key" in _NEXT_RULE.split(row["constraints"]))
    items = [Item("table", None, table, {"kind": "table"}) for table in dict.fromkeys(row["table"] for _, row in rows)]
    seen: set[tuple[str, str]] = set()
    for number, row in rows:
        facts = {"type": row["type"], "default": row["default"] and f"default {row['default']}", "nullability": row["nullability"]}
        items.append(
            Item(
                "column",
                row["table"],
                row["column"],
                {clause: text for clause, text in facts.items() if text},
                int(row["position"]),
            )
        )
        for rule in filter(None, _NEXT_RULE.split(row["constraints"])):
            definition = _definition(rule, row, keys)
            if definition is None:
                raise UserError(f"{label}, line {number}: the constraint {rule!r} is not understood.", "See docs/legacy/ for their form.")
            if (row["table"], definition) not in seen:  # one of several columns stands at each of them
                seen.add((row["table"], definition))
                items.append(Item("constraint", row["table"], "", {"definition": definition}, usual_name=_usual_name(rule, row)))
    return items


def _usual_name(rule: str, row: Row) -> str:
    """Return the name that PostgreSQL would give to a constraint; a list has none, and two lists are matched by it."""
    if found := _UNIQUE.fullmatch(rule):
        return "_".join((row["table"], *found["columns"].split(", "), "key"))
    if rule == "primary key":
        return f"{row['table']}_pkey"
    return f"{row['table']}_{row['column']}_{'fkey' if rule.startswith('references') else 'check'}"


def _definition(rule: str, row: Row, keys: dict[str, list[str]]) -> str | None:
    """Return a constraint as PostgreSQL prints it; a list has no names for them, and leaves out the key that a reference means."""
    if rule == "primary key":
        return f"PRIMARY KEY ({', '.join(keys[row['table']])})"
    if found := _UNIQUE.fullmatch(rule):
        return f"UNIQUE ({found['columns']})"
    if found := _REFERENCE.fullmatch(rule):
        then = f" ON DELETE {found['then'].upper()}" if found["then"] else ""
        return f"FOREIGN KEY ({row['column']}) REFERENCES {found['table']}({', '.join(keys[found['table']]) or 'id'}){then}"
    return canonical(rule) if rule.startswith("CHECK (") else None
