"""Claims: an imported person who comes back under another id, only where the DBA allowed it, and the moving of the content."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.people import make_account, make_member, make_user, make_workspace, refused
from tests.support.registry import MAKERS
from tests.support.rows import insert, one

EMAIL = "ada@example.org"


def _imported(db: Connection, email: str = EMAIL, expires: str = "2100-01-01", **values: Any) -> UUID:
    """Make an imported person who is listed as claimable."""
    key = make_user(db, **({"email": email} | values))
    insert(db, "secrets.claimable_users", {"user_id": key, "email": email, "expires_at": expires, "listed_at": "2000-01-01"})
    return key


def _enable(db: Connection) -> None:
    db.execute("select private.enable_claims('the DBA')")


def _claims(db: Connection) -> list[tuple[Any, ...]]:
    return db.execute("select old_user_id, new_user_id from secrets.user_claims").fetchall()


def _work(db: Connection, max_rows: int = 1000) -> int:
    return int(one(db, "select private.work_on_claims(%s)", max_rows))


@contextmanager
def _no_warning(db: Connection) -> Iterator[None]:
    """Expect that a claim is refused by a rule and not by a fault that was caught."""
    said: list[str | None] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        said.append(notice.sqlstate)

    db.add_notice_handler(hear)
    yield
    db.remove_notice_handler(hear)
    assert said == []


def test_claims_are_off_by_default(db: Connection) -> None:
    _imported(db)
    make_account(db, EMAIL)
    assert _claims(db) == []
    assert one(db, "select count(*) from secrets.claimable_users") == 1


@pytest.mark.parametrize("name", [None, "", "  "])
def test_enabling_claims_needs_a_name(db: Connection, name: str | None) -> None:
    with refused(db, "HS046"):
        db.execute("select private.enable_claims(%s)", (name,))
    _enable(db)
    assert db.execute("select enabled, confirmation_enforced_by from secrets.claim_settings").fetchall() == [(True, "the DBA")]


def test_claims_can_be_disabled_and_enabled_again(db: Connection) -> None:
    _enable(db)
    assert one(db, "select private.disable_claims()") == 0
    old = _imported(db)
    make_account(db, EMAIL)
    assert _claims(db) == []
    db.execute("select private.enable_claims('another')")
    assert one(db, "select confirmation_enforced_by from secrets.claim_settings") == "another"
    other = _imported(db, "bob@example.org")
    new = make_account(db, "bob@example.org")
    assert _claims(db) == [(other, new)]
    assert one(db, "select private.disable_claims()") == 1
    assert one(db, "select user_id from secrets.claimable_users") == old


def test_first_sign_in_logs_the_claim_and_moves_nothing(db: Connection) -> None:
    _enable(db)
    old = _imported(db, role="viewer", subscription_tier="enterprise")
    workspace = make_workspace(db, old)
    new = make_account(db, "Ada@Example.org")
    assert _claims(db) == [(old, new)]
    assert one(db, "select count(*) from secrets.claimable_users") == 0
    assert one(db, "select owner_id from public.workspaces where id = %s", workspace) == old
    assert db.execute("select role, subscription_tier from public.users where id = %s", (new,)).fetchall() == [("viewer", "free")]


def test_claim_is_logged_when_the_address_is_confirmed_later(clone: Connection) -> None:
    clone.autocommit = True
    _enable(clone)
    old = _imported(clone)
    with test_server().target(clone.info.dbname, SUPERUSER).connect() as service:
        service.execute("set role supabase_auth_admin")
        new = make_account(service, EMAIL, confirmed=False)
        assert _claims(clone) == []
        service.execute("update auth.users set email_confirmed_at = now() where id = %s", (new,))
    assert _claims(clone) == [(old, new)]


@pytest.mark.parametrize(
    ("listed", "account"),
    [
        ({}, {"is_sso_user": True}),
        ({}, {"is_anonymous": True}),
        ({}, {"email": "eve@example.org"}),
        ({}, {"email": "eve@example.org", "raw_user_meta_data": {"email": EMAIL}}),
        ({}, {"email": "eve@example.org", "email_change": EMAIL}),
        ({"expires": "2020-01-01"}, {}),
        ({"expires": "now"}, {}),
        ({"is_active": False}, {}),
        ({"email_verified_at": "2020-01-01"}, {}),
    ],
)
def test_claim_is_refused_to_whoever_is_not_plainly_that_person(db: Connection, listed: dict[str, Any], account: dict[str, Any]) -> None:
    _enable(db)
    _imported(db, **listed)
    make_account(db, **({"email": EMAIL} | account))
    assert _claims(db) == []


def test_row_that_is_not_listed_is_never_claimed(db: Connection) -> None:
    _enable(db)
    make_user(db, email=EMAIL)
    make_account(db, EMAIL)
    assert _claims(db) == []


@pytest.mark.parametrize("change", ["email = 'other@example.org'", "email_verified_at = now()", "is_active = false"])
def test_row_that_changed_since_the_import_is_taken_off_the_list(db: Connection, change: str) -> None:
    old = _imported(db)
    db.execute("update public.users set full_name = 'Ada', role = 'viewer' where id = %s", (old,))
    assert one(db, "select count(*) from secrets.claimable_users") == 1
    db.execute(f"update public.users set {change} where id = %s".encode(), (old,))
    assert one(db, "select count(*) from secrets.claimable_users") == 0


def test_row_whose_address_was_changed_since_is_not_claimed(db: Connection) -> None:
    _enable(db)
    old = _imported(db)
    db.execute("update public.users set email = 'erased@invalid' where id = %s", (old,))
    make_account(db, EMAIL)
    assert _claims(db) == []


@pytest.mark.parametrize("expires", ["2100-01-01", "2020-01-01"])
def test_two_rows_with_one_address_are_left_to_a_human(db: Connection, expires: str) -> None:
    _enable(db)
    _imported(db)
    _imported(db, expires=expires)
    with _no_warning(db):
        make_account(db, EMAIL)
    assert _claims(db) == []


def test_row_listed_under_an_address_that_it_does_not_have_is_not_claimed(db: Connection) -> None:
    _enable(db)
    make_user(db, email=EMAIL)  # has the address, and is not listed
    key = make_user(db, email="bob@example.org")
    insert(db, "secrets.claimable_users", {"user_id": key, "email": EMAIL, "expires_at": "2100-01-01"})
    make_account(db, EMAIL)
    assert _claims(db) == []


def test_row_that_has_an_account_of_its_own_is_not_claimed(db: Connection) -> None:
    _enable(db)
    old = _imported(db)
    make_account(db, "elsewhere@example.org", id=old, confirmed=False)
    make_account(db, EMAIL)
    assert _claims(db) == []


def test_change_of_address_claims_nothing(db: Connection) -> None:
    _enable(db)
    _imported(db)
    eve = make_account(db, "eve@example.org")
    db.execute("update auth.users set email = %s where id = %s", (EMAIL, eve))
    assert _claims(db) == []


def test_row_is_claimed_once_and_a_person_claims_once(db: Connection) -> None:
    _enable(db)
    old = _imported(db)
    new = make_account(db, EMAIL)
    db.execute("delete from auth.users where id = %s", (new,))
    insert(db, "secrets.claimable_users", {"user_id": old, "email": EMAIL, "expires_at": "2100-01-01"})
    with _no_warning(db):
        make_account(db, EMAIL)
    assert _claims(db) == [(old, new)]
    other = _imported(db, "bob@example.org")
    bob = make_account(db, "bob@example.org")
    _imported(db, "carl@example.org")
    db.execute("update auth.users set email_confirmed_at = null where id = %s", (bob,))
    with _no_warning(db):
        db.execute("update auth.users set email = 'carl@example.org', email_confirmed_at = now() where id = %s", (bob,))
    assert sorted(_claims(db)) == sorted([(old, new), (other, bob)])


def test_person_who_can_be_claimed_claims_nothing(db: Connection) -> None:
    _enable(db)
    new = make_account(db, EMAIL)
    old = _imported(db)
    with db.transaction(force_rollback=True):
        insert(db, "secrets.claimable_users", {"user_id": new, "email": "ada@before.org", "expires_at": "2100-01-01"})
        assert one(db, "select private.note_claim(%s)", new) is False
    assert one(db, "select private.note_claim(%s)", new) is True
    assert _claims(db) == [(old, new)]


@pytest.mark.parametrize("change", ["is_active = false", "email_verified_at = null"])
def test_row_that_is_inactive_or_not_verified_claims_nothing_whatever_its_account_says(db: Connection, change: str) -> None:
    _enable(db)
    new = make_account(db, EMAIL)
    _imported(db)
    db.execute(f"update public.users set {change} where id = %s".encode(), (new,))
    assert one(db, "select private.note_claim(%s)", new) is False
    assert _claims(db) == []


def test_inactive_person_claims_nothing(db: Connection) -> None:
    _enable(db)
    _imported(db)
    make_account(db, EMAIL, id=make_user(db, email=f"{uuid4()}@example.org", is_active=False))
    assert _claims(db) == []


@pytest.mark.parametrize(
    "change",
    ["deleted_at = now()", "is_sso_user = true", "is_anonymous = true", "email_confirmed_at = null", "email = 'eve@example.org'"],
)
def test_account_that_changed_claims_nothing_even_where_its_row_was_not_brought_in_step(db: Connection, change: str) -> None:
    _enable(db)
    new = make_account(db, EMAIL)
    old = _imported(db)
    db.execute("create function private.be_broken() returns trigger language plpgsql as $$begin raise 'broken'; end$$")
    db.execute("create trigger users_be_broken before update on public.users for each row execute function private.be_broken()")
    with db.transaction(force_rollback=True):
        db.execute(f"update auth.users set {change} where id = %s".encode(), (new,))
        assert db.execute("select is_active, email, email_verified_at is null from public.users where id = %s", (new,)).fetchall() == [
            (True, EMAIL, False)
        ]
        assert one(db, "select private.note_claim(%s)", new) is False
        assert _claims(db) == []
    assert one(db, "select private.note_claim(%s)", new) is True
    assert _claims(db) == [(old, new)]


def test_fault_in_a_claim_costs_neither_the_account_nor_the_row(db: Connection) -> None:
    _enable(db)
    _imported(db)
    db.execute("create function private.be_broken() returns trigger language plpgsql as $$begin raise 'broken'; end$$")
    db.execute("create trigger claims_be_broken before insert on secrets.user_claims for each row execute function private.be_broken()")
    warned: list[str | None] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        warned.append(notice.sqlstate)

    db.add_notice_handler(hear)
    new = make_account(db, EMAIL)
    db.remove_notice_handler(hear)
    assert warned == ["HS012"]
    assert _claims(db) == []
    assert one(db, "select count(*) from secrets.claimable_users") == 1
    assert one(db, "select count(*) from public.workspaces where owner_id = %s", new) == 1
    assert one(db, "select count(*) from secrets.sign_up_faults") == 0


def _claimed(db: Connection) -> tuple[UUID, UUID]:
    """Return the two ids of a claim that is not worked on yet."""
    _enable(db)
    old = _imported(db)
    return old, make_account(db, EMAIL)


@pytest.mark.parametrize(
    ("old_role", "new_role", "kept"),
    [
        ("admin", "member", "admin"),
        ("member", "admin", "admin"),
        ("editor", None, "editor"),
        ("owner", "editor", "owner"),
        ("member", "owner", "owner"),
    ],
)
def test_higher_role_is_kept_where_both_are_members(db: Connection, old_role: str, new_role: str | None, kept: str) -> None:
    old, new = _claimed(db)
    workspace = make_workspace(db)
    make_member(db, workspace, old_role, old)
    if new_role:
        make_member(db, workspace, new_role, new)
    owner = one(db, "select owner_id from public.workspaces where id = %s", workspace)
    assert _work(db) > 0
    db.execute("set constraints all immediate")
    assert one(db, "select owner_id from public.workspaces where id = %s", workspace) == owner
    rows = db.execute(
        "select user_id, role from public.workspace_members where workspace_id = %s and user_id in (%s, %s)", (workspace, old, new)
    )
    assert rows.fetchall() == [(new, kept)]


@pytest.mark.parametrize("is_member", [True, False])
def test_ownership_moves(db: Connection, is_member: bool) -> None:
    old, new = _claimed(db)
    workspace = make_workspace(db, old)
    if is_member:
        make_member(db, workspace, "member", new)
    _work(db)
    db.execute("set constraints all immediate")
    assert one(db, "select owner_id from public.workspaces where id = %s", workspace) == new
    assert db.execute("select user_id, role from public.workspace_members where workspace_id = %s", (workspace,)).fetchall() == [
        (new, "owner")
    ]


def test_finished_claim_leaves_an_inactive_row_without_the_address(db: Connection) -> None:
    old, new = _claimed(db)
    assert _work(db) == 1
    assert db.execute("select is_active, email from public.users where id = %s", (old,)).fetchall() == [(False, f"claimed+{old}@invalid")]
    assert db.execute("select is_active, email, role from public.users where id = %s", (new,)).fetchall() == [(True, EMAIL, "user")]
    assert one(db, "select finished_at is not null from secrets.user_claims") is True
    assert _work(db) == 0


def _columns(db: Connection) -> list[tuple[Any, ...]]:
    return db.execute("select place::text, user_column::text, is_unique from private.columns_of_users()").fetchall()


def test_every_column_that_names_a_person_is_known(db: Connection) -> None:
    """Each foreign key to users but those that have their own way."""
    keys = db.execute(
        "select conrelid::regclass::text, attname::text from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]"
        " where contype = 'f' and confrelid = 'public.users'::regclass and conparentid = 0"
    ).fetchall()
    apart = {"workspaces", "workspace_members", "user_video_limits", "secrets.claimable_users", "secrets.user_claims"}
    expected = {(table.removeprefix("public."), column) for table, column in keys} - {key for key in keys if key[0] in apart}
    found = {(table.removeprefix("public."), column) for table, column, _ in _columns(db)}
    assert expected <= found
    assert ("secrets.workspace_invitations", "invited_by") in found


def test_columns_under_a_unique_rule_are_known(db: Connection) -> None:
    unique = {(table.removeprefix("public."), column) for table, column, is_unique in _columns(db) if is_unique}
    assert unique == {(table, "user_id") for table in ("user_social_accounts", "research_configurations")}


def test_rows_of_every_table_get_the_new_id(db: Connection) -> None:
    """One row of each table whose maker makes one, with the old person in each column."""
    old, new = _claimed(db)
    workspace = make_workspace(db)
    filled = [(table.removeprefix("public."), column) for table, column, _ in _columns(db) if table.removeprefix("public.") in MAKERS]
    assert filled
    for table, column in filled:
        insert(db, table, MAKERS[table](db, workspace) | {column: old})
    assert _work(db) >= len(filled)
    for table, column in filled:
        name = table if "." in table else f"public.{table}"
        assert one(db, f"select count(*) from {name} where {column} = %s", old) == 0, name
        assert one(db, f"select count(*) from {name} where {column} = %s", new) > 0, name


def _table_of(db: Connection, rows: list[UUID], unique: bool) -> None:
    """Make a table that refers to users, with one row for each id."""
    rule = "unique" if unique else ""
    db.execute(f"create table public.things (id serial, person uuid references public.users (id) {rule})".encode())
    with db.cursor() as cursor:
        cursor.executemany("insert into public.things (person) values (%s)", [(row,) for row in rows])


def test_work_goes_on_in_batches(db: Connection) -> None:
    db.execute("set local statement_timeout = '20s'")  # one batch that never ended would hold up all tests
    old, new = _claimed(db)
    for _ in range(3):
        make_member(db, make_workspace(db), "editor", old)
    _table_of(db, [old] * 5, unique=False)
    said = [_work(db, 2) for _ in range(6)]
    assert said == [2, 2, 2, 2, 1, 0]
    assert one(db, "select count(*) from public.things where person = %s", new) == 5
    assert _work(db, 0) == 0


def test_work_goes_on_in_batches_also_where_a_unique_rule_covers_the_column(db: Connection) -> None:
    old, new = _claimed(db)
    db.execute("create table public.days (day integer, person uuid references public.users (id), unique (day, person))")
    db.execute("insert into public.days select day, %s from generate_series(1, 3) as day", (old,))
    assert _work(db, 2) == 2
    assert one(db, "select count(*) from public.days where person = %s", new) == 2
    assert [_work(db, 2), _work(db, 2)] == [2, 0]
    assert one(db, "select count(*) from public.days where person = %s", new) == 3


def test_membership_of_both_has_the_earlier_date_and_the_exceptions_of_both(db: Connection) -> None:
    """Where both made an exception of the same name, that of the person who signed in counts."""
    old, new = _claimed(db)
    for dates in (("2020-01-01", "2021-01-01"), ("2021-01-01", "2020-01-01")):
        workspace = make_workspace(db)
        for person, date, exceptions in zip((old, new), dates, ({"a": 1, "b": 1}, {"b": 2, "c": 2}), strict=True):
            values = {"workspace_id": workspace, "user_id": person, "joined_at": date, "permissions": exceptions}
            insert(db, "workspace_members", values)
    assert _work(db) == 3
    found = db.execute(
        "select permissions, joined_at = '2020-01-01' from public.workspace_members where user_id = %s and role = 'member'", (new,)
    )
    assert found.fetchall() == [({"a": 1, "b": 2, "c": 2}, True)] * 2


def test_row_that_would_be_a_second_one_stays_with_the_old_row(db: Connection) -> None:
    old, new = _claimed(db)
    _table_of(db, [old, new], unique=True)
    assert _work(db) == 1
    assert db.execute("select person from public.things order by id").fetchall() == [(old,), (new,)]
    assert one(db, "select finished_at is not null from secrets.user_claims") is True


def test_partitions_are_moved_one_by_one(db: Connection) -> None:
    old, new = _claimed(db)
    db.execute("create table public.parted (day integer, person uuid references public.users (id)) partition by list (day)")
    for day in range(3):
        db.execute(f"create table partitions.parted_{day} partition of public.parted for values in ({day})".encode())
        db.execute("insert into public.parted values (%s, %s), (%s, %s)", (day, old, day, old))
    assert sorted(table for table, _, _ in _columns(db) if "parted" in table) == [f"partitions.parted_{day}" for day in range(3)]
    assert [_work(db, 4), _work(db, 4), _work(db, 4)] == [4, 3, 0]
    assert one(db, "select count(*) from public.parted where person = %s", new) == 6


@pytest.mark.parametrize(
    "brake", ["select private.disable_claims()", "update public.users set is_active = false where email = 'ada@example.org'"]
)
def test_nothing_moves_while_claims_are_off_or_to_an_inactive_person(db: Connection, brake: str) -> None:
    old, _ = _claimed(db)
    make_member(db, workspace := make_workspace(db), "editor", old)
    with db.transaction(force_rollback=True):
        db.execute(brake.encode())
        assert _work(db) == 0
        assert one(db, "select role from public.workspace_members where workspace_id = %s and user_id = %s", workspace, old) == "editor"
    assert _work(db) == 2


def test_killed_work_goes_on_where_it_was(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    old, new = _claimed(clone)
    _table_of(clone, [old] * 5, unique=False)
    assert _work(clone, 2) == 2
    doomed = clone_target.connect(autocommit=False)
    assert _work(doomed, 2) == 2
    with clone_target.connect() as other:
        other.execute("set lock_timeout = '5s'")
        assert _work(other) == 0, "another worker leaves a claim alone that is being worked on"
    clone.execute("select pg_terminate_backend(%s)", (doomed.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        doomed.execute("select 1")
    doomed.close()
    assert one(clone, "select count(*) from public.things where person = %s", new) == 2
    assert [_work(clone, 2), _work(clone, 2), _work(clone, 2)] == [2, 2, 0]
    assert one(clone, "select count(*) from public.things where person = %s", new) == 5


def test_no_right_grows_by_a_claim(db: Connection) -> None:
    """A viewer of B stays one who only reads, and what was paid for there is proven by nobody."""
    _enable(db)
    old = _imported(db, role="viewer", subscription_tier="enterprise")
    insert(db, "user_video_limits", {"user_id": old, "subscription_tier": "enterprise", "monthly_limit": 50})
    workspace = make_workspace(db, old)
    new = make_account(db, EMAIL)
    while _work(db):
        pass
    assert db.execute("select role, subscription_tier from public.users where id = %s", (new,)).fetchall() == [("viewer", "free")]
    assert one(db, "select owner_id from public.workspaces where id = %s", workspace) == new
    assert one(db, "select private.writing_role(%s, %s)", workspace, new) is None
    assert one(db, "select count(*) from public.user_video_limits where user_id = %s", new) == 0


def test_an_admin_who_claims_the_row_of_a_viewer_stays_one(db: Connection) -> None:
    _enable(db)
    _imported(db, role="viewer")
    key = uuid4()
    make_user(db, id=key, email=EMAIL, role="admin")
    make_account(db, EMAIL, id=key)
    assert one(db, "select role from public.users where id = %s", key) == "admin"
    assert len(_claims(db)) == 1


@pytest.mark.parametrize("unique", [True, False])
def test_row_that_is_being_changed_is_moved_after_that(clone: Connection, clone_target: Target, unique: bool) -> None:
    clone.autocommit = True
    old, new = _claimed(clone)
    _table_of(clone, [old], unique=unique)
    clone.execute("alter table public.things add column note text")
    with ThreadPoolExecutor(1) as pool, clone_target.connect() as worker:
        with clone.transaction():
            clone.execute("update public.things set note = 'changed'")
            waiting = pool.submit(_work, worker)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        waiting.result(timeout=10)
        _work(worker)
    assert clone.execute("select person, note from public.things").fetchall() == [(new, "changed")]


def test_membership_whose_role_is_being_changed_is_moved_with_the_new_role(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    old, new = _claimed(clone)
    workspace = make_workspace(clone)
    make_member(clone, workspace, "member", old)
    with ThreadPoolExecutor(1) as pool, clone_target.connect() as worker:
        with clone.transaction():
            clone.execute("update public.workspace_members set role = 'admin' where user_id = %s", (old,))
            waiting = pool.submit(_work, worker)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        waiting.result(timeout=10)
    assert one(clone, "select role from public.workspace_members where workspace_id = %s and user_id = %s", workspace, new) == "admin"
