"""What one test does, the next does not see: neither of a transaction, nor of a clone, nor of another worker."""

from __future__ import annotations

import pytest

from scripts.target import Connection, Target
from tests.support.people import make_user
from tests.support.rows import one


@pytest.mark.parametrize("turn", [1, 2])
def test_a_row_of_a_transaction_is_gone_in_the_next_test(db: Connection, turn: int) -> None:
    assert one(db, "select count(*) from public.users") == 0, turn
    make_user(db)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_row_of_a_clone_is_gone_in_the_next_test(clone: Connection, clone_target: Target, turn: int) -> None:
    assert one(clone, "select count(*) from public.users") == 0, turn
    make_user(clone)
    clone.commit()
    with clone_target.connect() as other:
        assert one(other, "select count(*) from public.users") == 1


def test_a_clone_and_the_shared_database_are_two(db: Connection, clone: Connection) -> None:
    make_user(clone)
    clone.commit()
    assert one(db, "select count(*) from public.users") == 0


def test_a_setting_that_a_test_leaves_ends_with_its_transaction(db: Connection) -> None:
    db.execute("set search_path = planted")
    db.execute("set role anon")


def test_the_next_test_begins_as_the_owner_with_the_usual_path(db: Connection) -> None:
    assert one(db, "select current_user::text") == "postgres"
    assert "planted" not in one(db, "show search_path")
