"""Users, workspaces and members for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from scripts.target import Connection
from tests.support.rows import Maker, Values, insert


def make_user(connection: Connection, **values: Any) -> UUID:
    """Insert a user and return the id."""
    row = insert(connection, "users", {"id": (key := uuid4()), "email": f"{key}@example.org"} | values)
    return UUID(str(row["id"]))


def make_workspace(connection: Connection, owner: UUID | None = None, **values: Any) -> UUID:
    """Insert a workspace with its owner's membership and return the id; makes an owner where none is given."""
    owner = owner or make_user(connection)
    with connection.transaction():
        row = insert(connection, "workspaces", {"name": "A workspace", "owner_id": owner} | values)
        insert(connection, "workspace_members", {"workspace_id": row["id"], "user_id": owner, "role": "owner"})
    return UUID(str(row["id"]))


def make_member(connection: Connection, workspace: UUID, role: str = "member", user: UUID | None = None) -> UUID:
    """Insert a membership, of a new user unless one is given, and return the user's id."""
    user = user or make_user(connection)
    insert(connection, "workspace_members", {"workspace_id": workspace, "user_id": user, "role": role})
    return user


def _user(connection: Connection, workspace: UUID) -> Values:
    del connection, workspace
    return {"id": (key := uuid4()), "email": f"{key}@example.org", "email_verified_at": "2026-01-01"}


def _workspace(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {"name": "Another", "owner_id": make_user(connection)}


def _member(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "user_id": make_user(connection)}


MAKERS: dict[str, Maker] = {"users": _user, "workspaces": _workspace, "workspace_members": _member}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "users_email_is_normalised": {"email": "Upper@example.org"},
    "users_role_is_known": {"role": "root"},
    "users_tier_is_known": {"subscription_tier": "gold"},
    "workspaces_name_is_not_blank": {"name": "  "},
    "workspaces_has_an_owner": {"owner_id": None},
    "workspace_members_role_is_known": {"role": "guest"},
}
