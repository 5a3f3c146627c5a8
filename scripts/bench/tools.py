"""What the tools cost: the runner against psql, clones and transactions of the tests, lint."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from psycopg import sql

from scripts import shim
from scripts.bench.figures import Figure, show
from scripts.binaries import wheel_programs
from scripts.console import say
from scripts.files import read_migrations
from scripts.scratch import build, throwaway_server
from scripts.server import Server
from scripts.settings import ROOT
from scripts.target import Target

_ROUNDS = 9


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _psql(server: Server, target: Target) -> None:
    """One psql session that applies the files as the runner does: each in a transaction, with limits and an empty path."""
    script = "".join(
        "begin; set local search_path = ''; set local lock_timeout = '3s'; set local statement_timeout = '10min';\n"
        f"\\i {one.up.path}\ncommit;\n"
        for one in read_migrations(ROOT)
    )
    subprocess.run(
        [wheel_programs(server.major) / "psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"],
        env=target.environment(),
        input=script,
        text=True,
        check=True,
        capture_output=True,
    )


def runner_against_psql(server: Server) -> Figure:
    """Apply all files in turns by the runner and by psql, each time to an empty, prepared database."""
    ratios = []
    for round_number in range(_ROUNDS):
        took = {}
        order = ("runner", "psql") if round_number % 2 else ("psql", "runner")
        for name in order:
            target = shim.create_database(server, f"bench_{name}")
            work = partial(build, target) if name == "runner" else partial(_psql, server, target)
            took[name] = _seconds(work)
            shim.drop_database(server, target.database)
        ratios.append(took["runner"] / took["psql"])
    return Figure("all files by the runner, against one psql session", ratios, "times", 1.2)


def clones(server: Server) -> Figure:
    """Make a clone of the template, connect to it, and drop it, as each test that commits does."""
    template = shim.create_database(server, "bench_template")
    build(template)
    rounds = []
    with server.target().connect() as connection:
        for _ in range(3 * _ROUNDS):

            def once() -> None:
                shim.clone_database(connection, template.database, "bench_clone")
                template.with_database("bench_clone").connect().close()
                connection.execute("drop database bench_clone with (force)")

            rounds.append(1000 * _seconds(once))
    return Figure("a clone for a test: made, connected to, dropped", rounds, "ms", 25)


def transactions(server: Server) -> Figure:
    """Begin, insert a user, and roll back, as each test in a transaction does."""
    rounds = []
    insert = sql.SQL("insert into public.users (id, email) values (gen_random_uuid(), 'a@example.org')")
    with server.target("bench_template").connect() as connection:
        for _ in range(10 * _ROUNDS):

            def once() -> None:
                with connection.transaction(force_rollback=True):
                    connection.execute(insert)

            rounds.append(1000 * _seconds(once))
    return Figure("a test in a transaction: begun, one insert, rolled back", rounds, "ms", 2)


def lint() -> Figure:
    """Lint one domain's worth of changed files: three migrations with their rollbacks, and the Python that is always checked."""
    newest = [one.up.path for one in read_migrations(ROOT)[-3:]]
    files = [*newest, *(ROOT / "rollback" / path.name for path in newest)]
    programs = Path(sys.executable).parent

    def once() -> None:
        subprocess.run([programs / "sqlfluff", "lint", "--disable-progress-bar", *files], check=True, capture_output=True, cwd=ROOT)
        subprocess.run([programs / "squawk", "--config", ".squawk.toml", *newest], check=True, capture_output=True, cwd=ROOT)
        subprocess.run([programs / "ruff", "check", "--no-cache", "."], check=True, capture_output=True, cwd=ROOT)
        subprocess.run([programs / "mypy", "--no-incremental"], check=True, capture_output=True, cwd=ROOT)

    return Figure("lint of changed files, nothing cached", [_seconds(once) for _ in range(3)], "s", 20)


def measure() -> list[Figure]:
    """Take all figures, print them, and return them."""
    with throwaway_server() as server:
        figures = [runner_against_psql(server), clones(server), transactions(server), lint()]
        with server.target().connect() as connection:
            row = connection.execute("select version()").fetchone()
    say(f"{row[0] if row else ''}, {_ROUNDS} rounds or more, medians")
    show(figures)
    return figures
