"""Avatars, scripts, videos and their numbers: defaults, states, shared avatars, deletions, and the seed of avatars."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from scripts.seeds import seed
from scripts.settings import ROOT
from scripts.target import Connection, Target
from tests.support.people import make_user, make_workspace
from tests.support.rows import insert, one
from tests.support.studio import MAKERS, make_avatar, make_platform_workspace, make_script, make_video

STATES = {
    "script_generations": {"pending", "completed", "failed"},
    "video_generations": {"pending", "processing", "completed", "failed", "cancelled"},
}


def _about(statement: LiteralString, table: str) -> sql.Composed:
    """Return a statement with a table's name in place of the braces."""
    return sql.SQL(statement).format(sql.Identifier("public", table))


@pytest.mark.parametrize(("table", "status"), sorted((table, word) for table in STATES for word in STATES[table]))
def test_each_state_is_accepted(db: Connection, table: str, status: str) -> None:
    assert insert(db, table, MAKERS[table](db, make_workspace(db)) | {"status": status})["status"] == status


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_a_script_may_lack_its_text_only_while_it_is_not_completed(db: Connection, status: str) -> None:
    workspace = make_workspace(db)
    script = make_script(db, workspace, status=status, script=None)
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        db.execute("update public.script_generations set status = 'completed' where id = %s", (script,))
    assert caught.value.diag.constraint_name == "script_generations_completed_has_a_script"
    db.execute("update public.script_generations set status = 'completed', script = 'Tea.' where id = %s", (script,))


def test_a_script_that_is_brought_along_is_completed_and_has_the_usual_aims(db: Connection) -> None:
    row = insert(db, "script_generations", {"workspace_id": make_workspace(db), "topic": "Tea", "script": "Tea is hot."})
    assert (row["status"], row["target_audience"], row["video_style"]) == (
        "completed",
        "general audience",
        "professional",
    )
    assert (row["duration_target"], row["quality_score"], row["generation_time"]) == (60, None, None)


def test_a_new_video_waits_and_is_landscape_and_not_public(db: Connection) -> None:
    row = insert(db, "video_generations", {"workspace_id": make_workspace(db)})
    assert (row["status"], row["aspect_ratio"], row["is_public"]) == ("pending", "landscape", False)
    assert (row["video_style"], row["metadata"], row["completed_at"]) == ("professional", {}, None)


def test_a_new_avatar_is_offered_and_no_default(db: Connection) -> None:
    row = insert(db, "avatar_profiles", MAKERS["avatar_profiles"](db, make_workspace(db)))
    assert (row["is_active"], row["is_default"], row["display_order"], row["avatar_type"]) == (
        True,
        False,
        0,
        "talking_photo",
    )


def test_new_numbers_start_at_nothing(db: Connection) -> None:
    row = insert(db, "video_analytics", MAKERS["video_analytics"](db, make_workspace(db)))
    assert [row[name] for name in ("views", "likes", "shares", "comments", "engagement_rate")] == [0, 0, 0, 0, 0]
    assert (row["watch_time_avg"], row["completion_rate"], row["platform_data"]) == (None, None, {})
    usage = insert(db, "avatar_usage_stats", MAKERS["avatar_usage_stats"](db, make_workspace(db)))
    assert (usage["usage_count"], usage["total_video_duration"], usage["avg_quality_score"]) == (0, 0, None)


FRACTIONS = [
    ("script_generations", "quality_score"),
    ("video_analytics", "engagement_rate"),
    ("video_analytics", "completion_rate"),
    ("avatar_usage_stats", "avg_quality_score"),
]

LENGTHS = [
    ("script_generations", "generation_time"),
    ("video_generations", "duration"),
    ("video_analytics", "watch_time_avg"),
    ("avatar_usage_stats", "total_video_duration"),
]


@pytest.mark.parametrize(("table", "column"), FRACTIONS)
def test_a_fraction_may_be_at_either_end_and_never_beyond_or_no_number(db: Connection, table: str, column: str) -> None:
    for fraction in (0, 0.5, 1):
        assert insert(db, table, MAKERS[table](db, make_workspace(db)) | {column: fraction})[column] == fraction
    for wrong in (-0.001, 1.001, float("nan"), float("inf"), float("-inf")):
        with pytest.raises(psycopg.errors.CheckViolation), db.transaction():
            insert(db, table, MAKERS[table](db, make_workspace(db)) | {column: wrong})


