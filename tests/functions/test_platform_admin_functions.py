"""What platform admins call: a workspace opened for an hour, and role, tier and activity of people; with what is kept of both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.functions.test_member_functions import call
from tests.support.actors import Cast, acting, make_cast, person
from tests.support.content import make_post
from tests.support.people import make_user, make_workspace, refused
from tests.support.rows import one

CALLS = {"open_workspace(%s, 'a fault')": "workspace", "close_workspace(%s)": "workspace", "change_user(%s, 'viewer')": "member"}


@pytest.fixture
def cast(db: Connection) -> Cast:
    return make_cast(db)


def _value(cast: Cast, name: str) -> Any:
    return cast.workspace if name == "workspace" else cast.user(name)


@pytest.mark.parametrize("text", CALLS)
def test_only_a_platform_admin_with_a_second_factor_calls_them(db: Connection, cast: Cast, text: str) -> None:
    value = _value(cast, CALLS[text])
    for name in ("member", "owner", "outsider", "platform_viewer"):
        with refused(db, "HS060"):
            call(db, cast[name].claiming(aal="aal2"), text, value)
    with refused(db, "HS060"):
        call(db, cast["platform_admin"].claiming(aal="aal1"), text, value)
    for name in ("inactive", "anonymous"):
        with refused(db, "HS020"):
            call(db, cast[name].claiming(aal="aal2"), text, value)
    for name in ("anon", "service_role"):
        with refused(db, "42501"):
            call(db, cast[name], text, value)
    call(db, cast["platform_admin"], text, value)


def test_a_workspace_is_read_while_it_is_open_and_its_admins_see_that_in_their_log(db: Connection, cast: Cast) -> None:
    post, other = make_post(db, cast.workspace), make_post(db, make_workspace(db))
    admin = cast["platform_admin"]
    with acting(db, admin):
        assert db.execute("select id from public.content_posts").fetchall() == []
    ends = call(db, admin, "open_workspace(%s, ' a fault ')", cast.workspace)
    assert ends == one(db, "select now() + interval '1 hour'")
    with acting(db, admin):
        assert db.execute("select id from public.content_posts").fetchall() == [(post,)]
        assert db.execute("update public.content_posts set title = 'x' where id = %s", (post,)).rowcount == 0
        assert db.execute("select id from public.content_posts where id = %s", (other,)).fetchall() == []
    assert call(db, admin, "close_workspace(%s)", cast.workspace) == 1
    with acting(db, admin):
        assert db.execute("select id from public.content_posts").fetchall() == []
    with acting(db, cast["admin"]):
        log = db.execute("select action, user_id, details ->> 'reason' from public.user_activity_logs order by action").fetchall()
    user = cast.user("platform_admin")
    assert log == [
        ("workspace_closed_by_platform_admin", user, "a fault"),
        ("workspace_opened_by_platform_admin", user, "a fault"),
    ]
    assert call(db, admin, "close_workspace(%s)", cast.workspace) == 0


def test_an_opening_needs_a_reason_a_session_and_a_workspace(db: Connection, cast: Cast) -> None:
    admin = cast["platform_admin"]
    for reason in ("", "  ", None):
        with refused(db, "HS061"):
            call(db, admin, "open_workspace(%s, %s)", cast.workspace, reason)
    with refused(db, "HS060"):
        call(db, admin.claiming(session_id=None), "open_workspace(%s, 'a fault')", cast.workspace)
    for workspace in (uuid4(), None):
        with refused(db, "HS062"):
            call(db, admin, "open_workspace(%s, 'a fault')", workspace)


def test_role_tier_and_activity_are_changed_and_kept(db: Connection, cast: Cast) -> None:
    user = cast.user("member")
    call(db, cast["platform_admin"], "change_user(%s, 'viewer', 'creator', false)", user)
    row = "select role, subscription_tier, is_active from public.users where id = %s"
    assert db.execute(row, (user,)).fetchone() == ("viewer", "creator", False)
    kept = db.execute("select user_id, changed_by, before, after from secrets.user_changes").fetchall()
    assert kept == [
        (
            user,
            cast.user("platform_admin"),
            {"role": "user", "subscription_tier": "free", "is_active": True},
            {"role": "viewer", "subscription_tier": "creator", "is_active": False},
        )
    ]
    call(db, cast["platform_admin"], "change_user(user_id => %s, is_active => true)", user)
    assert db.execute(row, (user,)).fetchone() == ("viewer", "creator", True)


def test_what_changes_nothing_is_not_kept(db: Connection, cast: Cast) -> None:
    call(db, cast["platform_admin"], "change_user(%s, 'user')", cast.user("member"))
    call(db, cast["platform_admin"], "change_user(%s)", cast.user("member"))
    assert one(db, "select count(*) from secrets.user_changes") == 0


def test_nobody_changes_oneself_or_somebody_who_is_not_there(db: Connection, cast: Cast) -> None:
    with refused(db, "HS063"):
        call(db, cast["platform_admin"], "change_user(%s, 'user')", cast.user("platform_admin"))
    for user in (uuid4(), None):
        with refused(db, "HS064"):
            call(db, cast["platform_admin"], "change_user(%s, 'user')", user)
    with refused(db, "23514"):
        call(db, cast["platform_admin"], "change_user(%s, 'root')", cast.user("member"))


def test_of_two_admins_who_put_each_other_away_at_once_one_stays(clone: Connection, clone_target: Target) -> None:
    admins = [make_user(clone, role="admin") for _ in range(2)]
    clone.commit()
    barrier = Barrier(2)

    def demote(by: UUID, whom: UUID) -> str:
        with clone_target.connect(autocommit=False) as connection:
            barrier.wait(10)
            try:
                call(connection, person("admin", by, aal="aal2"), "change_user(%s, 'user')", whom)
                connection.commit()
            except psycopg.Error as fault:
                return str(fault.sqlstate)
            return "changed"

    with ThreadPoolExecutor(2) as pool:
        got = sorted(each.result() for each in [pool.submit(demote, admins[n], admins[1 - n]) for n in range(2)])
    assert got == ["HS060", "changed"]
    assert one(clone, "select count(*) from public.users where is_admin") == 1
