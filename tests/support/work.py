"""Rows of the domain work for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from scripts.target import Connection
from tests.support.people import make_user
from tests.support.rows import Maker, Values, insert


def make_workflow(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a run of a workflow and return its id."""
    return UUID(str(insert(connection, "workflow_executions", _workflow(connection, workspace) | values)["id"]))


def make_task(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a task and return its id."""
    return UUID(str(insert(connection, "worker_tasks", _task(connection, workspace) | values)["id"]))


def _workflow(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "workflow_name": "video",
        "tasks": ["script", "film"],
    }


def _approval(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "workflow_id": make_workflow(connection, workspace), "script": "Hello."}


def _task(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "user_id": make_user(connection), "worker_type": "video", "task_type": "render"}


def _result(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "task_id": make_task(connection, workspace), "worker_type": "video"}


MAKERS: dict[str, Maker] = {
    "workflow_executions": _workflow,
    "workflow_approvals": _approval,
    "worker_tasks": _task,
    "worker_results": _result,
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "workflow_executions_progress_is_a_fraction": {"progress": 45},
    "workflow_executions_status_is_known": {"status": "in_progress"},
    "workflow_approvals_decision_has_a_time": {"status": "approved"},
    "workflow_approvals_status_is_known": {"status": "posted", "approved_at": "2026-01-01"},
    "worker_tasks_priority_is_1_to_10": {"priority": 0},
    "worker_tasks_retry_count_is_not_negative": {"retry_count": -1},
    "worker_tasks_max_retries_is_not_negative": {"max_retries": -1},
    "worker_tasks_timeout_is_positive": {"timeout_seconds": 0},
    "worker_tasks_status_is_known": {"status": "error"},
    "worker_results_execution_time_is_not_negative": {"execution_time_ms": -1},
    "worker_results_tokens_used_is_not_negative": {"tokens_used": -1},
    "worker_results_cost_is_an_amount": {"cost_usd": Decimal("NaN")},
    "worker_results_status_is_known": {"status": "completed"},
}
