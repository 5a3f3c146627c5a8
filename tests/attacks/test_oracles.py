"""Questions whose answer could tell an outsider that a row of strangers exists: each is asked of one that does, and of one that does not.

What is compared is all that the asker learns: the code, the words, the details, the rows and how many.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from tests.support.catalogue import Constraint, constraints
from tests.support.rights import granted_tables, keys
from tests.support.scenes import Answer, Scene, insertion, touch

#: What a row can be locked for.
LOCKS = ("update", "no key update", "share", "key share")


def _oracles(scene: Scene, tables: list[str]) -> dict[tuple[str, str], tuple[Answer, Answer]]:
    """Return the inserts of an outsider that answer one thing for a row that exists and another for one that does not."""
    outsider, differ = scene.home["owner"], {}
    for table in tables:
        theirs = {name: value for name, value in scene.row(table, scene.foreign).items() if name in scene.insertable[table]}
        free = scene.new(table, scene.foreign, scene.foreign.user("author"))
        if "user_id" in theirs:
            theirs["user_id"] = free["user_id"] = outsider.user
        key = ", ".join(keys(scene.db)[table])
        for rest in (
            "",
            "returning workspace_id",
            "on conflict do nothing",
            f"on conflict ({key}) do nothing",
            f"on conflict ({key}) do update set workspace_id = excluded.workspace_id",
        ):
            taken, other = (scene.tried(outsider, insertion(table, values, rest)) for values in (theirs, free))
            if taken != other or taken.code is None:
                differ[table, rest] = (taken, other)
    return differ


def test_insert_beside_the_rows_of_strangers_tells_nothing(scene: Scene) -> None:
    """An outsider repeats what may stand there: a unique rule would answer before the policy, or `do nothing` would say how many."""
    differ = {
        where: answers
        for where, answers in _oracles(scene, list(scene.insertable)).items()
        # the statement itself is refused, for reasons that have nothing to do with rows: a rule that is deferrable is no arbiter
        if {answer.code for answer in answers} != {"55000"}
    }
    assert differ == {}


def test_insert_beside_ones_own_rows_tells_which_is_taken(scene: Scene) -> None:
    """The twin: the same rows, asked by an owner of that workspace."""
    owner = scene.foreign["owner"]
    codes = {}
    for table in scene.insertable:
        values = {name: value for name, value in scene.row(table, scene.foreign).items() if name in scene.insertable[table]}
        if "user_id" in values:
            values["user_id"] = owner.user
        codes[table] = scene.tried(owner, insertion(table, values)).code
        assert scene.tried(owner, insertion(table, scene.new(table, scene.foreign, owner.user))).code is None, table
    assert codes["social_media_posts"] == codes["content_media"] == "23505"


def test_an_id_that_could_be_given_would_tell_and_is_found(scene: Scene) -> None:
    """Planted: a policy that lets everybody add rows leaves the answer to the unique rules."""
    scene.db.execute("alter policy social_media_posts_insert_own on public.social_media_posts with check (true)")
    assert ("social_media_posts", "") in _oracles(scene, ["social_media_posts"])


def _keys_tell(scene: Scene) -> dict[str, tuple[Answer, Answer]]:
    outsider, differ = scene.home["owner"], {}
    for table in scene.insertable:
        new = scene.new(table, scene.home, outsider.user)
        answers = [scene.tried(outsider, insertion(table, new | {"id": key})) for key in (scene.id(table, scene.foreign), uuid4())]
        if answers[0] != answers[1]:
            differ[table] = (answers[0], answers[1])
    return differ


def test_primary_key_tells_nothing_of_rows_of_strangers(scene: Scene) -> None:
    """A key is unique over all workspaces: whoever may choose one finds out which are taken."""
    assert _keys_tell(scene) == {}
    for table in scene.updatable:
        mine = scene.id(table, scene.home)
        for key in (scene.id(table, scene.foreign), uuid4()):
            assert scene.tried(scene.home["owner"], touch(table, "id", mine, sql.Literal(key))).code == "42501", table


def test_primary_key_that_a_client_may_choose_is_found(scene: Scene) -> None:
    """Planted: with a right on the column one answer is 23505 and the other goes through."""
    scene.db.execute("grant insert (id) on public.campaigns to authenticated")
    taken, free = _keys_tell(scene)["campaigns"]
    assert (taken.code, free.code) == ("23505", None)


def _references(scene: Scene) -> list[Constraint]:
    """Foreign keys of columns that a client writes, but for platforms, which every signed-in user reads."""
    return [
        rule
        for rule in constraints(scene.db)
        if rule.kind == "f" and rule.table.startswith("public.") and rule.parent != "public.social_platforms"
        and set(rule.columns) <= set(scene.insertable.get(rule.table.removeprefix("public."), ()))
    ]  # fmt: skip


def _parents(scene: Scene, rule: Constraint, strangers: bool) -> dict[str, Any]:
    """Values of a foreign key that name a row of home or of the strangers, in a row of home."""
    table, cast = rule.parent.removeprefix("public."), scene.foreign if strangers else scene.home
    found = dict(zip(rule.columns, (scene.row(table, cast)[name] for name in rule.parent_columns), strict=True))
    if "workspace_id" in found and len(found) > 1:
        found["workspace_id"] = scene.home.workspace
    return found


def _child(scene: Scene, rule: Constraint, parent: dict[str, Any]) -> Answer:
    """Return what an owner of home learns from a new row with this parent."""
    table, owner = rule.table.removeprefix("public."), scene.home["owner"]
    return scene.tried(owner, insertion(table, scene.new(table, scene.home, owner.user) | parent))


def test_foreign_key_tells_nothing_of_rows_of_strangers(scene: Scene) -> None:
    """An outsider hangs rows of his own on ids that he guesses, and sees which of them hold: parents, people and workspaces."""
    found = _references(scene)
    assert {"public.campaigns", "public.users", "public.workspaces", "public.content_posts"} <= {rule.parent for rule in found}
    for rule in found:
        theirs = _parents(scene, rule, strangers=True)
        none = {name: value if name == "workspace_id" and len(theirs) > 1 else uuid4() for name, value in theirs.items()}
        taken, free = _child(scene, rule, theirs), _child(scene, rule, none)
        assert taken == free, rule.name
        assert taken.code in {"23503", "42501"}, rule.name
        assert not taken.shows_values, rule.name


def test_child_of_a_parent_of_the_own_workspace_is_made(scene: Scene) -> None:
    """The twin of each: the same row with a parent of the own workspace; of people, with oneself."""
    for rule in _references(scene):
        if rule.parent != "public.users":
            assert _child(scene, rule, _parents(scene, rule, strangers=False)).code is None, rule.name
        else:
            assert _child(scene, rule, {"user_id": scene.home.user("owner")}).code is None, rule.name


def test_a_foreign_key_without_the_workspace_would_tell_and_is_found(scene: Scene) -> None:
    """Planted: the parent alone is checked, and the row of strangers holds."""
    scene.db.execute("alter table public.content_posts drop constraint content_posts_campaign_is_in_the_workspace")
    scene.db.execute("alter table public.content_posts add constraint planted foreign key (campaign_id) references public.campaigns (id)")
    (rule,) = (rule for rule in _references(scene) if rule.name == "planted")
    assert _child(scene, rule, {"campaign_id": scene.id("campaigns", scene.foreign)}).code is None
    assert _child(scene, rule, {"campaign_id": uuid4()}).code == "23503"


def test_parent_of_strangers_is_not_taken_by_an_update(scene: Scene) -> None:
    """The row is there already, and only its parent is exchanged."""
    tried = 0
    for rule in _references(scene):
        table = rule.table.removeprefix("public.")
        for column in set(rule.columns) & set(scene.updatable.get(table, ())) - {"workspace_id"}:
            tried += 1
            mine = scene.id(table, scene.home)
            theirs, none = (
                scene.tried(scene.home["owner"], touch(table, column, mine, sql.Literal(key)))
                for key in (_parents(scene, rule, strangers=True)[column], uuid4())
            )
            assert theirs == none, rule.name
            assert (theirs.code, theirs.shows_values) == ("23503", False), rule.name
            own = sql.Literal(_parents(scene, rule, strangers=False)[column])
            assert scene.tried(scene.home["owner"], touch(table, column, mine, own)).count == 1, rule.name
    assert tried


def test_child_is_not_put_into_the_workspace_of_its_foreign_parent(scene: Scene) -> None:
    """The pair is whole and the parent is there, so the foreign key has nothing to say; the policy has."""
    outsider = scene.home["owner"]
    for rule in _references(scene):
        table = rule.table.removeprefix("public.")
        if rule.parent != "public.users":
            new = scene.new(table, scene.foreign, outsider.user)
            assert scene.tried(outsider, insertion(table, new)).code == "42501", rule.name
            own = scene.new(table, scene.foreign, scene.foreign.user("owner"))
            assert scene.tried(scene.foreign["owner"], insertion(table, own)).code is None, rule.name


@pytest.mark.parametrize(("column", "table"), [("post_id", "content_posts"), ("task_id", "worker_tasks")])
def test_event_about_something_of_strangers_tells_nothing(scene: Scene, column: str, table: str) -> None:
    """Events have no foreign keys, so the policy asks; its subquery must not see more than the one who writes."""
    member = scene.home["member"]
    new = scene.new("analytics_events", scene.home, member.user)
    theirs, none, own = (
        scene.tried(member, insertion("analytics_events", new | {column: key}))
        for key in (scene.id(table, scene.foreign), uuid4(), scene.id(table, scene.home))
    )
    assert theirs == none
    assert (theirs.code, own.code) == ("42501", None)


def test_returning_gives_nothing_of_rows_of_strangers(scene: Scene) -> None:
    """Every statement that gives rows back, or says how many, asked with the id of a row of strangers."""
    outsider, owner = scene.home["owner"], scene.foreign["owner"]
    deletable = granted_tables(scene.db, "DELETE")
    for table in scene.updatable.keys() | set(deletable):
        named = {"table": sql.Identifier(table)}
        ways = []
        if table in scene.updatable:
            named["column"] = sql.Identifier(scene.updatable[table][0])
            ways += [
                "update public.{table} set {column} = {column} where id = {id} returning id",
                "merge into public.{table} as row using (select {id} as id) as found on row.id = found.id"
                " when matched then update set {column} = row.{column}",
                *(
                    f"select id from public.{{table}} where id = {{id}} for {lock}"
                    for lock in ("update", "share", "key share", "no key update")
                ),
            ]
        if table in deletable:
            ways += [
                "delete from public.{table} where id = {id} returning id",
                "merge into public.{table} as row using (select {id} as id) as found on row.id = found.id when matched then delete",
            ]
        for way in ways:
            theirs, none = (sql.SQL(way).format(**named, id=sql.Literal(key)) for key in (scene.id(table, scene.foreign), uuid4()))
            assert scene.tried(outsider, theirs) == scene.tried(outsider, none) == Answer(count=0), (table, way)
            allowed = owner if table != "users" else scene.foreign["author"]
            assert scene.tried(allowed, theirs).count == 1, (table, way)


def test_error_does_not_show_the_values_of_rows(scene: Scene) -> None:
    """Details such as `Key (...)=(...) already exists` and `Failing row contains (...)` would carry what the asker may not read."""
    owner = scene.home["owner"]
    form = scene.row("social_media_posts", scene.home)
    faults = {
        "23505": ("social_media_posts", scene.new("social_media_posts", scene.home, owner.user) | {
            "content_post_id": form["content_post_id"], "platform_id": form["platform_id"],
        }),
        "23503": ("content_posts", scene.new("content_posts", scene.home, owner.user) | {"campaign_id": uuid4()}),
        "23502": ("content_posts", scene.new("content_posts", scene.home, owner.user) | {"content": None}),
        "23514": ("content_posts", scene.new("content_posts", scene.home, owner.user) | {"content_type": "poem"}),
    }  # fmt: skip
    for code, (table, values) in faults.items():
        answer = scene.tried(owner, insertion(table, values))
        assert (answer.code, answer.shows_values) == (code, False)
        # the twin: who reads everything is told everything
        everything = scene.tried(scene.home["service_role"], insertion(table, values))
        assert (everything.code, everything.shows_values) == (code, True)
