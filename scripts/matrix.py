"""The matrix of who may do what (tests/access_matrix.csv), as data: tests drive it, and docs/access.md is made from it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.settings import ROOT

MATRIX = ROOT / "tests" / "access_matrix.csv"

COMMANDS = ("select", "insert", "update", "delete")

#: From those who may least to those who may most.
ACTORS = (
    "anon", "anonymous", "inactive", "outsider", "platform_admin", "platform_viewer", "member", "author", "editor", "admin", "owner",
    "service_role",
)  # fmt: skip

#: The tables, by domain.
DOMAINS = {
    "people": ("users", "workspaces", "workspace_members"),
    "accounts": ("social_platforms", "user_social_accounts"),
    "content": (
        "campaigns", "content_templates", "content_posts", "social_media_posts", "media_assets", "content_media", "post_publications",
    ),
    "studio": (
        "avatar_profiles", "script_generations", "video_generations", "video_analytics", "user_video_limits", "avatar_usage_stats",
    ),
    "work": ("workflow_executions", "workflow_approvals", "worker_tasks", "worker_results"),
    "research": ("research_configurations", "research_jobs", "research_results", "content_insights", "content_recommendations"),
    "measures": ("platform_analytics", "analytics_events", "user_activity_logs"),
    "search": ("content_embeddings",),
}  # fmt: skip

#: The condition of a cell that has one answer, and of what its other lines leave over.
ANY, REST = "any row", "any other row"


@dataclass(frozen=True, order=True)
class Line:
    """One line of the matrix: whether an actor may, on a row for which the condition holds; and the function by which it goes instead."""

    table: str
    command: str
    actor: str
    allowed: bool
    condition: str
    function: str = ""

    @property
    def cell(self) -> tuple[str, str, str]:
        """The cell that the line is of; several lines may be of one."""
        return self.table, self.command, self.actor

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions, one or several."""
        return tuple(self.function.split(" or ")) if self.function else ()


def read(path: Path = MATRIX) -> list[Line]:
    """Read the lines of a matrix in the order of the file."""
    with path.open(newline="") as file:
        return [Line(**row | {"allowed": _yes(row["allowed"])}) for row in csv.DictReader(file)]  # type: ignore[arg-type]


def _yes(word: str) -> bool:
    return {"yes": True, "no": False}[word]


def cells(lines: Iterable[Line]) -> dict[tuple[str, str, str], list[Line]]:
    """Return the lines of each cell (table, command, actor)."""
    found: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        found.setdefault(line.cell, []).append(line)
    return found
