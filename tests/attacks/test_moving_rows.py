"""Rows that are carried over a border: to another workspace, to another author, or to a state that only the service gives."""

from __future__ import annotations

import re
from itertools import product
from uuid import UUID

import pytest
from psycopg import sql

from tests.support.people import PLATFORM
from tests.support.rights import keys
from tests.support.rows import one
from tests.support.scenes import Scene, insertion, touch


def _moves(scene: Scene, table: str) -> dict[str, sql.Composed]:
    """Each way of writing another workspace into a row of ours, by name."""
    names = {
        "table": sql.Identifier(table),
        "column": sql.Identifier(scene.tenant_tables[table]),
        "there": sql.Literal(scene.foreign.workspace),
        "id": sql.Literal(scene.id(table, scene.home)),
        "key": sql.SQL(", ").join(map(sql.Identifier, keys(scene.db)[table])),
    }
    return {
        "update": sql.SQL("update public.{table} set {column} = {there} where id = {id}").format(**names),
        "to itself": sql.SQL("update public.{table} set {column} = {column} where id = {id}").format(**names),
        "merge": sql.SQL(
            "merge into public.{table} as row using (select {id} as id) as ours on row.id = ours.id::uuid"
            " when matched then update set {column} = {there}"
        ).format(**names),
        "upsert": sql.SQL(
            "insert into public.{table} ({column}) values ({there}) on conflict ({key}) do update set {column} = {there}"
        ).format(**names),
    }  # fmt: skip


def test_nobody_moves_a_row_to_another_workspace(scene: Scene) -> None:
    """Who owns both workspaces would smuggle a row, and all that hangs on it, past the quota and the log of one of them."""
    let_through = {}
    for table in scene.tenant_tables:
        for way, statement in _moves(scene, table).items():
            if (code := scene.tried(scene.both, statement).code) != "42501":
                let_through[table, way] = code
    assert let_through == {}


def test_the_owner_of_the_schema_may_write_the_same_workspace_again(scene: Scene) -> None:
    """The twin: the statement is sound, and the row is there."""
    for table in scene.tenant_tables:
        assert scene.db.execute(_moves(scene, table)["to itself"]).rowcount == 1, table


def test_whoever_may_change_a_row_changes_what_is_granted_of_it(scene: Scene) -> None:
    """The twin in the hands of a client: the same update of the same row, of a column that is granted."""
    unchanged = [
        table
        for table in scene.tenant_tables.keys() & scene.updatable.keys()
        if scene.tried(scene.both, touch(table, scene.updatable[table][0], scene.id(table, scene.home))).count != 1
    ]
    assert unchanged == []


def test_the_policy_keeps_a_row_in_its_workspace_even_where_the_column_is_granted(scene: Scene) -> None:
    """A second wall: somebody grants too much by mistake, and an owner pushes rows to strangers, or to the platform for all to read."""
    owner, let_through, without_wall = scene.home["owner"], {}, {}
    for table in scene.tenant_tables.keys() & scene.updatable.keys() - {"workspaces"}:
        scene.db.execute(sql.SQL("grant update (workspace_id) on public.{} to authenticated").format(sql.Identifier(table)))
        key = scene.id(table, scene.home)
        for there in (scene.foreign.workspace, PLATFORM):
            if (code := scene.tried(owner, touch(table, "workspace_id", key, sql.Literal(there))).code) != "42501":
                let_through[table, there] = code
        # who may write in both gets past the policy, if only to a foreign key
        move = touch(table, "workspace_id", key, sql.Literal(scene.foreign.workspace))
        if (code := scene.tried(scene.both, move).code) not in {None, "23503"}:
            without_wall[table] = code
    assert let_through == {}
    assert without_wall == {}


def test_nobody_writes_in_the_name_of_another(scene: Scene) -> None:
    """An owner puts words into the mouth of a member, or leaves no name at all."""
    owner, wrong = scene.home["owner"], {}
    with_author = [table for table, names in scene.insertable.items() if "user_id" in names]
    assert with_author
    for table in with_author:
        own = scene.new(table, scene.home, owner.user)
        others = {"a member": scene.home.user("member"), "a stranger": scene.foreign.user("owner"), "nobody": None}
        for whose, author in others.items():
            for rest in ("", "on conflict (" + ", ".join(keys(scene.db)[table]) + ") do nothing"):
                answer = scene.tried(owner, insertion(table, own | {"user_id": author}, rest))
                if answer.code != "42501":
                    wrong[table, whose, rest] = answer.code
        twin = scene.tried(owner, insertion(table, own, "returning user_id"))
        if twin.rows != ((owner.user,),):
            wrong[table, "oneself", "returning"] = twin.code
    assert wrong == {}


