"""Each rollback is the exact inverse of its file, on the major version of the run; continuous integration runs every one of the wheel."""

from __future__ import annotations

import difflib

from scripts import shim
from scripts.books import Books
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.settings import ROOT
from tests.conftest import test_server
from tests.migrations.dumps import dump


def _difference(before: str, after: str) -> str:
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=1))


def test_each_file_up_and_down_leaves_no_difference_and_all_down_is_what_the_shim_left() -> None:
    server = test_server()
    server.start()
    shim.prepare_embedded(server)
    target = shim.create_database(server, "inverse")
    books = Books(target)
    try:
        migrations = read_migrations(ROOT)
        runner = Runner(books, migrations)
        states = [dump(server, target.database)]
        for migration in migrations:
            runner.migrate(to=migration.number)
            states.append(dump(server, target.database))
        faults = []
        for place in range(len(migrations), 0, -1):
            name = migrations[place - 1].id
            assert [one.id for one in runner.rollback(steps=1)] == [name]
            if difference := _difference(states[place - 1], dump(server, target.database)):
                faults.append(f"rollback/{name}.sql is not the inverse:\n{difference}")
        assert not faults, "\n\n".join(faults)
        runner.migrate()
        assert _difference(states[-1], dump(server, target.database)) == "", "the second way up differs from the first"
    finally:
        books.close()
        shim.drop_database(server, target.database)


def test_an_inexact_rollback_would_be_seen() -> None:
    assert "+comment" in _difference("create table x ();", "create table x ();\ncomment on table x is 'left';")
