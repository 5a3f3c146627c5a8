"""Taking an import back: exactly, while nobody has changed what it wrote; where somebody has, it says what and does nothing."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.legacy.generator import ALL, TINY, generate
from tests.consolidation.legacy.lists import A, B, Shape, together
from tests.consolidation.legacy.load import install, load_accounts
from tests.consolidation.small import add, create_legacy, result, run_all, take, uid
from tests.consolidation.test_import_people import fill_a, fill_b
from tests.migrations.dumps import dump

#: Books that outlive an import: history, what a human said, and what the next import makes anew.
STAYING = {"runs", "undone", "decisions", "sources", "writes"}


def books(connection: Connection) -> dict[str, list[str]]:
    """Return every row of the tables in consolidation, but for those that stay."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'consolidation' order by 1").fetchall()
    return {
        name: [row[0] for row in connection.execute(f"select to_jsonb(found)::text from consolidation.{name} as found order by 1".encode())]
        for (name,) in tables
        if name not in STAYING
    }


def own_rows(connection: Connection) -> None:
    """Somebody who signed up before the import, who is a person of A too and, by the address, one of B."""
    connection.execute(
        "insert into auth.users (id, email, email_confirmed_at) values (%s, 'ann@x.org', now()), (%s, 'own@x.org', now())",
        (uid(1), uid(77)),
    )
    connection.execute("update public.users set full_name = null, preferences = '{\"own\": 1}' where id = %s", (uid(1),))


@pytest.fixture
def both(clone: Connection) -> Connection:
    """A and B captured, beside a hybrid that nobody uses."""
    fill_a(clone)
    fill_b(clone)
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    return clone


@pytest.fixture
def beside_own(clone: Connection) -> Connection:
    """A and B captured, beside a hybrid with people of its own."""
    fill_a(clone)
    fill_b(clone)
    clone.execute("delete from auth.users")
    own_rows(clone)
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    return clone


def undo(connection: Connection, which: str | None = None, *, force: bool = False) -> list[tuple[Any, ...]]:
    rows = connection.execute("select * from consolidation.undo(%s, %s) order by 1", (which, force)).fetchall()
    connection.commit()
    return rows


def refused(connection: Connection, which: str | None = None, *, force: bool = False) -> tuple[str | None, str]:
    before = result(connection)
    with pytest.raises(psycopg.Error) as caught:
        undo(connection, which, force=force)
    connection.rollback()
    assert result(connection) == before
    return caught.value.sqlstate, str(caught.value.diag.message_primary)


def changes(connection: Connection, which: str | None = None) -> list[tuple[str, str, str]]:
    rows = connection.execute(
        "select hybrid_table, row_key ->> 'id', change from consolidation.changed_since(%s) order by 1, 3, 2", (which,)
    )
    found = [(str(table), str(key), str(change)) for table, key, change in rows]
    assert connection.execute("select count(*) from consolidation.going").fetchone() == (0,)
    return found


def schema(target: Target) -> str:
    return dump(test_server(), target.database, "--schema-only", "--schema=public", "--schema=secrets", "--schema=consolidation")


def test_all_is_as_before_the_import_and_a_second_one_ends_as_the_first(both: Connection, clone_target: Target) -> None:
    before, notes, form = result(both), books(both), schema(clone_target)
    run_all(both)
    first = result(both)
    assert first != before
    assert changes(both) == []
    done = undo(both)
    assert ("public.users", 6, 0) in done
    assert result(both) == before
    assert books(both) == notes
    both.commit()
    assert schema(clone_target) == form
    run_all(both)
    assert result(both) == first


def test_rows_that_were_there_are_as_they_were(beside_own: Connection) -> None:
    before, notes = result(beside_own), books(beside_own)
    run_all(beside_own)
    first = result(beside_own)
    # A's and B's row of that person filled the one that was there
    filled = beside_own.execute("select full_name, preferences, role from public.users where id = %s", (uid(1),)).fetchone()
    assert filled == ("Ann B", {"own": 1}, "viewer")
    assert changes(beside_own) == []
    done = undo(beside_own)
    assert [restored for table, _, restored in done if table == "public.users"] == [2]
    assert result(beside_own) == before
    assert books(beside_own) == notes
    run_all(beside_own)
    assert result(beside_own) == first


def test_b_alone_leaves_what_a_alone_would_have_left(clone: Connection) -> None:
    fill_a(clone)
    fill_b(clone)
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    only_a = result(clone)
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    both = result(clone)
    assert both != only_a
    undo(clone, "b")
    assert result(clone) == only_a
    run_all(clone)
    assert result(clone) == both


def test_b_can_be_taken_back_after_both_came_at_once(both: Connection) -> None:
    run_all(both)
    undo(both, "b")
    row = both.execute("select full_name, role from public.users where id = %s", (uid(1),)).fetchone()
    assert row == (None, "user")
    assert both.execute("select description, settings from public.workspaces where id = %s", (uid(11),)).fetchone() == (None, {"a": 1})
    assert both.execute("select distinct left(legacy_table, 1) from consolidation.ledger").fetchall() == [("a",)]
    assert both.execute("select count(*) from secrets.claimable_users").fetchone() == (0,)


