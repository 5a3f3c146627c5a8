"""Words that the hybrid does not know, or knows in other letters."""

from __future__ import annotations

from tests.consolidation.legacy.hazards.kit import Planted, each, hazard

#: What applications have written as a status.
STATUS_WORDS = ("posted", "error", "in_progress", "Completed", " Published ", "", "on hold")

#: The same where a column of 20 characters holds them.
SOME_STATUS_WORDS = ("posted", "error", "in_progress", "Completed")

TIER_WORDS = ("Free", "CREATOR_PRO", " starter ", "gold")

#: A kind of file in other case, as a MIME type, as an ending, as an address, and as a word that is no kind.
MEDIA_WORDS = ("Image", "video/mp4", "png", ".PDF", "https://media.example.org/a/b.mp3?v=1.2#top", "hologram", "")

#: Posts, and where they keep the time that they are scheduled for.
SCHEDULED = (
    ("A.content_posts", "scheduled_for"),
    ("A.social_media_posts", "scheduled_for"),
    ("B.social_media_posts", "scheduled_at"),
)

hazard(
    "status_words",
    "Status words that the hybrid does not know, where the lists have no check.",
    each("B.social_media_posts", "status", *STATUS_WORDS),
    each("B.campaigns", "status", *STATUS_WORDS),
    each("B.script_generations", "status", *STATUS_WORDS),
    each("B.worker_tasks", "status", *STATUS_WORDS),
    each("B.worker_results", "status", *(word for word in STATUS_WORDS if word != "error")),  # which it knows
    each("B.workflow_executions", "status", *STATUS_WORDS),
)

hazard(
    "status_words_against_lists",
    "Status words that the lists forbid, where somebody has dropped the check.",
    each("A.content_posts", "status", *SOME_STATUS_WORDS, against=True),
    each("A.social_media_posts", "status", *SOME_STATUS_WORDS, against=True),
    each("A.post_publications", "status", *SOME_STATUS_WORDS, against=True),
    each("A.video_generations", "status", *SOME_STATUS_WORDS, against=True),
    each("A.workflow_executions", "status", *SOME_STATUS_WORDS, against=True),
    each("A.content_recommendations", "status", *SOME_STATUS_WORDS, against=True),
    each("B.video_generations", "status", *SOME_STATUS_WORDS, against=True),
    each("B.workflow_approvals", "status", *SOME_STATUS_WORDS, against=True),
    each("B.research_jobs", "status", *SOME_STATUS_WORDS, against=True),
)

hazard(
    "tiers_in_other_case",
    "Tiers in other case, with spaces, or unknown, where somebody has dropped the check.",
    each("A.users", "subscription_tier", *TIER_WORDS, against=True),
    each("A.user_video_limits", "subscription_tier", *TIER_WORDS, against=True),
    each("B.users", "subscription_tier", *TIER_WORDS, against=True),
)

hazard(
    "roles_in_other_case",
    "Roles in other case, or unknown, where somebody has dropped the check.",
    each("A.workspace_members", "role", "Admin", "EDITOR", " member ", "guest", against=True),
    each("B.users", "role", "User", "VIEWER", "Admin", "root", against=True),
)

hazard(
    "words_against_lists",
    "Other words that the lists forbid, where somebody has dropped the check.",
    each("A.content_posts", "content_type", "Image", "reel", against=True),
    each("A.content_recommendations", "content_type", "Video", "thread", against=True),
    each("A.avatar_profiles", "avatar_type", "Avatar", "cartoon", against=True),
    each("A.video_generations", "aspect_ratio", "Portrait", "16:9", against=True),
    each("A.platform_analytics", "metric_type", "Count", "ratio", against=True),
    each("B.avatar_profiles", "avatar_type", "Avatar", "cartoon", against=True),
    each("B.research_configurations", "source_type", "Reddit", "mastodon", against=True),
    each("B.research_jobs", "job_type", "Raw", "summarise", against=True),
    each("B.research_jobs", "priority", "HIGH", "urgent", against=True),
    each("B.research_results", "result_type", "Summary", "chart", against=True),
)

hazard(
    "words_without_a_check",
    "Other words of the hybrid's lists, in columns in which the legacy lists have none.",
    each("A.content_media", "file_type", *MEDIA_WORDS),
    each("B.media_assets", "media_type", *MEDIA_WORDS),
    each("B.research_jobs", "source_type", "Reddit", "mastodon"),
    each("B.research_results", "source_type", "GitHub", "mastodon"),
)

hazard(
    "approval_and_its_time",
    "Approvals that are decided at no time, or not decided but at a time.",
    [
        Planted("B.workflow_approvals", {"status": "pending", "approved_at": "2024-05-01 12:00+00"}),
        Planted("B.workflow_approvals", {"status": "approved", "approved_at": None}),
        Planted("B.workflow_approvals", {"status": "rejected", "approved_at": None, "updated_at": None}),
    ],
)

hazard(
    "scheduled_without_a_time",
    "Posts that are scheduled for no time.",
    *([Planted(place, {"status": "scheduled", time: None})] for place, time in SCHEDULED),
)
