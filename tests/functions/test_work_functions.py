"""What people call for videos, decisions and tasks, as clients; two at once never both win."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.functions.test_member_functions import call
from tests.support.actors import Actor, Cast, acting, make_cast
from tests.support.people import make_workspace, refused
from tests.support.registry import MAKERS
from tests.support.rows import insert, one
from tests.support.studio import make_avatar, make_platform_workspace, make_script
from tests.support.work import make_task


@pytest.fixture
def cast(db: Connection) -> Cast:
    return make_cast(db)


def _made(db: Connection, table: str, workspace: UUID, **values: Any) -> UUID:
    return UUID(str(insert(db, table, MAKERS[table](db, workspace) | values)["id"]))


def _status(db: Connection, table: str, key: UUID) -> Any:
    return one(db, f"select status from public.{table} where id = %s", key)


# -------------------------------------------------------------------- videos

VIDEO = "request_video(%s, script => 'Tea is hot.')"


@pytest.mark.parametrize("name", ["member", "editor", "admin", "owner"])
def test_a_member_asks_for_a_video_and_spends_a_credit(db: Connection, cast: Cast, name: str) -> None:
    key = call(db, cast[name], VIDEO, cast.workspace)
    assert db.execute("select user_id, workspace_id, script, status from public.video_generations where id = %s", (key,)).fetchall() == [
        (cast.user(name), cast.workspace, "Tea is hot.", "pending")
    ]
    assert one(db, "select videos_this_month from public.user_video_limits where user_id = %s", cast.user(name)) == 1
    with refused(db, "HS050"):
        call(db, cast[name], VIDEO, cast.workspace)
    assert one(db, "select count(*) from public.video_generations where user_id = %s", cast.user(name)) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("outsider", "HS022"), ("platform_admin", "HS022"), ("platform_viewer", "HS021"), ("inactive", "HS020"), ("anonymous", "HS020"),
        ("anon", "42501"), ("service_role", "42501"),
    ],
)  # fmt: skip
def test_nobody_else_asks_for_a_video(db: Connection, cast: Cast, name: str, code: str) -> None:
    with refused(db, code):
        call(db, cast[name], VIDEO, cast.workspace)
    assert one(db, "select count(*) from public.video_generations") == 0


def test_a_video_speaks_a_completed_script_of_its_workspace_or_a_text_and_not_both(db: Connection, cast: Cast) -> None:
    own, foreign = make_script(db, cast.workspace), make_script(db, make_workspace(db))
    unwritten = make_script(db, cast.workspace, status="pending", script=None)
    for script, text in ((foreign, None), (unwritten, None), (uuid4(), None), (None, None), (None, "  "), (own, "Tea is hot.")):
        with refused(db, "HS052"):
            call(db, cast["member"], "request_video(%s, %s, %s)", cast.workspace, script, text)
    assert one(db, "select count(*) from public.user_video_limits") == 0
    assert call(db, cast["member"], "request_video(%s, %s)", cast.workspace, own)


def test_a_video_shows_an_avatar_of_its_workspace_or_of_the_platform(db: Connection, cast: Cast) -> None:
    foreign, idle = make_avatar(db, make_workspace(db)), make_avatar(db, cast.workspace, is_active=False)
    for profile in (foreign, idle, uuid4()):
        with refused(db, "HS053"):
            call(db, cast["member"], "request_video(%s, script => 'Hi', profile_id => %s)", cast.workspace, profile)
    platform = make_platform_workspace(db)
    for name, workspace in (("member", cast.workspace), ("editor", platform)):
        avatar = make_avatar(db, workspace, avatar_id="face", voice_id="voice")
        key = call(db, cast[name], "request_video(%s, script => 'Hi', profile_id => %s)", cast.workspace, avatar)
        row = "select avatar_workspace_id, profile_id, avatar_id, voice_id from public.video_generations where id = %s"
        assert db.execute(row, (key,)).fetchall() == [(workspace, avatar, "face", "voice")]


# -------------------------------------------------------------------- decisions

DECISIONS = {
    "content_recommendations": ("decide_recommendation(%s, %s)", "accepted", "editor", "member"),
    "workflow_approvals": ("decide_approval(%s, %s)", "approved", "admin", "editor"),
}


@pytest.mark.parametrize("table", DECISIONS)
def test_a_decision_is_made_once_by_a_role_that_is_high_enough(db: Connection, cast: Cast, table: str) -> None:
    text, word, allowed, too_low = DECISIONS[table]
    key = _made(db, table, cast.workspace)
    for name, code in ((too_low, "HS055"), ("outsider", "HS055"), ("platform_viewer", "HS021"), ("inactive", "HS020"), ("anon", "42501")):
        with refused(db, code):
            call(db, cast[name], text, key, word)
    assert _status(db, table, key) == "pending"
    call(db, cast[allowed], text, key, word)
    assert _status(db, table, key) == word
    with refused(db, "HS055"):
        call(db, cast["owner"], text, key, "rejected")


@pytest.mark.parametrize("table", DECISIONS)
@pytest.mark.parametrize("word", ["pending", "implemented", "", None])
def test_a_decision_is_one_of_two_words(db: Connection, cast: Cast, table: str, word: str | None) -> None:
    key = _made(db, table, cast.workspace)
    with refused(db, "HS054"):
        call(db, cast["owner"], DECISIONS[table][0], key, word)


@pytest.mark.parametrize("table", DECISIONS)
def test_the_answer_is_the_same_for_what_is_not_there(db: Connection, cast: Cast, table: str) -> None:
    text, word, *_ = DECISIONS[table]
    for key in (uuid4(), _made(db, table, make_workspace(db))):
        with refused(db, "HS055"):
            call(db, cast["owner"], text, key, word)


def test_an_approval_keeps_who_decided_when_and_why(db: Connection, cast: Cast) -> None:
    key = _made(db, "workflow_approvals", cast.workspace)
    call(db, cast["admin"], "decide_approval(%s, 'rejected', 'Too long')", key)
    row = db.execute("select approved_by, approved_at = now(), feedback from public.workflow_approvals where id = %s", (key,)).fetchone()
    assert row == (cast.user("admin"), True, "Too long")


def test_a_recommendation_that_is_over_waits_for_no_decision(db: Connection, cast: Cast) -> None:
    with refused(db, "HS055"):
        call(
            db,
            cast["editor"],
            "decide_recommendation(%s, 'accepted')",
            _made(db, "content_recommendations", cast.workspace, expires_at="2026-01-01"),
        )


def test_of_many_who_decide_at_once_one_does(clone: Connection, clone_target: Target) -> None:
    cast = make_cast(clone)
    key = _made(clone, "workflow_approvals", cast.workspace)
    clone.commit()
    barrier = Barrier(6)

    def decide(actor: Actor) -> str:
        with clone_target.connect(autocommit=False) as connection:
            barrier.wait(10)
            try:
                call(connection, actor, "decide_approval(%s, 'approved')", key)
                connection.commit()
            except psycopg.Error as fault:
                return str(fault.sqlstate)
            return "decided"

    with ThreadPoolExecutor(6) as pool:
        got = [each.result() for each in [pool.submit(decide, cast[name]) for name in ("admin", "owner") * 3]]
    assert sorted(got) == ["HS055"] * 5 + ["decided"]


# -------------------------------------------------------------------- tasks

TASK = "request_task(%s, 'video', 'render')"


def test_an_editor_puts_a_task_in_the_queue(db: Connection, cast: Cast) -> None:
    key = call(db, cast["editor"], "request_task(%s, 'video', 'render', %s::jsonb, 7)", cast.workspace, json.dumps({"a": 1}))
    row = "select user_id, status, input_data, priority, scheduled_at = now() from public.worker_tasks where id = %s"
    assert db.execute(row, (key,)).fetchone() == (cast.user("editor"), "pending", {"a": 1}, 7, True)
    for name, code in (("member", "HS022"), ("outsider", "HS022"), ("platform_viewer", "HS021"), ("inactive", "HS020"), ("anon", "42501")):
        with refused(db, code):
            call(db, cast[name], TASK, cast.workspace)
    with refused(db, "23514"):
        call(db, cast["editor"], "request_task(%s, 'video', 'render', priority => 11)", cast.workspace)


@pytest.mark.parametrize("status", ["pending", "running", "failed"])
def test_an_editor_cancels_what_is_not_at_its_end(db: Connection, cast: Cast, status: str) -> None:
    key = make_task(db, cast.workspace, status=status)
    for name in ("member", "outsider"):
        with refused(db, "HS056"):
            call(db, cast[name], "cancel_task(%s)", key)
    with refused(db, "HS021"):
        call(db, cast["platform_viewer"], "cancel_task(%s)", key)
    call(db, cast["editor"], "cancel_task(%s)", key)
    assert _status(db, "worker_tasks", key) == "cancelled"


@pytest.mark.parametrize("status", ["completed", "dead", "cancelled"])
def test_what_is_at_its_end_is_not_cancelled(db: Connection, cast: Cast, status: str) -> None:
    with refused(db, "HS056"):
        call(db, cast["owner"], "cancel_task(%s)", make_task(db, cast.workspace, status=status))


# -------------------------------------------------------------------- states

#: Changes of state that are people's, and one of each table that is the service's.
PEOPLES = {
    "campaigns": ["draft -> active", "draft -> archived", "active -> paused", "active -> completed", "paused -> active",
                  "paused -> completed", "completed -> active", "completed -> archived"],
    "content_posts": ["draft -> scheduled", "draft -> archived", "scheduled -> draft", "published -> archived",
                      "partially_published -> archived", "failed -> scheduled", "failed -> draft", "failed -> archived"],
    "social_media_posts": ["draft -> scheduled", "draft -> cancelled", "scheduled -> draft", "scheduled -> cancelled",
                           "failed -> scheduled", "failed -> draft", "failed -> cancelled", "cancelled -> draft"],
    "workflow_executions": ["pending -> cancelled", "running -> cancelled", "awaiting_approval -> cancelled"],
    "research_jobs": ["queued -> cancelled", "running -> cancelled", "failed -> queued"],
}  # fmt: skip


@pytest.mark.parametrize("table", PEOPLES)
def test_a_client_takes_a_row_from_state_to_state_as_people_do_and_no_further(db: Connection, cast: Cast, table: str) -> None:
    states = one(
        db,
        "select array(select (regexp_matches(pg_get_constraintdef(oid), '''(\\w+)''', 'g'))[1]) from pg_constraint where conname = %s",
        f"{table}_status_is_known",
    )
    timed = {"scheduled_for": "2100-01-01"} if table in {"content_posts", "social_media_posts"} else {}
    rows = {state: _made(db, table, cast.workspace, status=state, **timed) for state in states}
    for before in states:
        for after in states:
            change = f"update public.{table} set status = %s where id = %s".encode()
            allowed = before == after or f"{before} -> {after}" in PEOPLES[table]
            for actor, may in ((cast["editor"], allowed), (cast["service_role"], True)):
                done = ""
                with pytest.raises(ZeroDivisionError), acting(db, actor):  # an error of our own, to undo what was done
                    try:
                        done = str(db.execute(change, (after, rows[before])).rowcount)
                    except psycopg.Error as fault:
                        done = str(fault.sqlstate)
                    raise ZeroDivisionError
                assert done == ("1" if may else "HS080"), f"{actor.name}: {before} -> {after}"