@pytest.mark.parametrize(("table", "column"), LENGTHS)
def test_a_length_may_be_nothing_and_is_never_negative_or_without_end(db: Connection, table: str, column: str) -> None:
    for length in (0, 0.5, 1e9):
        assert insert(db, table, MAKERS[table](db, make_workspace(db)) | {column: length})[column] == length
    for wrong in (-0.001, float("nan"), float("inf"), float("-inf")):
        with pytest.raises(psycopg.errors.CheckViolation), db.transaction():
            insert(db, table, MAKERS[table](db, make_workspace(db)) | {column: wrong})


def test_a_script_may_be_meant_to_take_a_second(db: Connection) -> None:
    script = make_script(db, make_workspace(db), duration_target=1)
    assert one(db, "select duration_target from public.script_generations where id = %s", script) == 1


def test_counts_go_beyond_two_billion(db: Connection) -> None:
    row = insert(db, "video_analytics", MAKERS["video_analytics"](db, make_workspace(db)) | {"views": 2**40})
    assert row["views"] == 2**40


def test_videos_that_the_provider_has_not_taken_share_the_lack_of_an_id(db: Connection) -> None:
    workspace = make_workspace(db)
    assert make_video(db, workspace, heygen_video_id=None) != make_video(db, workspace, heygen_video_id=None)


def test_two_workspaces_may_hold_the_same_video_of_the_provider(db: Connection) -> None:
    same = str(uuid4())
    assert make_video(db, make_workspace(db), heygen_video_id=same) != make_video(db, make_workspace(db), heygen_video_id=same)


@pytest.mark.parametrize("table", ["video_generations", "avatar_usage_stats"])
def test_a_shared_avatar_can_be_named_from_any_workspace(db: Connection, table: str) -> None:
    platform = make_platform_workspace(db)
    shared = {"avatar_workspace_id": platform, "profile_id": make_avatar(db, platform)}
    for _ in range(2):
        row = insert(db, table, MAKERS[table](db, make_workspace(db)) | shared)
        assert row["avatar_workspace_id"] == platform


@pytest.mark.parametrize("table", ["video_generations", "avatar_usage_stats"])
def test_an_avatar_of_another_workspace_cannot_be_named_not_even_as_a_shared_one(db: Connection, table: str) -> None:
    workspace, other = make_workspace(db), make_workspace(db)
    platform = make_platform_workspace(db)
    theirs = make_avatar(db, other)
    values = MAKERS[table](db, workspace)
    assert insert(db, table, values)
    for named, refusal in (
        (other, f"{table}_avatar_is_own_or_shared"),
        (workspace, f"{table}_avatar_exists"),
        (platform, f"{table}_avatar_exists"),
    ):
        wrong = MAKERS[table](db, workspace) | {"avatar_workspace_id": named, "profile_id": theirs}
        with pytest.raises(psycopg.IntegrityError) as caught, db.transaction():
            insert(db, table, wrong)
        assert caught.value.diag.constraint_name == refusal


@pytest.mark.parametrize(
    ("parent", "reference", "emptied"),
    [
        ("script_generations", "script_id", {"script_id"}),
        ("workflow_executions", "workflow_id", {"workflow_id"}),
        ("avatar_profiles", "profile_id", {"profile_id", "avatar_workspace_id"}),
        ("users", "user_id", {"user_id"}),
    ],
)
def test_a_video_outlives_what_it_was_made_from(db: Connection, parent: str, reference: str, emptied: set[str]) -> None:
    before = insert(db, "video_generations", MAKERS["video_generations"](db, make_workspace(db)))
    db.execute(_about("delete from {} where id = %s", parent), (before[reference],))
    cursor = db.execute("select * from public.video_generations where id = %s", (before["id"],))
    after = dict(zip((column.name for column in cursor.description or ()), cursor.fetchone() or (), strict=True))
    assert {name for name in before if before[name] != after[name]} - {"updated_at"} == emptied
    assert all(after[name] is None for name in emptied)


def test_a_script_outlives_its_author(db: Connection) -> None:
    author = make_user(db)
    script = make_script(db, make_workspace(db), user_id=author)
    db.execute("delete from public.users where id = %s", (author,))
    assert db.execute("select user_id from public.script_generations where id = %s", (script,)).fetchone() == (None,)


def test_deleting_a_video_deletes_its_numbers(db: Connection) -> None:
    workspace = make_workspace(db)
    goes, stays = (insert(db, "video_analytics", MAKERS["video_analytics"](db, workspace)) for _ in range(2))
    db.execute("delete from public.video_generations where id = %s", (goes["video_id"],))
    assert db.execute("select id from public.video_analytics").fetchall() == [(stays["id"],)]


