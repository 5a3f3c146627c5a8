"""For whom the auth service is to make an account, and who is left out."""

from __future__ import annotations

import psycopg
import pytest

from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.small import add, create_legacy, run_all, take, uid


@pytest.fixture
def imported(clone: Connection) -> Connection:
    """Somebody of A, and six people of B."""
    create_legacy(clone, "a", "old_a")
    create_legacy(clone, "b", "old_b")
    add(clone, "old_a", "users", {"id": uid(1), "email": "ann@x.org"})
    add(
        clone, "old_b", "users",
        {"id": uid(2), "email": "Bob@x.org ", "full_name": "Bob"},
        {"id": uid(3), "email": "ann@x.org"},
        {"id": uid(4), "email": "cat@x.org", "is_active": False},
        {"id": uid(5), "email": "dan@x.org"},
        {"id": uid(6), "email": "eve@x.org"},
        {"id": uid(7), "email": " "},
    )  # fmt: skip
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    return clone


def states(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute("select user_id::text, state from consolidation.accounts()").fetchall()


def test_who_needs_an_account_is_listed_and_who_gets_none_and_why(imported: Connection) -> None:
    # dan was deleted, and eve's address is another account's
    imported.execute("delete from public.users where id = %s", (uid(5),))
    imported.execute("insert into auth.users (id, email) values (%s, 'Eve@x.org')", (uid(90),))
    assert sorted(states(imported), key=str) == sorted(
        [
            (uid(2), "to be made"),
            (uid(3), "left out: another person has the address, make resolve"),
            (uid(4), "left out: inactive"),
            (uid(5), "left out: deleted or erased"),
            (uid(6), "left out: another account has the address, make resolve"),
            (None, "left out: not imported, make resolve"),
        ],
        key=str,
    )
    row = imported.execute("select * from consolidation.accounts() where state = 'to be made'").fetchone()
    assert [str(value) for value in row or ()] == [uid(2), "bob@x.org", "Bob", "to be made"]


def test_an_account_is_there_by_its_id_and_its_address(imported: Connection) -> None:
    imported.execute("insert into auth.users (id, email) values (%s, 'bob@X.org'), (%s, 'dan@y.org')", (uid(2), uid(5)))
    found = dict(states(imported))
    assert found[uid(2)] == "is there"
    assert found[uid(5)] == "has another address at the auth service"


def test_a_claimed_person_needs_none(imported: Connection) -> None:
    imported.execute("insert into public.users (id, email) values (%s, 'bob@x.org')", (uid(90),))
    imported.execute(
        "insert into secrets.user_claims (old_user_id, new_user_id, email) values (%s, %s, 'bob@x.org')", (uid(2), uid(90))
    )  # fmt: skip
    assert dict(states(imported))[uid(2)] == "left out: claimed by somebody who has signed in"


def test_without_an_auth_service_it_says_so(imported: Connection, clone_target: Target) -> None:
    imported.commit()
    with test_server().target(clone_target.database, SUPERUSER).connect() as superuser:
        superuser.execute("alter table auth.users rename to users_elsewhere")
    with pytest.raises(psycopg.Error) as caught:
        states(imported)
    assert caught.value.sqlstate == "HS140"
