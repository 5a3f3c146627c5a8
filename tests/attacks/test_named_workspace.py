"""A request that names a workspace: only that one, and only if the person belongs to it, however the header is written."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.support.actors import Actor
from tests.support.people import PLATFORM
from tests.support.rights import granted_tables
from tests.support.scenes import Scene, insertion, touch, written


def _seen(scene: Scene, actor: Actor, headers: str) -> set[UUID | None]:
    """Return the workspaces of which somebody sees rows; null stands for rows that belong to none."""
    answer = scene.visible(actor, headers=headers)
    assert answer.code is None, answer.words
    return {workspace for _, workspace, _ in answer.rows}


#: Headers that name none, with <home> and so on in the place of ids: a member then reads all that is his. PostgREST writes JSON, so
#: what is none and has not the word in it is not looked at.
NAMING_NONE = (
    "", "{}", "[]", "null", "7", "not json", "{", '"x-workspace-id"', '["x-workspace-id","<home>"]', '{"x-workspace-id":""}',
    '{"x-workspace-id":null}', '["<home>"]', '{"x-workspace":"<home>"}', '{"accept":"x-workspace-id","other":"<home>"}',
    # a value is not a header, whatever it looks like
    '{"accept":"\\"x-workspace-id\\":\\"<home>\\""}', '{"accept":"\\",\\"x-workspace-id\\":\\"<foreign>"}',
)  # fmt: skip

#: Headers that name home, each in its own way.
NAMING_HOME = (
    '{"x-workspace-id":"<home>"}', '{"accept":"application/json","x-workspace-id":"<home>","user-agent":"x"}',
    '{"x-workspace-id":"<HOME>"}', '{"x-workspace-id":"{<home>}"}', '{"x-workspace-id" : "<home>"}', '{\n"x-workspace-id":\t"<home>"}',
    '{"accept":"\\",\\"x-workspace-id\\":\\"<foreign>","x-workspace-id":"<home>"}',
)  # fmt: skip

#: Headers that name one to which a member of home does not belong.
NAMING_OTHERS = (
    '{"x-workspace-id":"<foreign>"}', '{"x-workspace-id": "<foreign>"}', '{"x-workspace-id":"<FOREIGN>"}', '{"x-workspace-id":"<nothing>"}',
    '{"x-workspace-id":"00000000-0000-0000-0000-000000000000"}',
    '{"accept":"\\",\\"x-workspace-id\\":\\"<home>","x-workspace-id":"<foreign>"}',
)  # fmt: skip

#: Headers that cannot be read: the request fails, and gives nothing.
TORN = (
    "x-workspace-id", '{"x-workspace-id"', '{"x-workspace-id": "<home>"', '{"x-workspace-id":"home"}', '{"x-workspace-id":["<home>"]}',
    '{"x-workspace-id":["<home>","<foreign>"]}', '{"x-workspace-id":{"id":"<home>"}}', '{"x-workspace-id":"<home>,<foreign>"}',
    '{"x-workspace-id":"<home>, <home>"}', '{"x-workspace-id":true}', '{"x-workspace-id":0}', '{"x-workspace-id":" "}',
    '{"x-workspace-id":"*"}', '{"x-workspace-id":"<home>\' or true --"}', '{"x-workspace-id":"<home>\\""}',
    '{"x-workspace-id":"\\"<home>"}',
)  # fmt: skip

#: The same header twice, which PostgREST makes one of.
TWICE = (
    '{"x-workspace-id":"<home>","x-workspace-id":"<foreign>"}',
    '{"x-workspace-id": "<home>", "x-workspace-id": "<foreign>"}',
    '{"x-workspace-id": "<home>","x-workspace-id":"<foreign>"}',
    '{"x-workspace-id":"<home>","x-workspace-id": "<foreign>"}',
)


def _written(scene: Scene, headers: str) -> str:
    places = {"<home>": scene.home.workspace, "<foreign>": scene.foreign.workspace, "<nothing>": uuid4()}
    for place, key in places.items():
        headers = headers.replace(place, str(key)).replace(place.upper(), str(key).upper())
    return headers


@pytest.fixture
def shared(scene: Scene) -> Scene:
    """The stage with a row in the platform's workspace, and a public one among strangers."""
    template = scene.new("content_templates", scene.foreign, None)
    for workspace, public in ((PLATFORM, False), (scene.foreign.workspace, True)):
        scene.db.execute(insertion("content_templates", template | {"workspace_id": workspace, "is_public": public}))
    return scene


