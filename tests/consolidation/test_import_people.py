"""People, workspaces and members of A and B: who becomes whom, by which rule, and what waits for a human."""

from __future__ import annotations

import psycopg
import pytest

from scripts.target import Connection
from tests.consolidation.small import accounts, add, begun, check_accounted, create_legacy, result, run_all, take, uid

DAY = "2025-03-0{} 10:00:00+00"


def fill_a(connection: Connection) -> None:
    create_legacy(connection, "a", "old_a")
    day = {"created_at": DAY.format(1), "updated_at": DAY.format(2)}
    add(
        connection, "old_a", "users",
        {"id": uid(1), "email": "typed@x.org", "is_admin": True, **day},
        {"id": uid(2), "email": "Bob@X.org ", "subscription_tier": "creator", "full_name": "Bob", **day},
        {"id": uid(3), "email": "vic@x.org", **day},
    )  # fmt: skip
    connection.execute(
        "insert into auth.users (id, email, email_confirmed_at, is_sso_user) values (%s, 'ann@x.org', now(), false),"
        " (%s, 'vic@x.org', now(), true)",
        (uid(1), uid(3)),
    )
    connection.execute("delete from public.workspaces where owner_id is not null")
    connection.execute("delete from public.users")
    add(
        connection, "old_a", "workspaces",
        {"id": uid(11), "name": "One", "owner_id": uid(1), "settings": {"a": 1}, **day},
        {"id": uid(12), "name": "Two", "owner_id": None, **day},
        {"id": uid(13), "name": "Three", "owner_id": uid(99), **day},
        {"id": uid(14), "name": "Four", "owner_id": uid(2), **day},
    )  # fmt: skip
    add(
        connection, "old_a", "workspace_members",
        {"id": uid(21), "workspace_id": uid(11), "user_id": uid(1), "role": "editor", "joined_at": DAY.format(3)},
        {"id": uid(22), "workspace_id": uid(12), "user_id": uid(2), "role": "admin", "joined_at": DAY.format(3)},
        {"id": uid(23), "workspace_id": uid(12), "user_id": uid(3), "role": "admin", "joined_at": DAY.format(4)},
        {"id": uid(24), "workspace_id": uid(13), "user_id": uid(3), "role": "member", "joined_at": DAY.format(4)},
        {"id": uid(25), "workspace_id": uid(11), "user_id": uid(99), "role": "member", "joined_at": DAY.format(4)},
    )  # fmt: skip


def fill_b(connection: Connection) -> None:
    create_legacy(connection, "b", "old_b")
    day = {"created_at": DAY.format(5), "updated_at": DAY.format(6)}
    add(
        connection, "old_b", "users",
        {"id": uid(5), "email": " ANN@x.org", "full_name": "Ann B", "role": "viewer", "subscription_tier": "enterprise", **day},
        {"id": uid(6), "email": "bob@x.org", "role": "admin", **day},
        {"id": uid(7), "email": "vic@x.org", "is_active": False, **day},
        {"id": uid(2), "email": "other@x.org", "metadata": {"k": 1}, **day},
        {"id": uid(8), "email": "  ", **day},
    )  # fmt: skip
    add(
        connection, "old_b", "workspaces",
        {"id": uid(11), "name": "One of B", "owner_id": uid(5), "settings": {"a": 2, "b": 3}, "description": "B's",
         "metadata": {"is_default": True, "m": 1}, **day},
        {"id": uid(14), "name": "Another", "owner_id": uid(6), **day},
        {"id": uid(15), "name": "Nobody's", "owner_id": None, **day},
    )  # fmt: skip


@pytest.fixture
def both(clone: Connection) -> Connection:
    fill_a(clone)
    fill_b(clone)
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    return clone


def person(connection: Connection, identity: str) -> tuple[object, ...] | None:
    return connection.execute(
        "select email, full_name, role, subscription_tier, is_active, updated_at::date::text from public.users where id = %s", (identity,)
    ).fetchone()


def test_every_row_is_accounted_for_and_a_second_run_changes_nothing(both: Connection) -> None:
    run_all(both)
    check_accounted(both)
    assert accounts(both) == {
        "a.users": {"migrated": 3},
        "b.users": {"migrated": 3, "merged": 1, "rejected": 1},
        "a.workspaces": {"migrated": 3, "rejected": 1},
        "a.workspace_members": {"migrated": 3, "rejected": 2},
        "b.workspaces": {"migrated": 1, "merged": 1, "rejected": 1},
    }
    first = result(both)
    assert run_all(both) == ["run 2 begins"]
    assert result(both) == first


