"""0020 on platforms of every age: nothing is given away by default afterwards, and the rollback puts back what was there."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from scripts import shim
from scripts.books import Books
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.settings import ROOT
from scripts.target import Connection, Target
from tests.conftest import test_server

_BEFORE = {
    "as the shim leaves it": "select 1",
    "rights for all schemas": "alter default privileges grant select, insert on tables to anon, authenticated;"
    " alter default privileges grant execute on functions to anon; alter default privileges grant usage on sequences to anon",
    "as on old projects": "alter default privileges in schema public grant all on tables to anon, authenticated, service_role;"
    " alter default privileges in schema public grant all on functions to anon, authenticated, service_role",
    "closed already": "alter default privileges revoke execute on functions from public",
    "open to everybody": "alter default privileges grant select on tables to public;"
    " alter default privileges in schema public grant usage on sequences to public",
}


@pytest.fixture
def empty() -> Iterator[Target]:
    target = shim.create_database(test_server(), f"defaults_{uuid4().hex[:12]}")
    yield target
    shim.drop_database(test_server(), target.database)


def _defaults(connection: Connection) -> set[tuple[str, ...]]:
    rows = connection.execute(
        "select defaclnamespace::text, defaclobjtype::text, acl.grantee::text, acl.privilege_type"
        " from pg_default_acl, aclexplode(defaclacl) as acl where defaclrole = current_user::regrole"
    )
    return set(rows.fetchall())


@pytest.mark.parametrize("before", _BEFORE)
def test_nothing_is_given_away_afterwards_and_the_rollback_puts_back_what_was_there(empty: Target, before: str) -> None:
    books = Books(empty)
    try:
        books.connection.execute(_BEFORE[before].encode())
        found = _defaults(books.connection)
        runner = Runner(books, read_migrations(ROOT))
        runner.migrate(to=20)
        books.connection.execute(
            "create table public.probe (a serial); create function public.probe() returns integer language sql return 1;"
            "create table private.probe (a integer)"
        )
        given = books.connection.execute(
            "select relname, acl.privilege_type from pg_class, aclexplode(relacl) as acl"
            " where relname like 'probe%' and grantee <> relowner"
            " union all select proname, acl.privilege_type from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl"
            " where proname = 'probe' and grantee <> proowner"
        ).fetchall()
        assert given == []
        books.connection.execute("drop table public.probe, private.probe; drop function public.probe()")
        runner.rollback(to=0)
        assert _defaults(books.connection) == found
    finally:
        books.close()
