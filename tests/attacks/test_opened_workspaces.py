"""A platform admin who stretches what was opened: to another workspace, to writing, to another session, past its end."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from tests.support.actors import Actor, acting
from tests.support.people import PLATFORM, make_user
from tests.support.rights import granted_tables
from tests.support.scenes import Scene, insertion, touch

OPEN = "select public.open_workspace(%s, 'a customer asks')"


@pytest.fixture
def admin(scene: Scene) -> Actor:
    """The platform admin of home, who has the workspace of the strangers open, and belongs to none."""
    with acting(scene.db, found := scene.home["platform_admin"]):
        scene.db.execute(OPEN, (scene.foreign.workspace,))
    return found


def _opened(scene: Scene, actor: Actor, **request: UUID) -> set[str]:
    """Return the tables of which somebody sees rows of the workspace that was opened."""
    answer = scene.visible(actor, **request)
    assert answer.code is None, answer.words
    return {table for table, workspace, _ in answer.rows if workspace == scene.foreign.workspace}


def test_platform_admin_reads_what_was_opened_as_a_member_does_and_nothing_else(scene: Scene, admin: Actor) -> None:
    """The twin of all that follows; the log of the workspace is no member's, but the admin's own lines in it."""
    as_member, seen = (
        {(table, key) for table, workspace, key in scene.visible(actor).rows if workspace == scene.foreign.workspace}
        for actor in (scene.foreign["member"], admin)
    )
    own_lines = {key for table, key in seen - as_member if table == "user_activity_logs"}
    assert seen == as_member | {("user_activity_logs", key) for key in own_lines}
    assert len(own_lines) == 1
    assert {workspace for _, workspace, _ in scene.visible(admin).rows} <= {scene.foreign.workspace, PLATFORM, None}
    assert _opened(scene, admin, workspace=scene.foreign.workspace) == {table for table, _ in seen}


def test_platform_admin_without_an_opening_reads_no_tenant(scene: Scene) -> None:
    admin = scene.home["platform_admin"]
    for request in ({}, {"workspace": scene.foreign.workspace}, {"workspace": scene.home.workspace}):
        assert {workspace for _, workspace, _ in scene.visible(admin, **request).rows} <= {PLATFORM, None}


def test_opening_does_not_reach_another_workspace_by_its_name(scene: Scene, admin: Actor) -> None:
    """The header names a workspace that is not open: neither that nor the open one is read."""
    for other in (scene.home.workspace, uuid4()):
        assert {workspace for _, workspace, _ in scene.visible(admin, workspace=other).rows} <= {None}
    assert {workspace for _, workspace, _ in scene.visible(admin, workspace=PLATFORM).rows} <= {PLATFORM, None}


def test_opening_is_for_reading_only(scene: Scene, admin: Actor) -> None:
    """Support that changes what a customer wrote."""
    for request in ({}, {"workspace": scene.foreign.workspace}):
        for table in scene.insertable:
            new = insertion(table, scene.new(table, scene.foreign, admin.user))
            assert scene.tried(admin, new, **request).code == "42501", table
        for table in scene.updatable.keys() & scene.tenant_tables.keys():
            change = touch(table, scene.updatable[table][0], scene.id(table, scene.foreign))
            assert scene.tried(admin, change, **request).count == 0, table
            assert scene.tried(scene.foreign["owner"], change, **request).count == 1, table
        for table in granted_tables(scene.db, "DELETE"):
            delete = f"delete from public.{table} where id = %s"
            assert scene.tried(admin, delete, scene.id(table, scene.foreign), **request).count == 0, table
            assert scene.tried(scene.foreign["owner"], delete, scene.id(table, scene.foreign), **request).count == 1, table


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("public.invite(%s, 'me@example.org')", "HS022"),
        ("public.open_invitations(%s)", None),
        ("public.hand_over_workspace(%s, auth.uid())", "HS022"),
        ("public.leave_workspace(%s)", "HS036"),
        ("public.remove_member(%s, auth.uid())", "HS022"),
        ("public.change_member_role(%s, auth.uid(), 'admin')", "HS022"),
        ("public.request_task(%s, 'video', 'render')", "HS022"),
        ("public.request_video(%s, null, 'Hello')", "HS022"),
    ],
)
def test_opening_lets_no_function_change_the_workspace(scene: Scene, admin: Actor, call: str, code: str | None) -> None:
    """The functions ask for a role, and an opening is none."""
    answer = scene.tried(admin, f"select {call}", scene.foreign.workspace)
    assert (answer.code, answer.rows) == (code, ())


@dataclass(frozen=True)
class Stretch:
    """Another token, or a statement of the owner of the schema about {admin}, by which nothing is open any more."""

    claims: dict[str, object]
    statement: str = ""


STRETCHES = {
    "without the second factor": Stretch({"aal": "aal1"}),
    "with no word on factors": Stretch({"aal": None}),
    "with a factor that there is not": Stretch({"aal": ["aal2"]}),
    "in another session": Stretch({"session_id": str(uuid4())}),
    "without a session": Stretch({"session_id": None}),
    "by a token that ended": Stretch({"exp": 1}),
    "by an anonymous sign-in": Stretch({"is_anonymous": True}),
    "after its hour": Stretch(
        {},
        "update secrets.workspace_openings set opened_at = now() - interval '1 hour', expires_at = now() where opened_by = '{admin}'",
    ),
    "after it was closed": Stretch({}, "update secrets.workspace_openings set closed_at = now() where opened_by = '{admin}'"),
    "after the role was taken away": Stretch({}, "update public.users set role = 'user' where id = '{admin}'"),
    "after the admin was made a viewer": Stretch({}, "update public.users set role = 'viewer' where id = '{admin}'"),
    "after the admin was put away": Stretch({}, "update public.users set is_active = false where id = '{admin}'"),
    "after it was given to another admin": Stretch({}, "update secrets.workspace_openings set opened_by = '{other}'"),
    "after it was given to another workspace": Stretch({}, "update secrets.workspace_openings set workspace_id = '{home}'"),
}


@pytest.mark.parametrize("name", STRETCHES)
def test_nothing_is_open(scene: Scene, admin: Actor, name: str) -> None:
    """The token of the admin is used on, by the admin or by whoever got hold of it."""
    assert "campaigns" in _opened(scene, admin)
    stretch = STRETCHES[name]
    if stretch.statement:
        other = make_user(scene.db, role="admin")
        scene.db.execute(stretch.statement.format(admin=admin.user, other=other, home=scene.home.workspace).encode())
    stretched = admin.claiming(**stretch.claims)
    assert _opened(scene, stretched) == set()
    assert _opened(scene, stretched, workspace=scene.foreign.workspace) == set()


def test_session_of_another_admin_sees_nothing_of_the_opening(scene: Scene, admin: Actor) -> None:
    """A colleague takes over the id of the session."""
    colleague = scene.foreign["platform_admin"]
    assert _opened(scene, colleague.claiming(session_id=admin.claims["session_id"])) == set()


@pytest.mark.parametrize("name", ["owner", "member", "outsider", "inactive", "anonymous", "platform_viewer"])
def test_only_a_platform_admin_with_a_second_factor_opens(scene: Scene, name: str) -> None:
    """Everybody may call the function; a forged second factor makes no admin."""
    actor = scene.home[name].claiming(aal="aal2", user_metadata={"is_admin": True}, app_metadata={"role": "admin"})
    assert scene.tried(actor, OPEN, scene.foreign.workspace).code in {"HS020", "HS060"}
    admin = scene.home["platform_admin"]
    assert scene.tried(admin, OPEN, scene.foreign.workspace).code is None
    for claims in ({"aal": "aal1"}, {"aal": None}, {"session_id": None}):
        assert scene.tried(admin.claiming(**claims), OPEN, scene.foreign.workspace).code == "HS060"


def test_opening_by_hand_is_refused(scene: Scene) -> None:
    """The row itself: for as long as one likes, in another's name."""
    insert = "insert into secrets.workspace_openings (workspace_id, opened_by, session_id, reason, expires_at) values (%s, %s, %s, 'x', %s)"
    admin = scene.home["platform_admin"]
    values = (scene.foreign.workspace, admin.user, admin.claims["session_id"], "infinity")
    assert scene.tried(admin, insert, *values).code == "42501"
    assert scene.tried(scene.home["service_role"], insert, *values).code == "42501"
    # and whoever may write there is held to the hour
    with pytest.raises(Exception, match="workspace_openings_last_an_hour"), scene.db.transaction():
        scene.db.execute(insert.encode(), values)


def test_a_scope_that_forgets_the_session_is_found(scene: Scene, admin: Actor) -> None:
    """Planted: an opening that holds for the person."""
    scene.db.execute(
        "create or replace function private.opened_workspaces(claims jsonb) returns uuid[] language plpgsql stable security definer"
        " set search_path = pg_catalog, pg_temp as $$ begin return array(select o.workspace_id from secrets.workspace_openings as o"
        " where o.opened_by = (opened_workspaces.claims ->> 'sub')::uuid); end $$"
    )
    assert "campaigns" in _opened(scene, admin.claiming(session_id=str(uuid4())))
