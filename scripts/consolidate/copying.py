"""A legacy schema that is elsewhere is copied to legacy_a or legacy_b: one snapshot there and one transaction here, row by row.

What comes is what the import reads: tables, rows, keys and plain indexes. Views, functions, triggers and policies stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from scripts import contents
from scripts.console import note, visible
from scripts.consolidate.origins import Origin, reading
from scripts.errors import UserError
from scripts.progress import Progress
from scripts.runner import Runner
from scripts.settings import query
from scripts.target import Connection

#: The schema that the tables are made in, before it is known whose they are.
_INCOMING = "legacy_incoming"

#: As many bytes as are passed on at once: each row comes as a message of its own.
_PORTION = 1 << 17

#: A type that every server has, as format_type() writes it. What a foreign server calls its types is not run as SQL.
_TYPE = re.compile(
    r'("char"|[a-z]\w*)( (varying|precision|year|month|day|hour|minute|second|to))*(\(-?\d+(,-?\d+)?\))?( with(out)? time zone)?(\[\])*'
)
_VECTOR = re.compile(r"vector(\(\d+\))?")

_ACCOUNT_COLUMNS = {
    "id": "user_id", "email": "email", "email_confirmed_at": "email_confirmed_at", "is_sso_user": "is_sso", "is_anonymous": "is_anonymous",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column there, and as which type it is kept here."""

    name: str
    type: str
    kept_as: str
    is_required: bool


@dataclass(frozen=True)
class Table:
    """A table there."""

    name: str
    kind: str  # as the catalogue has it: r is plain, p partitioned, f foreign
    estimated_rows: int
    is_readable: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Copied:
    """What came: rows by legacy schema and table, columns that are kept as text, and whether addresses are proven."""

    rows: tuple[tuple[str, str, int], ...]
    as_text: tuple[str, ...]
    without: tuple[str, ...]
    accounts: int | None


def copy(work: Runner, origin: Origin, wanted: str | None) -> Copied:
    """Copy a legacy schema from elsewhere; all of it is there at the end, or nothing."""
    with reading(origin, hold=True) as source:
        work.migrate(alone=True)
        with work.books.lock(work.lock_wait), work.books.target.connect(application="hybrid-schema (copies)") as connection:
            number = _begin(work.connection, origin)
            try:
                with _lost(source, connection, origin):
                    return _copy(source, connection, origin, number, wanted)
            except BaseException:
                # a run that is killed has no time for this, and the next one says so
                if not work.connection.closed:
                    work.connection.execute("delete from consolidation.copies where copy_number = %s and finished_at is null", (number,))
                raise


def _begin(connection: Connection, origin: Origin) -> int:
    """Note that a copy begins, and say what a killed one has left: nothing."""
    left = connection.execute(
        "delete from consolidation.copies where finished_at is null returning source, to_char(began_at, 'YYYY-MM-DD HH24:MI')"
    )
    for source, began in left.fetchall():
        note(f"The capture of {source} that began at {began} was cut off: nothing of it is there, and this one begins anew.")
    row = connection.execute(
        "insert into consolidation.copies (copy_number, source, from_schema)"
        " select coalesce(max(copy_number), 0) + 1, %s, %s from consolidation.copies returning copy_number",
        (visible(origin.shown), origin.schema),
    ).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def _lost(source: Connection, connection: Connection, origin: Origin) -> Iterator[None]:
    """Tell which of the two connections was lost."""
    try:
        yield
    except psycopg.OperationalError as fault:
        said = " ".join(visible(str(fault)).split())
        if _is_lost(source):
            raise UserError(
                f"{origin.shown} dropped the connection before all was copied: {said}",
                "Nothing was kept here. Run it again: it begins anew.",
            ) from None
        if _is_lost(connection):
            raise UserError(
                f"The connection to the database that is copied to was lost: {said}", "Nothing was kept. Run it again: it begins anew."
            ) from None
        raise


def _is_lost(connection: Connection) -> bool:
    """Tell whether a connection is gone; one that was ended by the server does not know it yet."""
    try:
        connection.execute("select 1")
    except psycopg.errors.InFailedSqlTransaction:
        return False
    except psycopg.Error:
        return True
    return False


