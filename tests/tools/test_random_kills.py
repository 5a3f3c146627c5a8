"""The real files, the run killed again and again at random moments, the server too: the end is what an undisturbed run makes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from scripts import shim
from scripts.binaries import client_environment
from scripts.server import Server
from scripts.settings import ROOT, throwaway_folder
from scripts.target import Target
from tests.migrations.dumps import dump
from tests.support.rows import one

pytestmark = pytest.mark.heavy

_SEED = 20


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with real durability, because it is killed as well."""
    home = throwaway_folder(f"{os.getpid()}-kills-")
    server = Server(home, 18)
    try:
        server.start()
        shim.prepare_embedded(server)
        yield server
    finally:
        server.remove()
        shutil.rmtree(home)


def _migrate(target: Target) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scripts", "migrate"],
        cwd=ROOT,
        env=client_environment(DATABASE_URL=target.url(with_password=True)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
    out, err = _migrate(undisturbed).communicate(timeout=120)
    whole = time.monotonic() - started
    assert "files applied" in out, err
    wanted = _state(server, undisturbed)
    chance = random.Random(_SEED)  # noqa: S311  a seed, so that a failure can be repeated
    for turn in range(20):
        target = shim.create_database(server, f"kills_{turn}")
        for _ in range(chance.randint(1, 4)):
            run = _migrate(target)
            time.sleep(chance.uniform(0.1, whole))
            if chance.random() < 0.25:
                postmaster = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
                os.kill(postmaster.pid, signal.SIGKILL)
                psutil.wait_procs([postmaster], timeout=10)
                run.communicate(timeout=120)
                server.start()
                target = server.target(target.database)  # on another port, where the old one is not free yet
            else:
                run.kill()
                run.communicate(timeout=120)
        last = _migrate(target)
        out, err = last.communicate(timeout=120)
        assert last.returncode == 0, (turn, out, err)
        assert _state(server, target) == wanted, turn
        shim.drop_database(server, target.database)
