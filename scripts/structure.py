"""What one schema is made of, without its name: the form in which two schemas, wherever they are, can be laid side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import psycopg
from psycopg import IsolationLevel

from scripts.canonical import canonical
from scripts.catalogue import SchemaObject, snapshot
from scripts.errors import UserError
from scripts.settings import query
from scripts.target import Connection, Target, check_server

#: What has columns, rules and so on of its own.
RELATIONS = ("table", "foreign table", "view", "materialized view")

#: Clauses that are shown, and are no difference.
NOTED = ("version",)

#: Text as it was written, in which no name is taken apart.
_AS_WRITTEN = ("body", "comment")

_IDENTIFIER = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_QUALIFIED = re.compile(
    rf"""(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'
    |(?P<text>'(?:[^']|'')*')(?P<cast>::reg\w+)?
    |(?<![\w$."])(?P<schema>{_IDENTIFIER})\.(?P<name>{_IDENTIFIER}|[-+*/<>=~!@\#%^&|`?]+)""",
    re.VERBOSE | re.DOTALL,
)

#: How long a live database may keep us waiting; a table that somebody alters is locked to whoever asks for its views.
_PATIENCE = "set lock_timeout = '10s'; set statement_timeout = '2min'"


@dataclass(frozen=True)
class Item:
    """One object: its kind, the table that it belongs to, its name, and what it says, clause by clause."""

    kind: str
    part_of: str | None
    name: str
    facts: dict[str, str] = field(hash=False)
    #: of a column, among those of its table, from 1; noted, not compared
    position: int | None = None
    #: how PostgreSQL would name it; only where it has no name
    usual_name: str = ""

    @property
    def stem(self) -> str:
        """The name without the arguments of a function."""
        return self.name.partition("(")[0]


@dataclass(frozen=True)
class Structure:
    """One side of a comparison."""

    label: str
    items: tuple[Item, ...]
    #: the kinds of objects that it can tell of; None for all
    knows: frozenset[str] | None = None
    #: PostgreSQL's major version, whose way of printing an expression this is; None for a list
    major: int | None = None
    #: what of it could not be read, and why
    remarks: tuple[str, ...] = ()


def read(target: Target, schema: str, label: str, remarks: tuple[str, ...] = ()) -> Structure:
    """Read a schema of a database: one snapshot, nothing can be written, nobody is waited for long."""
    with target.connect() as connection:
        check_server(connection, target)  # through a pooler that lends sessions out, the next line would reach somebody else
        connection.execute("set default_transaction_read_only = on; " + _PATIENCE)
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with connection.transaction():
                return structure_of(connection, schema, label, remarks)
        except psycopg.errors.InternalError_ as fault:  # cache lookup failed: the deparser reads what is, not what was
            raise UserError(
                f"The schema of {label} changed while it was read: {fault.diag.message_primary}.", "Compare again when nobody is at it."
            ) from None


def structure_of(connection: Connection, schema: str, label: str, remarks: tuple[str, ...] = ()) -> Structure:
    """Return a schema as the transaction of this connection sees it; raises UserError where there is none, or nothing in it."""
    items = _items(connection, schema)
    if not any(item.kind not in {"right", "comment", "extension"} for item in items):
        filled = [row[0] for row in connection.execute(query("schemas_with_objects"))]
        there = connection.execute("select from pg_catalog.pg_namespace where nspname = %s", (schema,)).fetchone()
        raise UserError(
            f'The schema "{schema}" of {label} {"does not exist" if there is None else "is empty"}.',
            f"Name one that is not: {', '.join(filled)}." if filled else "There is nothing in that database to compare.",
        )
    return Structure(label, tuple(items), None, connection.info.server_version // 10000, remarks)


def _items(connection: Connection, schema: str) -> list[Item]:
    """Return the objects of a schema without its name, columns numbered as they are now, and the extensions of the database."""
    found = [one for one in snapshot(connection, (schema,)) if one.facts is not None]
    names = {(str(space), str(name)) for space, name in connection.execute(query("qualified_names"))}
    numbers = _numbers(found)
    items = [
        Item(
            one.kind,
            one.part_of,
            # arguments have types, and types have schemas
            unqualified(one.own_name, names) if one.kind in {"function", "right"} else one.own_name,
            {
                clause: str(text) if clause in _AS_WRITTEN else canonical(unqualified(str(text), names))
                for clause, text in (one.facts or {}).items()
                if clause != "position"
            },
            numbers.get(one.key),
        )
        for one in found
    ]
    items.sort(key=lambda item: item.position or 0)  # columns in their order, all else as it was
    for name, version, space in connection.execute(query("extensions")):
        where = "this schema" if space == schema else space
        items.append(Item("extension", None, name, {"schema": f"in {where}", "version": f"version {version}"}))
    return items


def _numbers(found: Iterable[SchemaObject]) -> dict[tuple[str, str], int]:
    """Number the columns of each table from 1: the catalogue counts the dropped ones as well."""
    numbers, last = {}, dict[str | None, int]()
    for one in sorted(
        (one for one in found if one.kind == "column" and one.facts), key=lambda one: int(str((one.facts or {})["position"]))
    ):
        numbers[one.key] = last[one.part_of] = last.get(one.part_of, 0) + 1
    return numbers


def unqualified(text: str, names: Collection[tuple[str, str]]) -> str:
    """Take the schema away from before these names, so that two schemas can be compared whatever they are called.

    In quoted text only what is cast to a regclass is a name, and `posts.id` is a column of a table posts even where the schema
    is called posts.
    """

    def shortened(found: re.Match[str]) -> str:
        if found["cast"] is not None:
            name = unqualified(found["text"][1:-1].replace("''", "'"), names)
            return "'" + name.replace("'", "''") + "'" + found["cast"]
        if found["name"] is None:
            return found[0]
        return found["name"] if (_plain(found["schema"]), _plain(found["name"])) in names else found[0]

    return _QUALIFIED.sub(shortened, text)


def _plain(identifier: str) -> str:
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier
