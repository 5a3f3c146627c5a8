"""Whatever the legacy databases hold, and however they have drifted: every row is accounted for, and a second run changes nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from scripts import shim
from scripts.server import OWNER, SUPERUSER
from scripts.target import Connection
from tests.conftest import test_server
from tests.consolidation.legacy import Legacy, install, legacy_databases, load_accounts
from tests.consolidation.small import check_accounted, result


@pytest.fixture(scope="module")
def superuser(database: Any) -> Iterator[Connection]:
    """A superuser on a clone of its own: only one puts accounts into auth.users past the hybrid's triggers."""
    server = test_server()
    name = f"{database.dbname}_random"
    with server.target(role=SUPERUSER).connect() as admin:
        shim.clone_database(admin, database.template_dbname, name)
    with server.target(name, SUPERUSER).connect() as connection:
        yield connection
    shim.drop_database(server, name)


def _import(connection: Connection) -> None:
    """Import all that is captured, in the transaction at hand."""
    done = connection.execute("select is_done from consolidation.import_all(600, null, 20)").fetchone()
    assert done == (True,)


def _differing(connection: Connection) -> list[tuple[Any, ...]]:
    found = connection.execute("select legacy_table, source, migrated + merged + split + rejected, differing from consolidation.validate()")
    return [line for line in found if line[1] != line[2] or line[3] != 0]


def _check(superuser: Connection, legacy: Legacy) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute(f"set local role {OWNER}")
        for database in legacy.databases:
            install(superuser, database, "legacy")
            # each by itself: what is captured leaves the schema
            superuser.execute("select * from consolidation.capture('legacy')")
            superuser.execute("drop schema legacy cascade")
        superuser.execute("reset role")
        load_accounts(superuser, legacy.accounts)
        superuser.execute(f"set local role {OWNER}")
        superuser.execute("select set_config('consolidation.bulk_from', %s, true)", ("0" if legacy.seed % 2 else "10000",))
        _import(superuser)
        check_accounted(superuser)
        assert _differing(superuser) == []
        before = result(superuser)
        _import(superuser)
        assert result(superuser) == before


def _check_random(superuser: Connection, examples: int, number: int | None = None) -> None:
    def drawn(legacy: Legacy) -> None:
        _check(superuser, legacy)

    # each takes seconds, so a failing one is not made smaller; it is told as the call that makes it
    strategy = given(legacy=legacy_databases())(drawn)
    settings(
        max_examples=examples, derandomize=number is None, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(strategy if number is None else seed(number)(strategy))()  # fmt: skip


def test_every_row_of_a_random_legacy_database_is_accounted_for(superuser: Connection) -> None:
    _check_random(superuser, 6)


@pytest.mark.heavy
def test_every_row_of_many_random_legacy_databases_is_accounted_for(superuser: Connection) -> None:
    number = int(os.environ.get("IMPORT_SEED") or random.SystemRandom().randrange(2**32))
    try:
        _check_random(superuser, 60, number)
    except BaseException as fault:
        fault.add_note(f"the same again: IMPORT_SEED={number} make test-heavy T=tests/consolidation/test_random_databases.py")
        raise
