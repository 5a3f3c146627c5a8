"""Users, workspaces and members for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.rows import Maker, Values, insert, one

#: The reserved workspace, which belongs to nobody.
PLATFORM = UUID("00000000-0000-8000-8000-000000000001")


def make_user(connection: Connection, **values: Any) -> UUID:
    """Insert a user and return the id."""
    row = insert(connection, "users", {"id": (key := uuid4()), "email": f"{key}@example.org"} | values)
    return UUID(str(row["id"]))


def make_workspace(connection: Connection, owner: UUID | None = None, **values: Any) -> UUID:
    """Insert a workspace with its owner's membership and return the id; makes an owner where none is given."""
    owner = owner or make_user(connection)
    with connection.transaction():
        row = insert(connection, "workspaces", {"name": "A workspace", "owner_id": owner} | values)
        make_member(connection, row["id"], "owner", owner)
    return UUID(str(row["id"]))


def make_member(connection: Connection, workspace: UUID, role: str = "member", user: UUID | None = None) -> UUID:
    """Insert a membership, of a new user unless one is given, and return the user's id."""
    user = user or make_user(connection)
    active = one(connection, "select is_active from public.users where id = %s", user)
    insert(connection, "workspace_members", {"workspace_id": workspace, "user_id": user, "user_is_active": active, "role": role})
    return user


def make_account(connection: Connection, email: str | None = "", *, confirmed: bool = True, **values: Any) -> UUID:
    """Insert an auth user as the auth service does, confirmed and with an address unless told otherwise, and return the id."""
    key = values.pop("id", None) or uuid4()
    row: Values = {
        "id": key,
        "email": f"{key}@example.org" if email == "" else email,
        "email_confirmed_at": "2026-01-01" if confirmed else None,
        "raw_user_meta_data": {},
    }
    insert(connection, "auth.users", row | values)
    return UUID(str(key))


@contextmanager
def refused(connection: Connection, code: str) -> Iterator[None]:
    """Expect one of our error codes, and keep the transaction."""
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        yield
    assert caught.value.sqlstate == code, caught.value


def at_once(target: Target, times: int, query: str, *values: Any) -> list[str]:
    """Run a query in so many connections at once and return what each got: the first column as text, or the error's code."""
    barrier = threading.Barrier(times)

    def run() -> str:
        with target.connect() as connection:
            barrier.wait(10)
            try:
                return str(one(connection, query, *values))
            except psycopg.Error as fault:
                return str(fault.sqlstate)

    with ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(times)]]


def _user(connection: Connection, workspace: UUID) -> Values:
    del connection, workspace
    return {"id": (key := uuid4()), "email": f"{key}@example.org", "email_verified_at": "2026-01-01"}


def _workspace(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {"name": "Another", "owner_id": make_user(connection)}


def _member(connection: Connection, workspace: UUID) -> Values:
    return {"workspace_id": workspace, "user_id": make_user(connection)}


def _fault(connection: Connection, workspace: UUID) -> Values:
    del connection, workspace
    return {"auth_user_id": uuid4(), "sqlstate": "23505", "message": "a fault"}


def _invitation(connection: Connection, workspace: UUID) -> Values:
    del connection
    return {
        "workspace_id": workspace, "email": f"{uuid4()}@example.org", "role": "editor", "token_hash": uuid4().bytes + uuid4().bytes,
        "expires_at": "2100-01-01",
    }  # fmt: skip


def _claim_settings(connection: Connection, workspace: UUID) -> Values:
    del connection, workspace
    return {"enabled": True, "confirmation_enforced_by": "the DBA"}


def _claimable(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {"user_id": make_user(connection), "email": f"{uuid4()}@example.org", "expires_at": "2100-01-01"}


def _opening(connection: Connection, workspace: UUID) -> Values:
    return {
        "workspace_id": workspace, "opened_by": make_user(connection, role="admin"), "session_id": uuid4(), "reason": "a fault",
        "opened_at": "2026-01-01 00:00+00", "expires_at": "2026-01-01 01:00+00",
    }  # fmt: skip


def _change(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {"user_id": make_user(connection), "changed_by": make_user(connection, role="admin"), "before": {"role": "user"}}


def _claim(connection: Connection, workspace: UUID) -> Values:
    del workspace
    return {
        "old_user_id": make_user(connection),
        "new_user_id": make_user(connection),
        "email": f"{uuid4()}@example.org",
    }


MAKERS: dict[str, Maker] = {
    "users": _user,
    "workspaces": _workspace,
    "workspace_members": _member,
    "secrets.sign_up_faults": _fault,
    "secrets.workspace_invitations": _invitation,
    "secrets.claim_settings": _claim_settings,
    "secrets.claimable_users": _claimable,
    "secrets.overwritten_by_import": lambda connection, workspace: {  # noqa: ARG005  of no workspace
        "hybrid_table": "public.users",
        "row_key": {"id": "1"},
        "place": 1,
        "step": "a.users",
    },
    "secrets.user_claims": _claim,
    "secrets.workspace_openings": _opening,
    "secrets.user_changes": _change,
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "users_email_is_normalised": {"email": "Upper@example.org"},
    "users_role_is_known": {"role": "root"},
    "users_tier_is_known": {"subscription_tier": "gold"},
    "workspaces_has_an_owner": {"owner_id": None},
    "workspace_members_role_is_known": {"role": "guest"},
    "workspace_members_not_of_the_platform": {"workspace_id": PLATFORM},
    "sign_up_faults_sqlstate_is_one": {"sqlstate": "2350"},
    "workspace_invitations_email_is_an_address": {"email": "nobody"},
    "workspace_invitations_role_can_be_given": {"role": "owner"},
    "workspace_invitations_token_is_hashed": {"token_hash": b"short"},
    "workspace_invitations_expires_later": {"expires_at": "2000-01-01"},
    "workspace_invitations_ends_once": {"accepted_at": "2026-01-01", "revoked_at": "2026-01-01"},
    "claim_settings_is_one_row": {"is_the_one": False},
    "claim_settings_enabled_needs_a_name": {"confirmation_enforced_by": " "},
    "claimable_users_email_is_normalised": {"email": "Upper@example.org"},
    "claimable_users_expires_later": {"expires_at": "2000-01-01"},
    "workspace_openings_has_a_reason": {"reason": " "},
    "workspace_openings_last_an_hour": {"expires_at": "2026-01-01 01:01+00"},
    "user_claims_are_two_people": {"old_user_id": PLATFORM, "new_user_id": PLATFORM},
}
