"""The database that is worked on: what DATABASE_URL names or the embedded server, and whether it can be worked on at all."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import conninfo

from scripts.binaries import client_environment
from scripts.console import keep_secret, redact
from scripts.errors import UserError
from scripts.settings import NEWEST_MAJOR, OLDEST_SERVER

Connection = psycopg.Connection[tuple[Any, ...]]

_URL_HELP = "Write it as postgres://user:password@host:port/database, with special characters in the password as %40 and so on."

# What a server says that will take connections, but not yet, and how many seconds the embedded one is given.
_NOT_YET = ("starting up", "recovery mode", "not yet accepting", "closed the connection unexpectedly")
_RECOVERY = 30


@dataclass(frozen=True)
class Target:
    """One database and the role that works on it. The password is in neither its repr nor its description."""

    host: str
    port: int
    user: str
    database: str
    password: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = ()
    embedded_major: int | None = None
    #: where it was read from, for those who have to correct it
    variable: str = "DATABASE_URL"

    def describe(self) -> str:
        """Return the target in words that can be shown."""
        where = f" (embedded PostgreSQL {self.embedded_major})" if self.embedded_major else ""
        return f"{self.user}@{self.host}:{self.port}/{self.database}{where}"

    def url(self, *, with_password: bool = False) -> str:
        """Return the target as a URL, without the password unless asked."""
        password = f":{quote(self.password, safe='')}" if with_password and self.password else ""
        options = "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in self.options) if self.options else ""
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe="")  # a socket's folder is a host with slashes
        return f"postgresql://{quote(self.user, safe='')}{password}@{host}:{self.port}/{quote(self.database)}{options}"

    def with_database(self, database: str) -> Target:
        """Return the same server and role, another database."""
        return replace(self, database=database)

    def environment(self) -> dict[str, str]:
        """Return the environment that leads psql, pg_dump and other clients here, so that no password is an argument."""
        variables = {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user, "PGDATABASE": self.database}
        if self.password:
            variables["PGPASSWORD"] = self.password
        names = {option.keyword.decode(): (option.envvar or b"").decode() for option in psycopg.pq.Conninfo.get_defaults()}
        for name, value in self.options:
            if names.get(name):
                variables[names[name]] = value
        return client_environment(**variables)

    def connect(self, *, application: str = "hybrid-schema", autocommit: bool = True) -> Connection:
        """Open a connection; every way in which that fails ends in a UserError that shows no secret."""
        # a machine that vanished is noticed within two minutes, not after the two hours of TCP
        usual = {"connect_timeout": "10", "keepalives_idle": "60", "keepalives_interval": "20", "keepalives_count": "3"}
        options = {**usual, **dict(self.options), "application_name": application, "client_encoding": "UTF8"}
        deadline = time.monotonic() + (_RECOVERY if self.embedded_major else 0)
        while True:
            try:
                connection: Connection = psycopg.connect(
                    host=self.host,
                    port=self.port,
                    user=self.user,
                    password=self.password or None,
                    dbname=self.database,
                    autocommit=autocommit,
                    prepare_threshold=None,  # a file may say `deallocate all`
                    **options,  # type: ignore[arg-type]
                )
            except psycopg.OperationalError as fault:
                # our own server, after a crash: a backend that is killed takes all others with it
                if any(state in str(fault) for state in _NOT_YET) and time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                raise _no_connection(self, fault) from None
            return connection


def from_url(url: str, variable: str = "DATABASE_URL") -> Target:
    """Return the target that a URL names; raises UserError, without showing any of it, where it is not one."""
    keep_secret(_password_of(url))
    try:
        parts = urlsplit(url)
        known = conninfo.conninfo_to_dict(url)
    except (ValueError, psycopg.Error):
        raise UserError(f"{variable} is not a URL that PostgreSQL understands.", _URL_HELP) from None
    host = str(known.pop("host", "") or "")
    if parts.scheme not in {"postgres", "postgresql"} or not host or not known.get("user") or not known.get("dbname"):
        raise UserError(f"{variable} does not name a user, a host and a database.", _URL_HELP)
    if "@" in host:  # libpq takes the first @ for the end of the password, and would show the rest of it as the host
        raise UserError(f"The password in {variable} has a character that a URL cannot hold as it is.", _URL_HELP)
    user, password, database = (str(known.pop(name, "") or "") for name in ("user", "password", "dbname"))
    port = str(known.pop("port", "") or "5432")
    if "," in host or "," in port:
        raise UserError(f"{variable} names several servers.", "Name the one that takes writes.")
    if not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise UserError(f"The port in {variable} is none.", _URL_HELP)
    # sslpassword is one as well
    keep_secret(password, quote(password, safe=""), *(str(value) for name, value in known.items() if "password" in name))
    return Target(
        host=host, port=int(port), user=user, password=password, database=database,
        options=tuple((name, str(value)) for name, value in known.items()), variable=variable,
    )  # fmt: skip


def _password_of(url: str) -> str | None:
    """Return what stands between the first colon of the user part and the last @, whether or not the URL is sound."""
    before, found, _ = url.partition("://")[2].rpartition("@")
    _, colon, password = before.partition(":")
    return unquote(password) if found and colon else None


def _no_connection(target: Target, fault: psycopg.OperationalError) -> UserError:
    said = " ".join(redact(str(fault)).split())
    if "password" in said or "authentication failed" in said:
        return UserError(
            f"The server refused {target.describe()}: wrong user or password.",
            f"Correct {target.variable}, or leave the password out of it and keep it in ~/.pgpass.",
        )
    if any(state in said for state in (*_NOT_YET[:3], "shutting down")):
        return UserError(f"The server at {target.describe()} is starting, stopping, or recovering from a crash.", "Try again in a moment.")
    if "does not exist" in said:
        return UserError(f"There is no such database or role: {target.describe()}.", f"Correct {target.variable}.")
    if "No such file" in said or "resolve" in said or "Name or service not known" in said or "translate host" in said:
        return UserError(f"The host of {target.describe()} cannot be found.", f"Correct {target.variable}.")
    if "refused" in said or "timeout" in said or "unreachable" in said:
        return UserError(f"No server answers at {target.describe()}.", f"Start it, or correct {target.variable}.")
    return UserError(f"No connection to {target.describe()}: {said}", f"Correct {target.variable}, or see the server's log.")


def check_server(connection: Connection, target: Target) -> None:
    """Refuse a server that is too old or too new, and a pooler that would lose the session between two statements."""
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise UserError(
            f"The server at {target.describe()} is PostgreSQL {_major(version)}; this needs 15 to {NEWEST_MAJOR}.",
            "Upgrade it first.",
        )
    if version // 10000 > NEWEST_MAJOR:
        raise UserError(
            f"The server at {target.describe()} is PostgreSQL {_major(version)}; this has been proven on 15 to {NEWEST_MAJOR}.",
            "Use a release of this project that names your version.",
        )
    if _pools_transactions(connection, target):
        raise UserError(
            f"{target.describe()} is a pooler in transaction mode: locks and settings of a run would be lost between statements.",
            "Use the direct connection, or the pooler's session mode (port 5432 at Supabase).",
        )


def _major(version: int) -> str:
    return str(version // 10000) if version >= 100000 else f"{version // 10000}.{version // 100 % 100}"


def _pools_transactions(connection: Connection, target: Target) -> bool:
    """Tell a transaction-mode pooler by what it does: a second client is served by the idle first one's backend.

    A direct server tells the client the id of its own backend; a pooler makes one up, and only then is the second
    connection needed. A pooler in session mode never lends the first one's backend out.
    """

    def backend(of: Connection) -> int:
        row = of.execute("select pg_catalog.pg_backend_pid()").fetchone()
        return int(row[0]) if row else 0

    mine = backend(connection)
    if mine == connection.info.backend_pid:
        return False
    for _ in range(5):
        with target.connect() as other, other.transaction():
            if backend(other) == mine or backend(connection) != mine:
                return True
    return False
