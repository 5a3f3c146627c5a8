"""The last owner, taken away by two at once: however they meet, the workspace names somebody who is a member with the role owner.

With real connections; where it is said who comes first, the second one is seen to wait before the first goes on. Two who remove each
other by hand, and hand-overs that meet a leave or each other, are in tests/functions/test_guards.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.actors import Actor, acting, key, person
from tests.support.people import make_member, make_user, make_workspace
from tests.support.races import wait_for_lock
from tests.support.rows import one

OWNED = """
select bool_and(member.role = 'owner') from public.workspaces as space
left join public.workspace_members as member on member.workspace_id = space.id and member.user_id = space.owner_id
where space.id = %s
"""

Step = tuple[Actor, str, tuple[UUID, ...]]


@dataclass(frozen=True)
class _People:
    """A workspace with its accountable owner, a second owner and an admin, all committed; and the service."""

    workspace: UUID
    first: UUID
    second: UUID
    admin: UUID
    service: Actor


def _make_people(clone: Connection) -> _People:
    clone.autocommit = True
    workspace = make_workspace(clone, first := make_user(clone))
    second, admin = (make_member(clone, workspace, role) for role in ("owner", "admin"))
    return _People(workspace, first, second, admin, key("service_role"))


def _answers(target: Target, steps: list[Step], *, ordered: bool) -> list[str]:
    """Do the steps at once, each in a transaction of its own, and return what became of each: "done", or the code of its error."""
    barrier, answers = threading.Barrier(1 if ordered else len(steps)), ["done"] * len(steps)
    go_on = threading.Event()

    def do(number: int) -> None:
        actor, statement, values = steps[number]
        try:
            with target.connect(application=f"step {number}") as connection, connection.transaction():
                barrier.wait(10)
                with acting(connection, actor):
                    if not connection.execute(statement.encode(), values).rowcount:
                        answers[number] = "nothing"
                if ordered and number == 0:
                    first_is_done.set()
                    go_on.wait(10)
        except psycopg.Error as fault:
            # from PostgreSQL 18 on a foreign key that says `restrict` has a code of its own
            answers[number] = str(fault.sqlstate).replace("23001", "23503")

    first_is_done = threading.Event()
    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(steps))]
    threads[0].start()
    if ordered:
        first_is_done.wait(10)
    for thread in threads[1:]:
        thread.start()
    if ordered:
        wait_for_lock(target, "step 1")
        go_on.set()
    for thread in threads:
        thread.join()
    return answers


LEAVE = "select public.leave_workspace(%s)"
REMOVE = "select public.remove_member(%s, %s)"
HAND_OVER = "select public.hand_over_workspace(%s, %s)"
LOWER = "select public.change_member_role(%s, %s, 'member')"
DELETE_MEMBERSHIP = "delete from public.workspace_members where workspace_id = %s and user_id = %s"
DELETE_PERSON = "delete from public.users where id = %s"

#: Pairs that begin in this order, the second waiting for the first; and what becomes of both.
PAIRS: dict[str, tuple[Callable[[_People], list[Step]], list[str]]] = {
    "handing over while the heir is removed by the service": (
        lambda they: [
            (person("first", they.first), HAND_OVER, (they.workspace, they.second)),
            (they.service, DELETE_MEMBERSHIP, (they.workspace, they.second)),
        ],
        ["done", "HS032"],
    ),
    "removing the heir while the owner hands over": (
        lambda they: [
            (they.service, DELETE_MEMBERSHIP, (they.workspace, they.second)),
            (person("first", they.first), HAND_OVER, (they.workspace, they.second)),
        ],
        ["done", "HS034"],
    ),
    "handing over while the row of the heir is deleted": (
        lambda they: [
            (person("first", they.first), HAND_OVER, (they.workspace, they.second)),
            (they.service, DELETE_PERSON, (they.second,)),
        ],
        ["done", "23503"],
    ),
    "deleting the row of the heir while the owner hands over": (
        lambda they: [
            (they.service, DELETE_PERSON, (they.second,)),
            (person("first", they.first), HAND_OVER, (they.workspace, they.second)),
        ],
        ["done", "HS034"],
    ),
    "handing over while the former owner, who hands over, removes the heir": (
        lambda they: [
            (person("first", they.first), HAND_OVER, (they.workspace, they.admin)),
            (person("first", they.first), REMOVE, (they.workspace, they.admin)),
        ],
        ["done", "HS037"],
    ),
    "removing an admin while the owner hands over to that one": (
        lambda they: [
            (person("first", they.first), REMOVE, (they.workspace, they.admin)),
            (person("first", they.first), HAND_OVER, (they.workspace, they.admin)),
        ],
        ["done", "HS034"],
    ),
    "lowering the heir while the owner hands over to that one": (
        lambda they: [
            (person("first", they.first), LOWER, (they.workspace, they.second)),
            (person("first", they.first), HAND_OVER, (they.workspace, they.second)),
        ],
        ["done", "done"],
    ),
    "handing over while the heir leaves": (
        lambda they: [
            (person("first", they.first), HAND_OVER, (they.workspace, they.admin)),
            (person("admin", they.admin), LEAVE, (they.workspace,)),
        ],
        ["done", "HS032"],
    ),
    "handing over to one and, at once, to the other": (
        lambda they: [
            (person("first", they.first), HAND_OVER, (they.workspace, they.second)),
            (person("first", they.first), HAND_OVER, (they.workspace, they.admin)),
        ],
        ["done", "HS033"],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_there_is_an_owner_after(clone: Connection, clone_target: Target, name: str) -> None:
    """Each of two looks, finds an owner beside the one that goes, and takes that one away."""
    they = _make_people(clone)
    steps, expected = PAIRS[name]
    assert _answers(clone_target, steps(they), ordered=True) == expected
    assert one(clone, OWNED, they.workspace)


@pytest.mark.parametrize(
    ("statement", "guarded"), [(DELETE_MEMBERSHIP, True), (DELETE_MEMBERSHIP, False), (DELETE_PERSON, True), (DELETE_PERSON, False)]
)
def test_two_owners_whom_the_service_removes_at_once_leave_one(
    clone: Connection, clone_target: Target, statement: str, guarded: bool
) -> None:
    """Memberships, or the rows of the people themselves; with the guards switched off the foreign keys alone hold."""
    they = _make_people(clone)
    if not guarded:
        clone.execute("alter table public.workspace_members disable trigger user")
    values = [(they.workspace, who) if statement == DELETE_MEMBERSHIP else (who,) for who in (they.first, they.second)]
    answers = _answers(clone_target, [(they.service, statement, each) for each in values], ordered=False)
    assert answers[1] == "done"
    assert answers[0] in ({"HS032"} if guarded and statement == DELETE_MEMBERSHIP else {"HS032", "23503"})
    assert one(clone, OWNED, they.workspace)


def test_two_owners_who_leave_at_once_leave_one(clone: Connection, clone_target: Target) -> None:
    """Each leaves because the other stays."""
    they = _make_people(clone)
    steps: list[Step] = [(person("owner", who), LEAVE, (they.workspace,)) for who in (they.first, they.second)]
    assert _answers(clone_target, steps, ordered=False) == ["HS032", "done"]
    assert one(clone, OWNED, they.workspace)


def test_a_workspace_without_an_owner_would_be_found(clone: Connection) -> None:
    """Planted: without the foreign key and the guards nobody holds the last one."""
    they = _make_people(clone)
    assert one(clone, OWNED, they.workspace)
    clone.execute("alter table public.workspaces drop constraint workspaces_owner_is_an_owner_member")
    clone.execute("alter table public.workspace_members disable trigger user")
    clone.execute("delete from public.workspace_members where user_id = %s", (they.first,))
    assert not one(clone, OWNED, they.workspace)
