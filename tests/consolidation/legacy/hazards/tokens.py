"""Secrets where nobody would look for them. Each begins with the word in values.SECRET, so that a test can look for that."""

from __future__ import annotations

from typing import Any

from tests.consolidation.legacy.hazards.kit import Planted, each, hazard
from tests.consolidation.legacy.values import SECRET, js

#: An answer of a platform that gives away more than it should.
ANSWER = {
    "id": "p1",
    "auth": {"access_token": f"{SECRET}-answer", "scope": "write"},
    "headers": [{"Authorization": f"Bearer {SECRET}-header"}],
}

#: What B's social_accounts holds where the application kept tokens in it.
ACCOUNTS: tuple[Any, ...] = (
    [
        {
            "platform": "twitter",
            "account_id": "1001",
            "account_name": "Tokens",
            "access_token": f"{SECRET}-access",
            "refresh_token": f"{SECRET}-refresh",
            "token_expires_at": "2026-01-01T00:00:00Z",
            "followers": 12,
        },
        {"platform": "facebook", "account_id": "1002", "credentials": {"page": {"apiKey": f"{SECRET}-page"}}, "cookie": f"{SECRET}-cookie"},
    ],
    [{"platform": "myspace", "account_id": "1003", "access_token": f"{SECRET}-unknown-platform"}],
    {"twitter": {"access_token": f"{SECRET}-no-list"}},
    [f"{SECRET}-bare"],
)

hazard(
    "tokens_in_jsonb",
    "Tokens in account_metadata, in answers of platforms, and in B's social_accounts.",
    each(
        "A.user_social_accounts",
        "account_metadata",
        js({"access_token": f"{SECRET}-metadata", "profile": {"client_secret": f"{SECRET}-nested", "name": "shown"}}),
    ),
    each("A.post_publications", "platform_response", js(ANSWER)),
    each("A.social_media_posts", "platform_results", js({"twitter": ANSWER, "myspace": ANSWER})),
    each("B.social_media_posts", "platform_results", js([{"platform": "twitter", **ANSWER}, {"platform": "myspace", **ANSWER}])),
    each("B.workspaces", "social_accounts", *map(js, ACCOUNTS)),
)

hazard(
    "tokens_in_rejected_rows",
    "Tokens in rows that the import cannot take, which are kept whole.",
    [
        Planted("A.social_media_posts", {"platforms": ["myspace"], "platform_results": js(ANSWER)}),
        Planted("A.user_social_accounts", {"workspace_id": None, "user_id": None, "access_token": f"{SECRET}-rejected"}),
        Planted("B.social_media_posts", {"status": "on hold", "platform_results": js(ANSWER)}),
        Planted("B.workspaces", {"owner_id": None, "social_accounts": js(ACCOUNTS[0])}),
    ],
)
