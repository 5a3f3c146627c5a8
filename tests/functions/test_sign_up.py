"""Sign-up: what becomes of an auth user, whatever the auth service or the person says."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.people import PLATFORM, at_once, make_account, make_user, make_workspace, refused
from tests.support.rows import one


def _person(db: Connection, key: UUID) -> dict[str, Any] | None:
    cursor = db.execute("select * from public.users where id = %s", (key,))
    row = cursor.fetchone()
    return None if row is None else dict(zip((column.name for column in cursor.description or ()), row, strict=True))


def _owned(db: Connection, key: UUID) -> list[tuple[Any, ...]]:
    return db.execute(
        "select workspaces.name, workspaces.is_default, workspace_members.role from public.workspaces"
        " join public.workspace_members on workspace_id = workspaces.id and user_id = owner_id where owner_id = %s",
        (key,),
    ).fetchall()


def _break(db: Connection, fault: str) -> None:
    """Let every insert of a person fail."""
    db.execute(
        f"create function private.be_broken() returns trigger language plpgsql as $$begin {fault} end$$".encode(),
    )
    db.execute("create trigger users_be_broken before insert on public.users for each row execute function private.be_broken()")


def _mend(db: Connection) -> None:
    db.execute("drop function private.be_broken() cascade")


def test_platform_workspace_stands_and_belongs_to_nobody(db: Connection) -> None:
    assert db.execute("select id, name, owner_id from public.workspaces where id = private.platform_workspace_id()").fetchall() == [
        (PLATFORM, "Platform", None)
    ]


def test_platform_workspace_cannot_be_deleted_and_another_can(db: Connection) -> None:
    with refused(db, "HS010"):
        db.execute("delete from public.workspaces where id = %s", (PLATFORM,))
    workspace = make_workspace(db)
    assert db.execute("delete from public.workspaces where id = %s", (workspace,)).rowcount == 1


def test_confirmed_account_gets_a_row_a_workspace_and_its_ownership(db: Connection) -> None:
    key = make_account(db, " Ada@Example.org ", raw_user_meta_data={"full_name": "Ada", "avatar_url": "https://example.org/a.png"})
    person = _person(db, key)
    assert person is not None
    assert (person["email"], person["full_name"], person["avatar_url"]) == (
        "ada@example.org",
        "Ada",
        "https://example.org/a.png",
    )
    assert person["email_verified_at"] == one(db, "select email_confirmed_at from auth.users where id = %s", key)
    assert (person["role"], person["subscription_tier"], person["is_active"]) == ("user", "free", True)
    assert _owned(db, key) == [("My Workspace", True, "owner")]


def test_auth_service_has_no_rights_in_public_and_needs_none(clone: Connection) -> None:
    with test_server().target(clone.info.dbname, SUPERUSER).connect() as service:
        service.execute("set role supabase_auth_admin")
        assert (
            one(
                service,
                "select has_schema_privilege('private', 'usage') or has_table_privilege('public.users', 'insert')",
            )
            is False
        )
        key = make_account(service, "ada@example.org", confirmed=False)
        assert _person(clone, key) is None
        service.execute("update auth.users set email_confirmed_at = now() where id = %s", (key,))
        assert _person(clone, key) is not None
        assert len(_owned(clone, key)) == 1
        service.execute("update auth.users set email = 'new@example.org' where id = %s", (key,))
        assert (_person(clone, key) or {})["email"] == "new@example.org"
        service.execute("delete from auth.users where id = %s", (key,))
        assert (_person(clone, key) or {})["is_active"] is False
    assert one(clone, "select count(*) from secrets.sign_up_faults") == 0


def test_unconfirmed_account_gets_nothing_until_it_confirms(db: Connection) -> None:
    key = make_account(db, confirmed=False)
    assert _person(db, key) is None
    db.execute("update auth.users set last_sign_in_at = now() where id = %s", (key,))
    assert _person(db, key) is None
    db.execute("update auth.users set email_confirmed_at = now() where id = %s", (key,))
    assert _person(db, key) is not None
    assert len(_owned(db, key)) == 1


@pytest.mark.parametrize("values", [{"email": None}, {"email": "  "}, {"is_anonymous": True}, {"deleted_at": "2026-01-01"}])
def test_account_without_email_or_anonymous_or_removed_gets_no_row(db: Connection, values: dict[str, Any]) -> None:
    assert _person(db, key := make_account(db, **values)) is None
    assert one(db, "select private.make_user_from_auth(%s)", key) is False
    assert _person(db, key) is None
    assert _person(db, make_account(db)) is not None
    assert one(db, "select count(*) from secrets.sign_up_faults") == 0


def test_anonymous_account_that_becomes_permanent_gets_its_row_then(db: Connection) -> None:
    key = make_account(db, is_anonymous=True)
    assert _person(db, key) is None
    db.execute("update auth.users set is_anonymous = false where id = %s", (key,))
    assert _person(db, key) is not None


def test_metadata_gives_no_rights(db: Connection) -> None:
    wanted = {
        "role": "admin", "is_admin": True, "subscription_tier": "enterprise", "is_active": False, "id": str(uuid4()),
        "email": "victim@example.org", "email_verified": True, "metadata": {"a": 1}, "preferences": {"a": 1}, "workspace_id": str(uuid4()),
    }  # fmt: skip
    key = make_account(
        db,
        "ada@example.org",
        raw_user_meta_data=wanted,
        raw_app_meta_data=wanted,
        role="service_role",
        is_super_admin=True,
    )
    person = _person(db, key)
    assert person is not None
    assert (person["email"], person["role"], person["is_admin"], person["subscription_tier"]) == (
        "ada@example.org",
        "user",
        False,
        "free",
    )
    assert (person["is_active"], person["metadata"], person["preferences"]) == (True, {}, {})


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Ada", "Ada"),
        ("  a\r\nb\u202ec\x1b[31m ", "a  b c [31m"),
        ("x" * 5000, "x" * 200),
        ("👩\u200d👩 עדה", "👩\u200d👩 עדה"),
        (" \t ", None),
        ({"a": 1}, None),
        (["a"], None),
        (7, None),
        (None, None),
        ("'); drop table public.users; --", "'); drop table public.users; --"),
    ],
)
def test_name_is_kept_as_one_harmless_line(db: Connection, said: Any, kept: str | None) -> None:
    person = _person(db, make_account(db, raw_user_meta_data={"full_name": said}))
    assert person is not None
    assert person["full_name"] == kept
    assert one(db, "select private.harmless_text(%s, 200)", Jsonb(said)) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://example.org/a.png?x=1&y=%20", "https://example.org/a.png?x=1&y=%20"),
        ("http://example.org/a.png", None),
        ("javascript:alert(1)", None),
        ('https://example.org/"><script>', None),
        ("https://example.org/a\njavascript:alert(1)", None),
        ("https://example.org/" + "x" * 3000, None),
        ("https://example.org/" + "x" * 2029, None),
        ("https://example.org/" + "x" * 2028, "https://example.org/" + "x" * 2028),
        ({"https": "//example.org"}, None),
    ],
)
def test_picture_is_an_https_address_or_nothing(db: Connection, said: Any, kept: str | None) -> None:
    person = _person(db, make_account(db, raw_user_meta_data={"avatar_url": said}))
    assert person is not None
    assert person["avatar_url"] == kept
    assert one(db, "select private.harmless_url(%s)", Jsonb(said)) == kept


@pytest.mark.parametrize("meta", [None, Jsonb([]), Jsonb("text"), Jsonb(None), Jsonb(1)])
def test_odd_metadata_does_not_matter(db: Connection, meta: Any) -> None:
    assert _person(db, make_account(db, raw_user_meta_data=meta)) is not None
    assert one(db, "select count(*) from secrets.sign_up_faults") == 0


def test_existing_row_keeps_what_it_has_and_gets_the_verified_address(db: Connection) -> None:
    key = make_user(db, email="old@example.org", role="viewer", subscription_tier="creator", full_name="Ada Imported")
    workspace = make_workspace(db, key, name="Imported")
    make_account(db, "ada@example.org", id=key, raw_user_meta_data={"full_name": "Other"})
    person = _person(db, key)
    assert person is not None
    assert (person["role"], person["subscription_tier"], person["full_name"]) == ("viewer", "creator", "Ada Imported")
    assert person["email"] == "ada@example.org"
    assert person["email_verified_at"] is not None
    assert db.execute("select id from public.workspaces where owner_id = %s", (key,)).fetchall() == [(workspace,)]


def test_inactive_row_is_not_brought_back(db: Connection) -> None:
    key = make_user(db, email="ada@example.org", is_active=False)
    make_account(db, "new@example.org", id=key)
    person = _person(db, key)
    assert person is not None
    assert (person["is_active"], person["email"], person["email_verified_at"]) == (False, "ada@example.org", None)
    assert _owned(db, key) == []


def test_running_it_again_changes_nothing(db: Connection) -> None:
    key = make_account(db)
    before = _person(db, key)
    assert one(db, "select private.make_user_from_auth(%s)", key) is False
    db.execute("update auth.users set email_confirmed_at = now() where id = %s", (key,))
    assert _person(db, key) == before
    assert len(_owned(db, key)) == 1
    assert one(db, "select private.make_user_from_auth(%s)", uuid4()) is False


def test_changed_address_is_followed_once_it_is_the_accounts(db: Connection) -> None:
    key = make_account(db, "ada@example.org")
    db.execute("update auth.users set email_change = 'new@example.org' where id = %s", (key,))
    assert (_person(db, key) or {})["email"] == "ada@example.org"
    db.execute("update auth.users set email = 'New@example.org', email_change = '' where id = %s", (key,))
    person = _person(db, key)
    assert person is not None
    assert person["email"] == "new@example.org"
    assert person["email_verified_at"] is not None
    assert len(_owned(db, key)) == 1


def test_address_that_is_confirmed_no_longer_is_not_verified(db: Connection) -> None:
    key = make_account(db)
    db.execute("update auth.users set email_confirmed_at = null where id = %s", (key,))
    person = _person(db, key)
    assert person is not None
    assert (person["email_verified_at"], person["is_active"]) == (None, True)


def test_sso_account_gets_a_row_but_its_address_is_never_verified(db: Connection) -> None:
    plain = make_account(db, "ada@example.org")
    sso = make_account(db, "ada@example.org", is_sso_user=True)
    assert (_person(db, plain) or {})["email_verified_at"] is not None
    person = _person(db, sso)
    assert person is not None
    assert (person["email"], person["email_verified_at"]) == ("ada@example.org", None)
    assert len(_owned(db, sso)) == 1
    assert one(db, "select private.repair_sign_ups()") == 0


def test_sso_account_that_came_first_does_not_hold_the_address(db: Connection) -> None:
    make_account(db, "ada@example.org", is_sso_user=True)
    assert (_person(db, make_account(db, "ada@example.org")) or {})["email_verified_at"] is not None


def test_removed_account_leaves_an_inactive_row_and_frees_its_address(db: Connection) -> None:
    key = make_account(db, "ada@example.org", raw_user_meta_data={"full_name": "Ada"})
    db.execute("delete from auth.users where id = %s", (key,))
    person = _person(db, key)
    assert person is not None
    assert (person["is_active"], person["full_name"], person["email_verified_at"]) == (False, "Ada", None)
    assert len(_owned(db, key)) == 1
    again = make_account(db, "ada@example.org")
    assert (_person(db, again) or {})["email_verified_at"] is not None
    assert len(_owned(db, again)) == 1


def test_softly_removed_account_leaves_an_inactive_row_with_its_address(db: Connection) -> None:
    key = make_account(db, "ada@example.org")
    db.execute("update auth.users set email = 'c2FsdGVkaGFzaA', deleted_at = now() where id = %s", (key,))
    person = _person(db, key)
    assert person is not None
    assert (person["is_active"], person["email"], person["email_verified_at"]) == (False, "ada@example.org", None)


@pytest.mark.parametrize("values", [{"is_active": True}, {"is_active": False, "email_verified_at": "2026-01-01"}])
def test_person_is_put_away_once(db: Connection, values: dict[str, Any]) -> None:
    key = make_user(db, **values)
    assert one(db, "select private.put_user_away(%s)", key) is True
    assert db.execute("select is_active, email_verified_at from public.users where id = %s", (key,)).fetchall() == [(False, None)]
    assert one(db, "select private.put_user_away(%s)", key) is False
    assert one(db, "select private.put_user_away(%s)", uuid4()) is False


def test_address_that_its_former_holder_has_no_longer_can_be_confirmed(db: Connection) -> None:
    former = make_user(db, email="ada@example.org", email_verified_at="2020-01-01")
    key = make_account(db, "ada@example.org")
    assert (_person(db, key) or {})["email_verified_at"] is not None
    left = _person(db, former)
    assert left is not None
    assert (left["email"], left["email_verified_at"], left["is_active"]) == ("ada@example.org", None, True)


@pytest.mark.parametrize("change", ["email = 'other@example.org'", "email_confirmed_at = null", "is_sso_user = true", "deleted_at = now()"])
def test_row_that_a_fault_kept_behind_its_account_does_not_hold_the_address(db: Connection, change: str) -> None:
    former = make_account(db, "ada@example.org")
    db.execute("create function private.be_broken() returns trigger language plpgsql as $$begin raise 'broken'; end$$")
    db.execute("create trigger users_be_broken before update on public.users for each row execute function private.be_broken()")
    db.execute(f"update auth.users set {change} where id = %s".encode(), (former,))
    _mend(db)
    assert (_person(db, former) or {})["email_verified_at"] is not None
    key = make_account(db, "ADA@example.org")
    assert (_person(db, key) or {})["email_verified_at"] is not None
    assert (_person(db, former) or {})["email_verified_at"] is None


def test_row_without_a_verified_address_is_not_touched_by_an_account_that_confirms_the_same_or_by_its_own(db: Connection) -> None:
    other = make_user(db, email="ada@example.org", updated_at="2000-01-01")
    own = make_user(db, email="bob@example.org", updated_at="2000-01-01")
    make_account(db, "ada@example.org")
    make_account(db, "bob@example.org", id=own, confirmed=False)
    assert one(db, "select private.make_user_from_auth(%s)", own) is False
    assert one(db, "select count(*) from public.users where id in (%s, %s) and updated_at = '2000-01-01'", other, own) == 2


def test_fault_does_not_block_sign_up_and_is_recorded_without_secrets(db: Connection) -> None:
    _break(db, "raise exception 'no room for %, sorry', new.email using errcode = '53100';")
    said: list[str | None] = []
    handler = lambda notice: said.append(notice.sqlstate)  # noqa: E731
    db.add_notice_handler(handler)
    key = make_account(db, "ada@example.org")
    db.remove_notice_handler(handler)
    assert one(db, "select count(*) from auth.users where id = %s", key) == 1
    assert _person(db, key) is None
    assert db.execute("select auth_user_id, sqlstate, message from secrets.sign_up_faults").fetchall() == [
        (key, "53100", "no room for (address), sorry")
    ]
    assert said == ["HS011"]


def test_address_that_another_account_still_has_is_a_fault_and_takes_nothing(db: Connection) -> None:
    """The auth service allows no two such accounts; this is what happens where it differs from us in what is the same address."""
    first = make_account(db, "ada@example.org")
    second = make_account(db, "ADA@example.org")
    assert _person(db, second) is None
    assert (_person(db, first) or {})["email_verified_at"] is not None
    assert db.execute("select auth_user_id, sqlstate from secrets.sign_up_faults").fetchall() == [(second, "HS013")]
    with refused(db, "HS013"):
        db.execute("select private.make_user_from_auth(%s)", (second,))


def test_fault_is_recorded_once_with_its_last_cause(db: Connection) -> None:
    _break(db, "raise exception 'first';")
    key = make_account(db)
    db.execute("create or replace function private.be_broken() returns trigger language plpgsql as $$begin raise 'second'; end$$")
    db.execute("update auth.users set email_confirmed_at = now() where id = %s", (key,))
    assert db.execute("select auth_user_id, message from secrets.sign_up_faults").fetchall() == [(key, "second")]


def test_sign_up_goes_on_even_where_the_fault_cannot_be_recorded(db: Connection) -> None:
    db.execute("drop table secrets.sign_up_faults")
    _break(db, "raise exception 'broken';")
    said: list[tuple[str | None, bool]] = []
    handler = lambda notice: said.append((notice.sqlstate, "could not be recorded" in (notice.message_primary or "")))  # noqa: E731
    db.add_notice_handler(handler)
    key = make_account(db)
    db.remove_notice_handler(handler)
    assert one(db, "select count(*) from auth.users where id = %s", key) == 1
    assert said == [("HS011", False), ("HS011", True)]


def test_repair_makes_what_is_missing_and_clears_the_faults(db: Connection) -> None:
    _break(db, "raise exception 'broken';")
    keys = {make_account(db) for _ in range(3)}
    silent = make_account(db, confirmed=False)
    assert one(db, "select private.repair_sign_ups()") == 0
    assert one(db, "select count(*) from secrets.sign_up_faults") == 3
    _mend(db)
    assert one(db, "select private.repair_sign_ups()") == 3
    assert all(len(_owned(db, key)) == 1 for key in keys)
    assert _person(db, silent) is None
    assert one(db, "select count(*) from secrets.sign_up_faults") == 0
    assert one(db, "select private.repair_sign_ups()") == 0


def test_repair_can_be_told_how_many(db: Connection) -> None:
    _break(db, "raise exception 'broken';")
    for _ in range(3):
        make_account(db)
    _mend(db)
    assert [one(db, "select private.repair_sign_ups(2)") for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    "values",
    [{"confirmed": False}, {"email": None}, {"is_anonymous": True}, {"deleted_at": "2026-01-01"}, {"is_active": False}],
    ids=str,
)
def test_account_that_is_to_get_nothing_takes_no_place_of_one_that_repair_is_to_mend(db: Connection, values: dict[str, Any]) -> None:
    for number in range(20):
        key = UUID(int=number + 1)
        if "is_active" in values:
            make_account(db, id=make_user(db, id=key, **values))
        else:
            make_account(db, id=key, **values)
    missing = make_account(db, id=UUID(int=2**128 - 1))
    db.execute("delete from public.workspaces where owner_id = %s", (missing,))
    assert one(db, "select private.repair_sign_ups(1)") == 1
    assert len(_owned(db, missing)) == 1


@pytest.mark.parametrize(("is_sso", "wrong"), [(False, None), (True, "2026-01-01")])
def test_repair_brings_the_mark_of_a_verified_address_in_step(db: Connection, is_sso: bool, wrong: str | None) -> None:
    key = make_account(db, is_sso_user=is_sso)
    db.execute("update public.users set email_verified_at = %s where id = %s", (wrong, key))
    assert one(db, "select private.repair_sign_ups()") == 1
    assert ((_person(db, key) or {})["email_verified_at"] is None) is is_sso
    assert one(db, "select private.repair_sign_ups()") == 0


def test_repair_sees_accounts_from_before_the_trigger(db: Connection) -> None:
    key = make_account(db)
    other = make_account(db, "old@example.org")
    db.execute("delete from public.workspaces where owner_id = %s", (key,))
    db.execute("delete from public.users where id = %s", (key,))
    db.execute("update public.users set email = 'wrong@example.org' where id = %s", (other,))
    assert one(db, "select private.repair_sign_ups()") == 2
    assert _person(db, key) is not None
    assert (_person(db, other) or {})["email"] == "old@example.org"


@pytest.mark.parametrize("removal", ["delete from auth.users where id = %s", "update auth.users set deleted_at = now() where id = %s"])
def test_repair_puts_away_a_person_whose_removal_failed(db: Connection, removal: str) -> None:
    key = make_account(db)
    db.execute("create function private.be_broken() returns trigger language plpgsql as $$begin raise 'broken'; end$$")
    db.execute("create trigger users_be_broken before update on public.users for each row execute function private.be_broken()")
    db.execute(removal.encode(), (key,))
    assert (_person(db, key) or {})["is_active"] is True
    _mend(db)
    assert one(db, "select private.repair_sign_ups()") == 1
    assert (_person(db, key) or {})["is_active"] is False


def test_imported_people_without_an_account_are_left_alone_by_repair(db: Connection) -> None:
    key = make_user(db)
    assert one(db, "select private.repair_sign_ups()") == 0
    assert (_person(db, key) or {})["is_active"] is True


@pytest.mark.parametrize("has_row", [True, False])
def test_many_at_once_for_one_person_make_one_workspace(clone: Connection, clone_target: Target, has_row: bool) -> None:
    clone.autocommit = True
    with test_server().target(clone.info.dbname, SUPERUSER).connect() as service:
        service.execute("alter table auth.users disable trigger users_follow_the_account")
    key = make_account(clone)
    if has_row:
        make_user(clone, id=key, email=f"{key}@example.org", email_verified_at="2026-01-01")
    said = at_once(clone_target, 6, "select private.make_user_from_auth(%s)", key)
    assert sorted(said) == ["False"] * 5 + ["True"]
    assert len(_owned(clone, key)) == 1


def test_lock_on_our_tables_does_not_hold_up_a_sign_up(clone: Connection, clone_target: Target) -> None:
    with clone_target.connect() as connection, clone_target.connect() as blocker, blocker.transaction():
        blocker.execute("lock table public.users in exclusive mode")
        connection.execute("set statement_timeout = '10s'")  # without a limit of its own it would wait for this test
        key = make_account(connection)
        assert one(connection, "select sqlstate from secrets.sign_up_faults where auth_user_id = %s", key) == "55P03"
    assert one(clone, "select private.repair_sign_ups()") == 1
    assert len(_owned(clone, key)) == 1


def test_repair_reaches_everybody_though_some_cannot_be_mended(db: Connection) -> None:
    """Those that failed come last: with a small limit they would else be tried again and again before the others."""
    accounts = sorted(make_account(db) for _ in range(12))
    db.execute("delete from public.workspaces where owner_id = any(%s)", (accounts,))
    db.execute("delete from public.users where id = any(%s)", (accounts,))
    bad = accounts[:4]
    db.execute("insert into secrets.sign_up_faults (auth_user_id, sqlstate, message) select unnest(%s::uuid[]), 'XX000', 'before'", (bad,))
    listed = ", ".join(f"'{key}'" for key in bad)
    db.execute(f"alter table public.users add constraint users_broken check (id not in ({listed}))".encode())
    for _ in range(4):
        db.execute("select private.repair_sign_ups(2)")
    assert one(db, "select count(*) from public.users where id = any(%s)", accounts) == 8


def test_repair_leaves_an_account_that_is_being_changed_to_that_change_and_does_not_wait_for_it(
    clone: Connection, clone_target: Target
) -> None:
    clone.autocommit = True
    busy, idle = make_account(clone), make_account(clone)
    clone.execute("delete from public.workspaces where owner_id in (%s, %s)", (busy, idle))
    clone.execute("set lock_timeout = '1s'")
    with test_server().target(clone_target.database, SUPERUSER).connect() as service:
        with service.transaction():
            service.execute("update auth.users set last_sign_in_at = now() where id = %s", (busy,))
            assert one(clone, "select private.repair_sign_ups()") == 1
            assert [len(_owned(clone, key)) for key in (busy, idle)] == [0, 1]
            assert one(clone, "select count(*) from secrets.sign_up_faults") == 0
        assert one(clone, "select private.repair_sign_ups()") == 1
    assert len(_owned(clone, busy)) == 1


def test_what_follows_the_auth_service_waits_for_locks_no_longer_than_two_seconds(db: Connection) -> None:
    settings = db.execute(
        "select tgname, proconfig from pg_trigger join pg_proc on pg_proc.oid = tgfoid where tgrelid = 'auth.users'::regclass"
        " and pronamespace = 'private'::regnamespace"
    ).fetchall()
    assert {name for name, _ in settings} == {"users_follow_the_account", "users_note_a_claim"}
    assert all("lock_timeout=2s" in settings for _, settings in settings)
