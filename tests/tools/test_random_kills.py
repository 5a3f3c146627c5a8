"""The real files, the run killed again and again at random moments, the server too: the end is what an undisturbed run makes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from scripts import shim
from scripts.server import Server
from scripts.target import Target
from tests.migrations.dumps import dump
from tests.support.kills import durable_server, kill_at_random, start
from tests.support.rows import one

pytestmark = pytest.mark.heavy

_SEED = 20


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with durable_server() as server:
        yield server


def _state(server: Server, target: Target) -> tuple[str, dict[str, int]]:
    """The schema, and the rows of each table; yoyo's log is left out, because it has a line for each attempt."""
    with target.connect() as connection:
        names = connection.execute(
            "select format('%I.%I', relnamespace::regnamespace, relname) from pg_class where relkind = 'r' and"
            " relnamespace::regnamespace::text in ('public', 'private', 'secrets', 'runner') and relname <> '_yoyo_log'"
        ).fetchall()
        rows = {name: one(connection, f"select count(*) from {name}") for (name,) in names}
    return dump(server, target.database, "--schema-only"), rows


def test_killed_at_random_moments_the_result_is_that_of_an_undisturbed_run(server: Server) -> None:
    undisturbed = shim.create_database(server, "undisturbed")
    started = time.monotonic()
    out, err = start("migrate", undisturbed).communicate(timeout=120)
    whole = time.monotonic() - started
    assert "files applied" in out, err
    wanted = _state(server, undisturbed)
    chance = random.Random(_SEED)  # noqa: S311  a seed, so that a failure can be repeated
    for turn in range(20):
        target = shim.create_database(server, f"kills_{turn}")
        for _ in range(chance.randint(1, 4)):
            kill_at_random(start("migrate", target), server, chance, whole)
            target = server.target(target.database)
        last = start("migrate", target)
        out, err = last.communicate(timeout=120)
        assert last.returncode == 0, (turn, out, err)
        assert _state(server, target) == wanted, turn
        shim.drop_database(server, target.database)
