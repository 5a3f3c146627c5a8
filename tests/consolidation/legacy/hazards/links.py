"""Keys and what names them: one key in two places, references into another workspace, or to nothing."""

from __future__ import annotations

from tests.consolidation.legacy.hazards.kit import Making, hazard
from tests.consolidation.legacy.values import Row

#: Pairs of tables that become one in the hybrid; a key in both is one key for two things.
SAME_HOME = (
    ("A.workflow_executions", "B.workflow_executions"),
    ("A.social_media_posts", "B.social_media_posts"),
    ("A.content_posts", "B.social_media_posts"),
    ("A.content_posts", "A.social_media_posts"),
)

#: References between rows that both have a workspace.
ACROSS = (
    ("A.content_media", "post_id", "content_posts"),
    ("A.content_insights", "workflow_id", "workflow_executions"),
    ("A.video_generations", "script_id", "script_generations"),
    ("A.video_generations", "profile_id", "avatar_profiles"),
    ("A.avatar_usage_stats", "profile_id", "avatar_profiles"),
    ("B.analytics_events", "post_id", "social_media_posts"),
    ("B.analytics_events", "task_id", "worker_tasks"),
    ("B.research_jobs", "configuration_id", "research_configurations"),
    ("B.research_results", "job_id", "research_jobs"),
)

#: References of two kinds, of which the second says another workspace than the first.
TORN = (
    ("A.post_publications", "post_id", "account_id", "user_social_accounts"),
    ("A.platform_analytics", "account_id", "post_id", "content_posts"),
)

#: Foreign keys, one for each way in which the import looks one up.
DANGLING = (
    ("A.workspaces", "owner_id"),
    ("A.workspace_members", "user_id"),
    ("A.workspace_members", "workspace_id"),
    ("A.content_posts", "user_id"),
    ("A.content_posts", "workspace_id"),
    ("A.content_media", "post_id"),
    ("A.post_publications", "post_id"),
    ("A.platform_analytics", "account_id"),
    ("A.user_social_accounts", "platform_id"),
    ("A.content_insights", "workflow_id"),
    ("A.user_video_limits", "user_id"),
    ("B.workspaces", "owner_id"),
    ("B.social_media_posts", "user_id"),
    ("B.media_assets", "workspace_id"),
    ("B.analytics_events", "post_id"),
    ("B.worker_results", "task_id"),
    ("B.research_jobs", "configuration_id"),
    ("B.workflow_approvals", "approved_by"),
)

#: The same by integer.
DANGLING_NUMBERS = (
    ("A.video_generations", "script_id"),
    ("A.video_generations", "profile_id"),
    ("A.video_analytics", "video_id"),
    ("A.avatar_usage_stats", "profile_id"),
)

other_content = hazard("same_uuid_other_content", "One uuid of two rows that become rows of one table and say different things.")


@other_content.part()
def _other_content(making: Making) -> None:
    for first, second in SAME_HOME:
        if making.world.has(first) and making.world.has(second):
            row = making.row(first, f"also in {second}")
            making.row(second, f"also in {first}", id=row["id"])


@other_content.part("A.social_media_posts", "B.social_media_posts", "B.analytics_events")
def _referred_to(making: Making) -> None:
    row = making.row("A.social_media_posts", "referred to in B")
    other = making.row("B.social_media_posts", "referred to in B", id=row["id"])
    making.support("B.analytics_events", post_id=other["id"], workspace_id=other["workspace_id"])


@other_content.part("A.users", "B.users", "B.workspaces")
def _two_people(making: Making) -> None:
    user = making.row("A.users", "another person in B")
    other = making.row("B.users", "another person in A", id=user["id"], email=making.address())
    making.workspace("B.users", other)


@hazard("same_uuid_same_content", "One row in A and in B, which says the same.").part(
    "A.workflow_executions", "B.workflow_executions", "A.workspaces", "B.workspaces", "A.workspace_members"
)
def _same_content(making: Making) -> None:
    owner = making.pick("A.users")
    same: Row = {"owner_id": owner["id"], "name": "In both"}
    workspace = making.workspace("A.workflow_executions", owner, **same)
    described: Row = {name: workspace[name] for name in ("id", "name", "description", "settings", "created_at", "updated_at")}
    making.support("B.workspaces", **{**described, "owner_id": owner["id"]})
    run = making.row("A.workflow_executions", "in both", workspace_id=workspace["id"], user_id=owner["id"])
    making.row("B.workflow_executions", "in both", **run)


@hazard("reference_into_another_workspace", "References to rows of another workspace.").part()
def _across(making: Making) -> None:
    for place, column, parent in ACROSS:
        if making.world.has(place):
            clean = making.pick(making.beside(place, parent))
            other = making.another_workspace(place, clean["workspace_id"])
            making.row(place, column, **{column: clean["id"], "workspace_id": other})
    for place, column, second, parent in TORN:
        if making.world.has(place):
            clean = making.pick(place)
            home = making.world.where(place)[0].by_key["content_posts", clean["post_id"]]["workspace_id"]
            making.row(place, second, **{column: clean[column], second: making.elsewhere(making.beside(place, parent), home)["id"]})