def _copy(source: Connection, connection: Connection, origin: Origin, number: int, wanted: str | None) -> Copied:
    tables = {table.name: table for table in _tables(source)}
    contents.settle(connection)
    with connection.transaction():
        connection.execute(sql.SQL("set local maintenance_work_mem = '256MB'"))
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(_INCOMING)))
        as_text = {name: _make(connection, table) for name, table in tables.items()}
        taken = _take(connection, origin, number, wanted)
        _refuse_unreadable([tables[name] for _, name in taken], origin)
        rows: list[tuple[str, str, int]] = []
        with Progress("copied", sum(tables[name].estimated_rows for _, name in taken), estimated=True) as progress:
            way = _Way(source, connection, progress)
            for schema, name in taken:
                rows.append((schema, name, way.copy(origin, schema, tables[name])))
        without = _index(source, connection, {name: f"legacy_{schema}" for schema, name in taken})
        accounts = _accounts(source, connection) if any(schema == "a" for schema, _ in taken) else None
        connection.execute(
            "update consolidation.copies set finished_at = clock_timestamp(), row_count = %s where copy_number = %s",
            (sum(count for *_, count in rows), number),
        )
    changed = tuple(f"{name}.{column}" for _, name in taken for column in as_text[name])
    return Copied(tuple(rows), changed, tuple(without), accounts)


# -------------------------------------------------------------------- there


def _tables(source: Connection) -> list[Table]:
    """Read the tables there."""
    return [
        Table(name, kind, estimated, is_readable, tuple(map(Column, columns, types, kept_as, required)))
        for name, kind, estimated, is_readable, columns, kept_as, types, required in source.execute(query("copy_columns"))
    ]


def _refuse_unreadable(tables: Sequence[Table], origin: Origin) -> None:
    closed = [table.name for table in tables if not table.is_readable]
    if closed:
        names = ", ".join(closed[:10]) + (f" and {len(closed) - 10} more" if len(closed) > 10 else "")
        raise UserError(
            f"{origin.target.user} may not read all rows of {origin.shown}: {visible(names)}.",
            "Connect as a role that may read these tables and that row-level security does not stop (bypassrls).",
        )


# -------------------------------------------------------------------- here


def _make(connection: Connection, table: Table) -> list[str]:
    """Make an empty table; return the columns that are kept as text though they are something else there."""
    found = connection.execute(
        "select format('%I', extnamespace::regnamespace) from pg_catalog.pg_extension where extname = 'vector'"
    ).fetchone()
    parts, as_text = list[sql.Composable](), list[str]()
    for column in table.columns:
        kind = "text"
        if _VECTOR.fullmatch(column.kept_as):
            kind = f"{found[0]}.{column.kept_as}" if found else "text"
        elif _TYPE.fullmatch(column.kept_as):
            kind = column.kept_as
        if kind in {"text", "text[]"} and column.type != kind:
            as_text.append(f"{column.name} ({column.type})")
        required = sql.SQL(" not null" if column.is_required else "")
        parts.append(sql.SQL("{} {}{}").format(sql.Identifier(column.name), sql.SQL(kind), required))
    connection.execute(sql.SQL("create table {} ({})").format(sql.Identifier(_INCOMING, table.name), sql.SQL(", ").join(parts)))
    return as_text


def _take(connection: Connection, origin: Origin, number: int, wanted: str | None) -> list[tuple[str, str]]:
    """Let the tables become those of legacy_a, of legacy_b or of both; return schema and name of each."""
    try:
        taken = connection.execute(
            "select legacy_schema, table_name from consolidation.take_copy(%s, %s, %s, %s) order by 1, 2",
            (_INCOMING, origin.schema, number, wanted),
        ).fetchall()
    except psycopg.Error as fault:
        raise _refusal(fault, origin, wanted) from None
    connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(_INCOMING)))  # what was not wanted
    return [(schema, name) for schema, name in taken]


def _refusal(fault: psycopg.Error, origin: Origin, wanted: str | None) -> Exception:
    where = f"the schema {origin.schema} of {origin.shown}"
    match fault.sqlstate:
        case "HS101":
            return UserError(f"There are no tables in {where}.", "Name the schema that the legacy tables are in: SCHEMA=name.")
        case "HS102":
            return UserError(
                f"The tables of {where} are not those of {wanted.upper() if wanted else 'A or B'}.",
                "'make inspect' with the same SOURCE says how much each table is like them.",
            )
        case "HS104":
            said = fault.diag.message_primary or ""
            return UserError(
                f"{said[:1].upper()}{said[1:]}.", "'make release' ends what was captured before: moved back, or dropped if a copy."
            )
    return fault


