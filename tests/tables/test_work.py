"""Runs, approvals, tasks and results: defaults, states, what deletions do, and the plans of their lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from scripts.target import Connection
from tests.support.people import make_user, make_workspace
from tests.support.rows import insert
from tests.support.work import MAKERS, make_task, make_workflow

STATES = {
    "workflow_executions": {"pending", "running", "awaiting_approval", "completed", "failed", "cancelled"},
    "workflow_approvals": {"pending", "approved", "rejected"},
    "worker_tasks": {"pending", "running", "completed", "failed", "dead", "cancelled"},
    "worker_results": {"success", "partial", "error"},
}


def _about(statement: LiteralString, table: str) -> sql.Composed:
    """Return a statement with a table's name in place of the braces."""
    return sql.SQL(statement).format(sql.Identifier("public", table))


@pytest.mark.parametrize(("table", "status"), sorted((table, word) for table in STATES for word in STATES[table]))
def test_each_state_is_accepted(db: Connection, table: str, status: str) -> None:
    decided = {"approved_at": "2026-01-01"} if status in {"approved", "rejected"} else {}
    row = insert(db, table, MAKERS[table](db, make_workspace(db)) | {"status": status} | decided)
    assert row["status"] == status


def test_a_new_run_waits_with_nothing_done(db: Connection) -> None:
    row = insert(db, "workflow_executions", {"workspace_id": make_workspace(db), "workflow_name": "video"})
    assert (row["status"], row["progress"], row["tasks"], row["started_at"]) == ("pending", 0, [], None)
    assert (row["workflow_config"], row["results"], row["metadata"]) == ({}, {}, {})


def test_a_new_task_is_due_at_once_with_middle_priority(db: Connection) -> None:
    row = insert(db, "worker_tasks", {"workspace_id": make_workspace(db), "worker_type": "video", "task_type": "render"})
    assert (row["status"], row["priority"], row["retry_count"], row["max_retries"]) == ("pending", 5, 0, 3)
    assert (row["timeout_seconds"], row["scheduled_at"]) == (300, row["created_at"])


@pytest.mark.parametrize("table", ["worker_tasks", "worker_results"])
def test_tables_that_only_grow_have_keys_ordered_by_time(db: Connection, table: str) -> None:
    workspace = make_workspace(db)
    assert UUID(str(insert(db, table, MAKERS[table](db, workspace))["id"])).version == 7


def test_a_new_result_is_a_success_at_unknown_cost(db: Connection) -> None:
    workspace = make_workspace(db)
    row = insert(db, "worker_results", MAKERS["worker_results"](db, workspace))
    assert (row["status"], row["result_data"], row["cost_usd"], row["tokens_used"]) == ("success", {}, None, None)


def test_a_task_that_is_tried_again_has_several_results(db: Connection) -> None:
    workspace = make_workspace(db)
    first = insert(db, "worker_results", MAKERS["worker_results"](db, workspace) | {"status": "error"})
    again = {name: first[name] for name in ("workspace_id", "task_id", "worker_type")}
    assert insert(db, "worker_results", again)["task_id"] == first["task_id"]


def test_the_ends_of_the_ranges_are_accepted(db: Connection) -> None:
    workspace = make_workspace(db)
    for progress in (0, 1):
        make_workflow(db, workspace, progress=progress)
    for priority in (1, 10):
        make_task(db, workspace, priority=priority, max_retries=0, timeout_seconds=1)


@pytest.mark.parametrize("progress", [-0.001, 1.001, float("nan")])
def test_a_progress_beyond_its_ends_is_refused(db: Connection, progress: float) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        make_workflow(db, make_workspace(db), progress=progress)


def test_a_try_may_have_taken_no_time_and_cost_nothing(db: Connection) -> None:
    nothing = {"execution_time_ms": 0, "tokens_used": 0, "cost_usd": 0}
    row = insert(db, "worker_results", MAKERS["worker_results"](db, make_workspace(db)) | nothing)
    assert {name: row[name] for name in nothing} == nothing


