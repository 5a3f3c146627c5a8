"""NULL in each column that the lists allow it in, kind by kind, and in the columns where they do not."""

from __future__ import annotations

from collections.abc import Callable

from tests.consolidation.legacy.hazards.kit import Making, each, hazard
from tests.consolidation.legacy.lists import Column, columns_of
from tests.consolidation.legacy.values import Value

#: References that have a hazard of their own.
NAMED = ("workspace_id", "user_id", "owner_id", "post_id", "task_id")


def _everywhere(name: str, about: str, wanted: Callable[[Column], bool], value: Value = None) -> None:
    """Define a hazard that gives each table one row in which all columns of a kind hold a value."""

    @hazard(name, about).part()
    def _(making: Making) -> None:
        for filling in making.world.fillings:
            for table, letter in filling.shape.items():
                columns = [column.name for column in columns_of(letter, table) if not column.required and wanted(column)]
                if columns:
                    making.row(f"{letter}.{table}", ", ".join(columns), **dict.fromkeys(columns, value))


_everywhere("null_workspace", "No workspace_id.", lambda column: column.name == "workspace_id")
_everywhere("null_user", "No user_id.", lambda column: column.name == "user_id")
_everywhere("null_post", "No post_id.", lambda column: column.name == "post_id")
_everywhere("null_task", "No task_id.", lambda column: column.name == "task_id")
_everywhere(
    "null_references",
    "No account, platform, job, configuration, script, avatar, video, run or person that decided.",
    lambda column: bool(column.parent) and column.name not in NAMED,
)
_everywhere("null_lists", "No list.", lambda column: column.type == "text[]")
_everywhere("null_elements", "Lists with elements that are NULL.", lambda column: column.type == "text[]", [None, "second", None])
_everywhere("null_json", "SQL's NULL for jsonb.", lambda column: column.type == "jsonb")
_everywhere("json_null", "JSON's null for jsonb.", lambda column: column.type == "jsonb", "null")
_everywhere("null_booleans", "No boolean.", lambda column: column.type == "boolean")
_everywhere("null_times", "No time.", lambda column: column.type == "timestamp with time zone")
_everywhere(
    "null_words",
    "No text where it has a default.",
    lambda column: bool(column.default) and (column.type == "text" or column.type.startswith("character")),
)
_everywhere(
    "null_numbers", "No number.", lambda column: column.type.startswith(("integer", "bigint", "double", "numeric")) and not column.parent
)
_everywhere("null_wherever_it_can_be", "Nothing but what is required.", lambda _: True)

hazard(
    "null_against_lists",
    "NULL in columns that the lists require, where somebody has dropped that rule.",
    each("A.users", "email", None, against=True),
    each("A.workspaces", "name", None, against=True),
    each("A.content_posts", "content", None, against=True),
    each("A.content_media", "file_url", None, against=True),
    each("A.script_generations", "script", None, against=True),
    each("A.video_generations", "heygen_video_id", None, None, against=True),
    each("A.platform_analytics", "metric_value", None, against=True),
    each("B.users", "email", None, against=True),
    each("B.social_media_posts", "content", None, against=True),
    each("B.media_assets", "url", None, against=True),
    each("B.worker_tasks", "input_data", None, against=True),
    each("B.research_jobs", "status", None, against=True),
    each("B.workflow_approvals", "workflow_id", None, against=True),
)
