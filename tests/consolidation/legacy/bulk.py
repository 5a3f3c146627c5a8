"""Millions of legacy rows for benches, made by the server itself, over all tables in the proportions of an application in use."""

from __future__ import annotations

from scripts.target import Connection
from tests.consolidation.legacy.ddl import SQL, create_tables, finish, standing_in
from tests.consolidation.legacy.lists import A, B, Letter


def install_bulk(connection: Connection, letter: Letter, schema: str, rows: int) -> None:
    """Make A or B with so many rows in all: bare tables first, then rows, then keys and indexes, each in its own transaction."""
    shape = A if letter == "A" else B
    create_tables(connection, shape, schema)
    with standing_in(connection, schema):
        connection.execute("select set_config('legacy.rows', %s, true)", (str(rows),))
        connection.execute((SQL / "bulk_base.sql").read_bytes())
        connection.execute((SQL / f"bulk_{letter.lower()}.sql").read_bytes())
    finish(connection, shape, schema)


def install_bulk_accounts(superuser: Connection, schema: str) -> None:
    """Make the accounts of A's people, as if they had been there before the hybrid: its triggers do not fire, which takes a superuser."""
    with standing_in(superuser, schema):
        superuser.execute("set local session_replication_role = replica")
        superuser.execute((SQL / "bulk_accounts.sql").read_bytes())
        superuser.execute("set local session_replication_role = default")
