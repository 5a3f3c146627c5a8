"""What the commands take from the environment: the database to work on, limits, switches."""

from __future__ import annotations

import os
import re

from scripts import shim
from scripts.books import Books
from scripts.console import note
from scripts.errors import UserError
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.server import Server
from scripts.settings import ROOT, flag, pg_major, state_home
from scripts.target import Target, from_url


def embedded() -> Server:
    """Return the embedded server that PG_MAJOR picks."""
    return Server(state_home(), pg_major())


def target() -> Target:
    """Return the database to work on: DATABASE_URL, or the embedded one, started and prepared."""
    if url := os.environ.get("DATABASE_URL"):
        return from_url(url)
    server = embedded()
    if server.start():
        note(f"Started PostgreSQL {server.major} on 127.0.0.1:{server.port}.")
    shim.prepare_embedded(server)
    return server.target()


def source() -> Target:
    """Return the database that SOURCE names, else the one that is worked on."""
    given = from_elsewhere()
    return from_url(given, "SOURCE") if given else target()


def number(name: str) -> int | None:
    """Return the whole number in an environment variable, or None where it is not set at all."""
    value = os.environ.get(name)
    if value is None:
        return None
    if not re.fullmatch("[0-9]{1,6}", value):  # empty too: `make rollback TO=$UNSET` must not mean something else
        raise UserError(f"{name}={value[:20]} is not a number.", f"Give a whole number, for example {name}=10, or leave {name} out.")
    return int(value)


def jobs() -> int:
    """Return how many sessions may dump or restore at once."""
    return number("JOBS") or 2


def runner(on: Target) -> Runner:
    """Return a runner on a target, with the limits that the environment sets."""
    usual = Limits()
    limits = Limits(
        lock_timeout=os.environ.get("LOCK_TIMEOUT") or usual.lock_timeout,
        statement_timeout=os.environ.get("STATEMENT_TIMEOUT") or usual.statement_timeout,
        lock_attempts=number("LOCK_ATTEMPTS") or usual.lock_attempts,
    )
    wait = number("LOCK_WAIT")
    return Runner(Books(on), read_migrations(ROOT), limits, lock_wait=60 if wait is None else wait, out_of_order=flag("OUT_OF_ORDER"))


def which() -> str | None:
    """Return a or b where WHICH names one of the legacy schemas."""
    value = os.environ.get("WHICH", "")
    if value.lower() not in {"", "a", "b"}:
        raise UserError(f"WHICH={value[:20]} is neither A nor B.", "Say WHICH=A or WHICH=B, or leave it out for what is there.")
    return value.lower() or None


def from_elsewhere() -> str | None:
    """Return what SOURCE says, or None where it is left out; an empty one must not mean the database that is worked on."""
    given = os.environ.get("SOURCE")
    if given == "":
        raise UserError("SOURCE is empty.", "Name a database or a dump, or leave SOURCE out for the database that is worked on.")
    return given


def legacy_schema() -> str:
    """Return the schema that the legacy tables are in."""
    return os.environ.get("SCHEMA") or "public"