def test_a_person_is_one_only_where_a_confirms_the_address(both: Connection) -> None:
    run_all(both)
    # A's row has the account's address; B's viewer stays one, his paid tier is a candidate, his name fills
    assert person(both, uid(1)) == ("ann@x.org", "Ann B", "viewer", "free", True, "2025-03-02")
    # typed, or said by an identity provider: two people
    assert person(both, uid(6)) == ("bob@x.org", None, "user", "free", True, "2025-03-06")
    assert person(both, uid(7)) == ("vic@x.org", None, "user", "free", False, "2025-03-06")
    waiting = both.execute(
        "select legacy_key, hybrid_id::text from consolidation.conflicts where kind = 'same_person' order by 1"
    ).fetchall()
    assert waiting == [(uid(6), uid(2)), (uid(7), uid(3))]


def test_the_id_of_another_person_becomes_a_computed_one_and_is_recorded(both: Connection) -> None:
    run_all(both)
    row = both.execute(
        "select users.email, users.metadata from public.users where id = private.computed_id('legacy_b.users:' || %s)", (uid(2),)
    ).fetchone()
    assert row == ("other@x.org", {"k": 1})
    assert both.execute("select legacy_key from consolidation.conflicts where kind = 'same_id'").fetchall() == [(uid(2),)]


def test_nobody_becomes_admin_or_pays_by_import_and_candidates_are_listed(both: Connection) -> None:
    run_all(both)
    assert both.execute("select count(*) from public.users where is_admin").fetchone() == (0,)
    found = both.execute(
        "select kind, legacy_table, legacy_key from consolidation.conflicts where kind like 'candidate%' order by 1, 2"
    ).fetchall()
    assert found == [("candidate_admin", "a.users", uid(1)), ("candidate_admin", "b.users", uid(6)), ("candidate_tier", "b.users", uid(5))]
    kept = both.execute(
        "select legacy_table, legacy_key, legacy_column, value from consolidation.kept"
        " where legacy_column in ('is_admin', 'role', 'subscription_tier') and legacy_table like '%users' order by 1, 2, 3"
    ).fetchall()
    # what the new row says itself, or is no right, is not kept once more
    assert kept == [
        ("a.users", uid(1), "is_admin", True),
        ("b.users", uid(5), "role", "viewer"),
        ("b.users", uid(5), "subscription_tier", "enterprise"),
        ("b.users", uid(6), "role", "admin"),
    ]


def test_only_active_people_of_b_can_be_claimed(both: Connection) -> None:
    run_all(both)
    found = both.execute("select email from secrets.claimable_users order by 1").fetchall()
    assert found == [("bob@x.org",), ("other@x.org",)]


def test_a_workspace_gets_its_owner_and_the_membership_keeps_its_key(both: Connection) -> None:
    run_all(both)
    rows = both.execute("select id::text, user_id::text, role, joined_at::date::text from public.workspace_members order by 1").fetchall()
    assert rows == sorted(
        [
            (uid(21), uid(1), "owner", "2025-03-03"),  # was editor, and owner_id says owner
            (uid(22), uid(2), "owner", "2025-03-03"),  # no owner_id: the admin who joined first
            (uid(23), uid(3), "admin", "2025-03-04"),
            *both.execute(
                "select private.computed_id('legacy_a.workspaces:' || %s || ':owner')::text, %s, 'owner', '2025-03-01' union all"
                " select private.computed_id('legacy_b.workspaces:' || %s || ':owner')::text, %s, 'owner', '2025-03-05'",
                (uid(14), uid(2), uid(14), uid(6)),
            ).fetchall(),
        ]
    )
    kept = both.execute("select legacy_key, value from consolidation.kept where legacy_table = 'a.workspace_members'").fetchall()
    assert sorted(kept) == [(uid(21), "editor"), (uid(22), "admin")]


