"""The platform shim: what Supabase has and plain PostgreSQL lacks, for the embedded server and the tests.

On a DATABASE_URL it is applied by `make platform` alone, never unasked.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from scripts.errors import UserError
from scripts.server import OWNER, SUPERUSER, Server
from scripts.settings import query
from scripts.target import Connection, Target


def is_platform(connection: Connection) -> bool:
    """Tell whether the database has what Supabase brings: auth.users, and the roles of the API."""
    row = connection.execute(
        "select to_regclass('auth.users') is not null"
        " and to_regrole('anon') is not null and to_regrole('authenticated') is not null"
        " and to_regrole('service_role') is not null"
    ).fetchone()
    return bool(row and row[0])


def apply_roles(connection: Connection) -> None:
    """Make the roles that are missing on the server."""
    _run(connection, "platform_roles")


def apply_database(connection: Connection) -> None:
    """Make the schemas in the connection's database; one transaction, nothing half done."""
    _run(connection, "platform_database")


def _run(connection: Connection, name: str) -> None:
    with connection.transaction():
        connection.execute(query(name))


def prepare_embedded(server: Server) -> None:
    """Prepare a running embedded server and its main database; does nothing where that is done. One at a time."""
    with server.target(role=SUPERUSER).connect() as connection:
        if is_platform(connection):
            return
    with server.alone(), server.target(role=SUPERUSER).connect() as connection:
        if is_platform(connection):
            return
        apply_roles(connection)
        # its verifier and not the password, which would stand in the server's log if this failed
        password = connection.pgconn.encrypt_password(server.target().password.encode(), OWNER.encode(), b"scram-sha-256").decode()
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(OWNER), sql.Literal(password)))
        connection.execute(sql.SQL("alter database {} owner to {}").format(sql.Identifier(connection.info.dbname), sql.Identifier(OWNER)))
        apply_database(connection)


def create_database(server: Server, name: str) -> Target:
    """Make an empty, prepared database beside the main one, owned like it, and return it."""
    with server.target(role=SUPERUSER).connect() as connection:
        connection.execute(sql.SQL("create database {} owner {} template template0").format(sql.Identifier(name), sql.Identifier(OWNER)))
    with server.target(name, SUPERUSER).connect() as connection:
        apply_database(connection)
    return server.target(name)


def clone_database(connection: Connection, template: str, name: str) -> None:
    """Make a copy of a database that nobody is connected to; by files, because for a small one that is a third faster."""
    connection.execute(
        sql.SQL("create database {} owner {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def drop_database(server: Server, name: str) -> None:
    """Drop a database made by create_database, and end the connections to it."""
    with server.target(role=SUPERUSER).connect() as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def apply_on_request(target: Target) -> bool:
    """Apply the shim to a server of the user's own; return False where it is not needed."""
    with target.connect() as connection:
        if is_platform(connection):
            return False
        try:
            apply_roles(connection)
            apply_database(connection)
        except psycopg.Error as fault:
            raise UserError(
                f"The platform could not be prepared on {target.describe()}: {fault.diag.message_primary or fault}",
                "Connect as a superuser for this one step: it makes roles, the schema auth and the extension vector.",
            ) from None
    return True
