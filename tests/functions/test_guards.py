"""Guards: what no client changes by hand, whatever grants and policies let through, and the hand-over of a workspace."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.people import make_member, make_user, make_workspace, refused
from tests.support.rows import one


def _let_in(db: Connection, role: str = "authenticated") -> None:
    """Give an API role all rights on people's tables, as if grants and policies had a hole, and become it."""
    db.execute("grant usage on schema public to anon, authenticated")
    # checks run with the rights of whoever writes
    db.execute("grant execute on function private.platform_workspace_id() to anon, authenticated")
    for table in ("users", "workspaces", "workspace_members"):
        db.execute(f"grant select, update, delete on public.{table} to anon, authenticated".encode())
        db.execute(f"create policy hole on public.{table} using (true)".encode())
    db.execute(f"set local role {role}".encode())


def _members(db: Connection, workspace: UUID) -> dict[UUID, str]:
    rows = db.execute("select user_id, role from public.workspace_members where workspace_id = %s", (workspace,))
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("role", ["authenticated", "anon"])
@pytest.mark.parametrize(
    "change",
    [
        "id = gen_random_uuid()",
        "email = 'victim@example.org'",
        "email_verified_at = now()",
        "role = 'admin'",
        "subscription_tier = 'enterprise'",
        "is_active = false",
        "created_at = '2000-01-01'",
        "full_name = 'Ada', role = 'admin'",
    ],
)
def test_person_cannot_change_what_is_not_self_service(db: Connection, role: str, change: str) -> None:
    key = make_user(db)
    _let_in(db, role)
    with refused(db, "HS030"):
        db.execute(f"update public.users set {change} where id = %s".encode(), (key,))
    assert db.execute("update public.users set full_name = 'Ada', preferences = '{\"a\": 1}' where id = %s", (key,)).rowcount == 1
    assert db.execute("update public.users set role = role, email = email where id = %s", (key,)).rowcount == 1


def test_what_is_not_self_service_is_changed_by_the_owner_of_the_schema_with_a_clients_token(db: Connection) -> None:
    key = make_user(db)
    db.execute("select set_config('request.jwt.claims', %s, true)", ('{"role": "authenticated"}',))
    assert db.execute("update public.users set role = 'admin', is_active = false where id = %s", (key,)).rowcount == 1


def test_definer_function_called_by_a_client_passes(db: Connection) -> None:
    key = make_user(db)
    db.execute(
        "create function public.promote(person uuid) returns void language sql security definer set search_path = ''"
        " as $$update public.users set subscription_tier = 'creator' where users.id = promote.person$$"
    )
    db.execute("grant execute on function public.promote(uuid) to authenticated")
    _let_in(db)
    db.execute("select public.promote(%s)", (key,))
    assert one(db, "select subscription_tier from public.users where id = %s", key) == "creator"


@pytest.mark.parametrize("column", ["workspace_id", "user_id"])
def test_membership_never_gets_other_keys(db: Connection, column: str) -> None:
    workspace = make_workspace(db)
    member = make_member(db, workspace)
    other = make_workspace(db) if column == "workspace_id" else make_user(db)
    with refused(db, "HS031"):
        db.execute(f"update public.workspace_members set {column} = %s where user_id = %s".encode(), (other, member))
    assert db.execute("update public.workspace_members set role = 'editor' where user_id = %s", (member,)).rowcount == 1


def test_workspace_never_gets_another_id(db: Connection) -> None:
    workspace = make_workspace(db)
    with refused(db, "HS031"):
        db.execute("update public.workspaces set id = %s where id = %s", (uuid4(), workspace))
    assert db.execute("update public.workspaces set name = 'Other' where id = %s", (workspace,)).rowcount == 1


def test_client_cannot_name_another_owner_by_hand(db: Connection) -> None:
    workspace = make_workspace(db)
    second = make_member(db, workspace, "owner")
    _let_in(db)
    with refused(db, "HS035"):
        db.execute("update public.workspaces set owner_id = %s where id = %s", (second, workspace))
    assert db.execute("update public.workspaces set name = 'Other' where id = %s", (workspace,)).rowcount == 1


@pytest.mark.parametrize("role", [None, "authenticated"])
@pytest.mark.parametrize(
    "change",
    ["delete from public.workspace_members where user_id = %s", "update public.workspace_members set role = 'admin' where user_id = %s"],
)
def test_accountable_owner_stays_and_another_owner_may_go(db: Connection, role: str | None, change: str) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    second = make_member(db, workspace, "owner")
    if role:
        _let_in(db, role)
    with refused(db, "HS032"):
        db.execute(change.encode(), (owner,))
    assert db.execute(change.encode(), (second,)).rowcount == 1