def test_workspaces_are_one_by_id_and_owner_and_otherwise_never(both: Connection) -> None:
    run_all(both)
    row = both.execute(
        "select name, description, settings, metadata, is_default, updated_at::date::text from public.workspaces where id = %s", (uid(11),)
    ).fetchone()
    assert row == ("One", "B's", {"a": 1, "b": 3}, {"m": 1}, True, "2025-03-02")
    differs = both.execute(
        "select hybrid_column, value_a, value_b from consolidation.conflicts where kind = 'difference' and legacy_table = 'b.workspaces'"
        " and hybrid_column in ('name', 'settings.a') order by 1"
    ).fetchall()
    assert differs == [("name", "One", "One of B"), ("settings.a", 1, 2)]
    assert both.execute("select legacy_key from consolidation.conflicts where kind = 'same_workspace'").fetchall() == [(uid(14),)]
    assert both.execute("select owner_id::text from public.workspaces where name = 'Another'").fetchone() == (uid(6),)


def test_homes_are_the_only_workspace_by_what_the_own_schema_says(both: Connection) -> None:
    run_all(both)
    found = both.execute("select legacy_schema, user_id::text, workspace_id::text from consolidation.homes order by 1, 2").fetchall()
    assert found[:2] == [("a", uid(1), uid(11)), ("a", uid(3), uid(12))]
    assert ("b", uid(1), uid(11)) in found


def test_b_alone_and_then_a_is_refused_because_a_is_the_base(clone: Connection) -> None:
    fill_a(clone)
    fill_b(clone)
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    take(clone, "a", "old_a")
    with pytest.raises(psycopg.Error) as caught:
        run_all(clone)
    assert caught.value.sqlstate == "HS113"


def test_a_and_then_b_ends_in_the_rows_of_both_at_once(clone: Connection) -> None:
    fill_a(clone)
    fill_b(clone)
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    clone.execute("update consolidation.runs set started_at = '2026-01-01 00:00:00+00'")
    clone.commit()
    take(clone, "b", "old_b")
    run_all(clone)
    check_accounted(clone)
    after_each_other = result(clone)
    start_anew(clone)
    clone.execute("insert into consolidation.runs (run_number, started_at, finished_at) values (1, '2026-01-01 00:00:00+00', now())")
    run_all(clone)
    assert result(clone) == after_each_other


def test_batches_of_one_block_end_in_the_rows_of_one_batch(both: Connection) -> None:
    both.execute("insert into consolidation.runs (run_number, started_at, finished_at) values (1, '2026-01-01 00:00:00+00', now())")
    run_all(both)
    once = result(both)
    start_anew(both)
    both.execute("insert into consolidation.runs (run_number, started_at, finished_at) values (1, '2026-01-01 00:00:00+00', now())")
    both.execute("alter table legacy_b.users set (fillfactor = 10)")
    run_all(both, batch_rows=1)
    assert result(both) == once


def differences(connection: Connection) -> list[tuple[object, ...]]:
    """Return what two sources say differently, by row and column."""
    return connection.execute(
        "select legacy_table, legacy_key, hybrid_column, value_a, value_b from consolidation.conflicts"
        " where kind = 'difference' order by 1, 2, 3"
    ).fetchall()


def test_a_time_that_a_does_not_say_is_bs_and_several_of_b_lose_nothing(clone: Connection) -> None:
    for which in "ab":
        create_legacy(clone, which, f"old_{which}")
    clone.execute("alter table old_a.users alter created_at drop default, alter updated_at drop default")
    clone.execute("alter table old_a.workspaces alter created_at drop default, alter updated_at drop default")
    clone.execute("alter table old_a.workspace_members alter joined_at drop default")
    add(clone, "old_a", "users", {"id": uid(1), "email": "one@x.org", "avatar_url": "https://x.org/a.png"})
    clone.execute("insert into consolidation.auth_addresses (user_id, email) values (%s, 'one@x.org')", (uid(1),))
    add(
        clone, "old_b", "users",
        {"id": uid(5), "email": "ONE@x.org", "full_name": "One", "created_at": DAY.format(1), "updated_at": DAY.format(2)},
        {"id": uid(6), "email": "one@x.org ", "full_name": "Uno", "is_active": False, "created_at": DAY.format(3), "updated_at": None},
    )  # fmt: skip
    add(clone, "old_a", "workspaces", {"id": uid(11), "name": "W", "owner_id": uid(1)})
    add(clone, "old_a", "workspace_members", {"id": uid(21), "workspace_id": uid(11), "user_id": uid(1), "role": "owner"})
    add(
        clone, "old_b", "workspaces",
        {"id": uid(11), "name": "W", "owner_id": uid(6), "created_at": DAY.format(4), "updated_at": DAY.format(5)},
    )  # fmt: skip
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    begun(clone)
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    times = "(created_at at time zone 'UTC')::text, (updated_at at time zone 'UTC')::text"
    person = clone.execute(f"select full_name, avatar_url, is_active, {times} from public.users".encode()).fetchall()
    assert person == [("One", "https://x.org/a.png", True, "2025-03-01 10:00:00", "2025-03-02 10:00:00")]
    space = clone.execute(f"select {times} from public.workspaces where id = %s".encode(), (uid(11),)).fetchall()
    assert space == [("2025-03-04 10:00:00", "2025-03-05 10:00:00")]
    # the membership is A's, and A does not say when: not the workspace's time, which is that of one that had to be made
    assert clone.execute("select id::text, joined_at = '2026-01-01 00:00+00' from public.workspace_members").fetchall() == [(uid(21), True)]
    assert differences(clone) == [
        ("b.users", uid(6), "created_at", None, "2025-03-03T10:00:00+00:00"),
        ("b.users", uid(6), "full_name", None, "Uno"),
        ("b.users", uid(6), "is_active", None, False),
    ]


