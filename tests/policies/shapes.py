"""What there is to know of the tables beside who may do what, to make rows of them: references, states, unique rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.policies.model import RULES

#: Tables that are tried together; before each those that its rows refer to.
PARTS: dict[str, tuple[str, ...]] = {
    "people": ("users", "workspaces", "workspace_members", "social_platforms", "user_social_accounts", "user_video_limits"),
    "drafts": ("campaigns", "content_posts", "social_media_posts"),
    "library": ("content_templates", "media_assets", "content_media", "post_publications"),
    "work": ("workflow_executions", "workflow_approvals", "worker_tasks", "worker_results", "content_embeddings"),
    "studio": ("avatar_profiles", "script_generations", "video_generations", "video_analytics", "avatar_usage_stats"),
    "research": (
        "research_configurations", "research_jobs", "research_results", "content_insights", "content_recommendations",
    ),
    "measures": ("platform_analytics", "analytics_events", "user_activity_logs"),
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """The columns that must name a row and those that may, with their tables; the states, the default first; the unique rule."""

    parents: Mapping[str, str]
    optional: Mapping[str, str]
    statuses: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()


def _shape(
    parents: Mapping[str, str] | None = None, optional: Mapping[str, str] | None = None, statuses: str = "", unique: str = ""
) -> Shape:
    return Shape(parents or {}, optional or {}, tuple(statuses.split()), tuple(unique.split()))


SHAPES: dict[str, Shape] = {table: _shape() for table in RULES} | {
    "workspace_members": _shape(unique="workspace_id user_id"),
    "user_social_accounts": _shape({"platform_id": "social_platforms"}, unique="workspace_id user_id platform_id account_id"),
    "campaigns": _shape(statuses="draft active paused completed archived"),
    "content_posts": _shape(
        optional={"campaign_id": "campaigns"}, statuses="draft scheduled publishing published partially_published failed archived"
    ),
    "social_media_posts": _shape(
        {"content_post_id": "content_posts", "platform_id": "social_platforms"},
        statuses="draft scheduled publishing published failed cancelled",
        unique="workspace_id content_post_id platform_id",
    ),
    "content_media": _shape({"post_id": "content_posts", "asset_id": "media_assets"}, unique="workspace_id post_id position"),
    "post_publications": _shape({"post_id": "content_posts"}, statuses="pending publishing published failed deleted"),
    "workflow_executions": _shape(statuses="pending running awaiting_approval completed failed cancelled"),
    "workflow_approvals": _shape(
        {"workflow_id": "workflow_executions"}, statuses="pending approved rejected", unique="workspace_id workflow_id"
    ),
    "worker_tasks": _shape(statuses="pending running completed failed dead cancelled"),
    "worker_results": _shape({"task_id": "worker_tasks"}, statuses="success partial error"),
    "script_generations": _shape(statuses="completed pending failed"),
    "video_generations": _shape(optional={"script_id": "script_generations"}, statuses="pending processing completed failed cancelled"),
    "video_analytics": _shape({"video_id": "video_generations"}),
    "avatar_usage_stats": _shape({"profile_id": "avatar_profiles"}, unique="workspace_id avatar_workspace_id profile_id"),
    "user_video_limits": _shape(unique="user_id"),
    "research_configurations": _shape(unique="workspace_id user_id config_name"),
    "research_jobs": _shape(optional={"configuration_id": "research_configurations"}, statuses="queued running completed failed cancelled"),
    "research_results": _shape(optional={"job_id": "research_jobs"}),
    "content_recommendations": _shape(statuses="pending accepted rejected implemented"),
    "analytics_events": _shape(optional={"post_id": "content_posts", "task_id": "worker_tasks"}),
}

#: What goes along with a row that is deleted, where that decides whether it may be.
HANGING = {
    "content_posts": ("social_media_posts", "post_publications"),
    "media_assets": ("content_media",),
    "workflow_executions": ("workflow_approvals",),
}

#: Values for columns of unique rules that refer to nothing.
MARKS: dict[str, dict[str, tuple[object, ...]]] = {
    "user_social_accounts": {"account_id": ("a", "b", "c")},
    "content_media": {"position": (0, 1, 2)},
    "research_configurations": {"config_name": ("hourly", "daily", "weekly", "monthly")},
}

#: The measures tables, which have no foreign keys.
UNBOUND = frozenset(PARTS["measures"])


def with_neighbours(tables: Sequence[str]) -> tuple[str, ...]:
    """Return the tables, what they refer to, and what hangs on them and decides something; each after what it refers to."""
    return with_parents([each for table in tables for each in (table, *HANGING.get(table, ()))])


def with_parents(tables: Sequence[str]) -> tuple[str, ...]:
    """Return the tables and those that they refer to, each after what it refers to."""
    found: dict[str, None] = {}
    for table in tables:
        shape = SHAPES[table]
        for needed in (*with_parents((*shape.parents.values(), *shape.optional.values())), table):
            found.setdefault(needed)
    return tuple(found)
