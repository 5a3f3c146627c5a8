"""Platforms, accounts and their secrets for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from scripts.target import Connection
from tests.support.people import make_user
from tests.support.rows import Maker, Values, insert


def make_platform(connection: Connection, **values: Any) -> UUID:
    """Insert a platform and return the id; its name is one that no other test and no seed uses."""
    return UUID(str(insert(connection, "social_platforms", _platform(connection, uuid4()) | values)["id"]))


def make_account(connection: Connection, workspace: UUID, **values: Any) -> UUID:
    """Insert an account of a new person on a new platform, unless they are given, and return the id."""
    return UUID(str(insert(connection, "user_social_accounts", _account(connection, workspace) | values)["id"]))


def make_tokens(connection: Connection, workspace: UUID, account: UUID, **values: Any) -> None:
    """Insert the tokens of an account."""
    row = {"workspace_id": workspace, "account_id": account, "access_token": "access", "refresh_token": "refresh"}
    insert(connection, "secrets.social_account_tokens", row | values)


def _platform(connection: Connection, workspace: UUID) -> Values:
    del connection, workspace
    return {"name": f"platform-{uuid4()}", "display_name": "A platform"}


def _platform_config(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {"platform_id": make_platform(connection), "api_config": {"client_id": "ours"}}


def _account(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace,
        "user_id": make_user(connection),
        "platform_id": make_platform(connection),
        "account_name": "@somebody",
        "account_id": str(uuid4()),
    }


def _tokens(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "account_id": make_account(connection, workspace), "access_token": "access"}


MAKERS: dict[str, Maker] = {
    "social_platforms": _platform,
    "secrets.social_platform_configs": _platform_config,
    "user_social_accounts": _account,
    "secrets.social_account_tokens": _tokens,
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "social_platforms_name_is_normalised": {"name": "LinkedIn"},
    "social_account_tokens_has_a_token": {"access_token": None, "refresh_token": None},
}
