"""Functions that clients call, asked with ids of strangers: no answer tells such an id from one that nothing has.

A function that takes an id and is not listed here fails by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from scripts.target import Connection
from tests.support.actors import Cast
from tests.support.people import make_member
from tests.support.registry import MAKERS
from tests.support.rows import insert, one
from tests.support.scenes import Scene


@dataclass(frozen=True)
class Call:
    """A call with a place for each id that it takes, what has those ids, and who may make it in a workspace of his own."""

    text: str
    ids: tuple[str, ...]
    allowed: str


#: By the name of the function; `workspaces` comes first where a call names one.
CALLS = {
    "cancel_task": Call("public.cancel_task(%s)", ("worker_tasks",), "editor"),
    "change_member_role": Call("public.change_member_role(%s, %s, 'editor')", ("workspaces", "users"), "admin"),
    "change_user": Call("public.change_user(%s, 'viewer')", ("users",), "platform_admin"),
    "close_workspace": Call("public.close_workspace(%s)", ("workspaces",), "platform_admin"),
    "co_members": Call("public.co_members(%s)", ("workspaces",), "member"),
    "decide_approval": Call("public.decide_approval(%s, 'approved')", ("workflow_approvals",), "admin"),
    "decide_recommendation": Call("public.decide_recommendation(%s, 'accepted')", ("content_recommendations",), "editor"),
    "hand_over_workspace": Call("public.hand_over_workspace(%s, %s)", ("workspaces", "users"), "owner"),
    "invite": Call("length(public.invite(%s, 'somebody@example.org'))", ("workspaces",), "admin"),
    "leave_workspace": Call("public.leave_workspace(%s)", ("workspaces",), "member"),
    "newest_posts": Call("public.newest_posts(10, 'tomorrow', %s)", ("content_posts",), "member"),
    "open_invitations": Call("public.open_invitations(%s)", ("workspaces",), "admin"),
    "open_workspace": Call("public.open_workspace(%s, 'to help')", ("workspaces",), "platform_admin"),
    "remove_member": Call("public.remove_member(%s, %s)", ("workspaces", "users"), "admin"),
    "request_task": Call("public.request_task(%s, 'video', 'render')", ("workspaces",), "editor"),
    "request_video": Call("public.request_video(%s, null, 'Hello', %s)", ("workspaces", "avatar_profiles"), "member"),
    "revoke_invitation": Call("public.revoke_invitation(%s)", ("secrets.workspace_invitations",), "admin"),
    "search_content": Call(
        "public.search_content(%s, array_fill(0.5, array[1536])::extensions.vector)", ("workspaces",), "member"
    ),
}  # fmt: skip

#: The same with a script in place of a text, since one call takes one of them.
VARIANTS = {**CALLS, "request_video of a script": Call("public.request_video(%s, %s)", ("workspaces", "script_generations"), "member")}


def _taking_ids(db: Connection) -> set[str]:
    rows = db.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and 'uuid'::regtype = any(proargtypes)"
        " and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')"
    )
    return {name for (name,) in rows}


def _ids(scene: Scene, call: Call, cast: Cast) -> list[UUID]:
    """Return ids of a workspace's own things, in a state in which the call gives or changes something."""
    ids = {table: scene.id(table, cast) for table in call.ids if table in scene.tenant_tables or table == "users"}
    if "invitation" in call.text:
        invitation = MAKERS["secrets.workspace_invitations"](scene.db, cast.workspace)
        ids["secrets.workspace_invitations"] = insert(scene.db, "secrets.workspace_invitations", invitation)["id"]
    if "script_generations" in ids:
        scene.db.execute("update public.script_generations set status = 'completed' where id = %s", (ids["script_generations"],))
    return [ids[table] for table in call.ids]


def test_every_function_that_takes_an_id_is_asked(scene: Scene) -> None:
    assert _taking_ids(scene.db) == CALLS.keys()
    scene.db.execute("create function public.planted(id uuid) returns integer language sql return 1")
    assert "planted" in _taking_ids(scene.db)


@pytest.mark.parametrize("name", VARIANTS)
def test_call_with_ids_of_strangers_answers_as_with_ids_of_nothing(scene: Scene, name: str) -> None:
    """An outsider guesses ids, and would learn from another code, other words or another number of rows which ones are taken."""
    call = VARIANTS[name]
    theirs = _ids(scene, call, scene.foreign)
    for actor in (scene.home["owner"], scene.home["member"], scene.home["outsider"], scene.home["platform_viewer"], scene.home["inactive"]):
        asked = [scene.tried(actor, f"select {call.text}", *ids) for ids in (theirs, [uuid4() for _ in theirs])]
        assert asked[0] == asked[1], actor.name
        assert not asked[0].shows_values, actor.name
    twin = scene.tried(scene.foreign[call.allowed], f"select {call.text}", *theirs)
    assert (twin.code, twin.count > 0) == (None, True)


@pytest.mark.parametrize("name", [name for name, call in VARIANTS.items() if len(call.ids) > 1])
def test_call_in_the_own_workspace_tells_nothing_of_things_of_strangers(scene: Scene, name: str) -> None:
    """The workspace is the own one, where the caller may do everything; only the other id is that of a stranger."""
    call = VARIANTS[name]
    _, theirs = _ids(scene, call, scene.foreign)
    here = scene.home.workspace
    asked = [scene.tried(scene.home["owner"], f"select {call.text}", here, key) for key in (theirs, uuid4())]
    assert asked[0] == asked[1]
    assert asked[0].code is not None
    assert scene.tried(scene.home["owner"], f"select {call.text}", *_ids(scene, call, scene.home)).code is None


@pytest.mark.parametrize("name", [name for name, call in VARIANTS.items() if call.allowed != "platform_admin" and name != "newest_posts"])
def test_call_reaches_only_into_the_workspace_that_the_request_names(scene: Scene, name: str) -> None:
    """A program that was let into one workspace calls a function with ids of another one of the same person."""
    call = VARIANTS[name]
    ids = _ids(scene, call, scene.foreign)
    actor = scene.both
    if name == "hand_over_workspace":
        actor = scene.foreign["owner"]
        make_member(scene.db, scene.home.workspace, "owner", actor.user)
    assert scene.tried(actor, f"select {call.text}", *ids, workspace=scene.foreign.workspace).code is None
    here = scene.tried(actor, f"select {call.text}", *ids, workspace=scene.home.workspace)
    assert here == scene.tried(actor, f"select {call.text}", *(uuid4() for _ in ids), workspace=scene.home.workspace)
    assert here.code is not None or here.rows == ()


def test_caller_who_is_told_that_a_task_is_there_is_found(scene: Scene) -> None:
    """Planted: a function that looks before it asks who calls."""
    scene.db.execute(
        "create or replace function private.cancel_task_by_caller(task_id uuid) returns void language plpgsql security definer"
        " set search_path = pg_catalog, pg_temp as $$ begin"
        " if not exists (select from public.worker_tasks where id = task_id) then raise 'there is no such task' using errcode = 'HS099';"
        " end if; raise 'not yours' using errcode = 'HS022'; end $$"
    )
    answers = {
        scene.tried(scene.home["owner"], "select public.cancel_task(%s)", key).code
        for key in (one(scene.db, "select id from public.worker_tasks where workspace_id = %s", scene.foreign.workspace), uuid4())
    }
    assert answers == {"HS022", "HS099"}
