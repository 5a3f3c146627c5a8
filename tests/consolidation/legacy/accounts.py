"""Rows of auth.users: what the platform knows about A's people. A's own users.email proves nothing; this does."""

from __future__ import annotations

from tests.consolidation.legacy.values import Row, js


def account_of(user: Row, special: Row) -> Row:
    """Return the account of a person of A: confirmed, with the address of the person's own row, unless told otherwise."""
    made = user["created_at"] or "2024-01-01 00:00+00"
    usual: Row = {
        "id": user["id"],
        "aud": "authenticated",
        "role": "authenticated",
        "email": str(user["email"] or "").strip().lower() or None,
        "email_confirmed_at": made,
        "raw_app_meta_data": js({"provider": "email"}),
        "raw_user_meta_data": js({}),
        "created_at": made,
        "is_sso_user": False,
        "is_anonymous": False,
    }
    return usual | special