def test_nobody_becomes_the_author_of_what_another_wrote(scene: Scene) -> None:
    """A member makes a draft of somebody else the own one, to change it."""
    let_through = {}
    for table in scene.updatable:
        if "user_id" in scene.row(table, scene.home):
            statement = touch(table, "user_id", scene.id(table, scene.home), sql.Literal(scene.home.user("owner")))
            if (code := scene.tried(scene.home["owner"], statement).code) != "42501":
                let_through[table] = code
    assert let_through == {}


#: What only the service makes of a row, for each table whose state a client may change.
OF_THE_SERVICE = {
    "campaigns": set[str](),
    "content_posts": {"publishing", "published", "partially_published", "failed"},
    "social_media_posts": {"publishing", "published", "failed"},
    "workflow_executions": {"pending", "running", "awaiting_approval", "completed", "failed"},
    "research_jobs": {"running", "completed", "failed"},
}


def _states(scene: Scene, table: str) -> set[str]:
    check = f"{table}_status_is_known"
    return set(re.findall(r"'(\w+)'::text", one(scene.db, "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", check)))


def _set_to(scene: Scene, table: str, state: str) -> UUID:
    """Bring the row of home to a state, with a time where one is needed, and return its id."""
    key = scene.id(table, scene.home)
    time = ", scheduled_for = '2100-01-01'" if "scheduled_for" in scene.row(table, scene.home) else ""
    scene.db.execute(f"update public.{table} set status = %s{time} where id = %s".encode(), (state, key))
    return key


@pytest.mark.parametrize("table", ["campaigns", "content_posts", "social_media_posts"])
def test_author_does_not_take_the_own_draft_further(scene: Scene, table: str) -> None:
    """A member publishes without an editor: by update, by a row that is new and published at once, by upsert."""
    author, draft = scene.home["author"], _set_to(scene, table, "draft")
    new = scene.new(table, scene.home, author.user)
    if "scheduled_for" in scene.insertable[table]:
        new["scheduled_for"] = "2100-01-01"
    for state in _states(scene, table) - {"draft"}:
        assert scene.tried(author, touch(table, "status", draft, sql.Literal(state))).code in {"42501", "HS080"}, state
        assert scene.tried(author, insertion(table, new | {"status": state})).code == "42501", state
        upsert = f"on conflict (id) do update set status = '{state}'"
        assert scene.tried(author, insertion(table, new | {"status": state}, upsert)).code == "42501", state
    assert scene.tried(author, touch(table, "status", draft, sql.Literal("draft"))).count == 1
    assert scene.tried(author, insertion(table, new | {"status": "draft"}, "on conflict (id) do update set status = 'draft'")).count == 1
    onward = "active" if table == "campaigns" else "scheduled"
    assert scene.tried(scene.home["editor"], touch(table, "status", draft, sql.Literal(onward))).count == 1


def test_upsert_over_the_own_draft_does_not_take_it_further(scene: Scene) -> None:
    """The conflict is real here: the second form of a post for the same platform meets the first one."""
    author, form = scene.home["author"], scene.row("social_media_posts", scene.home)
    again = {name: form[name] for name in ("workspace_id", "content_post_id", "user_id", "platform_id", "content")}
    rest = "on conflict (workspace_id, content_post_id, platform_id) do update set status = '{}', scheduled_for = '2100-01-01' returning id"
    for state in _states(scene, "social_media_posts") - {"draft"}:
        assert scene.tried(author, insertion("social_media_posts", again, rest.format(state))).code in {"42501", "HS080"}, state
    assert scene.tried(author, insertion("social_media_posts", again, rest.format("draft"))).rows == ((form["id"],),)


def test_the_states_of_the_service_are_known_for_each_table_whose_state_a_client_may_change(scene: Scene) -> None:
    assert {table for table, names in scene.updatable.items() if "status" in names} == OF_THE_SERVICE.keys()


@pytest.mark.parametrize("table", [table for table, states in OF_THE_SERVICE.items() if states])
def test_owner_takes_no_row_to_a_state_that_the_service_gives(scene: Scene, table: str) -> None:
    """An owner says that something was published, or runs, which nobody did."""
    for before, after in product(_states(scene, table), OF_THE_SERVICE[table]):
        if before != after:
            statement = touch(table, "status", _set_to(scene, table, before), sql.Literal(after))
            assert scene.tried(scene.home["owner"], statement).code == "HS080", (before, after)
            assert scene.tried(scene.home["service_role"], statement).count == 1, (before, after)


@pytest.mark.parametrize("table", ["content_posts", "social_media_posts", "workflow_executions", "research_jobs"])
def test_owner_makes_no_new_row_in_a_state_that_the_service_gives(scene: Scene, table: str) -> None:
    """The same without a row of before: it begins as published."""
    owner = scene.home["owner"]
    new = scene.new(table, scene.home, owner.user)
    for state in OF_THE_SERVICE[table]:
        assert scene.tried(owner, insertion(table, new | {"status": state})).code == "42501", state
    assert scene.tried(owner, insertion(table, new)).count == 1