def test_deleting_an_avatar_deletes_its_numbers(db: Connection) -> None:
    workspace = make_workspace(db)
    goes, stays = (insert(db, "avatar_usage_stats", MAKERS["avatar_usage_stats"](db, workspace)) for _ in range(2))
    db.execute("delete from public.avatar_profiles where id = %s", (goes["profile_id"],))
    assert db.execute("select id from public.avatar_usage_stats").fetchall() == [(stays["id"],)]


def test_deleting_a_user_deletes_the_limit_and_deleting_a_workspace_does_not(db: Connection) -> None:
    person = make_user(db)
    insert(db, "user_video_limits", {"user_id": person})
    workspace = make_workspace(db, person)
    db.execute("delete from public.workspaces where id = %s", (workspace,))
    assert one(db, "select count(*) from public.user_video_limits where user_id = %s", person) == 1
    db.execute("delete from public.users where id = %s", (person,))
    assert one(db, "select count(*) from public.user_video_limits where user_id = %s", person) == 0


@pytest.mark.parametrize("table", sorted(set(MAKERS) - {"user_video_limits"}))
def test_deleting_a_workspace_deletes_its_studio_and_no_other(db: Connection, table: str) -> None:
    gone, kept = make_workspace(db), make_workspace(db)
    for workspace in (gone, kept):
        insert(db, table, MAKERS[table](db, workspace))
    db.execute("delete from public.workspaces where id = %s", (gone,))
    assert db.execute(_about("select workspace_id from {}", table)).fetchall() == [(kept,)]


@pytest.mark.parametrize("table", sorted(set(MAKERS) - {"video_analytics"}))
def test_an_update_stamps_updated_at(db: Connection, table: str) -> None:
    row = insert(db, table, MAKERS[table](db, make_workspace(db)) | {"updated_at": "2020-01-01"})
    db.execute(_about("update {} set id = id where id = %s", table), (row["id"],))
    assert db.execute(_about("select updated_at = now() from {} where id = %s", table), (row["id"],)).fetchone() == (True,)


PLANS = {
    "avatar_profiles_workspace_id_display_order_idx": (
        "select * from public.avatar_profiles where workspace_id = %s order by display_order limit 20"
    ),
    "script_generations_workspace_id_created_at_idx": (
        "select * from public.script_generations where workspace_id = %s order by created_at desc limit 20"
    ),
    "video_generations_workspace_id_created_at_idx": (
        "select * from public.video_generations where workspace_id = %s order by created_at desc limit 20"
    ),
    "video_generations_heygen_video_id_idx": "select * from public.video_generations where heygen_video_id = %s::text",
    "video_generations_created_at_idx": (
        "select * from public.video_generations where is_public and id <> %s order by created_at desc limit 20"
    ),
    "video_analytics_workspace_id_video_id_last_updated_idx": (
        "select * from public.video_analytics where workspace_id = %s and video_id = private.platform_workspace_id()"
        " order by last_updated desc limit 1"
    ),
    "user_video_limits_credits_reset_at_idx": ("select * from public.user_video_limits where credits_reset_at <= now() and id <> %s"),
}


@pytest.mark.parametrize("index", sorted(PLANS))
def test_a_list_is_read_in_the_order_of_its_index(db: Connection, index: str) -> None:
    db.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
    rows: list[Any] = db.execute(b"explain (costs off) " + PLANS[index].encode(), (make_workspace(db),)).fetchall()
    plan = "\n".join(row[0] for row in rows)
    assert index in plan
    assert "Sort" not in plan


def test_the_seed_adds_the_shared_avatars_once_and_overwrites_nothing(clone_target: Target) -> None:
    with clone_target.connect() as connection:
        platform = make_platform_workspace(connection)
        seed(connection, ROOT / "seeds", ROOT)
        found = connection.execute(
            "select name, is_default, is_active, id = private.computed_id('seed.avatar_profiles:' || name)"
            " from public.avatar_profiles where workspace_id = %s order by display_order",
            (platform,),
        ).fetchall()
        names = ["Professional Male", "Professional Female", "Casual Male", "Casual Female"]
        assert found == [(name, True, True, True) for name in names]
        connection.execute("update public.avatar_profiles set is_active = false, voice_id = 'mine' where name = 'Casual Male'")
        before = connection.execute("select * from public.avatar_profiles order by id").fetchall()
        seed(connection, ROOT / "seeds", ROOT)
        assert connection.execute("select * from public.avatar_profiles order by id").fetchall() == before
