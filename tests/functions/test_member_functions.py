"""What people call for workspaces and memberships, as clients: each refusal by its code, beside somebody who may."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.actors import Actor, Cast, acting, make_cast, person
from tests.support.people import make_member, make_user, make_workspace, refused
from tests.support.rows import one

#: A call by somebody who may not act at all is refused by each function in the same way.
CALLS: dict[str, tuple[Any, ...]] = {
    "create_workspace('A workspace')": (),
    "invite(%s, 'guest@example.org')": ("workspace",),
    "accept_invitation(%s)": ("token",),
    "revoke_invitation(%s)": ("id",),
    "change_member_role(%s, %s, 'editor')": ("workspace", "member"),
    "remove_member(%s, %s)": ("workspace", "member"),
    "leave_workspace(%s)": ("workspace",),
    "hand_over_workspace(%s, %s)": ("workspace", "member"),
}


@pytest.fixture
def cast(db: Connection) -> Cast:
    return make_cast(db)


def call(db: Connection, actor: Actor, text: str, *values: Any, workspace: UUID | None = None) -> Any:
    """Call a function of public as a client, and return what it gives."""
    with acting(db, actor, workspace):
        return one(db, f"select public.{text}", *values)


def _role(db: Connection, workspace: UUID, user: UUID) -> Any:
    return one(db, "select role from public.workspace_members where workspace_id = %s and user_id = %s", workspace, user)


def _values(cast: Cast, names: Sequence[str]) -> list[Any]:
    known = {"workspace": cast.workspace, "member": cast.user("member"), "token": "0" * 64, "id": uuid4()}
    return [known[name] for name in names]


@pytest.mark.parametrize("text", CALLS)
@pytest.mark.parametrize("name", ["inactive", "anonymous"])
def test_who_does_not_act_calls_nothing(db: Connection, cast: Cast, name: str, text: str) -> None:
    with refused(db, "HS020"):
        call(db, cast[name], text, *_values(cast, CALLS[text]))


@pytest.mark.parametrize("text", CALLS)
@pytest.mark.parametrize("name", ["anon", "service_role"])
def test_who_comes_without_a_person_may_execute_nothing(db: Connection, cast: Cast, name: str, text: str) -> None:
    with refused(db, "42501"):
        call(db, cast[name], text, *_values(cast, CALLS[text]))


@pytest.mark.parametrize("text", sorted(set(CALLS) - {"accept_invitation(%s)", "leave_workspace(%s)"}))
def test_a_viewer_of_the_platform_changes_nothing(db: Connection, cast: Cast, text: str) -> None:
    with refused(db, "HS021"):
        call(db, cast["platform_viewer"], text, *_values(cast, CALLS[text]))


@pytest.mark.parametrize("text", ["invite(%s, 'guest@example.org')", "change_member_role(%s, %s, 'editor')", "remove_member(%s, %s)"])
@pytest.mark.parametrize("name", ["member", "editor", "outsider", "platform_admin"])
def test_who_is_no_admin_gets_the_same_answer_as_for_a_workspace_that_is_none(db: Connection, cast: Cast, name: str, text: str) -> None:
    for workspace in (cast.workspace, uuid4()):
        with refused(db, "HS022"):
            call(db, cast[name], text, *[workspace if value == cast.workspace else value for value in _values(cast, CALLS[text])])
    call(db, cast["admin"], text, *_values(cast, CALLS[text]))


# -------------------------------------------------------------------- workspaces


def test_who_creates_a_workspace_owns_it(db: Connection, cast: Cast) -> None:
    made = call(db, cast["outsider"], "create_workspace(' Spring ', 'What we sell')")
    db.execute("set constraints all immediate")
    assert db.execute("select name, description, owner_id, is_default from public.workspaces where id = %s", (made,)).fetchall() == [
        ("Spring", "What we sell", cast.user("outsider"), False)
    ]
    assert _role(db, made, cast.user("outsider")) == "owner"


@pytest.mark.parametrize("name", ["''", "'  '", "null"])
def test_a_workspace_needs_a_name(db: Connection, cast: Cast, name: str) -> None:
    with refused(db, "HS023"):
        call(db, cast["member"], f"create_workspace({name})")


def test_a_workspace_is_made_whatever_the_transaction_has_set(db: Connection, cast: Cast) -> None:
    db.execute("set constraints all immediate")
    assert call(db, cast["member"], "create_workspace('Spring')")


def test_the_owner_hands_over_and_stays_an_admin(db: Connection, cast: Cast) -> None:
    for name in ("admin", "member"):
        with refused(db, "HS022"):
            call(db, cast[name], "hand_over_workspace(%s, %s)", cast.workspace, cast.user("editor"))
    call(db, cast["owner"], "hand_over_workspace(%s, %s)", cast.workspace, cast.user("editor"))
    db.execute("set constraints all immediate")
    assert one(db, "select owner_id from public.workspaces where id = %s", cast.workspace) == cast.user("editor")
    assert (_role(db, cast.workspace, cast.user("editor")), _role(db, cast.workspace, cast.user("owner"))) == ("owner", "admin")


def test_an_owner_who_is_not_the_accountable_one_hands_nothing_over(db: Connection, cast: Cast) -> None:
    second = make_member(db, cast.workspace, "owner")
    with refused(db, "HS033"):
        call(db, person("second", second), "hand_over_workspace(%s, %s)", cast.workspace, second)


def test_a_named_workspace_is_the_only_one_that_a_request_changes(db: Connection, cast: Cast) -> None:
    other = make_workspace(db, cast.user("owner"))
    with refused(db, "HS022"):
        call(db, cast["owner"], "invite(%s, 'guest@example.org')", cast.workspace, workspace=other)
    assert call(db, cast["owner"], "invite(%s, 'guest@example.org')", other, workspace=other)


def test_a_workspace_that_was_put_away_takes_no_changes(db: Connection, cast: Cast) -> None:
    db.execute("update public.workspaces set is_active = false where id = %s", (cast.workspace,))
    for text in ("invite(%s, 'guest@example.org')", "remove_member(%s, %s)"):
        with refused(db, "HS022"):
            call(db, cast["owner"], text, *_values(cast, CALLS[text]))


def test_a_request_that_names_another_workspace_leaves_none_and_takes_nothing_back(db: Connection, cast: Cast) -> None:
    other = make_workspace(db, cast.user("admin"))
    call(db, cast["admin"], "invite(%s, 'guest@example.org')", cast.workspace)
    key = one(db, "select id from secrets.workspace_invitations where workspace_id = %s", cast.workspace)
    for text, value, code in (("revoke_invitation(%s)", key, "HS040"), ("leave_workspace(%s)", cast.workspace, "HS036")):
        with refused(db, code):
            call(db, cast["admin"], text, value, workspace=other)
        call(db, cast["admin"], text, value, workspace=cast.workspace)


# -------------------------------------------------------------------- invitations


def test_an_invitation_is_sent_listed_and_accepted(db: Connection, cast: Cast) -> None:
    token = call(db, cast["admin"], "invite(%s, 'Guest@example.org', 'editor')", cast.workspace)
    with acting(db, cast["owner"]):
        listed = db.execute("select email, role, invited_by from public.open_invitations(%s)", (cast.workspace,)).fetchall()
    assert listed == [("guest@example.org", "editor", cast.user("admin"))]
    guest = make_user(db, email="guest@example.org", email_verified_at="2026-01-01")
    assert call(db, person("guest", guest), "accept_invitation(%s)", token) == cast.workspace
    assert _role(db, cast.workspace, guest) == "editor"


def test_open_invitations_are_for_admins_and_tell_no_token(db: Connection, cast: Cast) -> None:
    token = call(db, cast["owner"], "invite(%s, 'guest@example.org')", cast.workspace)
    for name in ("member", "editor", "outsider", "inactive", "anonymous", "platform_admin"):
        with acting(db, cast[name]):
            assert db.execute("select * from public.open_invitations(%s)", (cast.workspace,)).fetchall() == [], name
    for name in ("admin", "owner", "platform_viewer"):
        with acting(db, cast[name]):
            found = db.execute("select * from public.open_invitations(%s)", (cast.workspace,)).fetchall()
        assert len(found) == 1, name
        assert token not in str(found)


def test_an_invitation_that_was_taken_back_is_accepted_by_nobody(db: Connection, cast: Cast) -> None:
    token = call(db, cast["admin"], "invite(%s, 'guest@example.org')", cast.workspace)
    key = one(db, "select id from secrets.workspace_invitations where workspace_id = %s", cast.workspace)
    with refused(db, "HS040"):
        call(db, cast["editor"], "revoke_invitation(%s)", key)
    call(db, cast["owner"], "revoke_invitation(%s)", key)
    guest = make_user(db, email="guest@example.org", email_verified_at="2026-01-01")
    with refused(db, "HS044"):
        call(db, person("guest", guest), "accept_invitation(%s)", token)


def test_a_viewer_accepts_and_leaves(db: Connection, cast: Cast) -> None:
    token = call(db, cast["admin"], "invite(%s, 'guest@example.org')", cast.workspace)
    guest = make_user(db, email="guest@example.org", email_verified_at="2026-01-01", role="viewer")
    call(db, person("guest", guest), "accept_invitation(%s)", token)
    assert _role(db, cast.workspace, guest) == "member"
    call(db, person("guest", guest), "leave_workspace(%s)", cast.workspace)
    assert _role(db, cast.workspace, guest) is None


# -------------------------------------------------------------------- members


def test_co_members_see_name_and_picture_and_nobody_else_sees_anything(db: Connection, cast: Cast) -> None:
    db.execute("update public.users set full_name = 'Ada', avatar_url = 'https://example.org/a.png' where id = %s", (cast.user("owner"),))
    for name in ("member", "owner", "platform_viewer"):
        with acting(db, cast[name]):
            found = db.execute("select * from public.co_members(%s)", (cast.workspace,))
            assert [column.name for column in found.description or []] == ["user_id", "full_name", "avatar_url", "role", "joined_at"]
            assert (cast.user("owner"), "Ada", "https://example.org/a.png", "owner") in [row[:4] for row in found], name
    for name in ("outsider", "inactive", "anonymous", "platform_admin"):
        with acting(db, cast[name]):
            assert db.execute("select * from public.co_members(%s)", (cast.workspace,)).fetchall() == [], name


@pytest.mark.parametrize("by", ["admin", "owner"])
@pytest.mark.parametrize("role", ["member", "editor", "admin"])
def test_an_admin_gives_roles_up_to_the_own(db: Connection, cast: Cast, by: str, role: str) -> None:
    call(db, cast[by], "change_member_role(%s, %s, %s)", cast.workspace, cast.user("editor"), role)
    assert _role(db, cast.workspace, cast.user("editor")) == role


@pytest.mark.parametrize("role", ["owner", "guest", "", None])
def test_nobody_is_made_an_owner_or_what_is_no_role(db: Connection, cast: Cast, role: str | None) -> None:
    for by in ("admin", "owner"):
        with refused(db, "HS037"):
            call(db, cast[by], "change_member_role(%s, %s, %s)", cast.workspace, cast.user("editor"), role)
    assert _role(db, cast.workspace, cast.user("editor")) == "editor"


def test_an_admin_changes_no_owner_and_removes_none(db: Connection, cast: Cast) -> None:
    second = make_member(db, cast.workspace, "owner")
    for target in (cast.user("owner"), second):
        with refused(db, "HS037"):
            call(db, cast["admin"], "change_member_role(%s, %s, 'member')", cast.workspace, target)
        with refused(db, "HS037"):
            call(db, cast["admin"], "remove_member(%s, %s)", cast.workspace, target)


def test_only_the_accountable_owner_changes_another_owner(db: Connection, cast: Cast) -> None:
    second, third = make_member(db, cast.workspace, "owner"), make_member(db, cast.workspace, "owner")
    with refused(db, "HS037"):
        call(db, person("second", second), "remove_member(%s, %s)", cast.workspace, third)
    call(db, cast["owner"], "change_member_role(%s, %s, 'admin')", cast.workspace, second)
    call(db, cast["owner"], "remove_member(%s, %s)", cast.workspace, third)
    assert (_role(db, cast.workspace, second), _role(db, cast.workspace, third)) == ("admin", None)


@pytest.mark.parametrize("text", ["change_member_role(%s, %s, 'admin')", "remove_member(%s, %s)"])
def test_the_accountable_owner_stays_one_even_at_the_own_wish(db: Connection, cast: Cast, text: str) -> None:
    with refused(db, "HS032"):
        call(db, cast["owner"], text, cast.workspace, cast.user("owner"))
    with refused(db, "HS032"):
        call(db, cast["owner"], "leave_workspace(%s)", cast.workspace)


def test_a_removed_member_is_out_and_what_was_written_stays(db: Connection, cast: Cast) -> None:
    with acting(db, cast["member"]):
        post = one(
            db,
            "insert into public.content_posts (workspace_id, user_id, content) values (%s, %s, 'Hello') returning id",
            cast.workspace,
            cast.user("member"),
        )
    call(db, cast["admin"], "remove_member(%s, %s)", cast.workspace, cast.user("member"))
    assert one(db, "select user_id from public.content_posts where id = %s", post) == cast.user("member")
    with acting(db, cast["member"]):
        assert one(db, "select id from public.content_posts where id = %s", post) is None


def test_there_is_nothing_to_change_of_somebody_who_is_no_member(db: Connection, cast: Cast) -> None:
    for text in ("change_member_role(%s, %s, 'editor')", "remove_member(%s, %s)"):
        for user in (cast.user("outsider"), uuid4()):
            with refused(db, "HS036"):
                call(db, cast["admin"], text, cast.workspace, user)
    for workspace in (cast.workspace, uuid4()):
        with refused(db, "HS036"):
            call(db, cast["outsider"], "leave_workspace(%s)", workspace)


def test_a_member_leaves(db: Connection, cast: Cast) -> None:
    for name in ("member", "admin"):
        call(db, cast[name], "leave_workspace(%s)", cast.workspace)
        assert _role(db, cast.workspace, cast.user(name)) is None


def test_two_admins_who_remove_each_other_at_once_do_not_both_go(clone: Connection, clone_target: Target) -> None:
    """The second one has lost the right by the time that it holds the lock."""
    workspace = make_workspace(clone)
    admins = [make_member(clone, workspace, "admin") for _ in range(2)]
    clone.commit()
    barrier = Barrier(2)

    def remove(by: UUID, whom: UUID) -> str:
        with clone_target.connect(autocommit=False) as connection:
            barrier.wait(10)
            try:
                call(connection, person("admin", by), "remove_member(%s, %s)", workspace, whom)
                connection.commit()
            except psycopg.Error as fault:
                return str(fault.sqlstate)
            return "removed"

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(remove, admins[place], admins[1 - place]) for place in range(2)]
        got = sorted(each.result() for each in done)
    assert got[-1] == "removed", got
    assert got[0] in {"HS022", "HS037"}, got
    assert one(clone, "select count(*) from public.workspace_members where workspace_id = %s", workspace) == 2
