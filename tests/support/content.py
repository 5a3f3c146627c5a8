"""Campaigns, templates, posts, their forms, media and publications for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from scripts.target import Connection
from tests.support.accounts import make_account, make_platform
from tests.support.people import make_user
from tests.support.rows import Maker, Values, insert


def make_campaign(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a campaign and return the id."""
    return _made(connection, "campaigns", _campaign(connection, workspace) | values)


def make_template(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a template and return the id."""
    return _made(connection, "content_templates", _template(connection, workspace) | values)


def make_post(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert a post without author and campaign, unless they are given, and return the id."""
    return _made(connection, "content_posts", {"workspace_id": workspace, "content": "Hello"} | values)


def make_form(connection: Connection, workspace: UUID, post: UUID | None = None, **values: Any) -> UUID:
    """Insert a post's form for a new platform, unless one is given, and return the id."""
    row = {
        "workspace_id": workspace,
        "content_post_id": post or make_post(connection, workspace),
        "platform_id": values.get("platform_id") or make_platform(connection),
        "content": "Hello",
    }
    return _made(connection, "social_media_posts", row | values)


def make_asset(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert an asset and return the id."""
    return _made(connection, "media_assets", _asset(connection, workspace) | values)


def attach(connection: Connection, workspace: UUID, post: UUID, asset: UUID, position: int = 0, **values: Any) -> UUID:
    """Attach an asset to a post and return the id of the attachment."""
    row = {"workspace_id": workspace, "post_id": post, "asset_id": asset, "position": position}
    return _made(connection, "content_media", row | values)


def make_publication(connection: Connection, workspace: UUID, post: UUID, **values: Any) -> UUID:
    """Insert an attempt without form and account, unless they are given, and return the id."""
    return _made(connection, "post_publications", {"workspace_id": workspace, "post_id": post} | values)


def _made(connection: Connection, table: str, values: Values) -> UUID:
    return UUID(str(insert(connection, table, values)["id"]))


def _campaign(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "user_id": make_user(connection), "name": "Spring"}


def _template(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "name": "Greeting",
        "category": "announcement",
        "template_content": "Hello {{name}}",
        "variables": ["name"],
    }


def _post(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "campaign_id": make_campaign(connection, workspace),
        "content": "Hello",
    }


def _form(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "content_post_id": make_post(connection, workspace),
        "user_id": make_user(connection),
        "platform_id": make_platform(connection),
        "content": "Hello",
    }


def _asset(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "filename": f"{uuid4()}.png",
        "media_type": "image",
        "url": "https://example.org/picture.png",
    }


def _attachment(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "post_id": make_post(connection, workspace),
        "asset_id": make_asset(connection, workspace),
    }


def _publication(connection: Connection, workspace: UUID) -> Values:
    # no form: another post's would break the rule of the form as well as that of the post
    return {
        "workspace_id": workspace,
        "post_id": make_post(connection, workspace),
        "account_id": make_account(connection, workspace),
    }


MAKERS: dict[str, Maker] = {
    "campaigns": _campaign,
    "content_templates": _template,
    "content_posts": _post,
    "social_media_posts": _form,
    "media_assets": _asset,
    "content_media": _attachment,
    "post_publications": _publication,
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "content_templates_name_fits": {"name": "x" * 256},
    "content_templates_category_fits": {"category": "x" * 101},
    "campaigns_budget_is_an_amount": {"budget": -1},
    "campaigns_ends_after_it_starts": {"start_date": "2026-02-02", "end_date": "2026-02-01"},
    "campaigns_status_is_known": {"status": "running"},
    "content_templates_usage_is_not_negative": {"usage_count": -1},
    "content_posts_content_type_is_known": {"content_type": "poem"},
    "content_posts_status_is_known": {"status": "posted"},
    "content_posts_scheduled_needs_a_time": {"status": "scheduled", "scheduled_for": None},
    "social_media_posts_status_is_known": {"status": "partially_published"},
    "social_media_posts_scheduled_needs_a_time": {"status": "scheduled", "scheduled_for": None},
    "media_assets_media_type_is_known": {"media_type": "hologram"},
    "media_assets_file_size_is_not_negative": {"file_size": -1},
    "media_assets_duration_is_a_time": {"duration": -1},
    "content_media_position_is_not_negative": {"position": -1},
    "post_publications_attempt_counts_from_one": {"attempt": 0},
    "post_publications_status_is_known": {"status": "retrying"},
}
