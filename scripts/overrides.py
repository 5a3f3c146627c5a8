"""What somebody overrode (NO_BACKUP=1, FORCE=1) is written down in the database that it was about."""

from __future__ import annotations

import getpass
import os
import socket

import psycopg

from scripts.errors import UserError
from scripts.settings import query
from scripts.target import Connection


def record(connection: Connection, variable: str, what: str) -> None:
    """Write down who overrode what; where that cannot be written down it is not overridden."""
    try:
        with connection.transaction():
            connection.execute("set local client_min_messages = warning")
            connection.execute(query("overrides"))
            connection.execute(
                "insert into runner.overrides (what, variable, person) values (%s, %s, %s)",
                (what, variable, f"{_person()}@{socket.gethostname()}"),
            )
    except psycopg.errors.InsufficientPrivilege as fault:
        raise UserError(
            f"{variable} is recorded in runner.overrides, and {connection.info.user} may not write there: {fault.diag.message_primary}.",
            "Connect as a role that may create a schema in this database, or do without it.",
        ) from None


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as an id without a name
        return str(os.getuid())
