"""Invitations: who may send one, who may accept it, and once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.people import PLATFORM, at_once, make_member, make_user, make_workspace, refused
from tests.support.rows import one


def _guest(db: Connection, email: str = "guest@example.org", **values: Any) -> UUID:
    return make_user(db, **({"email": email, "email_verified_at": "2026-01-01"} | values))


def _invite(
    db: Connection, workspace: UUID, by_user: UUID | None, role: str | None = "editor", email: str | None = "guest@example.org"
) -> str:
    return str(one(db, "select private.invite(%s, %s, %s, %s)", workspace, email, role, by_user))


def _accept(db: Connection, token: str | None, person: UUID | None) -> Any:
    return one(db, "select private.accept_invitation(%s, %s)", token, person)


def _role(db: Connection, workspace: UUID, person: UUID) -> Any:
    return one(db, "select role from public.workspace_members where workspace_id = %s and user_id = %s", workspace, person)


def test_invitation_is_accepted_once(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    token = _invite(db, workspace, owner, email=" Guest@Example.org ")
    guest = _guest(db)
    assert _accept(db, token, guest) == workspace
    assert _role(db, workspace, guest) == "editor"
    assert one(db, "select accepted_by from secrets.workspace_invitations") == guest
    with refused(db, "HS044"):
        _accept(db, token, guest)


def test_only_the_hash_of_the_token_is_kept(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    token = _invite(db, workspace, owner)
    assert len(bytes.fromhex(token)) == 32
    assert one(db, "select token_hash from secrets.workspace_invitations") == sha256(bytes.fromhex(token)).digest()
    assert one(db, "select expires_at - created_at = '7 days' from secrets.workspace_invitations") is True
    assert token not in str(db.execute("select invitation::text from secrets.workspace_invitations as invitation").fetchall())
    assert _invite(db, workspace, owner) != token


@pytest.mark.parametrize("role", ["admin", "editor", "member"])
@pytest.mark.parametrize("by_role", ["owner", "admin"])
def test_owner_and_admin_invite_up_to_admin(db: Connection, by_role: str, role: str) -> None:
    workspace = make_workspace(db)
    token = _invite(db, workspace, make_member(db, workspace, by_role), role)
    guest = _guest(db)
    _accept(db, token, guest)
    assert _role(db, workspace, guest) == role


@pytest.mark.parametrize("by_role", ["owner", "admin"])
@pytest.mark.parametrize("role", ["owner", "OWNER", "", "guest", None])
def test_nobody_invites_an_owner_or_to_a_role_that_is_none(db: Connection, by_role: str, role: str | None) -> None:
    workspace = make_workspace(db)
    with refused(db, "HS042"):
        _invite(db, workspace, make_member(db, workspace, by_role), role)


@pytest.mark.parametrize("by_role", ["editor", "member"])
def test_editor_and_member_invite_nobody(db: Connection, by_role: str) -> None:
    workspace = make_workspace(db)
    with refused(db, "HS040"):
        _invite(db, workspace, make_member(db, workspace, by_role), "member")


def test_outsider_learns_nothing_from_the_answer(db: Connection) -> None:
    workspace = make_workspace(db)
    for place in (workspace, uuid4(), PLATFORM, None):
        with refused(db, "HS040"):
            one(db, "select private.invite(%s, 'guest@example.org', 'member', %s)", place, make_user(db))
    with refused(db, "HS040"):
        _invite(db, workspace, None)
    with refused(db, "HS040"):  # an admin elsewhere
        _invite(db, workspace, make_member(db, make_workspace(db), "admin"))


@pytest.mark.parametrize("values", [{"is_active": False}, {"role": "viewer"}])
def test_inactive_admin_and_platform_viewer_invite_nobody(db: Connection, values: dict[str, Any]) -> None:
    workspace = make_workspace(db)
    with refused(db, "HS040"):
        _invite(db, workspace, make_member(db, workspace, "admin", make_user(db, **values)))


def test_platform_admin_invites_nobody_to_a_workspace_of_others(db: Connection) -> None:
    with refused(db, "HS040"):
        _invite(db, make_workspace(db), make_user(db, role="admin"))


@pytest.mark.parametrize("email", [None, "", "  ", "guest", "@example.org", "a@", "a b@example.org", "a@b@c"])
def test_what_is_no_address_is_not_invited(db: Connection, email: str | None) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    with refused(db, "HS041"):
        _invite(db, workspace, owner, email=email)


def test_new_invitation_takes_the_place_of_the_open_one(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    first, second = _invite(db, workspace, owner, "admin"), _invite(db, workspace, owner, "member")
    guest = _guest(db)
    with refused(db, "HS044"):
        _accept(db, first, guest)
    _accept(db, second, guest)
    assert _role(db, workspace, guest) == "member"


def test_new_invitation_leaves_those_of_other_addresses_open(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    tokens = {email: _invite(db, workspace, owner, email=email) for email in ("first@example.org", "second@example.org")}
    for email, token in tokens.items():
        assert _accept(db, token, _guest(db, email)) == workspace


def test_address_that_accepted_once_is_invited_again_after_the_person_left(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    guest = _guest(db)
    _accept(db, _invite(db, workspace, owner, "admin"), guest)
    db.execute("delete from public.workspace_members where user_id = %s", (guest,))
    assert _accept(db, _invite(db, workspace, owner, "member"), guest) == workspace
    assert _role(db, workspace, guest) == "member"
    assert one(db, "select count(*) from secrets.workspace_invitations where accepted_at is not null and revoked_at is null") == 2


def test_same_address_is_invited_to_two_workspaces(db: Connection) -> None:
    owner, guest = make_user(db), _guest(db)
    workspaces = [make_workspace(db, owner) for _ in range(2)]
    tokens = [_invite(db, workspace, owner) for workspace in workspaces]
    assert [_accept(db, token, guest) for token in tokens] == workspaces


def test_invitation_expires(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    token, guest = _invite(db, workspace, owner), _guest(db)
    with refused(db, "HS044"):
        one(db, "select private.accept_invitation(%s, %s, now() + '7 days')", token, guest)
    assert one(db, "select private.accept_invitation(%s, %s, now() + '7 days' - interval '1 second')", token, guest) == workspace


@pytest.mark.parametrize(
    "values",
    [
        {"email": "other@example.org"},
        {"email_verified_at": None},
        {"is_active": False},
        {"email": "guest@example.org.evil.org"},
    ],
)
def test_only_an_active_person_with_the_verified_address_accepts(db: Connection, values: dict[str, Any]) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    token = _invite(db, workspace, owner)
    with db.transaction(force_rollback=True):
        thief = _guest(db, **values)
        with refused(db, "HS045"):
            _accept(db, token, thief)
        assert _role(db, workspace, thief) is None
    for nobody in (uuid4(), None):
        with refused(db, "HS045"):
            _accept(db, token, nobody)
    assert _accept(db, token, _guest(db)) == workspace


@pytest.mark.parametrize("form", ["{upper}", "{cut}", "", "{zeros}", "{token}\n", " {token}", None])
def test_token_must_be_the_very_one(db: Connection, form: str | None) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    token, guest = _invite(db, workspace, owner), _guest(db)
    wrong = form and form.format(token=token, upper=token.upper(), cut=token[:-1], zeros="0" * 64)
    with refused(db, "HS043"):
        _accept(db, wrong, guest)
    assert _accept(db, token, guest) == workspace


def test_hash_from_the_table_is_no_token(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    _invite(db, workspace, owner)
    with refused(db, "HS043"):
        _accept(db, one(db, "select encode(token_hash, 'hex') from secrets.workspace_invitations"), _guest(db))


@pytest.mark.parametrize(
    "loss",
    [
        "update public.workspace_members set role = 'editor' where user_id = %s",
        "delete from public.workspace_members where user_id = %s",
        "update public.users set is_active = false where id = %s",
        "delete from public.users where id = %s",
    ],
)
def test_invitation_of_somebody_who_may_no_longer_invite_is_worth_nothing(db: Connection, loss: str) -> None:
    workspace = make_workspace(db)
    admin = make_member(db, workspace, "admin")
    token, guest = _invite(db, workspace, admin), _guest(db)
    with db.transaction(force_rollback=True):
        db.execute(loss.encode(), (admin,))
        with refused(db, "HS044"):
            _accept(db, token, guest)
    assert _accept(db, token, guest) == workspace


def test_accepting_never_changes_the_role_of_a_member(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    guest = _guest(db)
    make_member(db, workspace, "member", guest)
    assert _accept(db, _invite(db, workspace, owner, "admin"), guest) == workspace
    assert _role(db, workspace, guest) == "member"


def test_revoked_invitation_cannot_be_accepted(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    token, guest = _invite(db, workspace, owner), _guest(db)
    invitation = one(db, "select id from secrets.workspace_invitations")
    for nobody in (make_member(db, workspace, "editor"), make_member(db, make_workspace(db), "admin"), guest, None):
        with refused(db, "HS040"):
            one(db, "select private.revoke_invitation(%s, %s)", invitation, nobody)
    with refused(db, "HS040"):
        one(db, "select private.revoke_invitation(%s, %s)", uuid4(), owner)
    one(db, "select private.revoke_invitation(%s, %s)", invitation, make_member(db, workspace, "admin"))
    with refused(db, "HS044"):
        _accept(db, token, guest)
    with refused(db, "HS044"):
        one(db, "select private.revoke_invitation(%s, %s)", invitation, owner)


def test_accepted_invitation_cannot_be_revoked(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    _accept(db, _invite(db, workspace, owner), _guest(db))
    with refused(db, "HS044"):
        one(db, "select private.revoke_invitation(id, %s) from secrets.workspace_invitations", owner)


def test_times_of_an_invitation_are_those_that_were_given(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    first, second, third = (
        one(db, "select private.invite(%s, 'guest@example.org', 'member', %s, %s::timestamptz, '1 day')", workspace, owner, at)
        for at in ("2026-05-01 00:00+00", "2026-05-02 00:00+00", "2026-05-03 00:00+00")
    )
    one(db, "select private.accept_invitation(%s, %s, '2026-05-03 12:00+00')", third, _guest(db))
    one(db, "select private.invite(%s, 'other@example.org', 'member', %s, '2026-05-04 00:00+00')", workspace, owner)
    last = one(db, "select id from secrets.workspace_invitations where email = 'other@example.org'")
    one(db, "select private.revoke_invitation(%s, %s, '2026-05-04 12:00+00')", last, owner)
    db.execute("set local timezone = 'UTC'")
    found = db.execute(
        "select array(select to_char(each, 'DD HH24') from unnest(array[created_at, expires_at, accepted_at, revoked_at]) as each)"
        " from secrets.workspace_invitations order by created_at"
    ).fetchall()
    assert [times for (times,) in found] == [
        ["01 00", "02 00", None, "02 00"],
        ["02 00", "03 00", None, "03 00"],
        ["03 00", "04 00", "03 12", None],
        ["04 00", "11 00", None, "04 12"],
    ]
    assert len({first, second, third}) == 3


def test_invitations_go_with_the_workspace_and_stay_without_the_person(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    guest = _guest(db)
    _accept(db, _invite(db, workspace, owner), guest)
    db.execute("delete from public.users where id = %s", (guest,))
    assert db.execute("select accepted_by, accepted_at is null from secrets.workspace_invitations").fetchall() == [(None, False)]
    db.execute("delete from public.workspaces where id = %s", (workspace,))
    assert one(db, "select count(*) from secrets.workspace_invitations") == 0


def test_one_token_accepted_by_many_at_once_makes_one_membership(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone, owner := make_user(clone))
    token, guest = _invite(clone, workspace, owner), _guest(clone)
    said = at_once(clone_target, 8, "select private.accept_invitation(%s, %s)", token, guest)
    assert sorted(said) == sorted([str(workspace)] + ["HS044"] * 7)
    assert one(clone, "select count(*) from public.workspace_members where user_id = %s", guest) == 1


def test_one_address_invited_by_many_at_once_has_one_open_invitation(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone, owner := make_user(clone))
    tokens = at_once(clone_target, 8, "select private.invite(%s, 'guest@example.org', 'member', %s)", workspace, owner)
    assert len({token for token in tokens if len(token) == 64}) == 8
    assert one(clone, "select count(*) from secrets.workspace_invitations where revoked_at is null") == 1


@pytest.mark.parametrize(
    ("about", "change"),
    [
        ("inviter", "update public.workspace_members set role = 'editor' where user_id = %s"),
        ("inviter", "delete from public.workspace_members where user_id = %s"),
        ("guest", "update public.users set is_active = false where id = %s"),
        ("guest", "update public.users set email_verified_at = null where id = %s"),
    ],
)
def test_what_an_acceptance_rests_on_does_not_change_until_it_is_done(
    clone: Connection, clone_target: Target, about: str, change: str
) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone)
    people = {"inviter": make_member(clone, workspace, "admin"), "guest": _guest(clone)}
    token, bystander = _invite(clone, workspace, people["inviter"]), make_member(clone, workspace)
    with clone_target.connect() as other:
        other.execute("set lock_timeout = '200ms'")
        with clone.transaction():
            assert _accept(clone, token, people["guest"]) == workspace
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(change.encode(), (people[about],))
            assert other.execute("update public.workspace_members set role = 'editor' where user_id = %s", (bystander,)).rowcount == 1
        assert other.execute(change.encode(), (people[about],)).rowcount == 1


def test_invitation_that_is_accepted_while_it_is_taken_back_was_used_before(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone, owner := make_user(clone))
    token, guest = _invite(clone, workspace, owner), _guest(clone)
    query = "select private.revoke_invitation(id, %s) from secrets.workspace_invitations"
    with ThreadPoolExecutor(1) as pool:
        with clone.transaction():
            assert _accept(clone, token, guest) == workspace
            waiting = pool.submit(at_once, clone_target, 1, query, owner)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=10) == ["HS044"]
    assert _role(clone, workspace, guest) == "editor"


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_api_roles_cannot_read_invitations(db: Connection, role: str) -> None:
    query = "select has_schema_privilege(%s, 'secrets', 'usage') or has_table_privilege(%s, 'secrets.workspace_invitations', 'select')"
    assert one(db, query, role, role) is False


def test_accepting_and_deleting_the_workspace_at_once_never_wait_for_each_other(clone_target: Target) -> None:
    """Both begin with the workspace. The other way round one in five of these races was a deadlock."""
    with clone_target.connect() as setup:
        for _ in range(20):
            owner = make_user(setup)
            workspace = make_workspace(setup, owner)
            guest = make_user(setup, email=(address := f"{uuid4()}@example.org"), email_verified_at="2026-01-01")
            token = one(setup, "select private.invite(%s, %s, 'member', %s)", workspace, address, owner)
            start = threading.Barrier(2)

            def race(statement: str, *values: object, start: threading.Barrier = start) -> str | None:
                with clone_target.connect() as connection:
                    start.wait(10)
                    try:
                        connection.execute(statement.encode(), values)
                    except psycopg.Error as fault:
                        return fault.sqlstate
                    return None

            with ThreadPoolExecutor(2) as threads:
                accepted = threads.submit(race, "select private.accept_invitation(%s, %s)", token, guest)
                deleted = threads.submit(race, "delete from public.workspaces where id = %s", workspace)
            assert deleted.result() is None
            assert accepted.result() in {None, "HS043", "HS044"}
