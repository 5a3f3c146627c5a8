"""Rights that were taken away while a token of before is still good: they end with the next statement, in an open transaction too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from psycopg import sql

from scripts.target import Connection, Target
from tests.support.actors import Actor, acting
from tests.support.races import wait_for_lock
from tests.support.rights import granted_tables
from tests.support.scenes import Scene, insertion, make_scene, touch, tried


@dataclass(frozen=True)
class Loss:
    """What an owner or the service does with {person} in {workspace}, what undoes it, and whether reading ends as well as writing."""

    change: str
    undo: str
    reads: bool


LOSSES = {
    "the membership is removed": Loss(
        "delete from public.workspace_members where user_id = {person} and workspace_id = {workspace}",
        "insert into public.workspace_members (workspace_id, user_id, role) values ({workspace}, {person}, 'editor')",
        reads=False,
    ),
    "the person is put away": Loss(
        "update public.users set is_active = false where id = {person}",
        "update public.users set is_active = true where id = {person}",
        reads=False,
    ),
    "the person becomes a viewer": Loss(
        "update public.users set role = 'viewer' where id = {person}",
        "update public.users set role = 'user' where id = {person}",
        reads=True,
    ),
    "the editor becomes a member": Loss(
        "update public.workspace_members set role = 'member' where user_id = {person} and workspace_id = {workspace}",
        "update public.workspace_members set role = 'editor' where user_id = {person} and workspace_id = {workspace}",
        reads=True,
    ),
    "the workspace is put away": Loss(
        "update public.workspaces set is_active = false where id = {workspace}",
        "update public.workspaces set is_active = true where id = {workspace}",
        reads=True,
    ),
}


@contextmanager
def _open_transaction(target: Target) -> Iterator[Connection]:
    """A connection whose one transaction stays open, as that of a slow request would."""
    with target.connect() as connection, connection.transaction():
        yield connection


def _may(connection: Connection, scene: Scene, actor: Actor) -> tuple[bool, bool]:
    """Return whether somebody reads the row of home that another wrote, and whether he changes it and puts one beside it.

    The answers are the same whether the request names home or not.
    """
    found = set()
    for workspace in (None, scene.home.workspace):
        post = scene.id("content_posts", scene.home)
        read = tried(connection, actor, "select id from public.content_posts where id = %s", (post,), workspace=workspace)
        changed = tried(connection, actor, touch("content_posts", "title", post), workspace=workspace)
        avatar = {"workspace_id": scene.home.workspace, "name": "Ada", "avatar_id": "a", "voice_id": "v"}
        added = tried(connection, actor, insertion("avatar_profiles", avatar), workspace=workspace)
        assert (added.code is None) == (changed.count == 1)
        found.add((read.count == 1, changed.count == 1))
    (answer,) = found
    return answer


@pytest.fixture
def committed(clone: Connection) -> Scene:
    """The stage, committed, on a connection that commits each statement."""
    made = make_scene(clone)
    clone.commit()
    clone.autocommit = True
    return made


def test_rights_that_are_taken_away_end_within_an_open_transaction(committed: Scene, clone_target: Target) -> None:
    """Somebody who was removed goes on with a connection, a transaction and a token of before."""
    editor = committed.home["editor"]
    ids = {"person": sql.Literal(editor.user), "workspace": sql.Literal(committed.home.workspace)}
    with _open_transaction(clone_target) as attacker:
        for name, loss in LOSSES.items():
            assert _may(attacker, committed, editor) == (True, True), name
            committed.db.execute(sql.SQL(loss.change).format(**ids))
            assert _may(attacker, committed, editor) == (loss.reads, False), name
            committed.db.execute(sql.SQL(loss.undo).format(**ids))
        assert _may(attacker, committed, editor) == (True, True)
        committed.db.execute("delete from public.workspaces where id = %s", (committed.home.workspace,))
        assert _may(attacker, committed, editor) == (False, False)


def test_prepared_statement_of_before_gives_nothing_any_more(committed: Scene, clone_target: Target) -> None:
    """A plan that is kept must not keep the answer to who may read."""
    editor = committed.home["editor"]
    with clone_target.connect() as attacker, attacker.transaction(), acting(attacker, editor):
        attacker.execute("prepare kept as select id from public.content_posts")
        attacker.execute("set local plan_cache_mode = force_generic_plan")
        for _ in range(2):
            assert attacker.execute("execute kept").fetchall()
        committed.db.execute("delete from public.workspace_members where user_id = %s", (editor.user,))
        assert attacker.execute("execute kept").fetchall() == []
        attacker.execute("deallocate kept")


def test_author_who_waits_for_the_own_draft_finds_that_an_editor_moved_it_on(committed: Scene, clone_target: Target) -> None:
    """An update that began while the row was a draft waits for the editor: what counts is the row as it is then."""
    author, post = committed.home["author"], committed.id("content_posts", committed.home)
    changed: list[int] = []

    def change() -> None:
        with clone_target.connect(application="author") as connection, connection.transaction(), acting(connection, author):
            changed.append(connection.execute("update public.content_posts set content = 'Other' where id = %s", (post,)).rowcount)

    for state, count in (("draft", 1), ("scheduled", 0)):
        with committed.db.transaction():
            committed.db.execute("update public.content_posts set status = %s, scheduled_for = '2100-01-01' where id = %s", (state, post))
            waiting = threading.Thread(target=change)
            waiting.start()
            wait_for_lock(clone_target, "author")
        waiting.join()
        assert changed.pop() == count, state


def test_inactive_admin_reads_nothing_in_any_table(scene: Scene) -> None:
    """Somebody whose account was put away keeps the token, the membership and the role."""
    inactive, admin = scene.home["inactive"], scene.home["admin"]
    for workspace in (None, scene.home.workspace):
        assert scene.visible(inactive, workspace=workspace).rows == ()
    scene.db.execute("update public.users set is_active = true where id = %s", (inactive.user,))
    seen, usual = (
        {(table, workspace) for table, workspace, _ in scene.visible(actor).rows} - {("user_video_limits", None)}
        for actor in (inactive, admin)
    )
    assert seen == usual
    assert {table for table, _ in seen} >= scene.tenant_tables.keys() & scene.readable.keys()


def test_inactive_admin_writes_nothing_in_any_table(scene: Scene) -> None:
    """The same for writing, with the twin of the same person made active again."""
    inactive = scene.home["inactive"]
    deletable = [table for table in granted_tables(scene.db, "DELETE") if table != "workspaces"]
    ways = {("insert", table): insertion(table, scene.new(table, scene.home, inactive.user)) for table in scene.insertable}
    ways |= {
        ("update", table): touch(table, scene.updatable[table][0], inactive.user if table == "users" else scene.id(table, scene.home))  # type: ignore[arg-type]
        for table in scene.updatable
    }
    delete = sql.SQL("delete from public.{} where id = {}")
    ways |= {
        ("delete", table): delete.format(sql.Identifier(table), sql.Literal(scene.id(table, scene.home))) for table in deletable
    }  # fmt: skip
    for (verb, table), way in ways.items():
        for workspace in (None, scene.home.workspace):
            answer = scene.tried(inactive, way, workspace=workspace)
            assert answer.code == "42501" if verb == "insert" else answer.count == 0, (verb, table, workspace)
    scene.db.execute("update public.users set is_active = true where id = %s", (inactive.user,))
    for (verb, table), way in ways.items():
        assert scene.tried(inactive, way).count == 1, (verb, table)


@pytest.mark.parametrize("name", ["workspace_members.user_is_active", "users.is_active"])
def test_activity_cannot_be_given_back_by_hand(scene: Scene, name: str) -> None:
    """The membership has a copy of the activity: an inactive admin turns that one, or the service does by mistake."""
    table, column = name.split(".")
    inactive = scene.home["inactive"]
    assert inactive.user is not None
    key = "user_id" if table == "workspace_members" else "id"
    change = sql.SQL("update public.{} set {} = true where {} = {}").format(
        sql.Identifier(table), sql.Identifier(column), sql.Identifier(key), sql.Literal(inactive.user)
    )
    assert scene.tried(inactive, change).code == "42501"
    twin = scene.tried(scene.home["service_role"], change)
    assert (twin.code, twin.count) == (("23503", 0) if table == "workspace_members" else (None, 1))


def test_a_scope_that_forgets_activity_is_found(scene: Scene) -> None:
    """Planted: the membership alone decides."""
    scene.db.execute(
        "alter policy campaigns_select_members on public.campaigns"
        " using (workspace_id in (select m.workspace_id from public.workspace_members as m where m.user_id = auth.uid()))"
    )
    scene.db.execute("alter policy workspace_members_select_co_members on public.workspace_members using (user_id = auth.uid())")
    assert {table for table, *_ in scene.visible(scene.home["inactive"]).rows} == {"campaigns", "workspace_members"}
