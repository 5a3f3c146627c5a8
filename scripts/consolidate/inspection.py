"""What is in a legacy database, before anything is done: whose tables, how they drifted, what hangs on them, which rows break a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from scripts.console import progress, visible
from scripts.consolidate.lists import FUNCTIONS, as_json, known_columns, tables_of
from scripts.consolidate.origins import Origin, reading
from scripts.consolidate.rules import Check, Ground, checks_of
from scripts.errors import UserError
from scripts.settings import query
from scripts.target import Connection

_PLACEHOLDER = re.compile(r"(?:\b(old|twin)\.)?\bthe_(table|column|columns|key|parent|rule)\b")


@dataclass(frozen=True)
class Table:
    """A table that is there: whose it is (None: of neither list), how much it is like each, and its rows."""

    name: str
    letter: str | None
    like_a: float | None
    like_b: float | None
    is_readable: bool
    is_foreign: bool
    rows: int = 0


@dataclass(frozen=True)
class Sureness:
    """How sure it is that a legacy schema is there: how many of its tables are, and how many of their columns the list has."""

    letter: str
    tables: int
    of_tables: int
    columns: int
    of_columns: int

    @property
    def share(self) -> float:
        """Shared columns of all that these tables have or should have."""
        return self.columns / self.of_columns


@dataclass(frozen=True)
class Drift:
    """One way in which the database differs from the list."""

    letter: str
    table: str
    column: str | None
    what: str  # missing, extra or another type
    found: str | None = None
    wanted: str | None = None


@dataclass(frozen=True)
class Own:
    """An object of the owner's own, and what it hangs on."""

    kind: str
    name: str
    hangs_on: str


@dataclass(frozen=True)
class Finding:
    """Rows that break a rule: how many, and the first few by their keys."""

    rule: str
    table: str
    column: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Inspection:
    """All that was seen."""

    shown: str
    schema: str
    server: str
    sureness: tuple[Sureness, ...]
    tables: tuple[Table, ...]
    drift: tuple[Drift, ...]
    own: tuple[Own, ...]
    checks: int
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)


def inspect(origin: Origin, words: Callable[[], Mapping[str, Collection[str]]]) -> Inspection:
    """Look at a legacy schema in one snapshot that cannot write. `words` returns those that the import knows, by hybrid column."""
    with reading(origin) as connection:
        tables = classify(connection, origin.schema)
        _refuse_others(tables, origin)
        types = _types(connection)
        tables = [_counted(connection, origin.schema, table) for table in tables]
        columns = [
            known
            for table in tables
            for known in known_columns()
            if (known.letter, known.table) == (table.letter, table.name) and (known.table, known.name) in types
        ]
        known_words = _with_platforms(connection, origin.schema, words(), types)
        ground = Ground(types, known_words, connection.info.server_version, _has_accounts(connection, origin.schema))
        checks = [check for known in columns for check in checks_of(known, ground)]
        findings, remarks = _run(connection, origin.schema, checks, {table.name: table for table in tables}, types)
        return Inspection(
            visible(origin.shown), origin.schema, _version(connection), tuple(_sureness(tables, types)), tuple(tables),
            tuple(_drift(tables, types)), tuple(_own(connection, tables)), len(checks), tuple(findings),
            (*(f"left out of the dump: {visible(one)}" for one in origin.left_out), *remarks),
        )  # fmt: skip


def classify(connection: Connection, schema: str, wanted: str | None = None) -> list[Table]:
    """Tell of each table of a schema whose it is, as consolidation.classify does; call it in a transaction."""
    for name, value in (("schema", schema), ("wanted", wanted or ""), ("legacy_columns", as_json())):
        connection.execute("select set_config(%s, %s, true)", (f"inspect.{name}", value))
    return [
        Table(name, letter, like_a, like_b, is_readable, is_foreign)
        for name, letter, like_a, like_b, _, is_readable, is_foreign in connection.execute(query("inspect/classify"))
    ]


def _refuse_others(tables: list[Table], origin: Origin) -> None:
    where = f"the schema {origin.schema} of {visible(origin.shown)}"
    if not tables:
        raise UserError(f"There are no tables in {where}.", "Name the schema that the legacy tables are in: SCHEMA=name.")
    if not any(table.letter for table in tables):
        alike = max(tables, key=lambda table: max(table.like_a or 0, table.like_b or 0))
        nearest = max(alike.like_a or 0, alike.like_b or 0)
        said = f"; {visible(alike.name)} is nearest, with {nearest:.0%} of its columns" if nearest else ""
        raise UserError(
            f"The tables of {where} are not those of A or B ({len(tables)} looked at{said}).",
            "Name the schema that the legacy tables are in: SCHEMA=name.",
        )
    if closed := [visible(table.name) for table in tables if not table.is_readable]:
        raise UserError(
            f"{origin.target.user} may not read all rows of {visible(origin.shown)}: {', '.join(closed[:10])}.",
            "Connect as a role that may read these tables and that row-level security does not stop (bypassrls).",
        )


def _version(connection: Connection) -> str:
    version = connection.info.server_version
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def _types(connection: Connection) -> dict[tuple[str, str], str]:
    return {(table, column): kind for table, column, kind in connection.execute(query("inspect/columns"))}


def _counted(connection: Connection, schema: str, table: Table) -> Table:
    progress(f"counting {visible(table.name)} …")
    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table.name))).fetchone()
    assert row is not None
    return Table(table.name, table.letter, table.like_a, table.like_b, table.is_readable, table.is_foreign, row[0])