@pytest.mark.parametrize("headers", NAMING_NONE)
def test_header_that_names_none_leaves_all_that_is_the_persons(shared: Scene, headers: str) -> None:
    """The twin of what follows: own rows, those of the platform, and public ones of strangers."""
    seen = _seen(shared, shared.home["member"], _written(shared, headers))
    assert seen == {None, shared.home.workspace, PLATFORM, shared.foreign.workspace}


@pytest.mark.parametrize("headers", NAMING_HOME)
def test_header_that_names_the_own_workspace_leaves_that_alone(shared: Scene, headers: str) -> None:
    for actor in (shared.home["member"], shared.both):
        assert _seen(shared, actor, _written(shared, headers)) == {None, shared.home.workspace}


@pytest.mark.parametrize("headers", NAMING_OTHERS)
def test_header_that_names_another_workspace_leaves_nothing(shared: Scene, headers: str) -> None:
    """An outsider names the workspace that he would like to see; neither it nor the own one answers, nor public rows of it."""
    member = shared.home["member"]
    assert _seen(shared, member, _written(shared, headers)) == {None}
    written = _written(shared, headers)
    for cast in (shared.home, shared.foreign):
        new = insertion("campaigns", shared.new("campaigns", cast, member.user))
        assert shared.tried(member, new, headers=written).code == "42501"
    assert shared.tried(member, insertion("campaigns", shared.new("campaigns", shared.home, member.user))).code is None


@pytest.mark.parametrize("headers", TWICE)
def test_header_that_comes_twice_names_one_and_the_same_for_reading_and_writing(shared: Scene, headers: str) -> None:
    """Somebody reads with one and writes with the other; the first is one that was put away, where he reads and does not write."""
    there = _written(shared, headers)
    shared.db.execute("update public.workspaces set is_active = false where id = %s", (shared.home.workspace,))
    seen = _seen(shared, shared.both, there) - {None}
    assert len(seen) == 1
    written_to = {
        cast.workspace
        for cast in (shared.home, shared.foreign)
        if shared.tried(shared.both, insertion("campaigns", shared.new("campaigns", cast, shared.both.user)), headers=there).code is None
    }
    assert written_to == seen & {shared.foreign.workspace}
    assert _seen(shared, shared.home["member"], there) - {None} <= {shared.home.workspace}


@pytest.mark.parametrize("headers", TORN)
def test_header_that_cannot_be_read_fails_the_request(shared: Scene, headers: str) -> None:
    """Neither all of the own workspaces nor any other: 22P02, before a row is read."""
    written = _written(shared, headers)
    for actor in (shared.home["member"], shared.both):
        assert shared.visible(actor, headers=written).code == "22P02"
        new = insertion("campaigns", shared.new("campaigns", shared.home, actor.user))
        assert shared.tried(actor, new, headers=written).code == "22P02"
        assert shared.tried(actor, touch("campaigns", "name", shared.id("campaigns", shared.home)), headers=written).code == "22P02"