def test_rest_of_the_accountable_owners_membership_can_be_changed(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    change = "update public.workspace_members set role = 'owner', permissions = '{\"a\": 1}' where user_id = %s"
    assert db.execute(change, (owner,)).rowcount == 1
    assert _members(db, workspace) == {owner: "owner"}


def test_workspace_is_deleted_whole_with_its_owners_membership(db: Connection) -> None:
    workspace = make_workspace(db)
    make_member(db, workspace)
    db.execute("delete from public.workspaces where id = %s", (workspace,))
    db.execute("set constraints all immediate")
    assert _members(db, workspace) == {}


def test_person_who_owns_a_workspace_cannot_be_deleted_and_a_member_can(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    member = make_member(db, workspace)
    with pytest.raises(psycopg.Error) as caught, db.transaction():
        db.execute("delete from public.users where id = %s", (owner,))
    assert caught.value.sqlstate in {"HS032", "23001", "23503"}
    db.execute("delete from public.users where id = %s", (member,))
    assert _members(db, workspace) == {owner: "owner"}


def test_hand_over_makes_the_member_owner_and_the_former_owner_admin(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    member = make_member(db, workspace)
    db.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, member, owner))
    db.execute("set constraints all immediate")
    assert one(db, "select owner_id from public.workspaces where id = %s", workspace) == member
    assert _members(db, workspace) == {owner: "admin", member: "owner"}
    assert db.execute("delete from public.workspace_members where user_id = %s", (owner,)).rowcount == 1


def test_hand_over_to_oneself_changes_nothing(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    db.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, owner, owner))
    assert _members(db, workspace) == {owner: "owner"}


@pytest.mark.parametrize("role", ["owner", "admin", "editor", "member", None])
def test_only_the_accountable_owner_hands_over(db: Connection, role: str | None) -> None:
    workspace = make_workspace(db)
    target = make_member(db, workspace)
    actor = make_member(db, workspace, role) if role else make_user(db)
    with refused(db, "HS033"):
        db.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, target, actor))


@pytest.mark.parametrize("values", [{"is_active": False}, {"role": "viewer"}])
def test_inactive_person_or_viewer_neither_hands_over_nor_gets_a_workspace(db: Connection, values: dict[str, object]) -> None:
    poor = make_user(db, **values)
    theirs = make_workspace(db, poor)
    with refused(db, "HS033"):
        db.execute("select private.hand_over_workspace(%s, %s, %s)", (theirs, make_member(db, theirs), poor))
    workspace = make_workspace(db, owner := make_user(db))
    make_member(db, workspace, "admin", poor)
    with refused(db, "HS034"):
        db.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, poor, owner))


@pytest.mark.parametrize("missing", ["workspace", "to_user", "by_user"])
def test_hand_over_refuses_what_is_null(db: Connection, missing: str) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    given = {"workspace": workspace, "to_user": make_member(db, workspace), "by_user": owner} | {missing: None}
    with refused(db, "HS034" if missing == "to_user" else "HS033"):
        db.execute("select private.hand_over_workspace(%(workspace)s, %(to_user)s, %(by_user)s)", given)


def test_hand_over_to_somebody_who_is_no_member_is_refused(db: Connection) -> None:
    workspace = make_workspace(db, owner := make_user(db))
    with refused(db, "HS034"):
        db.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, make_user(db), owner))
    with refused(db, "HS033"):
        db.execute("select private.hand_over_workspace(%s, %s, %s)", (uuid4(), owner, owner))


@pytest.mark.parametrize(
    ("values", "role", "found"),
    [
        ({}, "editor", "editor"),
        ({"is_active": False}, "editor", None),
        ({"role": "viewer"}, "admin", None),
        ({"role": "admin"}, "member", "member"),
    ],
)
def test_writing_role_is_that_of_an_active_person_who_may_write(
    db: Connection, values: dict[str, object], role: str, found: str | None
) -> None:
    workspace = make_workspace(db)
    person = make_member(db, workspace, role, make_user(db, **values))
    assert one(db, "select private.writing_role(%s, %s)", workspace, person) == found
    assert one(db, "select private.writing_role(%s, %s)", make_workspace(db), person) is None
    db.execute("update public.workspaces set is_active = false where id = %s", (workspace,))
    assert one(db, "select private.writing_role(%s, %s)", workspace, person) is None


