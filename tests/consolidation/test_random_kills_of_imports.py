"""Imports that are killed at random moments, the server too: the end is what an undisturbed import makes, row by row."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from scripts import shim
from scripts.scratch import build
from scripts.server import SUPERUSER, Server
from scripts.target import Target
from tests.consolidation.legacy import SMALL, generate, install, load_accounts
from tests.consolidation.small import check_accounted, result, take
from tests.migrations.dumps import dump
from tests.support.kills import durable_server, kill_at_random, start

pytestmark = pytest.mark.heavy

_SEED = 31
_KILLS = 50

#: The time that stands for an unknown one is that of the first run, which must be the same for all.
_BEGUN = (
    "insert into consolidation.runs (run_number, started_at, finished_at) values (1, '2026-01-01 00:00:00+00', '2026-01-01 00:00:01+00')"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with durable_server() as server:
        yield server


@pytest.fixture(scope="module")
def captured(server: Server) -> Target:
    """A hybrid with nobody in it, and both legacy schemas captured beside it, hazards and all."""
    target = shim.create_database(server, "captured")
    build(target)
    legacy = generate(_SEED, SMALL)
    with target.connect() as connection, server.target(target.database, SUPERUSER).connect() as superuser:
        for letter in "AB":
            install(connection, legacy.of(letter), f"old_{letter.lower()}")
        load_accounts(superuser, legacy.accounts)
        connection.execute(_BEGUN)
        for which in "ab":
            take(connection, which, f"old_{which}")
        connection.commit()
    return target


def _clone(server: Server, template: Target, name: str) -> Target:
    with server.target(role=SUPERUSER).connect() as admin:
        shim.clone_database(admin, template.database, name)
    return server.target(name)


def _state(server: Server, target: Target) -> tuple[str, dict[str, list[str]]]:
    with target.connect() as connection:
        check_accounted(connection)
        rows = result(connection)
    return dump(server, target.database, "--schema-only", "--schema=public", "--schema=secrets"), rows


def test_an_import_killed_at_random_moments_ends_as_one_that_nobody_disturbed(server: Server, captured: Target) -> None:
    undisturbed = _clone(server, captured, "undisturbed")
    started = time.monotonic()
    run = start("consolidate", undisturbed, NO_BACKUP="1")
    out, err = run.communicate(timeout=300)
    whole = time.monotonic() - started
    assert run.returncode == 0, (out, err)
    wanted = _state(server, undisturbed)
    chance = random.Random(_SEED)  # noqa: S311  a seed, so that a failure can be repeated
    kills = 0
    while kills < _KILLS:
        target = _clone(server, server.target(captured.database), f"kills_{kills}")
        for _ in range(min(chance.randint(2, 8), _KILLS - kills)):
            if not kill_at_random(start("consolidate", target, NO_BACKUP="1"), server, chance, whole):
                break
            kills += 1
            target = server.target(target.database)
        run = start("consolidate", target, NO_BACKUP="1")
        out, err = run.communicate(timeout=300)
        assert run.returncode == 0, (kills, out, err)
        assert _state(server, target) == wanted, kills
        shim.drop_database(server, target.database)