def test_header_that_names_the_platforms_workspace_leaves_what_is_shared_and_to_be_read(shared: Scene) -> None:
    """Everybody reads it, so somebody may try to write there."""
    for actor in (shared.home["owner"], shared.both, shared.home["platform_admin"]):
        headers = written({"x-workspace-id": str(PLATFORM)})
        assert _seen(shared, actor, headers) == {None, PLATFORM}
        for table in shared.insertable:
            new = shared.new(table, shared.home, actor.user) | {"workspace_id": PLATFORM}
            assert shared.tried(actor, insertion(table, new), headers=headers).code == "42501", table
            assert shared.tried(actor, insertion(table, new)).code == "42501", table
        template = shared.db.execute("select id from public.content_templates where workspace_id = %s", (PLATFORM,)).fetchone()
        assert template is not None
        change = touch("content_templates", "name", template[0])
        assert shared.tried(actor, change, headers=headers).count == 0
        assert shared.tried(actor, change).count == 0
        assert shared.tried(shared.home["service_role"], change).count == 1


def test_request_of_nobody_that_names_a_workspace_reads_nothing(shared: Scene) -> None:
    """Without a token, with one that ended, as somebody who is inactive: the header is believed by nobody."""
    headers = written({"x-workspace-id": str(shared.home.workspace)})
    for name in ("inactive", "anonymous", "outsider"):
        assert _seen(shared, shared.home[name], headers) <= {None}, name
    assert _seen(shared, shared.home["member"].claiming(exp=1), headers) == set()
    assert shared.visible(shared.home["anon"], headers=headers).code == "42501"


def test_member_of_two_sees_only_the_named_one_in_every_table(scene: Scene) -> None:
    """Somebody works in one workspace with a program that was let into both."""
    every = scene.tenant_tables.keys() & scene.readable.keys()
    for cast, other in ((scene.home, scene.foreign), (scene.foreign, scene.home)):
        seen = {(table, workspace) for table, workspace, _ in scene.visible(scene.both, workspace=cast.workspace).rows if workspace}
        assert seen == {(table, cast.workspace) for table in every}
        unnamed = {(table, workspace) for table, workspace, _ in scene.visible(scene.both).rows if workspace}
        assert unnamed == {(table, one.workspace) for table in every for one in (cast, other)}


def test_member_of_two_writes_only_in_the_named_one(scene: Scene) -> None:
    """The same for every write, and in both directions."""
    for named, other in ((scene.home, scene.foreign), (scene.foreign, scene.home)):
        for table in scene.insertable:
            here, there = (insertion(table, scene.new(table, cast, scene.both.user)) for cast in (named, other))
            assert scene.tried(scene.both, here, workspace=named.workspace).code is None, table
            assert scene.tried(scene.both, there, workspace=named.workspace).code == "42501", table
            assert scene.tried(scene.both, there).code is None, table
        for table in scene.updatable.keys() & scene.tenant_tables.keys():
            here, there = (touch(table, scene.updatable[table][0], scene.id(table, cast)) for cast in (named, other))
            assert scene.tried(scene.both, here, workspace=named.workspace).count == 1, table
            assert scene.tried(scene.both, there, workspace=named.workspace).count == 0, table
        for table in set(granted_tables(scene.db, "DELETE")) - {"workspaces"}:
            for cast, count in ((named, 1), (other, 0)):
                gone = scene.tried(
                    scene.both, f"delete from public.{table} where id = %s", scene.id(table, cast), workspace=named.workspace
                )
                assert gone.count == count, (table, cast is named)


def test_a_scope_that_forgets_the_header_is_found(scene: Scene) -> None:
    """Planted: a policy that asks for memberships by itself."""
    scene.db.execute(
        "alter policy campaigns_select_members on public.campaigns"
        " using (workspace_id in (select workspace_id from public.workspace_members where user_id = auth.uid()))"
    )
    scene.db.execute("alter policy workspace_members_select_co_members on public.workspace_members using (user_id = auth.uid())")
    seen = {workspace for table, workspace, _ in scene.visible(scene.both, workspace=scene.home.workspace).rows if table == "campaigns"}
    assert seen == {scene.home.workspace, scene.foreign.workspace}
