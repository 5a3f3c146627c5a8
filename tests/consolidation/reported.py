"""A small import with something in every part of its report, and what somebody put into it with malice."""

from __future__ import annotations

from scripts.target import Connection
from tests.consolidation.small import JsonList, add, create_legacy, run_all, take, uid

#: What must never be shown.
TOKEN = "s3cr3t-hush-hush"

SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def legacy(connection: Connection, people: int = 0) -> None:
    """Make A and B with a row for each part of the report, and so many people of A more, who all have a tier that nobody knows."""
    create_legacy(connection, "a", "old_a")
    create_legacy(connection, "b", "old_b")
    add(
        connection, "old_a", "users",
        {"id": uid(1), "email": "ann@x.org", "full_name": "Ann", "is_admin": True, "preferences": {"api_key": TOKEN}},
        {"id": uid(2), "email": "bob@x.org", "full_name": "Bob", "subscription_tier": SCRIPT},
        {"id": uid(3), "email": "cleo@x.org", "subscription_tier": " Creator"},
    )  # fmt: skip
    add(
        connection, "old_a", "workspaces",
        {"id": uid(11), "name": "One", "owner_id": uid(1), "settings": {"theme": SCRIPT, "auth": {"access_token": TOKEN}, "list": 1}},
        {"id": uid(12), "name": "Two", "owner_id": uid(3)},
    )  # fmt: skip
    add(
        connection, "old_b", "users",
        {"id": uid(5), "email": "ANN@x.org", "full_name": SCRIPT, "role": "Admin", "subscription_tier": "enterprise"},
        {"id": uid(6), "email": "cleo@x.org\u202e\x1b[31m"},
        {"id": uid(7), "email": "cleo@x.org"},
    )  # fmt: skip
    add(
        connection, "old_b", "workspaces",
        {"id": uid(11), "name": f"Bearer {TOKEN}", "owner_id": uid(5), "description": f"https://ann:{TOKEN}@x.org",
         "settings": {"theme": "b", "auth": {"access_token": f"other-{TOKEN}"}, "list": [{"name": "api_key", "value": TOKEN}],
                      "client_secret": TOKEN}},
        {"id": uid(12), "name": "Another's", "owner_id": uid(6), "social_accounts": JsonList([{"platform": "x", "access_token": TOKEN}])},
    )  # fmt: skip
    connection.execute(
        "update old_a.workspaces set settings = settings || %s::text::jsonb where id = %s",
        ('{"client_secret": "first-' + TOKEN + '"}', uid(11)),
    )
    connection.execute("alter table old_a.users add column nickname text default 'Nick'")
    connection.execute('create table old_a."<b>odd</b>" (a integer)')
    if people:
        connection.execute(
            "insert into old_a.users (id, email, subscription_tier)"
            " select gen_random_uuid(), 'p' || n || '@x.org', repeat('tier ', 40) || n from generate_series(1, %s) as n",
            (people,),
        )


def fill(connection: Connection, people: int = 0) -> None:
    """The same beside a hybrid, captured."""
    legacy(connection, people)
    connection.execute("insert into consolidation.auth_addresses (user_id, email) values (%s, 'ann@x.org')", (uid(1),))
    take(connection, "a", "old_a")
    take(connection, "b", "old_b")
    connection.commit()


def imported(connection: Connection, people: int = 0) -> None:
    """The same, imported and compared."""
    fill(connection, people)
    run_all(connection)
    connection.execute("select * from consolidation.validate()")
    connection.commit()
