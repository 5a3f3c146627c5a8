"""Put generated rows into a database: by COPY into tables that are there, or tables, rows and drift in one step."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from scripts.server import OWNER, SUPERUSER, Server
from scripts.target import Connection, Target
from tests.consolidation.legacy.ddl import build, relax, run_in, standing_in
from tests.consolidation.legacy.drift import DRIFT
from tests.consolidation.legacy.generator import Database
from tests.consolidation.legacy.lists import columns_of
from tests.consolidation.legacy.values import Row


def create_source(server: Server, name: str) -> Target:
    """Make an empty database as it is away from the platform: no schema auth, and vector in public, where B had it."""
    with server.target(role=SUPERUSER).connect() as connection:
        connection.execute(sql.SQL("create database {} owner {} template template0").format(sql.Identifier(name), sql.Identifier(OWNER)))
    with server.target(name, SUPERUSER).connect() as connection:
        connection.execute("create extension vector schema public")
    return server.target(name)


def install(connection: Connection, database: Database, schema: str = "public", *, indexes: bool = True) -> None:
    """Make the schema with its rows and its drift, in one transaction; vector has to be in the database."""
    with connection.transaction():
        build(connection, database.shape, schema, indexes=indexes)
        load(connection, database, schema)


def load(connection: Connection, database: Database, schema: str) -> None:
    """Load rows into a schema that ddl.build() made: rules that they break are dropped first, and its drift happens after."""
    with standing_in(connection, schema):
        relax(connection, schema, database.relaxed)
        fires = database.shape.get("users") == "B"  # B's trigger would make each default workspace a second time
        if fires:
            connection.execute("alter table users disable trigger user")
        for table, rows in database.rows.items():
            copy_in(connection, table, rows)
        if fires:
            connection.execute("alter table users enable trigger user")
        _set_sequences(connection, database)
        for name in database.drift:
            run_in(connection, schema, DRIFT[name].sql)


def load_accounts(superuser: Connection, accounts: Sequence[Row]) -> None:
    """Put accounts into auth.users as if they had been there before the hybrid: its triggers do not fire, which takes a superuser."""
    with superuser.transaction():
        superuser.execute("set local session_replication_role = replica")
        copy_in(superuser, "auth.users", accounts)
        superuser.execute("set local session_replication_role = default")


def copy_in(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """Load rows that all have the same columns."""
    if not rows:
        return
    names = list(rows[0])
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, names)))
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def _set_sequences(connection: Connection, database: Database) -> None:
    """Let integer keys go on after the last, as in a database that made them itself."""
    for table, rows in database.rows.items():
        for column in columns_of(database.shape[table], table):
            if column.sequence and rows:
                last = max(row[column.name] for row in rows if isinstance(row[column.name], int))  # type: ignore[type-var]
                connection.execute("select setval(%s::regclass, %s)", (column.sequence, last))