@pytest.mark.parametrize("cost", ["-0.01", "Infinity", "NaN"])
def test_a_cost_is_a_finite_amount(db: Connection, cost: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        insert(db, "worker_results", MAKERS["worker_results"](db, make_workspace(db)) | {"cost_usd": Decimal(cost)})
    assert caught.value.diag.constraint_name == "worker_results_cost_is_an_amount"


@pytest.mark.parametrize("priority", [11, 99])
def test_a_priority_above_10_is_refused(db: Connection, priority: int) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        make_task(db, make_workspace(db), priority=priority)


def test_an_open_approval_has_no_time_of_decision(db: Connection) -> None:
    values = MAKERS["workflow_approvals"](db, make_workspace(db))
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        insert(db, "workflow_approvals", values | {"approved_at": "2026-01-01"})
    assert caught.value.diag.constraint_name == "workflow_approvals_decision_has_a_time"
    assert insert(db, "workflow_approvals", values)["status"] == "pending"


def test_a_decision_outlives_the_person_who_made_it(db: Connection) -> None:
    person = make_user(db)
    decided = {"status": "approved", "approved_at": "2026-01-01", "approved_by": person}
    row = insert(db, "workflow_approvals", MAKERS["workflow_approvals"](db, make_workspace(db)) | decided)
    db.execute("delete from public.users where id = %s", (person,))
    left = db.execute("select status, approved_by from public.workflow_approvals where id = %s", (row["id"],)).fetchone()
    assert left == ("approved", None)


@pytest.mark.parametrize("table", ["workflow_executions", "worker_tasks"])
def test_work_outlives_the_person_who_asked_for_it(db: Connection, table: str) -> None:
    values = MAKERS[table](db, make_workspace(db))
    row = insert(db, table, values)
    db.execute("delete from public.users where id = %s", (values["user_id"],))
    assert db.execute(_about("select user_id from {} where id = %s", table), (row["id"],)).fetchone() == (None,)


def test_deleting_a_run_deletes_its_approval_and_no_other(db: Connection) -> None:
    workspace = make_workspace(db)
    goes, stays = (insert(db, "workflow_approvals", MAKERS["workflow_approvals"](db, workspace)) for _ in range(2))
    db.execute("delete from public.workflow_executions where id = %s", (goes["workflow_id"],))
    assert db.execute("select id from public.workflow_approvals").fetchall() == [(stays["id"],)]


def test_deleting_a_task_deletes_its_results_and_no_other(db: Connection) -> None:
    workspace = make_workspace(db)
    goes, stays = (insert(db, "worker_results", MAKERS["worker_results"](db, workspace)) for _ in range(2))
    db.execute("delete from public.worker_tasks where id = %s", (goes["task_id"],))
    assert db.execute("select id from public.worker_results").fetchall() == [(stays["id"],)]


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_deleting_a_workspace_deletes_its_work_and_no_other(db: Connection, table: str) -> None:
    gone, kept = make_workspace(db), make_workspace(db)
    for workspace in (gone, kept):
        insert(db, table, MAKERS[table](db, workspace))
    db.execute("delete from public.workspaces where id = %s", (gone,))
    assert db.execute(_about("select workspace_id from {}", table)).fetchall() == [(kept,)]


@pytest.mark.parametrize("table", ["workflow_executions", "workflow_approvals", "worker_tasks"])
def test_an_update_stamps_updated_at(db: Connection, table: str) -> None:
    row = insert(db, table, MAKERS[table](db, make_workspace(db)) | {"updated_at": "2020-01-01"})
    db.execute(_about("update {} set status = status where id = %s", table), (row["id"],))
    assert db.execute(_about("select updated_at = now() from {} where id = %s", table), (row["id"],)).fetchone() == (True,)


PLANS = {
    "workflow_executions_workspace_id_created_at_idx": (
        "select * from public.workflow_executions where workspace_id = %s order by created_at desc limit 20"
    ),
    "workflow_executions_workspace_id_status_created_at_idx": (
        "select * from public.workflow_executions where workspace_id = %s and status = 'running' order by created_at limit 20"
    ),
    "workflow_approvals_workspace_id_created_at_idx": (
        "select * from public.workflow_approvals where workspace_id = %s and status = 'pending' order by created_at limit 20"
    ),
    "worker_tasks_worker_type_priority_scheduled_at_id_idx": (
        "select id from public.worker_tasks where worker_type = %s::text and status = 'pending'"
        " and scheduled_at <= now()"
        " order by priority desc, scheduled_at, id limit 10 for update skip locked"
    ),
    "worker_tasks_workspace_id_status_scheduled_at_idx": (
        "select * from public.worker_tasks where workspace_id = %s and status = 'dead' order by scheduled_at desc limit 20"
    ),
    "worker_results_workspace_id_created_at_idx": (
        "select * from public.worker_results where workspace_id = %s order by created_at desc limit 20"
    ),
}


@pytest.mark.parametrize("index", sorted(PLANS))
def test_a_list_is_read_in_the_order_of_its_index(db: Connection, index: str) -> None:
    # statistics of a table without rows must not decide: a sort is the last thing to do
    db.execute("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off")
    rows: list[Any] = db.execute(b"explain (costs off) " + PLANS[index].encode(), (make_workspace(db),)).fetchall()
    plan = "\n".join(row[0] for row in rows)
    assert index in plan
    assert "Sort" not in plan
