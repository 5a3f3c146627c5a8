"""In whatever order the legacy databases come, the hybrid ends with the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from scripts import shim
from scripts.server import SUPERUSER
from scripts.target import Connection
from tests.conftest import test_server
from tests.consolidation.legacy import Legacy, generate, install, load_accounts
from tests.consolidation.small import begun, check_accounted, put_aside_for_few, result, run_all, take

_SEED = 8


@contextmanager
def _beside(template: str, legacy: Legacy) -> Iterator[Connection]:
    """Make a hybrid with both legacy schemas beside it."""
    server = test_server()
    name = f"{template}_order_{uuid4().hex[:8]}"
    with server.target(role=SUPERUSER).connect() as admin:
        shim.clone_database(admin, template, name)
    with server.target(name).connect(autocommit=False) as connection, server.target(name, SUPERUSER).connect() as superuser:
        for letter in "AB":
            install(connection, legacy.of(letter), f"old_{letter.lower()}")
        begun(connection)
        connection.commit()
        load_accounts(superuser, legacy.accounts)
        yield connection
    shim.drop_database(server, name)


def _all(connection: Connection) -> dict[str, list[str]]:
    check_accounted(connection)
    return result(connection)


@pytest.fixture(scope="module")
def legacy() -> Legacy:
    return generate(_SEED)


def test_a_then_b_and_b_then_a_and_both_at_once_end_in_the_same_rows(database: Any, legacy: Legacy) -> None:
    template = database.template_dbname
    ends = {}
    with _beside(template, legacy) as connection:
        for which in "ab":
            take(connection, which, f"old_{which}")
        put_aside_for_few(connection)
        run_all(connection)
        ends["both at once"] = _all(connection)
    with _beside(template, legacy) as connection:
        for which in "ab":
            take(connection, which, f"old_{which}")
            run_all(connection)
        ends["A then B"] = _all(connection)
    with _beside(template, legacy) as connection:
        take(connection, "b", "old_b")
        run_all(connection)
        take(connection, "a", "old_a")
        connection.commit()
        # A is the base: what B became depends on it
        with pytest.raises(psycopg.Error) as caught:
            run_all(connection)
        assert caught.value.sqlstate == "HS113"
        connection.rollback()
        connection.execute("select * from consolidation.undo('b')")
        connection.commit()
        run_all(connection)
        ends["B, taken back, then both"] = _all(connection)
    for way, end in ends.items():
        for table, rows in end.items():
            assert rows == ends["both at once"][table], (way, table)
