"""Rows of the domain studio for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from scripts.target import Connection
from tests.support.people import make_user
from tests.support.rows import Maker, Values, insert, one
from tests.support.work import make_workflow


def make_platform_workspace(connection: Connection) -> UUID:
    """Insert the platform's workspace where it is missing and return its id."""
    connection.execute(
        "insert into public.workspaces (id, name) values (private.platform_workspace_id(), 'Platform') on conflict do nothing"
    )
    return UUID(str(one(connection, "select private.platform_workspace_id()")))


def make_avatar(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert an avatar and return its id."""
    return UUID(str(insert(connection, "avatar_profiles", _avatar(connection, workspace) | values)["id"]))


def make_script(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a script and return its id."""
    return UUID(str(insert(connection, "script_generations", _script(connection, workspace) | values)["id"]))


def make_video(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a video and return its id."""
    return UUID(str(insert(connection, "video_generations", _video(connection, workspace) | values)["id"]))


def _avatar(connection: Connection, workspace: UUID) -> Values:
    del connection
    return {"workspace_id": workspace, "name": "Casual", "avatar_id": "casual_01", "voice_id": "casual_voice_01"}


def _script(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "user_id": make_user(connection), "topic": "Tea", "script": "Tea is hot."}


def _video(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "script_id": make_script(connection, workspace),
        "workflow_id": make_workflow(connection, workspace),
        "avatar_workspace_id": workspace,
        "profile_id": make_avatar(connection, workspace),
        "heygen_video_id": str(uuid4()),
    }


def _analytics(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "video_id": make_video(connection, workspace)}


def _limit(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {"user_id": make_user(connection)}


def _usage(connection: Connection, workspace: UUID) -> Values:
    avatar = make_avatar(connection, workspace)
    return {"workspace_id": workspace, "avatar_workspace_id": workspace, "profile_id": avatar}


MAKERS: dict[str, Maker] = {
    "avatar_profiles": _avatar,
    "script_generations": _script,
    "video_generations": _video,
    "video_analytics": _analytics,
    "user_video_limits": _limit,
    "avatar_usage_stats": _usage,
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "avatar_profiles_type_is_known": {"avatar_type": "hologram"},
    "script_generations_completed_has_a_script": {"script": None},
    "script_generations_duration_target_is_positive": {"duration_target": 0},
    "script_generations_generation_time_is_a_length": {"generation_time": float("inf")},
    "script_generations_quality_score_is_a_fraction": {"quality_score": 1.5},
    "script_generations_status_is_known": {"status": "processing"},
    "video_generations_avatar_is_own_or_shared": {"avatar_workspace_id": uuid4()},
    "video_generations_avatar_is_named_in_full": {"avatar_workspace_id": None},
    "video_generations_duration_is_a_length": {"duration": float("nan")},
    "video_generations_aspect_ratio_is_known": {"aspect_ratio": "round"},
    "video_generations_status_is_known": {"status": "in_progress"},
    "video_analytics_views_is_not_negative": {"views": -1},
    "video_analytics_likes_is_not_negative": {"likes": -1},
    "video_analytics_shares_is_not_negative": {"shares": -1},
    "video_analytics_comments_is_not_negative": {"comments": -1},
    "video_analytics_engagement_rate_is_a_fraction": {"engagement_rate": 12.5},
    "video_analytics_watch_time_is_a_length": {"watch_time_avg": float("nan")},
    "video_analytics_completion_rate_is_a_fraction": {"completion_rate": -0.1},
    "user_video_limits_tier_is_known": {"subscription_tier": "Creator"},
    "user_video_limits_monthly_limit_is_not_negative": {"monthly_limit": -1},
    "user_video_limits_videos_this_month_is_not_negative": {"videos_this_month": -1},
    "avatar_usage_stats_avatar_is_own_or_shared": {"avatar_workspace_id": uuid4()},
    "avatar_usage_stats_usage_count_is_not_negative": {"usage_count": -1},
    "avatar_usage_stats_total_duration_is_a_length": {"total_video_duration": float("inf")},
    "avatar_usage_stats_quality_score_is_a_fraction": {"avg_quality_score": 2},
}