@dataclass
class _Way:
    """The two connections that rows go between, and how many have gone."""

    source: Connection
    connection: Connection
    progress: Progress
    rows: int = 0

    def copy(self, origin: Origin, schema: str, table: Table) -> int:
        """Copy the rows of a table; return how many there were."""
        if not table.columns:
            return 0
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
        place = sql.Identifier(origin.schema, table.name)
        here = sql.Identifier(f"legacy_{schema}", table.name)
        try:
            rows = self.pass_on(
                sql.SQL("copy (select {} from {}{}) to stdout").format(columns, sql.SQL("only " if table.kind == "r" else ""), place),
                # frozen: nobody sees the table before the end, so its rows need no later look
                sql.SQL("copy {} ({}) from stdin (freeze)").format(here, columns),
            )
        except psycopg.OperationalError:  # a connection, a disk
            raise
        except psycopg.Error as fault:
            raise UserError(
                f"The rows of {visible(table.name)} could not be copied: {fault.diag.message_primary or fault} [{fault.sqlstate}]",
                "Mend that where they are, and run it again; nothing was kept here.",
            ) from None
        self.connection.execute(sql.SQL("analyze {}").format(here))
        return rows

    def pass_on(self, read: sql.Composed, write: sql.Composed) -> int:
        """Pass rows on as they come; no more than a portion of them is ever here."""
        rows = 0
        portion = bytearray()
        with self.source.cursor().copy(read) as taken, self.connection.cursor().copy(write) as given:
            while data := taken.read():
                portion += data
                rows += 1
                if len(portion) >= _PORTION:
                    given.write(bytes(portion))
                    portion.clear()
                    self.progress.reach(self.rows + rows)
            given.write(bytes(portion))
        self.rows += rows
        self.progress.reach(self.rows)
        return rows


def _index(source: Connection, connection: Connection, places: dict[str, str]) -> list[str]:
    """Make the keys and the plain indexes; return those that could not be made, with the reason."""
    without = []
    for table, name, is_key, is_unique, columns in source.execute(query("copy_indexes")).fetchall():
        if table not in places:
            continue
        parts = {
            "table": sql.Identifier(places[table], table), "name": sql.Identifier(name),
            "columns": sql.SQL(", ").join(map(sql.Identifier, columns)), "unique": sql.SQL("unique " if is_unique else ""),
        }  # fmt: skip
        words = (
            "alter table {table} add constraint {name} primary key ({columns})"
            if is_key
            else "create {unique}index {name} on {table} ({columns})"
        )
        try:
            with connection.transaction():
                connection.execute(sql.SQL(words).format(**parts))
        except psycopg.Error as fault:
            if connection.closed:
                raise
            without.append(f"{name} ({fault.diag.message_primary})")
    return without


def _accounts(source: Connection, connection: Connection) -> int | None:
    """Copy what auth.users says of addresses; None where that is not at hand, so that no address is proven."""
    there = {name for (name,) in source.execute(query("copy_account_columns"))}
    if not {"id", "email", "email_confirmed_at"} <= there:
        return None
    names = [name for name in _ACCOUNT_COLUMNS if name in there]
    chosen = [sql.SQL("coalesce({}, false)" if name.startswith("is_") else "{}").format(sql.Identifier(name)) for name in names]
    chosen.append(sql.Composed([sql.SQL("deleted_at is not null" if "deleted_at" in there else "false")]))
    read = sql.SQL("copy (select {} from auth.users) to stdout").format(sql.SQL(", ").join(chosen))
    into = sql.SQL(", ").join(sql.Identifier(name) for name in (*(_ACCOUNT_COLUMNS[name] for name in names), "is_deleted"))
    with Progress("accounts copied", 0, estimated=True) as progress:
        return _Way(source, connection, progress).pass_on(read, sql.SQL("copy consolidation.copied_accounts ({}) from stdin").format(into))
