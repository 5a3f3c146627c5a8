"""Who acts, and in which workspaces that person reads and writes: private.token_counts, named_workspace and the scopes of policies."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection
from tests.support.actors import Actor, Cast, acting, make_cast, person
from tests.support.people import PLATFORM, make_member, make_user, make_workspace
from tests.support.rows import insert, one

#: A session of the auth service, as a token names it.
SESSION = "7f7f7f7f-0000-4000-8000-000000000001"


def _settle(db: Connection, claims: Any, headers: Any = None) -> None:
    """Set the claims and headers of a request, as the owner of the schema, who may call the helpers by name."""
    db.execute(
        "select set_config('request.jwt.claims', %s, true), set_config('request.headers', %s, true)",
        (
            claims if isinstance(claims, str) else json.dumps(dict(claims)),
            headers if isinstance(headers, str) else json.dumps(headers or {}),
        ),
    )


def _scope(db: Connection, call: str, actor: Actor, workspace: UUID | None = None) -> set[UUID]:
    _settle(db, actor.claims, {"x-workspace-id": str(workspace)} if workspace else {})
    found = one(db, f"select private.{call}")
    assert len(found) == len(set(found)), "a workspace stands twice"
    return set(found)


def _open(db: Connection, workspace: UUID, admin: UUID, **values: Any) -> None:
    row = {"workspace_id": workspace, "opened_by": admin, "session_id": SESSION, "reason": "a fault"}
    times = {"opened_at": one(db, "select now()"), "expires_at": one(db, "select now() + interval '1 hour'")}
    insert(db, "secrets.workspace_openings", row | times | values)


@pytest.fixture
def cast(db: Connection) -> Cast:
    return make_cast(db)


# -------------------------------------------------------------------- the token


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({}, True),
        ({"is_anonymous": False}, True),
        ({"is_anonymous": True}, False),
        ({"is_anonymous": "true"}, False),
        ({"exp": None}, True),
    ],
)
def test_a_token_counts_unless_it_is_anonymous(db: Connection, claims: dict[str, Any], counts: bool) -> None:
    assert one(db, "select private.token_counts(%s::jsonb)", json.dumps(claims)) is counts


@pytest.mark.parametrize(("seconds", "counts"), [(60, True), (-25, True), (-35, False), (-1e9, False)])
def test_a_token_counts_until_half_a_minute_after_its_end(db: Connection, seconds: float, counts: bool) -> None:
    assert one(db, "select private.token_counts(jsonb_build_object('exp', extract(epoch from now()) + %s))", seconds) is counts


def test_the_person_of_the_token_is_that_of_the_claims_whatever_older_settings_say(db: Connection) -> None:
    _settle(db, {"sub": str(PLATFORM)})
    db.execute("select set_config('request.jwt.claim.sub', %s, true)", (str(uuid4()),))
    assert one(db, "select private.token_person()") == PLATFORM
    _settle(db, "")
    assert one(db, "select private.token_person()") is None


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ("", None),
        ("{}", None),
        ('{"x-workspace-id": ""}', None),
        ('{"x-workspace-id": null}', None),
        ('{"x-workspace-id":"00000000-0000-8000-8000-000000000001"}', PLATFORM),
        ('{"x-workspace-id" : "00000000-0000-8000-8000-000000000001", "accept": "a \\"x-workspace-id\\":\\"b\\""}', PLATFORM),
    ],
)
def test_the_named_workspace_is_that_of_the_header(db: Connection, headers: str, named: UUID | None) -> None:
    _settle(db, {}, headers)
    assert one(db, "select private.named_workspace()") == named


@pytest.mark.parametrize(
    ("headers", "plainly"),
    [
        ('{"x-workspace-id":"00000000-0000-8000-8000-000000000001","accept":"a"}', True),
        ('{"x-workspace-id": "00000000-0000-8000-8000-000000000001"}', False),
        ('{"accept":"a \\"x-workspace-id\\":\\"00000000-0000-8000-8000-000000000001\\""}', None),
        ('{"x-workspace-id":"00000000-0000-8000-8000-000000000001","x-workspace-id":"00000000-0000-8000-8000-000000000001"}', False),
        ('{"x-workspace-id":""}', None),
        ("{}", None),
    ],
)
def test_what_is_plainly_named_is_what_is_named_or_nothing(db: Connection, headers: str, plainly: bool | None) -> None:
    _settle(db, {}, headers)
    assert one(db, "select private.plainly_named_workspace()") == (PLATFORM if plainly else None)
    assert one(db, "select private.named_workspace()") == (None if plainly is None else PLATFORM)


def test_scopes_are_the_same_however_the_header_is_written(db: Connection, cast: Cast) -> None:
    second = make_workspace(db, cast.user("owner"))
    for call in ("readable_workspaces()", "writable_workspaces('admin')", "audited_workspaces()"):
        for written in (f'{{"x-workspace-id":"{second}"}}', f'{{ "x-workspace-id" : "{second}" }}'):
            _settle(db, cast["owner"].claims, written)
            assert one(db, f"select private.{call}") == [second], call


def test_a_header_that_is_no_uuid_is_an_error_and_no_wider_scope(db: Connection, cast: Cast) -> None:
    for call in ("readable_workspaces()", "writable_workspaces('member')", "audited_workspaces()", "sees_public_rows()"):
        _settle(db, cast["owner"].claims, '{"x-workspace-id": "all"}')
        with pytest.raises(psycopg.errors.InvalidTextRepresentation), db.transaction():
            db.execute(f"select private.{call}".encode())


@pytest.mark.parametrize(
    ("name", "acts", "writes"),
    [
        ("owner", True, True), ("outsider", True, True), ("platform_admin", True, True), ("platform_viewer", True, False),
        ("inactive", False, False), ("anonymous", False, False), ("anon", False, False), ("service_role", False, False),
    ],
)  # fmt: skip
def test_who_acts_and_who_writes(db: Connection, cast: Cast, name: str, acts: bool, writes: bool) -> None:
    _settle(db, cast[name].claims)
    assert one(db, "select private.acting_person()") == (cast[name].user if acts else None)
    assert one(db, "select private.writing_person()") == (cast[name].user if writes else None)
    assert one(db, "select private.sees_public_rows()") is acts
    _settle(db, cast[name].claims, {"x-workspace-id": str(cast.workspace)})
    assert one(db, "select private.sees_public_rows()") is False


def test_a_token_of_nobody_acts_as_nobody(db: Connection) -> None:
    for claims in ("", "null", "{}", json.dumps(dict(person("nobody", uuid4()).claims))):
        _settle(db, claims)
        assert one(db, "select private.acting_person()") is None
        assert one(db, "select private.readable_workspaces()") == []
        assert one(db, "select private.writable_workspaces('member')") == []


# -------------------------------------------------------------------- reading


def test_a_member_reads_own_workspaces_and_the_platforms(db: Connection, cast: Cast) -> None:
    second = make_workspace(db)
    make_member(db, second, "editor", cast.user("member"))
    make_workspace(db)
    assert _scope(db, "readable_workspaces()", cast["member"]) == {cast.workspace, second, PLATFORM}


def test_who_belongs_nowhere_reads_the_platforms_alone(db: Connection, cast: Cast) -> None:
    assert _scope(db, "readable_workspaces()", cast["outsider"]) == {PLATFORM}


@pytest.mark.parametrize("name", ["inactive", "anonymous", "anon"])
def test_who_does_not_act_reads_nothing(db: Connection, cast: Cast, name: str) -> None:
    for workspace in (None, cast.workspace, PLATFORM):
        assert _scope(db, "readable_workspaces()", cast[name], workspace) == set()


def test_a_named_workspace_is_the_only_one_and_only_where_one_belongs(db: Connection, cast: Cast) -> None:
    second = make_workspace(db)
    make_member(db, second, "member", cast.user("member"))
    assert _scope(db, "readable_workspaces()", cast["member"], second) == {second}
    assert _scope(db, "readable_workspaces()", cast["member"], PLATFORM) == {PLATFORM}
    for workspace in (make_workspace(db), uuid4()):
        assert _scope(db, "readable_workspaces()", cast["member"], workspace) == set()


def test_activity_follows_the_person_in_the_same_transaction(db: Connection, cast: Cast) -> None:
    assert cast.workspace in _scope(db, "readable_workspaces()", cast["editor"])
    db.execute("update public.users set is_active = false where id = %s", (cast.user("editor"),))
    assert _scope(db, "readable_workspaces()", cast["editor"]) == set()
    assert _scope(db, "writable_workspaces('member')", cast["editor"]) == set()
    db.execute("update public.users set is_active = true where id = %s", (cast.user("editor"),))
    assert cast.workspace in _scope(db, "readable_workspaces()", cast["editor"])


def test_a_workspace_that_was_put_away_is_read_and_not_written(db: Connection, cast: Cast) -> None:
    db.execute("update public.workspaces set is_active = false where id = %s", (cast.workspace,))
    assert cast.workspace in _scope(db, "readable_workspaces()", cast["owner"])
    assert cast.workspace in _scope(db, "audited_workspaces()", cast["owner"])
    assert _scope(db, "writable_workspaces('member')", cast["owner"]) == set()


@pytest.mark.parametrize(
    ("name", "audits"),
    [("owner", True), ("admin", True), ("platform_viewer", True), ("editor", False), ("member", False), ("inactive", False)],
)
def test_admins_read_the_log(db: Connection, cast: Cast, name: str, audits: bool) -> None:
    assert _scope(db, "audited_workspaces()", cast[name]) == ({cast.workspace} if audits else set())
    assert _scope(db, "audited_workspaces()", cast[name], cast.workspace) == ({cast.workspace} if audits else set())
    assert _scope(db, "audited_workspaces()", cast[name], make_workspace(db)) == set()


# -------------------------------------------------------------------- writing


@pytest.mark.parametrize("least", ["member", "editor", "admin", "owner"])
@pytest.mark.parametrize(
    "name", ["member", "editor", "admin", "owner", "platform_viewer", "inactive", "anonymous", "outsider", "platform_admin"]
)
def test_a_role_writes_where_it_is_high_enough(db: Connection, cast: Cast, name: str, least: str) -> None:
    ranks = ["member", "editor", "admin", "owner"]
    may = name in ranks and ranks.index(name) >= ranks.index(least)
    for workspace in (None, cast.workspace):
        assert _scope(db, f"writable_workspaces('{least}')", cast[name], workspace) == ({cast.workspace} if may else set())
    assert _scope(db, f"writable_workspaces('{least}')", cast[name], make_workspace(db)) == set()


def test_a_role_that_is_none_writes_nowhere(db: Connection, cast: Cast) -> None:
    for least in ("'guest'", "null", "''"):
        assert _scope(db, f"writable_workspaces({least})", cast["owner"]) == set()


# -------------------------------------------------------------------- openings


def test_an_opened_workspace_is_read_by_that_admin_in_that_session(db: Connection, cast: Cast) -> None:
    admin = cast["platform_admin"].claiming(session_id=SESSION)
    assert _scope(db, "readable_workspaces()", admin) == {PLATFORM}
    _open(db, cast.workspace, cast.user("platform_admin"))
    assert _scope(db, "readable_workspaces()", admin) == {PLATFORM, cast.workspace}
    assert _scope(db, "readable_workspaces()", admin, cast.workspace) == {cast.workspace}
    assert _scope(db, "readable_workspaces()", admin, make_workspace(db)) == set()
    assert _scope(db, "writable_workspaces('member')", admin) == set()
    assert _scope(db, "audited_workspaces()", admin) == set()


@pytest.mark.parametrize(
    "claims", [{"aal": "aal1"}, {"aal": None}, {"session_id": str(uuid4())}, {"session_id": None}, {"is_anonymous": True}]
)
def test_an_opening_holds_for_no_other_token(db: Connection, cast: Cast, claims: dict[str, Any]) -> None:
    _open(db, cast.workspace, cast.user("platform_admin"))
    admin = cast["platform_admin"].claiming(session_id=SESSION)
    assert cast.workspace in _scope(db, "readable_workspaces()", admin)
    assert cast.workspace not in _scope(db, "readable_workspaces()", admin.claiming(**claims))


@pytest.mark.parametrize(
    "values",
    [{"closed_at": "2026-01-01"}, {"opened_at": "2026-01-01 00:00+00", "expires_at": "2026-01-01 01:00+00"}],
    ids=["closed", "over"],
)
def test_an_opening_ends(db: Connection, cast: Cast, values: dict[str, str]) -> None:
    admin = cast["platform_admin"].claiming(session_id=SESSION)
    _open(db, cast.workspace, cast.user("platform_admin"), **values)
    assert _scope(db, "readable_workspaces()", admin) == {PLATFORM}


@pytest.mark.parametrize("change", ["role = 'user'", "is_active = false"])
def test_an_opening_ends_with_the_right_to_open(db: Connection, cast: Cast, change: str) -> None:
    admin = cast["platform_admin"].claiming(session_id=SESSION)
    _open(db, cast.workspace, cast.user("platform_admin"))
    db.execute(f"update public.users set {change} where id = %s".encode(), (cast.user("platform_admin"),))
    assert cast.workspace not in _scope(db, "readable_workspaces()", admin)
    assert one(db, "select private.opened_workspaces(%s::jsonb)", json.dumps(dict(admin.claims))) == []


# -------------------------------------------------------------------- as a client


def test_a_client_reaches_no_helper_by_name_and_its_policies_do(db: Connection, cast: Cast) -> None:
    with acting(db, cast["member"]):
        assert one(db, "select count(*) from public.workspace_members") > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
            db.execute("select private.readable_workspaces()")


def test_activity_can_be_given_for_an_import_and_cannot_disagree(db: Connection) -> None:
    gone = make_user(db, is_active=False)
    workspace = make_workspace(db)
    row = {"workspace_id": workspace, "user_id": gone}
    with pytest.raises(psycopg.errors.ForeignKeyViolation), db.transaction():
        insert(db, "workspace_members", row)
    assert insert(db, "workspace_members", row | {"user_is_active": False})["user_is_active"] is False
    with pytest.raises(psycopg.errors.ForeignKeyViolation), db.transaction():
        db.execute("update public.workspace_members set user_is_active = true where user_id = %s", (gone,))
