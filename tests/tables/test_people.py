"""Users, workspaces, members and their secrets: what tables fill in and refuse, and the indexes that their lists are read by."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest

from scripts.target import Connection
from tests.support.people import MAKERS, make_user, make_workspace
from tests.support.rows import insert, one


def test_a_new_person_is_an_active_user_with_the_free_plan_who_has_seen_nothing(db: Connection) -> None:
    row = insert(db, "users", {"id": UUID(int=7), "email": "ada@example.org"})
    assert (row["role"], row["is_admin"], row["subscription_tier"], row["is_active"]) == ("user", False, "free", True)
    assert (row["onboarding_completed"], row["preferences"], row["metadata"]) == (False, {}, {})
    assert row["created_at"] == row["updated_at"] == one(db, "select now()")


def test_a_new_workspace_is_active_and_not_the_one_of_an_account(db: Connection) -> None:
    row = insert(db, "workspaces", {"name": "Tea", "owner_id": make_user(db)})
    assert (row["owner_role"], row["is_default"], row["is_active"]) == ("owner", False, True)
    assert (row["settings"], row["brand_guidelines"], row["metadata"]) == ({}, {}, {})
    assert row["created_at"] == row["updated_at"] == one(db, "select now()")


def test_a_new_member_is_no_more_than_a_member(db: Connection) -> None:
    row = insert(db, "workspace_members", {"workspace_id": make_workspace(db), "user_id": make_user(db)})
    assert (row["role"], row["permissions"]) == ("member", {})
    assert row["joined_at"] == row["updated_at"] == one(db, "select now()")


def test_claims_are_disabled_unless_it_is_said(db: Connection) -> None:
    row = insert(db, "secrets.claim_settings", {"is_the_one": True})
    assert (row["enabled"], row["confirmation_enforced_by"], row["stated_at"]) == (False, None, one(db, "select now()"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("secrets.sign_up_faults", "failed_at"),
        ("secrets.workspace_invitations", "created_at"),
        ("secrets.claimable_users", "listed_at"),
        ("secrets.user_claims", "claimed_at"),
    ],
)
def test_a_record_is_of_now(db: Connection, table: str, column: str) -> None:
    assert insert(db, table, MAKERS[table](db, make_workspace(db)))[column] == one(db, "select now()")


@pytest.mark.parametrize("table", ["users", "secrets.claimable_users"])
@pytest.mark.parametrize("email", ["", " ", " ada@example.org", "ada@example.org ", "Ada@example.org"])
def test_an_address_is_trimmed_and_in_lower_case_and_not_empty(db: Connection, table: str, email: str) -> None:
    values = MAKERS[table](db, make_workspace(db)) | {"email": email}
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        insert(db, table, values)
    assert str(caught.value.diag.constraint_name).endswith("_email_is_normalised")


@pytest.mark.parametrize("email", ["", "nobody", " guest@example.org", "Guest@example.org", "guest@", "@example.org", "a b@example.org"])
def test_an_invitation_is_for_one_normalised_address(db: Connection, email: str) -> None:
    values = MAKERS["secrets.workspace_invitations"](db, make_workspace(db)) | {"email": email}
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        insert(db, "secrets.workspace_invitations", values)
    assert caught.value.diag.constraint_name == "workspace_invitations_email_is_an_address"


def test_an_invitation_can_give_each_role_below_owner_and_no_other(db: Connection) -> None:
    """Members' roles are all in the demo data; invitations are in none."""
    rules = "select pg_get_constraintdef(oid) from pg_constraint where conname = %s"
    roles = set(re.findall(r"'(\w+)'", one(db, rules, "workspace_members_role_is_known")))
    assert set(re.findall(r"'(\w+)'", one(db, rules, "workspace_invitations_role_can_be_given"))) == roles - {"owner"}
    for role in roles - {"owner"}:
        values = MAKERS["secrets.workspace_invitations"](db, make_workspace(db)) | {"role": role}
        assert insert(db, "secrets.workspace_invitations", values)["role"] == role


@pytest.mark.parametrize(("table", "begins"), [("secrets.workspace_invitations", "created_at"), ("secrets.claimable_users", "listed_at")])
def test_what_expires_lasts_longer_than_an_instant(db: Connection, table: str, begins: str) -> None:
    values: dict[str, Any] = MAKERS[table](db, make_workspace(db)) | {begins: "2026-05-01 00:00+00"}
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        insert(db, table, values | {"expires_at": "2026-05-01 00:00+00"})
    assert str(caught.value.diag.constraint_name).endswith("_expires_later")
    insert(db, table, values | {"expires_at": "2026-05-01 00:00:00.000001+00"})


@pytest.mark.parametrize("name", [None, "", " "])
def test_claims_are_not_enabled_without_a_name_and_are_disabled_without_one(db: Connection, name: str | None) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        insert(db, "secrets.claim_settings", {"enabled": True, "confirmation_enforced_by": name})
    assert caught.value.diag.constraint_name == "claim_settings_enabled_needs_a_name"
    assert insert(db, "secrets.claim_settings", {"enabled": False, "confirmation_enforced_by": name})["enabled"] is False


def test_an_address_stands_once_where_it_is_verified_and_any_number_of_times_where_not(db: Connection) -> None:
    make_user(db, email="ada@example.org", email_verified_at="2026-01-01")
    make_user(db, email="ada@example.org")
    make_user(db, email="ada@example.org")
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        make_user(db, email="ada@example.org", email_verified_at="2026-01-02")
    assert caught.value.diag.constraint_name == "users_email_verified_idx"


#: What is looked for, and the index that finds it. k stands for a key.
PLANS = {
    "users_email_idx": "public.users where email = 'ada@example.org'",
    "users_email_verified_idx": "public.users where email = 'ada@example.org' and email_verified_at is not null and id <> {k}",
    "workspaces_owner_id_idx": "public.workspaces where owner_id = {k}",
    "workspace_members_user_id_user_is_active_workspace_id_idx": (
        "public.workspace_members where user_id = {k} and user_is_active order by workspace_id"
    ),
    "workspace_openings_opened_by_session_id_idx": "secrets.workspace_openings where opened_by = {k} and session_id = {k}",
    "workspace_openings_workspace_id_opened_at_idx": "secrets.workspace_openings where workspace_id = {k} order by opened_at desc limit 20",
    "user_changes_user_id_changed_at_idx": "secrets.user_changes where user_id = {k} order by changed_at desc limit 20",
    "workspace_invitations_workspace_id_created_at_idx": (
        "secrets.workspace_invitations where workspace_id = {k} order by created_at desc limit 20"
    ),
    "workspace_invitations_token_hash_idx": "secrets.workspace_invitations where token_hash = sha256('a')",
    "claimable_users_email_idx": "secrets.claimable_users where email = 'ada@example.org'",
    "user_claims_unfinished_idx": "secrets.user_claims where finished_at is null order by claimed_at limit 1",
}


@pytest.mark.parametrize("index", sorted(PLANS))
def test_what_is_looked_for_is_found_by_its_index(db: Connection, index: str) -> None:
    if index == "users_email_idx":  # where not only verified addresses are asked for, the other one does not serve
        db.execute("drop index public.users_email_verified_idx")
    for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
        db.execute(f"set local enable_{way} = off".encode())
    key = f"'{UUID(int=7)}'"
    query = f"explain (costs off) select * from {PLANS[index].format(k=key)}"
    plan = "\n".join(row[0] for row in db.execute(query.encode()))
    assert f"using {index} " in plan, plan
    assert "Sort" not in plan, plan