dangling = hazard(
    "reference_to_nothing",
    "References to rows that are gone, where somebody has dropped the foreign key.",
    relaxes=(f"{place}.{column}" for place, column in (*DANGLING, *DANGLING_NUMBERS)),
)


@dangling.part()
def _dangling(making: Making) -> None:
    for place, column in DANGLING:
        if making.world.has(place):
            making.row(place, column, **{column: making.uuid()})
    for place, column in DANGLING_NUMBERS:
        if making.world.has(place):
            making.row(place, column, **{column: 999_999_999})


# Rows whose parent is rejected, for a reason of its own.

orphans = hazard("parent_is_rejected", "Rows that are clean, of a parent that the import rejects.")


@orphans.part("A.workspaces", "A.content_posts", "A.content_media")
def _of_ownerless_workspace(making: Making) -> None:
    workspace = making.support("A.workspaces", owner_id=None)
    post = making.row("A.content_posts", "its workspace has no owner", workspace_id=workspace["id"])
    making.row("A.content_media", "its workspace has no owner", workspace_id=workspace["id"], post_id=post["id"])


@orphans.part("B.social_media_posts", "B.analytics_events", "B.content_embeddings", "B.campaigns")
def _of_unknown_platform(making: Making) -> None:
    post = making.support("B.social_media_posts", platforms=["myspace"])
    making.row("B.analytics_events", "its post is for no platform", post_id=post["id"])
    making.row("B.content_embeddings", "its post is for no platform", content_id=post["id"], workspace_id=post["workspace_id"])
    making.row("B.campaigns", "its post is for no platform", posts=[str(post["id"])], workspace_id=post["workspace_id"])


@orphans.part("B.workflow_executions", "B.worker_tasks", "B.worker_results", "B.workflow_approvals", "B.video_generations")
def _of_unknown_status(making: Making) -> None:
    run = making.support("B.workflow_executions", status="on hold")
    making.row("B.workflow_approvals", "its run has an unknown status", workflow_id=run["id"])
    making.row("B.video_generations", "its run has an unknown status", workflow_id=run["id"], workspace_id=run["workspace_id"])
    task = making.support("B.worker_tasks", status="on hold")
    making.row("B.worker_results", "its task has an unknown status", task_id=task["id"])


# References that are text, which no foreign key ever checked.


@hazard("approval_of_no_run", "workflow_approvals.workflow_id that is no uuid, names no run, or names one in odd spelling.").part(
    "B.workflow_approvals"
)
def _approvals(making: Making) -> None:
    run = making.support(making.beside("B.workflow_approvals", "workflow_executions"))
    for what, value in (
        ("no uuid", f"workflow-{making.uuid()[:8]}"),
        ("no run", making.uuid()),
        ("a run, with spaces around it", f" {run['id']} "),
        ("the same run again, in capitals", str(run["id"]).upper()),
    ):
        making.row("B.workflow_approvals", what, workflow_id=value)
    if making.world.has("A.workflow_executions") and making.world.has("B.workflow_executions"):
        making.row("B.workflow_approvals", "a run of A", workflow_id=making.pick("A.workflow_executions")["id"])


@hazard("video_of_no_run", "video_generations.workflow_id of B that is no uuid, names no run, or one of another workspace.").part(
    "B.video_generations"
)
def _videos(making: Making) -> None:
    run = making.pick(making.beside("B.video_generations", "workflow_executions"))
    other = making.another_workspace("B.video_generations", run["workspace_id"])
    making.row("B.video_generations", "no uuid", workflow_id="daily video")
    making.row("B.video_generations", "empty", workflow_id="")
    making.row("B.video_generations", "no run", workflow_id=making.uuid())
    making.row("B.video_generations", "another workspace's", workflow_id=run["id"], workspace_id=other)


@hazard("events_without_post", "analytics_events that name no post.").part("B.analytics_events")
def _events(making: Making) -> None:
    making.row("B.analytics_events", "a task", post_id=None)
    making.row("B.analytics_events", "neither", post_id=None, task_id=None)


@hazard("embedding_is_null", "Texts without a vector.").part("B.content_embeddings")
def _no_vector(making: Making) -> None:
    making.row("B.content_embeddings", "no vector", embedding=None)


@hazard("embedding_of_nothing", "Texts of things that are gone, or of a kind that no table has.").part("B.content_embeddings")
def _of_nothing(making: Making) -> None:
    making.row("B.content_embeddings", "gone", content_id=making.uuid())
    making.row("B.content_embeddings", "unknown kind", content_type="podcast")
    making.row("B.content_embeddings", "another kind's key", content_type="media_asset")