def test_roles_have_a_height(db: Connection) -> None:
    found = db.execute("select array_agg(role order by private.role_rank(role)) from unnest('{owner,member,admin,editor}'::text[]) as role")
    assert found.fetchone() == (["member", "editor", "admin", "owner"],)
    assert one(db, "select private.role_rank('guest')") is None


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("mutual", [True, False])
def test_two_owners_who_remove_each_other_or_leave_at_once_leave_an_owner(
    clone: Connection, clone_target: Target, guarded: bool, mutual: bool
) -> None:
    """With the guards switched off the foreign key alone holds."""
    clone.autocommit = True
    first, second = make_user(clone), make_user(clone)
    workspace = make_workspace(clone, first)
    make_member(clone, workspace, "owner", second)
    if not guarded:
        clone.execute("alter table public.workspace_members disable trigger user")
    barrier = threading.Barrier(2)
    codes: list[str | None] = []

    def remove(person: UUID) -> None:
        with clone_target.connect() as connection:
            try:
                with connection.transaction():
                    barrier.wait(10)
                    connection.execute("delete from public.workspace_members where user_id = %s", (person,))
            except psycopg.Error as fault:
                codes.append(fault.sqlstate)

    removed = (second, first) if mutual else (first, second)
    threads = [threading.Thread(target=remove, args=(person,)) for person in removed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["HS032" if guarded else "23503"]
    assert _members(clone, workspace) == {first: "owner"}
    assert one(clone, "select owner_id from public.workspaces where id = %s", workspace) == first


def test_new_owner_who_leaves_during_the_hand_over_is_kept(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone, owner := make_user(clone))
    second = make_member(clone, workspace, "owner")
    codes: list[str | None] = []

    def leave() -> None:
        with clone_target.connect() as connection:
            try:
                connection.execute("delete from public.workspace_members where user_id = %s", (second,))
            except psycopg.Error as fault:
                codes.append(fault.sqlstate)

    with clone_target.connect() as giver:
        with giver.transaction():
            giver.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, second, owner))
            leaver = threading.Thread(target=leave)
            leaver.start()
            leaver.join(0.3)
            assert leaver.is_alive(), "it should wait for the hand-over"
        leaver.join()
    assert codes == ["HS032"]
    assert _members(clone, workspace) == {owner: "admin", second: "owner"}


def test_new_owner_is_not_put_away_or_made_a_viewer_during_the_hand_over(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone, owner := make_user(clone))
    heir = make_member(clone, workspace)
    with clone_target.connect() as other:
        other.execute("set lock_timeout = '200ms'")
        with clone.transaction():
            clone.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, heir, owner))
            for change in ("is_active = false", "role = 'viewer'"):
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    other.execute(f"update public.users set {change} where id = %s".encode(), (heir,))
        assert other.execute("update public.users set is_active = false where id = %s", (heir,)).rowcount == 1


def test_two_hand_overs_at_once_leave_one_owner(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    workspace = make_workspace(clone, owner := make_user(clone))
    heirs = [make_member(clone, workspace) for _ in range(2)]
    barrier = threading.Barrier(2)
    codes: list[str | None] = []

    def give(heir: UUID) -> None:
        with clone_target.connect() as connection:
            barrier.wait(10)
            try:
                connection.execute("select private.hand_over_workspace(%s, %s, %s)", (workspace, heir, owner))
            except psycopg.Error as fault:
                codes.append(fault.sqlstate)

    threads = [threading.Thread(target=give, args=(heir,)) for heir in heirs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["HS033"]
    members = _members(clone, workspace)
    assert members[owner] == "admin"
    assert sorted(members[heir] for heir in heirs) == ["member", "owner"]


def test_an_owner_whose_account_was_removed_is_replaced(db: Connection) -> None:
    workspace = make_workspace(db)
    member = make_member(db, workspace)
    owner = one(db, "select owner_id from public.workspaces where id = %s", workspace)
    with refused(db, "HS033"):  # still active: hands over himself
        db.execute("select private.replace_inactive_owner(%s, %s)", (workspace, member))
    db.execute("update public.users set is_active = false where id = %s", (owner,))
    for wrong in (make_user(db), make_member(db, workspace, "admin", make_user(db, role="viewer")), owner):
        with refused(db, "HS034"):
            db.execute("select private.replace_inactive_owner(%s, %s)", (workspace, wrong))
    db.execute("select private.replace_inactive_owner(%s, %s)", (workspace, member))
    db.execute("set constraints all immediate")
    assert one(db, "select owner_id from public.workspaces where id = %s", workspace) == member
    roles: dict[UUID, str] = dict(
        db.execute("select user_id, role from public.workspace_members where workspace_id = %s", (workspace,)).fetchall()
    )
    assert (roles[member], roles[owner]) == ("owner", "admin")
