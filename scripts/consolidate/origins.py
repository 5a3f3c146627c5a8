"""Where a legacy schema comes from: another database, a dump, or the database that is worked on; open to be read, and to nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from scripts import contents
from scripts.console import note, visible
from scripts.errors import UserError
from scripts.loading import loaded
from scripts.loading_rows import RowLoading
from scripts.scratch import throwaway_server
from scripts.settings import MEMORY_NEEDED, query
from scripts.target import Connection, Target, check_server, from_url

_FORMS = "Give a URL, SOURCE=postgres://user@host/database, or a dump of pg_dump in any of its formats, SOURCE=file."

#: A dump is compressed, and its rows take more room as tables with their indexes.
_GROWS_BY = 8


_LOCK_WAIT = "60s"


@dataclass(frozen=True)
class Origin:
    """A schema of a database, what the database is called, and what of a dump is not in it."""

    target: Target
    schema: str
    shown: str
    left_out: tuple[str, ...] = ()


@contextmanager
def opened(source: str, schema: str, present: Callable[[], Target]) -> Iterator[Origin]:
    """Yield what SOURCE names, the database that is worked on where that is empty; a dump for as long as its server is there."""
    if not source:
        target = present()
        yield Origin(target, schema, target.describe())
    elif "://" in source:
        target = from_url(source, "SOURCE")
        yield Origin(target, schema, target.describe())
    else:
        with _dump(source, schema) as origin:
            yield origin


@contextmanager
def _dump(source: str, schema: str) -> Iterator[Origin]:
    path = Path(source)
    if not path.exists():
        harmless = f" ({source})" if re.fullmatch(r"[\w./ +-]{1,200}", source) else ""  # a mistyped URL is not
        raise UserError(f"SOURCE is neither a URL nor a file that is there{harmless}.", _FORMS)
    note(f"Loading {path.name} into a database of its own, on a server that is thrown away afterwards.")
    room = sum(one.stat().st_size for one in (path.rglob("*") if path.is_dir() else [path])) * _GROWS_BY
    with (
        throwaway_server(memory_needed=MEMORY_NEEDED + room) as server,
        loaded(server, path, path.name, partial(RowLoading, schema=schema)) as (target, left_out),
    ):
        yield Origin(target, schema, path.name, left_out)


@contextmanager
def reading(origin: Origin, *, hold: bool = False) -> Iterator[Connection]:
    """Open a session that can only read, in which every query sees the same moment; `hold` keeps tables from being emptied behind it."""
    with origin.target.connect(application="hybrid-schema (reads only)") as connection:
        check_server(connection, origin.target)
        connection.execute("set default_transaction_read_only = on")
        contents.settle(connection)
        connection.execute("select set_config('copy.schema', %s, false)", (origin.schema,))
        _refuse_others(connection, origin)
        tables = connection.execute(query("copy_columns")).fetchall() if hold else []
        held = [
            sql.SQL("only {}" if kind == "r" else "{}").format(sql.Identifier(origin.schema, name))
            for name, kind, _, is_readable, *_ in tables
            if is_readable and kind in {"r", "p"}
        ]
        # never committed: there is nothing to commit
        connection.execute("begin isolation level repeatable read, read only")
        if held:
            _hold(connection, held)
        yield connection


def _refuse_others(connection: Connection, origin: Origin) -> None:
    row = connection.execute(
        "select exists (select from pg_catalog.pg_namespace where nspname = %s),"
        " to_regprocedure('private.platform_workspace_id()') is not null",
        (origin.schema,),
    ).fetchone()
    is_there, is_hybrid = row or (False, False)
    if not is_there:
        said = f"{visible(origin.shown)} has no schema {visible(origin.schema)}."
        raise UserError(said, "Name the one that the legacy tables are in: SCHEMA=name.")
    if is_hybrid and origin.schema == "public":
        raise UserError(
            f"The schema public of {visible(origin.shown)} holds the tables of the hybrid.",
            "Name the schema that the legacy tables are in, SCHEMA=legacy_a or another, or another database: SOURCE=postgres://…",
        )


def _hold(connection: Connection, tables: Sequence[sql.Composable]) -> None:
    """Lock tables first thing in a transaction, before its snapshot is taken."""
    connection.execute(f"set local lock_timeout = '{_LOCK_WAIT}'".encode())
    try:
        connection.execute(sql.SQL("lock table {} in access share mode").format(sql.SQL(", ").join(tables)))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable) as fault:
        raise UserError(
            f"The tables could not be held as they are: {fault.diag.message_primary}.", "Run it again when nobody changes the structure."
        ) from None
