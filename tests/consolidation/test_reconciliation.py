"""The check of reconciliation finds what a test plants, and nothing where nothing is wrong."""

from __future__ import annotations

from scripts.target import Connection
from tests.consolidation.reconciling import findings, validate
from tests.consolidation.small import add, create_legacy, run_all, take, uid


def people(connection: Connection) -> None:
    """A few people and workspaces of A and B, who meet in every way."""
    create_legacy(connection, "a", "old_a")
    create_legacy(connection, "b", "old_b")
    add(
        connection, "old_a", "users",
        {"id": uid(1), "email": "One@x.org ", "full_name": "One", "is_admin": True, "created_at": "2024-01-01 00:00+00", "preferences": {"a": 1}},
        {"id": uid(2), "email": "two@x.org", "full_name": None, "avatar_url": None, "created_at": "2024-01-02 00:00+00"},
        {"id": uid(3), "email": "three@x.org", "full_name": "Three", "created_at": "2024-01-03 00:00+00"},
    )
    add(
        connection, "old_b", "users",
        {"id": uid(11), "email": "TWO@x.org", "full_name": "Two", "role": "viewer", "subscription_tier": "creator", "metadata": {"b": [1, 2]}},
        {"id": uid(12), "email": "twelve@x.org", "full_name": "Twelve", "role": "admin"},
        {"id": uid(3), "email": "somebody@x.org", "full_name": "Somebody else"},
    )
    for number in (1, 2):
        connection.execute(
            "insert into consolidation.auth_addresses (user_id, email) values (%s, %s)", (uid(number), {1: "one@x.org", 2: "two@x.org"}[number])
        )
    add(
        connection, "old_a", "workspaces",
        {"id": uid(21), "name": "A's", "owner_id": uid(1), "settings": {"theme": "dark"}, "created_at": "2024-02-01 00:00+00"},
        {"id": uid(22), "name": "Shared", "owner_id": uid(2), "settings": {"x": 1}, "created_at": "2024-02-02 00:00+00"},
        {"id": uid(23), "name": "By a member", "owner_id": None, "created_at": "2024-02-03 00:00+00"},
    )
    add(
        connection, "old_a", "workspace_members",
        {"id": uid(31), "workspace_id": uid(21), "user_id": uid(2), "role": "Editor", "joined_at": "2024-03-01 00:00+00"},
        {"id": uid(32), "workspace_id": uid(23), "user_id": uid(3), "role": "admin", "joined_at": "2024-03-02 00:00+00"},
        {"id": uid(33), "workspace_id": uid(22), "user_id": uid(2), "role": "owner", "joined_at": "2024-03-03 00:00+00"},
    )
    add(
        connection, "old_b", "workspaces",
        {"id": uid(22), "name": "Shared too", "owner_id": uid(11), "settings": {"x": 2, "y": 3}, "brand_guidelines": {"c": "red"}},
        {"id": uid(21), "name": "Another's", "owner_id": uid(12), "metadata": {"is_default": True, "k": 1}},
    )  # fmt: skip
    take(connection, "a", "old_a")
    take(connection, "b", "old_b")
    connection.commit()


def test_an_undisturbed_import_of_people_agrees(clone: Connection) -> None:
    people(clone)
    run_all(clone)
    found = validate(clone)
    assert findings(clone) == []
    assert [(row[0], row[1], sum(row[2:6]), row[7], row[8]) for row in found] == [
        ("a.users", 3, 3, 0, 0),
        ("b.users", 3, 3, 0, 0),
        ("a.workspaces", 3, 3, 0, 0),
        ("a.workspace_members", 3, 3, 0, 0),
        ("b.workspaces", 2, 2, 0, 0),
    ]
