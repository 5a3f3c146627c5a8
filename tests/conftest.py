"""One throw-away server a session, one template a worker, a clone for each test that commits, a transaction for the rest."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pytest_postgresql import factories

from scripts import shim
from scripts.books import Books
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.scratch import clear_away_killed
from scripts.server import SUPERUSER, THROWAWAY, Server
from scripts.settings import ROOT, pg_major, throwaway_folder, throwaway_home
from scripts.target import Connection, Target
from tests.support.calls import never_called, record

#: Set for the workers by the process that started the server, and by tests/mutants.py for runs that share its own.
HOME = "HYBRID_TEST_HOME"

#: SQL that is applied to the template after all files: one change, which the tests should notice (tests/mutants.py).
MUTATION = "HYBRID_TEST_MUTATION"

#: Which functions are called is counted, so that none is forgotten (tests/support/calls.py).
SETTINGS = THROWAWAY + "track_functions = 'all'\n"


def test_server(major: int | None = None) -> Server:
    """Return this session's server of a major version; the fixtures start it."""
    return Server(Path(os.environ[HOME]), major or pg_major(), SETTINGS)


test_server.__test__ = False  # type: ignore[attr-defined]


def _has_a_server_of_its_own(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput") and MUTATION not in os.environ


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, in the process that hands out the work."""
    if _has_a_server_of_its_own(config):
        clear_away_killed(throwaway_home())
        mine = throwaway_folder(f"{os.getpid()}-")
        os.environ[HOME] = str(mine)
        server = test_server()
        server.start()
        shim.prepare_embedded(server)
    known = test_server().target()
    for name in ("host", "port", "user", "password"):
        setattr(config.option, f"postgresql_{name}", getattr(known, name))
    config.option.postgresql_dbname = f"test_{os.getpid()}_" if MUTATION in os.environ else "test"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After a run of the whole suite: fail where a function was never called."""
    config = session.config
    whole = config.args == config.getini("testpaths") and not config.option.keyword and config.option.markexpr != "heavy"
    if hasattr(config, "workerinput") or not whole or session.exitstatus != pytest.ExitCode.OK:
        return
    if missing := never_called(Path(os.environ[HOME])):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.write_line(f"\nNo test has called {', '.join(missing)}.", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and delete what pytest_configure started."""
    if _has_a_server_of_its_own(config) and (home := os.environ.get(HOME)):
        for major in (16, 18):
            Server(Path(home), major).remove()
        shutil.rmtree(home, ignore_errors=True)


def pytest_report_header() -> str:
    """Say which server the results are about."""
    with test_server().target().connect() as connection:
        row = connection.execute("select version()").fetchone()
    return f"server: {row[0] if row else 'unknown'}"


def build(target: Target) -> None:
    """Apply all files to a prepared database."""
    books = Books(target)
    try:
        Runner(books, read_migrations(ROOT), Limits(lock_timeout="10s")).migrate()
    finally:
        books.close()


def _load_template(host: str, port: int, user: str, dbname: str, password: str | None, **_: Any) -> None:
    target = Target(host=host, port=int(port), user=user, password=password or "", database=dbname)
    with test_server().target(dbname, SUPERUSER).connect() as connection:
        shim.apply_database(connection)
    build(target)
    if mutation := os.environ.get(MUTATION):
        with target.connect() as connection:
            connection.execute(mutation.encode())


#: The template database of this worker, on the session's server.
database = factories.postgresql_noproc(load=[_load_template])


@pytest.fixture(scope="session")
def _admin(database: Any) -> Iterator[Connection]:
    """A connection that makes and drops clones, and ends whatever session is left in one."""
    del database
    with test_server().target(role=SUPERUSER).connect() as connection:
        yield connection


@pytest.fixture
def clone_target(database: Any, _admin: Connection) -> Iterator[Target]:
    """A clone of the template, for tests that commit; dropped afterwards, with whatever is still connected to it."""
    target = test_server().target(f"{database.dbname}_clone")
    shim.clone_database(_admin, database.template_dbname, target.database)
    yield target
    with target.connect() as connection:
        record(connection, Path(os.environ[HOME]))
    # a session that was closed this moment is still there, and PostgreSQL would look again only after a tenth of a second
    deadline = time.monotonic() + 0.1
    while _admin.execute("select from pg_stat_activity where datname = %s", (target.database,)).fetchone() and time.monotonic() < deadline:
        time.sleep(0.001)
    _admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(target.database)))


@pytest.fixture
def clone(clone_target: Target) -> Iterator[Connection]:
    """A connection to the clone, that commits where the test says so."""
    with clone_target.connect(autocommit=False) as connection:
        yield connection


@pytest.fixture(scope="session")
def _shared_clone(database: Any) -> Iterator[Target]:
    """One clone a worker for all tests that roll back."""
    main = test_server().target()
    name = f"{database.dbname}_shared"
    with main.connect() as connection:
        connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(database.template_dbname)))
    yield main.with_database(name)
    shim.drop_database(test_server(), name)


@pytest.fixture(scope="session")
def shared_connection(_shared_clone: Target) -> Iterator[Connection]:
    with _shared_clone.connect() as connection:
        yield connection
        record(connection, Path(os.environ[HOME]))


@pytest.fixture
def db(shared_connection: Connection) -> Iterator[Connection]:
    """A connection as the owner of the schema, in a transaction that is rolled back after the test."""
    with shared_connection.transaction(force_rollback=True):
        yield shared_connection
    assert shared_connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