def test_a_alone_is_refused_while_b_is_merged_into_it(both: Connection) -> None:
    run_all(both)
    code, said = refused(both, "a")
    assert (code, said) == ("HS121", "A cannot be taken back alone: B was imported onto it, and 2 of its rows are merged into rows of A")
    undo(both, "b")
    undo(both, "a")
    assert both.execute("select count(*) from public.users").fetchone() == (0,)


def test_nothing_imported_is_said(both: Connection) -> None:
    assert refused(both) == ("HS120", "nothing of A or B is imported")
    assert refused(both, "b") == ("HS120", "nothing of B is imported")
    assert refused(both, "c")[0] == "HS100"


def test_a_changed_row_is_named_and_nothing_happens(both: Connection) -> None:
    run_all(both)
    # changed without any change, and its time left alone: somebody was there all the same
    both.execute("alter table public.users disable trigger users_stamp_updated_at")
    both.execute("update public.users set full_name = full_name where id = %s", (uid(3),))
    both.commit()
    assert changes(both) == [("public.users", uid(3), "updated")]
    assert refused(both)[0] == "HS122"
    # B has nothing to do with that row
    undo(both, "b")


def test_a_row_of_ones_own_that_was_changed_since_is_named_and_stays_as_it_is(beside_own: Connection) -> None:
    before = result(beside_own)
    run_all(beside_own)
    beside_own.execute("update public.users set avatar_url = 'https://x.org/new' where id = %s", (uid(1),))
    beside_own.commit()
    assert changes(beside_own) == [("public.users", uid(1), "updated")]
    refused(beside_own)
    undo(beside_own, force=True)
    row = beside_own.execute("select full_name, avatar_url from public.users where id = %s", (uid(1),)).fetchone()
    assert row == ("Ann B", "https://x.org/new")
    after = result(beside_own)
    assert [name for name in before if name != "public.users" and after[name] != before[name]] == []
    forced = beside_own.execute("select is_forced, legacy_schema from consolidation.undone").fetchall()
    assert forced == [(True, None)]


def test_a_deleted_row_is_named(both: Connection) -> None:
    run_all(both)
    both.execute("delete from public.workspace_members where id = %s", (uid(23),))
    both.commit()
    assert changes(both) == [("public.workspace_members", uid(23), "deleted")]
    assert refused(both)[0] == "HS122"
    undo(both, force=True)
    assert both.execute("select count(*) from public.users").fetchone() == (0,)


def test_new_rows_that_refer_to_imported_ones_are_named_and_what_hangs_on_them_too(both: Connection) -> None:
    run_all(both)
    both.execute("insert into public.users (id, email) values (%s, 'new@x.org')", (uid(90),))
    # a workspace of an imported person, with a post and an event in it
    both.execute("insert into public.workspaces (id, name, owner_id) values (%s, 'New', %s)", (uid(91), uid(2)))
    both.execute(
        "insert into public.workspace_members (id, workspace_id, user_id, role) values (%s, %s, %s, 'owner')", (uid(92), uid(91), uid(2))
    )
    both.execute(
        "insert into public.content_posts (id, workspace_id, user_id, content) values (%s, %s, %s, 'x')", (uid(93), uid(91), uid(90))
    )
    both.execute("insert into public.analytics_events (id, workspace_id, event_type) values (%s, %s, 'x')", (uid(94), uid(91)))
    # one's own membership in an imported workspace, and an own post there that names an imported author
    both.execute("insert into public.workspace_members (id, workspace_id, user_id) values (%s, %s, %s)", (uid(95), uid(11), uid(90)))
    both.commit()
    found = changes(both)
    assert [(table, key) for table, key, _ in found] == [
        ("public.analytics_events", uid(94)),
        ("public.content_posts", uid(93)),
        ("public.workspace_members", uid(92)),
        ("public.workspace_members", uid(95)),
        ("public.workspaces", uid(91)),
    ]
    assert {change.split(":")[0] for _, _, change in found} == {"new"}
    assert refused(both)[0] == "HS122"
    undo(both, force=True)
    # the person of one's own stays
    assert both.execute("select id::text from public.users").fetchall() == [(uid(90),)]
    assert both.execute("select count(*) from public.analytics_events").fetchone() == (0,)


def test_a_reference_that_can_be_emptied_is_named_and_the_row_stays(beside_own: Connection) -> None:
    run_all(beside_own)
    home = beside_own.execute("select id from public.workspaces where owner_id = %s", (uid(77),)).fetchone()
    assert home
    beside_own.execute(
        "insert into public.content_posts (id, workspace_id, user_id, content) values (%s, %s, %s, 'x')", (uid(93), home[0], uid(2))
    )
    beside_own.execute(
        "insert into public.analytics_events (id, workspace_id, user_id, event_type) values (%s, %s, %s, 'x')", (uid(94), home[0], uid(2))
    )
    beside_own.commit()
    assert changes(beside_own) == [
        ("public.analytics_events", uid(94), "new: user_id names a row of public.users that goes"),
        ("public.content_posts", uid(93), "new: user_id refers to a row of public.users that goes"),
    ]
    refused(beside_own)
    undo(beside_own, force=True)
    assert beside_own.execute("select user_id from public.content_posts where id = %s", (uid(93),)).fetchone() == (None,)


