"""Where a legacy schema comes from: another database, a dump, or the database that is worked on; open to be read, and to nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts import contents
from scripts.console import note
from scripts.errors import UserError
from scripts.loading import loaded
from scripts.loading_rows import RowLoading
from scripts.scratch import throwaway_server
from scripts.settings import MEMORY_NEEDED
from scripts.target import Connection, Target, check_server, from_url

_FORMS = "Give a URL, SOURCE=postgres://user@host/database, or a dump of pg_dump in any of its formats, SOURCE=file."

#: A dump is compressed, and its rows take more room as tables with their indexes.
_GROWS_BY = 8


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
def reading(origin: Origin) -> Iterator[Connection]:
    """Open a session that can only read, in which every query sees the same moment."""
    with origin.target.connect(application="hybrid-schema (reads only)") as connection:
        check_server(connection, origin.target)
        connection.execute("set default_transaction_read_only = on")
        contents.settle(connection)
        found = connection.execute("select exists (select from pg_catalog.pg_namespace where nspname = %s)", (origin.schema,)).fetchone()
        if not found or not found[0]:
            raise UserError(f"{origin.shown} has no schema {origin.schema}.", "Name the one that the legacy tables are in: SCHEMA=name.")
        # never committed: there is nothing to commit
        connection.execute("begin isolation level repeatable read, read only")
        yield connection
