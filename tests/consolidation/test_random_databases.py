"""Whatever the legacy databases hold, and however they have drifted: every row is accounted for, and a second run changes nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from scripts import shim
from scripts.server import SUPERUSER
from scripts.target import Connection
from tests.conftest import test_server
from tests.consolidation.legacy import Legacy, install, legacy_databases, load_accounts
from tests.consolidation.small import check_accounted, put_aside_for_few, result


@pytest.fixture
def template(database: Any) -> str:
    """The template of clones."""
    return str(database.template_dbname)


@contextmanager
def _clone(template: str) -> Iterator[tuple[Connection, Connection]]:
    """Make a clone for one legacy database; connect as the owner, and as a superuser, who alone puts accounts past the triggers."""
    server = test_server()
    name = f"{template}_random_{uuid4().hex[:12]}"
    with server.target(role=SUPERUSER).connect() as admin:
        shim.clone_database(admin, template, name)
    with server.target(name).connect() as connection, server.target(name, SUPERUSER).connect() as superuser:
        yield connection, superuser
    shim.drop_database(server, name)


def _import(connection: Connection) -> None:
    """Import all that is captured, in one transaction."""
    done = connection.execute("select is_done from consolidation.import_all(600, null, 20)").fetchone()
    assert done == (True,)


def _differing(connection: Connection) -> list[tuple[Any, ...]]:
    found = connection.execute("select legacy_table, source, migrated + merged + split + rejected, differing from consolidation.validate()")
    return [line for line in found if line[1] != line[2] or line[3] != 0]


def _check(template: str, legacy: Legacy) -> None:
    with _clone(template) as (connection, superuser):
        for database in legacy.databases:
            install(connection, database, "legacy")
            # each by itself: what is captured leaves the schema
            connection.execute("select * from consolidation.capture('legacy')")
            connection.execute("drop schema legacy cascade")
        load_accounts(superuser, legacy.accounts)
        if legacy.seed % 2:
            put_aside_for_few(connection)
        _import(connection)
        check_accounted(connection)
        assert _differing(connection) == []
        before = result(connection)
        _import(connection)
        assert result(connection) == before


def _check_random(template: str, examples: int, number: int | None = None) -> None:
    def drawn(legacy: Legacy) -> None:
        _check(template, legacy)

    # each takes seconds, so a failing one is not made smaller; it is told as the call that makes it
    strategy = given(legacy=legacy_databases())(drawn)
    settings(
        max_examples=examples, derandomize=number is None, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(strategy if number is None else seed(number)(strategy))()  # fmt: skip


def test_every_row_of_a_random_legacy_database_is_accounted_for(template: str) -> None:
    _check_random(template, 6)


@pytest.mark.heavy
def test_every_row_of_many_random_legacy_databases_is_accounted_for(template: str) -> None:
    number = int(os.environ.get("IMPORT_SEED") or random.SystemRandom().randrange(2**32))
    try:
        _check_random(template, 60, number)
    except BaseException as fault:
        fault.add_note(f"the same again: IMPORT_SEED={number} make test-heavy T=tests/consolidation/test_random_databases.py")
        raise
