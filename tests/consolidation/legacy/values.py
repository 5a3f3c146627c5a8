"""What a clean value is, for each legacy column: words to draw from, ranges, and times. Tables of values first, then how they are used.

A value is written as COPY takes it: jsonb as its text, times as text, so that what no Python type holds (infinity) needs no exception.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.consolidation.legacy.lists import Column

Value = bool | int | float | str | list[str | None] | None
Row = dict[str, Value]

#: The platforms that A came with: name and display name.
PLATFORMS = {
    "linkedin": "LinkedIn",
    "twitter": "X (Twitter)",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "pinterest": "Pinterest",
}

#: Videos a month by tier.
TIERS = {"free": 1, "starter": 3, "creator": 8, "creator_pro": 15, "enterprise": 50}

#: Stands in every secret that a row is given, so that a test can look for it wherever a secret must not be.
SECRET = "hush"

#: Words to draw from, by letter.table.column, else table.column, else column.
WORDS: dict[str, tuple[str, ...]] = {
    "A.users.subscription_tier": tuple(TIERS),
    "B.users.subscription_tier": ("free",),  # a paid one of B is a candidate for a human, so it is a hazard
    "user_video_limits.subscription_tier": tuple(TIERS),
    "users.role": ("user",),
    "workspace_members.role": ("admin", "editor", "member"),
    "avatar_type": ("talking_photo", "avatar", "custom"),
    "aspect_ratio": ("landscape", "portrait", "square"),
    "content_posts.content_type": ("text", "image", "video", "carousel", "story"),
    "content_posts.status": ("draft", "scheduled", "published", "failed", "archived"),
    "content_recommendations.content_type": ("post", "video", "story", "carousel"),
    "content_recommendations.status": ("pending", "accepted", "rejected", "implemented"),
    "post_publications.status": ("pending", "published", "failed", "deleted"),
    "social_media_posts.status": ("draft", "scheduled", "published", "failed"),
    "A.video_generations.status": ("pending", "processing", "completed", "failed", "cancelled"),
    "B.video_generations.status": ("pending", "processing", "completed", "failed"),
    "workflow_executions.status": ("pending", "running", "completed", "failed", "cancelled"),
    "workflow_approvals.status": ("approved", "rejected"),
    "campaigns.status": ("draft", "active", "paused", "completed", "archived"),
    "script_generations.status": ("completed", "pending", "failed"),
    "worker_tasks.status": ("pending", "running", "completed", "failed"),
    "worker_results.status": ("success", "partial", "error"),
    "research_jobs.status": ("queued", "running", "completed", "failed", "cancelled"),
    "research_jobs.priority": ("low", "normal", "high"),
    "job_type": ("raw", "analyze", "pipeline"),
    "result_type": ("raw_data", "analyzed_data", "insights", "summary"),
    "source_type": ("reddit", "hackernews", "github", "google_trends", "linkedin", "twitter"),
    "metric_type": ("count", "rate", "duration", "percentage"),
    "metric_name": ("impressions", "reach", "clicks"),
    "event_type": ("post_viewed", "post_shared", "task_finished"),
    "file_type": ("image", "video", "document"),
    "media_type": ("image", "video", "audio", "document"),
    "mime_type": ("image/png", "video/mp4", "application/pdf"),
    "category": ("launch", "weekly", "event"),
    "action": ("post.created", "post.updated", "account.connected"),
    "resource_type": ("post",),
    "ip_address": ("192.0.2.17", "2001:db8::17", "198.51.100.0/24"),
    "video_style": ("professional", "casual", "bold"),
    "model_used": ("small-1", "large-2"),
}

#: Lowest and highest of numbers that are not 0 to 1000 or, with a fraction, 0 to 1.
RANGES: dict[str, tuple[int, int]] = {
    "display_order": (0, 20),
    "file_size": (1_000, 2_000_000_000),
    "duration_target": (15, 180),
    "priority": (1, 10),
    "retry_count": (0, 2),
    "max_retries": (3, 5),
    "timeout_seconds": (30, 900),
    "sentiment_score": (-1, 1),
    "duration": (1, 600),
    "total_video_duration": (1, 6_000),
    "generation_time": (1, 90),
    "watch_time_avg": (1, 300),
}

#: Digits behind the point of numbers that are exact.
DIGITS = {"numeric": 12, "numeric(10,2)": 2, "numeric(10,6)": 6}

#: How long after the row's own moment a time lies, in hours; the rest lies at it.
LATER = {
    "scheduled_for": 24, "scheduled_at": 24, "started_at": 25, "published_at": 26, "completed_at": 26, "approved_at": 26,
    "start_date": 48, "end_date": 480, "expires_at": 700, "token_expires_at": 700, "premium_until": 9_000,
    "last_used_at": 30, "last_run_at": 30, "last_updated": 30, "updated_at": 50, "credits_reset_at": 700,
}  # fmt: skip

#: Rows are as old as this, at most.
BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)

_VECTOR = 1536


def js(value: Any) -> str:
    """Return jsonb as COPY takes it."""
    return json.dumps(value, ensure_ascii=False)


def new_uuid(rng: Random) -> str:
    """Return a random uuid, version 4, as PostgreSQL prints it."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def moment(rng: Random) -> datetime:
    """Return when a row was made, to the microsecond, within two years."""
    return BEGINNING + timedelta(microseconds=rng.randrange(63_000_000_000_000))


def vector(rng: Random) -> str:
    """Return an embedding that differs from others in its first numbers."""
    return f"[{rng.uniform(-1, 1):.6f},{rng.uniform(-1, 1):.6f}{_REST}]"


_REST = "".join(f",{((7919 * place) % 1999 - 999) / 25_000:.6f}" for place in range(_VECTOR - 2))


def value_of(column: Column, rng: Random, at: datetime) -> Value:  # noqa: PLR0911  one for each type
    """Return a clean value for a column that is neither a key nor a reference, never null; `at` is when its row was made."""
    full = f"{column.table}.{column.name}"
    words = WORDS.get(f"{column.letter}.{full}") or WORDS.get(full) or WORDS.get(column.name)
    if words:
        return rng.choice(words)
    low, high = RANGES.get(column.name, (0, 1))
    mark = f"{rng.getrandbits(32):08x}"
    match column.type:
        case "boolean":
            return rng.random() < 0.5
        case "integer" | "bigint":
            return rng.randint(low, high) if column.name in RANGES else rng.randrange(1000)
        case "double precision":
            return rng.uniform(low, high)
        case "jsonb":
            return js({"note": f"{full} {mark}", "number": rng.randrange(1000), "list": [rng.randrange(9), None, True]})
        case "text[]":
            return [f"{column.name} {mark}", f"{column.name} {mark[::-1]}"]
        case "timestamp with time zone":
            return (at + timedelta(hours=LATER.get(column.name, 0))).isoformat()
        case "vector(1536)":
            return vector(rng)
        case exact if exact in DIGITS:
            return f"{rng.randrange(1000)}.{rng.randrange(10 ** DIGITS[exact]):0{DIGITS[exact]}}"
        case _:
            return _text(column, mark)


def _text(column: Column, mark: str) -> str:
    if column.name == "email":
        return f"{mark}@example.org"
    if column.name.endswith("url"):
        return f"https://media.example.org/{column.table}/{mark}.png"
    if column.name.endswith("token"):
        return f"{SECRET}-{mark}"
    if column.name in {"filename", "original_filename", "file_name"}:
        return f"{mark}.png"
    return f"{column.name} of {column.table} {mark}"
