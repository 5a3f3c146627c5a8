"""The schema as the catalogue has it, and the SQL that leads from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.settings import query
from scripts.target import Connection

#: The schemas that this repository is the authority for.
SCHEMAS = ("public", "private", "secrets", "partitions", "consolidation")


@dataclass(frozen=True)
class SchemaObject:
    """One object: a table, a column, a right, a comment and so on (kinds: scripts/sql/catalogue.sql)."""

    kind: str
    name: str
    definition: str
    made_by: str
    undone_by: str
    changed_by: str | None
    part_of: str | None = None
    own_name: str = ""
    facts: dict[str, object] | None = field(default=None, hash=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others."""
        return self.kind, self.name


@dataclass(frozen=True)
class Difference:
    """One object that is not as it should be, and the SQL that mends that."""

    what: str  # missing, extra or changed
    kind: str
    name: str
    mended_by: str


def snapshot(connection: Connection, schemas: Sequence[str] = SCHEMAS) -> list[SchemaObject]:
    """Return every object of our schemas, or of these, in an order in which they could be made."""
    with connection.transaction():
        # with nothing on the path every name comes out qualified
        connection.execute("set local search_path = ''")
        connection.execute("select set_config('catalogue.schemas', %s::name[]::text, true)", (list(schemas),))
        cursor = connection.execute(query("catalogue"))
        return [SchemaObject(*row) for row in cursor]


def differences(wanted: list[SchemaObject], found: list[SchemaObject]) -> list[Difference]:
    """Return what makes `found` differ from `wanted`, with the SQL that would make it like that, in an order to run it in."""
    here = {one.key: one for one in found}
    there = {one.key: one for one in wanted}
    tables_missing = {name for kind, name in there.keys() - here.keys() if kind in {"table", "view", "materialized view"}}
    tables_extra = {name for kind, name in here.keys() - there.keys() if kind in {"table", "view", "materialized view"}}
    result = [
        Difference("extra", one.kind, one.name, one.undone_by)
        for one in reversed(found)
        if one.key not in there and not _goes_with(one, tables_extra)
    ]
    for one in wanted:
        other = here.get(one.key)
        if other is None:
            if not (one.kind == "column" and one.name.rpartition(".")[0] in tables_missing):
                result.append(Difference("missing", one.kind, one.name, one.made_by))
        elif other.definition != one.definition:
            result.append(Difference("changed", one.kind, one.name, one.changed_by or f"{other.undone_by}\n{one.made_by}"))
    return result


def _goes_with(one: SchemaObject, tables: set[str]) -> bool:
    """Tell whether dropping one of these tables takes the object with it, so that it need not be said."""
    if one.kind in {"table", "view", "materialized view", "schema", "function"}:
        return False
    words = one.name.replace(":", " ").replace(",", " ").split()
    return any(word in tables or word.rpartition(".")[0] in tables for word in words)
