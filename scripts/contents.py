"""What is in a database, so that two can be compared: rows, a hash of them, sequences, and the structure, read the same way everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from scripts import canonical
from scripts.catalogue import snapshot
from scripts.settings import query
from scripts.target import Connection

#: What the catalogue says of these hangs on the role that looks; structure_beside.sql says it for all alike.
_AS_SEEN_BY_A_ROLE = {"owner", "default right"}

# every database has this from the beginning, unless the schema was made anew; it is in no dump
_INITIAL_COMMENT = "comment on schema public is 'standard public schema';"


@dataclass(frozen=True)
class Table:
    """A table as the catalogue has it."""

    schema: str
    name: str
    columns: tuple[str, ...]
    bytes: int
    estimated_rows: int
    readable: bool

    @property
    def shown(self) -> str:
        """Its name for people."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Content:
    """The rows of a table: how many, and a hash that does not hang on their order (scripts/sql/content.sql)."""

    schema: str
    name: str
    columns: tuple[str, ...]
    rows: int
    content: str

    @property
    def shown(self) -> str:
        """The table's name for people."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Position:
    """Where a sequence stands."""

    schema: str
    name: str
    last_value: int
    is_called: bool

    @property
    def shown(self) -> str:
        """The sequence's name for people."""
        return f"{self.schema}.{self.name}"


def settle(connection: Connection) -> None:
    """Give a session the settings under which contents are compared; it is of no use for anything else afterwards."""
    connection.execute(query("content_settings"))


def own_schemas(connection: Connection) -> dict[str, str]:
    """Return the schemas that are somebody's own, with their owners."""
    return dict(connection.execute(query("content_schemas")).fetchall())


def look_at(connection: Connection, schemas: Iterable[str]) -> None:
    """Tell the queries of this session which schemas they are about."""
    connection.execute("select set_config('catalogue.schemas', %s::name[]::text, false)", (list(schemas),))


def tables(connection: Connection) -> list[Table]:
    """Return the tables whose rows a dump would hold."""
    return [
        Table(schema, name, tuple(sorted(columns)), *rest) for schema, name, columns, *rest in connection.execute(query("content_tables"))
    ]


def sequences(connection: Connection) -> list[tuple[str, str, bool, bool]]:
    """Return schema and name of each sequence, whether this role may read it, and whether it may set it."""
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query("content_sequences"))]


def measure(connection: Connection, schema: str, name: str, columns: Sequence[str]) -> Content:
    """Count and hash the rows of one table over these columns."""
    statement = query("content").decode()
    parts = {
        "the_columns": sql.SQL(", ").join(map(sql.Identifier, columns)).as_string(connection),
        "the_table": sql.SQL("only {}").format(sql.Identifier(schema, name)).as_string(connection),
    }
    for word, part in parts.items():
        head, _, tail = statement.rpartition(word)
        statement = f"{head}{part}{tail}"
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return Content(schema, name, tuple(columns), row[0], row[1])


def measure_large_objects(connection: Connection) -> Content:
    """Count and hash the large objects."""
    row = connection.execute(query("content_of_large_objects")).fetchone()
    assert row is not None
    return Content("pg_catalog", "pg_largeobject", (), row[0], row[1])


def position(connection: Connection, schema: str, name: str) -> Position:
    """Read where a sequence stands; that is in no snapshot, so it is the newest."""
    row = connection.execute(sql.SQL("select last_value, is_called from {}").format(sql.Identifier(schema, name))).fetchone()
    assert row is not None
    return Position(schema, name, row[0], row[1])


def structure_version() -> str:
    """Return what changes with the way a structure is read: read in another one, the same structure has other hashes."""
    return hashlib.sha256(query("catalogue") + query("structure_beside") + Path(canonical.__file__).read_bytes()).hexdigest()[:16]


def structure(connection: Connection, schema: str) -> dict[str, str]:
    """Return every object of a schema, by kind and name, with a hash of its definition."""
    objects = [one for one in snapshot(connection, [schema]) if one.kind not in _AS_SEEN_BY_A_ROLE and one.definition != _INITIAL_COMMENT]
    found = {f"{one.kind} {one.name}": one.definition for one in objects}
    found |= {f"{kind} {name}": definition for kind, name, definition, _ in _beside(connection, schema)}
    return {key: hashlib.sha256(canonical.canonical(definition).encode()).hexdigest()[:32] for key, definition in found.items()}


def default_rights(connection: Connection, schema: str) -> dict[str, str]:
    """Return the rights that new objects of a schema get, by their names in its structure, with the SQL that ends them."""
    return {f"{kind} {name}": undone_by for kind, name, _, undone_by in _beside(connection, schema) if kind == "default right"}


def _beside(connection: Connection, schema: str) -> list[tuple[str, str, str, str]]:
    with connection.transaction():
        connection.execute("set local search_path = ''")
        connection.execute("select set_config('catalogue.schemas', %s::name[]::text, true)", ([schema],))
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query("structure_beside"))]
