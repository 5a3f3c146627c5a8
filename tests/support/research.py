"""Rows of the domain research for tests."""

from __future__ import annotations

from uuid import UUID, uuid4

from scripts.target import Connection
from tests.support.people import make_user
from tests.support.rows import Maker, Values, insert


def _configuration(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "source_type": "reddit",
        "config_name": f"Weekly {uuid4()}",
    }


def _job(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "configuration_id": insert(connection, "research_configurations", _configuration(connection, workspace))["id"],
        "source_type": "reddit",
        "job_type": "pipeline",
    }


def _result(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "job_id": insert(connection, "research_jobs", _job(connection, workspace))["id"],
        "source_type": "reddit",
        "result_type": "summary",
        "quality_score": 0.5,
    }


def _insight(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "research_result_id": insert(connection, "research_results", _result(connection, workspace))["id"],
        "source_platform": "reddit",
        "sentiment_score": -0.5,
    }


def _recommendation(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "insight_id": insert(connection, "content_insights", _insight(connection, workspace))["id"],
        "title": "Write about it",
    }


MAKERS: dict[str, Maker] = {
    "research_configurations": _configuration,
    "research_jobs": _job,
    "research_results": _result,
    "content_insights": _insight,
    "content_recommendations": _recommendation,
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "research_configurations_name_fits": {"config_name": "x" * 256},
    "research_configurations_source_type_is_known": {"source_type": "myspace"},
    "research_jobs_job_type_is_known": {"job_type": "guess"},
    "research_jobs_priority_is_known": {"priority": "urgent"},
    "research_jobs_status_is_known": {"status": "Completed"},
    "research_results_result_type_is_known": {"result_type": "guess"},
    "research_results_quality_score_is_0_to_1": {"quality_score": 1.01},
    "content_insights_sentiment_score_is_minus_1_to_1": {"sentiment_score": -1.01},
    "content_recommendations_content_type_is_known": {"content_type": "text"},
    "content_recommendations_confidence_score_is_0_to_1": {"confidence_score": -0.01},
    "content_recommendations_status_is_known": {"status": "posted"},
}