def test_what_somebody_has_who_has_signed_up_here_stands_and_what_a_says_is_listed(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    clone.execute(
        "insert into public.users (id, email, full_name, preferences, created_at, updated_at)"
        " values (%s, 'one@x.org', 'One', '{\"theme\": \"dark\"}', '2025-03-09 10:00+00', '2025-03-09 10:00+00')",
        (uid(1),),
    )
    preferences = {"theme": "light", "size": 2}
    day = {"created_at": DAY.format(1), "updated_at": DAY.format(2)}
    add(clone, "old_a", "users", {"id": uid(1), "email": "one@x.org", "full_name": "Uno", "preferences": preferences, **day})
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    found = clone.execute("select full_name, preferences, (created_at at time zone 'UTC')::text from public.users").fetchall()
    assert found == [("One", {"theme": "dark", "size": 2}, "2025-03-01 10:00:00")]
    assert [row[2:] for row in differences(clone)] == [
        ("full_name", "One", "Uno"),
        ("preferences.theme", "dark", "light"),
        ("updated_at", "2025-03-09T10:00:00+00:00", "2025-03-02T10:00:00+00:00"),
    ]


def start_anew(connection: Connection) -> None:
    """Take back what an import wrote, all of it."""
    connection.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    for table in ("ledger", "ledger_targets", "rejects", "kept", "conflicts", "progress", "runs", "taken", "auth_addresses"):
        connection.execute(f"delete from consolidation.{table}".encode())
    connection.commit()


def test_where_both_share_a_table_of_workspaces_in_the_shape_of_b_members_of_a_belong_to_them(clone: Connection) -> None:
    create_legacy(clone, "b", "old")
    clone.execute("drop table old.avatar_profiles, old.script_generations, old.video_generations, old.workflow_executions")
    create_legacy(clone, "a", "old", {"workspace_members", "social_platforms", "content_posts"})
    add(clone, "old", "users", {"id": uid(1), "email": "owner@x.org"}, {"id": uid(2), "email": "editor@x.org"})
    add(clone, "old", "workspaces", {"id": uid(10), "owner_id": uid(1), "name": "Shared"})
    member = {"workspace_id": uid(10), "joined_at": "2025-05-01"}
    add(
        clone, "old", "workspace_members",
        {"id": uid(21), "user_id": uid(1), "role": "admin", **member}, {"id": uid(22), "user_id": uid(2), "role": "editor", **member},
    )  # fmt: skip
    take(clone, None, "old")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert accounts(clone)["a.workspace_members"] == {"merged": 1, "migrated": 1}
    members = clone.execute("select id::text, user_id::text, role from public.workspace_members order by user_id").fetchall()
    owners = clone.execute("select private.computed_id('legacy_b.workspaces:' || %s || ':owner')::text", (uid(10),)).fetchone()
    assert owners is not None
    assert members == [(owners[0], uid(1), "owner"), (uid(22), uid(2), "editor")]
    # the role that the owner had is kept
    assert clone.execute("select legacy_key, value from consolidation.kept where legacy_column = 'role'").fetchall() == [(uid(21), "admin")]