def _with_platforms(
    connection: Connection, schema: str, words: Mapping[str, Collection[str]], types: Mapping[tuple[str, str], str]
) -> dict[str, Collection[str]]:
    """Add the platforms of the owner's own to those that the import knows."""
    if ("social_platforms", "name") not in types:
        return dict(words)
    place = sql.Identifier(schema, "social_platforms").as_string(connection)
    own = connection.execute(query("inspect/platforms").decode().replace("the_table", place).encode())
    return {**words, "platform": {*words.get("platform", ()), *(name for (name,) in own)}}


def _has_accounts(connection: Connection, schema: str) -> bool:
    """Tell whether auth.users is about the people of a schema: not those of a copy from elsewhere, and not where nobody is in it."""
    there = {name for (name,) in connection.execute(query("copy_account_columns"))}
    if not {"id", "email", "email_confirmed_at"} <= there:
        return False
    books = connection.execute("select to_regclass('consolidation.copies') is not null").fetchone()
    if books and books[0]:
        copied = connection.execute("select from consolidation.captures where is_copy and 'legacy_' || legacy_schema = %s", (schema,))
        if copied.fetchone() is not None:
            return False
    return connection.execute("select from auth.users limit 1").fetchone() is not None


# -------------------------------------------------------------------- what it is


def _sureness(tables: list[Table], types: Mapping[tuple[str, str], str]) -> list[Sureness]:
    found = []
    for letter in ("a", "b"):
        names = {table.name for table in tables if table.letter == letter}
        if names:
            listed = {(one.table, one.name) for one in known_columns() if one.letter == letter and one.table in names}
            there = {place for place in types if place[0] in names}
            found.append(Sureness(letter, len(names), len(tables_of(letter)), len(listed & there), len(listed | there)))
    return found


def _drift(tables: list[Table], types: Mapping[tuple[str, str], str]) -> list[Drift]:
    found = []
    whose = {table.name: table.letter for table in tables}
    for letter in sorted({table.letter for table in tables if table.letter}):
        for name in tables_of(letter):
            if whose.get(name) is None:
                found.append(Drift(letter, name, None, "missing"))
            elif whose[name] == letter:
                known = {one.name: one for one in known_columns() if (one.letter, one.table) == (letter, name)}
                there = {column: kind for (table, column), kind in types.items() if table == name}
                found += [Drift(letter, name, one, "missing", None, known[one].type) for one in known if one not in there]
                found += [Drift(letter, name, one, "extra", there[one]) for one in there if one not in known]
                found += [
                    Drift(letter, name, one, "another type", there[one], known[one].type)
                    for one in known
                    if one in there and there[one] != known[one].type
                ]
    first = next(table.letter for table in tables if table.letter)
    return found + [Drift(first, table.name, None, "extra") for table in tables if table.letter is None]


def _own(connection: Connection, tables: list[Table]) -> list[Own]:
    """Return what hangs on the legacy tables and did not come with them."""
    mine = {table.name for table in tables if table.letter}
    listed = sorted({f"{one.table}.{one.name}" for one in known_columns() if one.parent})
    for name, value in (("tables", sorted(mine)), ("references", listed), ("functions", list(FUNCTIONS))):
        connection.execute("select set_config(%s, %s::text[]::text, true)", (f"inspect.{name}", value))
    return [Own(*row) for row in connection.execute(query("inspect/own_objects"))]


# -------------------------------------------------------------------- rules


def _run(
    connection: Connection, schema: str, checks: list[Check], tables: Mapping[str, Table], types: Mapping[tuple[str, str], str]
) -> tuple[list[Finding], list[str]]:
    found, remarks = [], []
    for number, check in enumerate(checks):
        progress(f"{check.table}.{check.column}: {check.rule.replace('_', ' ')} ({number + 1} of {len(checks)}) …")
        try:
            with connection.transaction():
                for name, value in check.settings:
                    connection.execute("select set_config(%s, %s, true)", (name, value))
                row = connection.execute(_statement(check, schema, tables[check.table], types).encode()).fetchone()
        except psycopg.Error as fault:
            if connection.closed:
                raise
            remarks.append(f"{check.rule} of {check.table}.{check.column} could not be told: {fault.diag.message_primary}")
            continue
        assert row is not None
        if row[0]:
            found.append(Finding(check.rule, check.table, check.column, row[0], tuple(map(visible, row[1]))))
    progress("")
    return found, remarks


def _statement(check: Check, schema: str, table: Table, types: Mapping[tuple[str, str], str]) -> str:
    """Return the query of a check with its placeholders filled in."""
    place = {"table": sql.Identifier(schema, check.table), "parent": sql.Identifier(schema, check.parent or "")}

    def fill(found: re.Match[str]) -> str:
        row, what = f"{found[1]}." if found[1] else "", found[2]
        if what == "rule":
            body = query(f"inspect/rules/{check.query}").decode().rstrip().rstrip(";")
            return f"(\n{_PLACEHOLDER.sub(fill, body)}\n)"
        if what == "key":
            return _key(row, table, types)
        if what == "columns":
            return ", ".join(f"{row}{sql.Identifier(name).as_string(None)}" for name in check.columns)
        return row + (sql.Identifier(check.column) if what == "column" else place[what]).as_string(None)

    return _PLACEHOLDER.sub(fill, query("inspect/count").decode())


def _key(row: str, table: Table, types: Mapping[tuple[str, str], str]) -> str:
    """Return the expression that names a row: its key, else its place."""
    by_place = "'a row'" if table.is_foreign else f"'row ' || {row}ctid::text"
    return f"coalesce({row}id::text, {by_place})" if (table.name, "id") in types else by_place
