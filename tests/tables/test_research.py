"""Research: what its tables fill in, and what goes and stays when something is deleted."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

from scripts.target import Connection
from tests.support.people import make_user, make_workspace
from tests.support.queries import rows, value
from tests.support.research import MAKERS
from tests.support.rows import insert, one

STATES = {
    "research_jobs": ("queued", "running", "completed", "failed", "cancelled"),
    "content_recommendations": ("pending", "accepted", "rejected", "implemented"),
}

WORDS = {
    ("research_configurations", "source_type"): ("reddit", "hackernews", "github", "google_trends", "linkedin", "twitter"),
    ("research_jobs", "job_type"): ("raw", "analyze", "pipeline"),
    ("research_jobs", "priority"): ("low", "normal", "high"),
    ("research_results", "result_type"): ("raw_data", "analyzed_data", "insights", "summary"),
    ("content_recommendations", "content_type"): ("post", "video", "story", "carousel"),
} | {(table, "status"): states for table, states in STATES.items()}


def _put(db: Connection, table: str, **values: Any) -> dict[str, Any]:
    workspace = values.get("workspace_id") or make_workspace(db)
    return insert(db, table, MAKERS[table](db, workspace) | values)


@pytest.mark.parametrize(
    ("table", "column", "word"), [(table, column, word) for (table, column), words in sorted(WORDS.items()) for word in words]
)
def test_each_word_is_accepted(db: Connection, table: str, column: str, word: str) -> None:
    assert _put(db, table, **{column: word})[column] == word


@pytest.mark.parametrize(
    ("table", "column", "low", "high"),
    [
        ("research_results", "quality_score", 0, 1),
        ("content_insights", "sentiment_score", -1, 1),
        ("content_recommendations", "confidence_score", 0, 1),
    ],
)
def test_a_score_may_be_at_either_end_and_never_beyond_or_no_number(db: Connection, table: str, column: str, low: int, high: int) -> None:
    for score in (low, high):
        assert _put(db, table, **{column: score})[column] == score
    for wrong in (low - 0.001, high + 0.001, float("nan"), float("inf")):
        with pytest.raises(psycopg.errors.CheckViolation), db.transaction():
            _put(db, table, **{column: wrong})


def test_a_score_that_nobody_gave_is_unknown(db: Connection) -> None:
    assert _put(db, "research_results", quality_score=None)["quality_score"] is None
    assert _put(db, "content_insights", sentiment_score=None)["sentiment_score"] is None


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "research_configurations",
            {"configuration": {}, "schedule": {}, "auto_run_enabled": False, "is_active": True, "last_run_at": None},
        ),
        ("research_jobs", {"status": "queued", "priority": "normal", "started_at": None, "metadata": {}}),
        ("research_results", {"content": {}, "insights": {}, "metrics": {}, "tags": [], "is_public": False}),
        ("content_insights", {"engagement_score": 0, "keywords": [], "topics": [], "metadata": {}}),
        (
            "content_recommendations",
            {"content_type": "post", "recommended_platforms": [], "confidence_score": 0, "tags": [], "status": "pending", "metadata": {}},
        ),
    ],
)
def test_defaults(db: Connection, table: str, expected: dict[str, Any]) -> None:
    row = _put(db, table)
    assert {column: row[column] for column in expected} == expected
    assert row["created_at"] == row.get("updated_at", row["created_at"]) == one(db, "select now()")


@pytest.mark.parametrize("table", sorted(MAKERS.keys() - {"content_insights"}))
def test_an_update_is_stamped(db: Connection, table: str) -> None:
    row = _put(db, table, updated_at="2000-01-01")
    update: LiteralString = "update {} set user_id = null where id = %s returning updated_at = now()"
    assert value(db, update, f"public.{table}", values=[row["id"]])


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_a_person_who_is_deleted_leaves_what_was_made(db: Connection, table: str) -> None:
    row = _put(db, table)
    db.execute("delete from public.users where id = %s", (row["user_id"],))
    left = rows(db, "select user_id, workspace_id from {} where id = %s", f"public.{table}", values=[row["id"]])
    assert left == [(None, row["workspace_id"])]


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_a_workspace_that_is_deleted_takes_its_research_along_and_no_others(db: Connection, table: str) -> None:
    row, other = _put(db, table), _put(db, table)
    db.execute("delete from public.workspaces where id = %s", (row["workspace_id"],))
    assert rows(db, "select id from {}", f"public.{table}") == [(other["id"],)]


@pytest.mark.parametrize(
    ("child", "column", "parent"),
    [
        ("research_jobs", "configuration_id", "research_configurations"),
        ("content_insights", "research_result_id", "research_results"),
        ("content_recommendations", "insight_id", "content_insights"),
    ],
)
def test_what_was_made_of_a_deleted_row_stays_without_it(db: Connection, child: str, column: str, parent: str) -> None:
    row = _put(db, child)
    assert row[column] is not None
    rows(db, "delete from {} where id = %s", f"public.{parent}", values=[row[column]])
    left = rows(db, "select {}, workspace_id from {} where id = %s", column, f"public.{child}", values=[row["id"]])
    assert left == [(None, row["workspace_id"])]


def test_an_insight_outlives_the_run_that_found_it(db: Connection) -> None:
    workspace = make_workspace(db)
    run = insert(db, "workflow_executions", {"workspace_id": workspace, "workflow_name": "Find trends"})
    row = _put(db, "content_insights", workspace_id=workspace, workflow_id=run["id"])
    db.execute("delete from public.workflow_executions where id = %s", (run["id"],))
    left = db.execute("select workflow_id, workspace_id from public.content_insights where id = %s", (row["id"],)).fetchall()
    assert left == [(None, workspace)]


def test_a_recommendation_outlives_the_draft_that_was_made_of_it(db: Connection) -> None:
    workspace = make_workspace(db)
    post = insert(db, "content_posts", {"workspace_id": workspace, "content": "A draft"})
    row = _put(db, "content_recommendations", workspace_id=workspace, post_id=post["id"], status="implemented")
    db.execute("delete from public.content_posts where id = %s", (post["id"],))
    left = db.execute("select post_id, workspace_id, status from public.content_recommendations where id = %s", (row["id"],)).fetchall()
    assert left == [(None, workspace, "implemented")]


def test_a_job_that_is_deleted_takes_its_results_along_and_no_others(db: Connection) -> None:
    workspace = make_workspace(db)
    row = _put(db, "research_results", workspace_id=workspace)
    other = _put(db, "research_results", workspace_id=workspace)
    loose = _put(db, "research_results", workspace_id=workspace, job_id=None)
    db.execute("delete from public.research_jobs where id = %s", (row["job_id"],))
    left = db.execute("select id from public.research_results where workspace_id = %s", (workspace,)).fetchall()
    assert set(left) == {(other["id"],), (loose["id"],)}


def test_a_name_is_taken_only_for_its_author_source_and_workspace(db: Connection) -> None:
    row = _put(db, "research_configurations", config_name="Trends")
    same = {column: row[column] for column in ("workspace_id", "user_id", "source_type", "config_name")}
    with pytest.raises(psycopg.errors.UniqueViolation) as caught, db.transaction():
        insert(db, "research_configurations", same)
    assert caught.value.diag.constraint_name == "research_configurations_person_uses_a_name_once"
    for other in (
        {"user_id": make_user(db)},
        {"source_type": "github"},
        {"workspace_id": make_workspace(db)},
        {"config_name": "Trends again"},
    ):
        assert insert(db, "research_configurations", same | other)


def test_people_who_used_one_name_can_both_be_deleted(db: Connection) -> None:
    first = _put(db, "research_configurations", config_name="Trends")
    second = _put(db, "research_configurations", config_name="Trends", workspace_id=first["workspace_id"])
    people = [first["user_id"], second["user_id"]]
    assert db.execute("delete from public.users where id = any(%s)", (people,)).rowcount == 2
    assert one(db, "select count(*) from public.research_configurations where user_id is null") == 2


#: The lists of the application and of the service, and the index that answers each. k stands for a key.
PLANS = {
    "research_configurations_last_run_at_idx": (
        "research_configurations where auto_run_enabled and is_active order by last_run_at nulls first limit 10"
    ),
    "research_jobs_workspace_id_created_at_idx": "research_jobs where workspace_id = {k} order by created_at desc limit 20",
    "research_jobs_workspace_id_status_created_at_idx": (
        "research_jobs where workspace_id = {k} and status = 'running' order by created_at desc limit 20"
    ),
    "research_jobs_created_at_idx": "research_jobs where status = 'queued' order by created_at limit 10",
    "research_results_workspace_id_created_at_idx": "research_results where workspace_id = {k} order by created_at desc limit 20",
    "research_results_created_at_idx": "research_results where is_public order by created_at desc limit 20",
    "content_insights_workspace_id_extracted_at_idx": "content_insights where workspace_id = {k} order by extracted_at desc limit 20",
    "content_recommendations_workspace_id_status_created_at_idx": (
        "content_recommendations where workspace_id = {k} and status = 'pending' order by created_at desc limit 20"
    ),
}


@pytest.mark.parametrize("index", sorted(PLANS))
def test_a_list_is_read_in_the_order_of_its_index(db: Connection, index: str) -> None:
    for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
        db.execute(f"set local enable_{way} = off".encode())
    key = f"'{UUID(int=7)}'"
    query = f"explain (costs off) select * from public.{PLANS[index].format(k=key)}"
    plan = "\n".join(row[0] for row in db.execute(query.encode()))
    assert f"using {index} " in plan, plan
    assert "Sort" not in plan, plan