def test_frozen_rows_are_known(both: Connection, clone_target: Target) -> None:
    run_all(both)
    with clone_target.connect(autocommit=True) as other:
        other.execute("vacuum (freeze) public.users")
    assert changes(both) == []


def test_in_a_copy_it_cannot_be_known_and_it_says_so(beside_own: Connection) -> None:
    run_all(beside_own)
    # as in a database that was restored in another cluster
    beside_own.execute("update consolidation.writes set cluster = 1")
    beside_own.commit()
    found = changes(beside_own)
    assert found[0][:2] == ("all", "None")
    assert found[0][2].startswith("not to be known: the database was copied")
    # and of rows that were there before neither
    assert found[1:] == [("public.users", uid(1), "updated")]
    assert refused(beside_own)[0] == "HS122"
    undo(beside_own, force=True)
    assert beside_own.execute("select id::text from public.users order by 1").fetchall() == [(uid(1),), (uid(77),)]


def test_a_run_that_was_cut_off_can_be_taken_back(both: Connection, clone_target: Target) -> None:
    before, form = result(both), schema(clone_target)
    for _ in range(7):
        both.execute("select * from consolidation.import_next(null, 1)")
        both.commit()
    assert result(both) != before
    undo(both)
    assert result(both) == before
    both.execute("select consolidation.drop_sources()")
    both.commit()
    assert schema(clone_target) == form
    run_all(both)
    assert both.execute("select count(*) from public.users").fetchone() == (6,)


def test_cut_off_it_has_done_nothing(both: Connection) -> None:
    run_all(both)
    after = result(both)
    both.execute("select * from consolidation.undo()")
    both.rollback()
    assert result(both) == after
    undo(both)


def test_an_owners_trigger_that_was_off_stays_off(both: Connection) -> None:
    run_all(both)
    both.execute("alter table public.users disable trigger users_stamp_updated_at")
    both.commit()
    undo(both)
    state = both.execute(
        "select tgname, tgenabled from pg_trigger where tgrelid = 'public.users'::regclass and not tgisinternal order by 1"
    ).fetchall()
    assert [name for name, enabled in state if enabled == "D"] == ["users_stamp_updated_at"]


def test_tables_that_are_not_imported_yet_count_by_what_they_list(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    add(clone, "old_a", "users", {"id": uid(1), "email": "a@x.org"})
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    assert undo(clone) == [("public.users", 1, 0)]


def install_whatever_is_odd(clone: Connection, target: Target, shapes: tuple[Shape, ...], *, in_use: bool) -> None:
    """Every hazard in every table, captured, beside a hybrid in which all people of A have signed up, or nobody."""
    legacy = generate(3, TINY, ALL, shapes=shapes)
    for database in legacy.databases:
        install(clone, database, f"old_{database.name.lower()}")
    clone.commit()
    with test_server().target(target.database, SUPERUSER).connect() as superuser:
        load_accounts(superuser, legacy.accounts)
    if not in_use:
        clone.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    clone.commit()


def differing(some: dict[str, list[str]], others: dict[str, list[str]]) -> dict[str, set[str]]:
    return {name: set(rows) ^ set(others[name]) for name, rows in some.items() if rows != others[name]}


@pytest.mark.parametrize("in_use", [False, True], ids=["unused", "in use"])
@pytest.mark.parametrize("shapes", [(A, B), (together(frozenset({"users"})),)], ids=["apart", "together"])
def test_whatever_is_odd_is_taken_back(clone: Connection, clone_target: Target, shapes: tuple[Shape, ...], *, in_use: bool) -> None:
    install_whatever_is_odd(clone, clone_target, shapes, in_use=in_use)
    for (name,) in clone.execute("select nspname from pg_namespace where nspname like 'old\\_%%' order by 1", ()).fetchall():
        clone.execute("select * from consolidation.capture(%s)", (name,))
    clone.commit()
    before, notes = result(clone), books(clone)
    run_all(clone)
    first = result(clone)
    assert changes(clone) == []
    undo(clone)
    assert differing(before, result(clone)) == {}
    assert differing(notes, books(clone)) == {}
    run_all(clone)
    assert differing(first, result(clone)) == {}


@pytest.mark.parametrize("in_use", [False, True], ids=["unused", "in use"])
def test_whatever_is_odd_in_b_is_taken_back_from_a(clone: Connection, clone_target: Target, *, in_use: bool) -> None:
    install_whatever_is_odd(clone, clone_target, (A, B), in_use=in_use)
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    only_a, notes = result(clone), books(clone)
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    both = result(clone)
    assert changes(clone, "b") == []
    undo(clone, "b")
    assert differing(only_a, result(clone)) == {}
    assert differing(notes, books(clone)).keys() <= {"captures", "captured_functions"}
    run_all(clone)
    assert differing(both, result(clone)) == {}
