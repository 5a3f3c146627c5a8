"""Which requests are measured, and whose plans are looked at."""

from __future__ import annotations

import json

from scripts.bench.ground import Ground
from scripts.bench.requests import Request

#: More than any workspace has, as the largest answer that Supabase gives by default.
_MANY = "1000"

_MONTH = {"since": "2026-06-01", "until": "2026-07-01"}


def eight_reads(ground: Ground) -> tuple[Request, ...]:
    """Return the reads that the application does most; each carries its workspace as a filter, as the application's do."""
    here = {"workspace": ground.workspace}
    return (
        Request("feed of a workspace", "feed", here),
        Request("one post with media", "post_with_media", {**here, "post": ground.post, "limit": _MANY}),
        Request("calendar of a month", "calendar", {**here, **_MONTH, "limit": _MANY}),
        Request("library page", "library", {**here, "media_type": "image"}),
        Request("members", "members", {**here, "limit": _MANY}),
        Request("queue of a workspace", "queue", {**here, "status": "pending", "limit": _MANY}),
        Request("analytics of a month", "analytics", {**here, **_MONTH, "limit": _MANY}),
        Request("one template", "template", {**here, "template": ground.template, "limit": _MANY}),
    )


def large_reads(ground: Ground) -> tuple[Request, ...]:
    """Return reads and aggregates over 1,000 rows and more of one workspace."""
    there = {"workspace": ground.large_workspace, "limit": _MANY}
    return (
        Request("1,000 posts", "feed", there),
        Request("sums of a month, some 1,500 rows", "sums", {**there, **_MONTH}),
        Request("posts by state, 2,000 rows", "states", there),
    )


def newest(ground: Ground) -> dict[str, Request]:
    """Return the ways to the newest 50 posts of all of one's workspaces: by policy, by function, and by hand."""
    return {
        "policy": Request("the policy alone", "newest"),
        "function": Request("newest_posts()", "newest_by_function", {"each": "50"}),
        "hand": Request("written by hand", "newest_by_hand", {"user": ground.people[100], "each": "50"}),
    }


def writes(ground: Ground, user: str) -> tuple[Request, ...]:
    """Return an insert and an update of one row by an editor."""
    draft = {"workspace_id": ground.workspace, "user_id": user, "title": "A draft", "content": "What to say", "status": "draft"}
    return (
        Request("insert of a draft", "insert_post", {"body": json.dumps(draft)}, writes=True),
        Request(
            "update of a post", "update_post",
            {"workspace": ground.workspace, "post": ground.post, "body": json.dumps({"content": "Another text"})}, writes=True,
        ),
    )  # fmt: skip
