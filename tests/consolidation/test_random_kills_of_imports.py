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
from tests.consolidation.small import begun, check_accounted, result, take
from tests.migrations.dumps import dump
from tests.support.kills import durable_server, kill_at_random, start
from tests.support.rows import one

pytestmark = pytest.mark.heavy

_SEED = 31
_KILLS = 50
_KILLS_OF_AN_UNDO = 8


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
        begun(connection)
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
    with undisturbed.connect() as connection:
        assert one(connection, "select is_bulk from consolidation.runs where run_number = 2"), "nothing was put aside"
    wanted = _state(server, undisturbed)
    chance = random.Random(_SEED)  # noqa: S311  a seed, so that a failure can be repeated
    kills = 0
    while kills < _KILLS:
        target = _clone(server, server.target(captured.database), f"kills_{kills}")
        left = whole
        for _ in range(min(chance.randint(2, 8), _KILLS - kills)):
            after = kill_at_random(start("consolidate", target, NO_BACKUP="1"), server, chance, left)
            if after is None:
                break
            kills += 1
            left = max(left - after, 0.5)  # what is done stays done, so there is less to kill
            target = server.target(target.database)
        run = start("consolidate", target, NO_BACKUP="1")
        out, err = run.communicate(timeout=300)
        assert run.returncode == 0, (kills, out, err)
        assert _state(server, target) == wanted, kills
        shim.drop_database(server, target.database)


def _rows_when_alone(target: Target) -> dict[str, list[str]]:
    """Return the rows once nobody else is connected: the session of a killed run ends when it next speaks to it."""
    with target.connect() as connection:
        deadline = time.monotonic() + 60
        while connection.execute(
            "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"
        ).fetchone():
            assert time.monotonic() < deadline, "the session of a killed run never ended"
            time.sleep(0.05)
        return result(connection)


def test_an_undo_killed_at_random_moments_has_happened_or_it_has_not(server: Server, captured: Target) -> None:
    captured = server.target(captured.database)  # a killed server may be on another port since
    target = _clone(server, captured, "undone")
    taken_back = _rows_when_alone(target)
    out, err = start("consolidate", target, NO_BACKUP="1").communicate(timeout=300)
    imported = _rows_when_alone(target)
    assert imported != taken_back, (out, err)
    whole = _clone(server, target, "whole")
    started = time.monotonic()
    out, err = start("undo-consolidate", whole, NO_BACKUP="1").communicate(timeout=300)
    seconds = time.monotonic() - started
    assert _rows_when_alone(whole) == taken_back, (out, err)
    chance = random.Random(_SEED)  # noqa: S311  a seed, so that a failure can be repeated
    ends: list[bool] = []
    while len(ends) < _KILLS_OF_AN_UNDO:
        undone = _clone(server, server.target(target.database), f"undone_{len(ends)}")
        kill_at_random(start("undo-consolidate", undone, NO_BACKUP="1"), server, chance, seconds)
        undone = server.target(undone.database)
        rows = _rows_when_alone(undone)
        assert rows in (imported, taken_back), len(ends)
        ends.append(rows == imported)
        if rows == imported:
            out, err = start("undo-consolidate", undone, NO_BACKUP="1").communicate(timeout=300)
            assert _rows_when_alone(undone) == taken_back, (out, err)
        shim.drop_database(server, undone.database)
    assert any(ends), "no undo was cut off"
