"""Somebody who makes more of himself: by the row of his own, by a membership, or by what he writes into his token."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from scripts.matrix import ACTORS
from tests.support.actors import Actor
from tests.support.rights import columns, keys
from tests.support.scenes import Scene, insertion, touch

PERSONS = [name for name in ACTORS if name not in {"anon", "service_role"}]

#: What a person might write into the metadata of the own token, or hope that a stale program still reads from it.
PRETENCES: dict[str, dict[str, Any]] = {
    "an admin by user_metadata": {"user_metadata": {"role": "admin", "is_admin": True, "subscription_tier": "enterprise"}},
    "an admin by app_metadata": {"app_metadata": {"role": "admin", "is_admin": True, "roles": ["admin"], "claims_admin": True}},
    "an admin by a claim of its own": {"is_admin": True, "user_role": "admin", "is_super_admin": True},
    "the service by the claim role": {"role": "service_role"},
    "the owner of the schema by the claim role": {"role": "postgres"},
    "the auth service by the claim role": {"role": "supabase_auth_admin"},
    "more by aal2": {"aal": "aal2", "amr": [{"method": "totp", "timestamp": 0}]},
    "somebody of another address": {"email": "owner@example.org"},
}


def test_person_writes_only_what_is_granted_of_the_own_row(scene: Scene) -> None:
    """The own row is at hand: role, tier, activity, address, or whatever column comes next."""
    for name in PERSONS:
        actor = scene.home[name]
        assert actor.user is not None
        for column in set(columns(scene.db)["users"]) - set(scene.updatable["users"]):
            assert scene.tried(actor, touch("users", column, actor.user, sql.SQL("default"))).code == "42501", (name, column)
    assert set(scene.updatable["users"]) == {"full_name", "avatar_url", "onboarding_completed", "preferences"}


def test_person_changes_the_own_profile_and_the_service_the_rest(scene: Scene) -> None:
    """The twins."""
    member, service = scene.home["member"], scene.home["service_role"]
    assert member.user is not None
    for column in scene.updatable["users"]:
        assert scene.tried(member, touch("users", column, member.user)).count == 1, column
    for column, value in {"role": "admin", "subscription_tier": "enterprise", "is_active": "false", "email": "other@example.org"}.items():
        assert scene.tried(service, touch("users", column, member.user, sql.Literal(value))).count == 1, column


@pytest.mark.parametrize("name", PERSONS)
def test_person_adds_no_row_of_people(scene: Scene, name: str) -> None:
    """A second self that is an admin, or an upsert over the first one."""
    actor = scene.home[name]
    for key in (uuid4(), actor.user):
        new = {"id": key, "email": f"{uuid4()}@example.org", "role": "admin"}
        for rest in ("", "on conflict (id) do update set role = excluded.role", "on conflict do nothing"):
            assert scene.tried(actor, insertion("users", new, rest)).code == "42501", rest
            assert scene.tried(scene.home["service_role"], insertion("users", new | {"id": uuid4()}, rest)).count == 1, rest


@pytest.mark.parametrize("name", [*PERSONS, "anon"])
def test_nobody_writes_memberships_by_hand(scene: Scene, name: str) -> None:
    """A member makes himself owner, an outsider makes himself a member, an admin removes the owner."""
    actor, there = scene.home[name], scene.home.workspace
    membership = scene.id("workspace_members", scene.home)
    newcomer = scene.home.user("outsider")
    ways = [
        insertion("workspace_members", {"workspace_id": there, "user_id": newcomer, "role": "owner"}),
        insertion("workspace_members", {"workspace_id": there, "user_id": newcomer}, "on conflict do nothing"),
        insertion(
            "workspace_members",
            {"workspace_id": there, "user_id": scene.home.user("author"), "role": "owner"},
            "on conflict (workspace_id, user_id) do update set role = excluded.role",
        ),
        *(touch("workspace_members", column, membership) for column in columns(scene.db)["workspace_members"] if column != "updated_at"),
        touch("workspace_members", "role", membership, sql.Literal("owner")),
        sql.SQL("delete from public.workspace_members where id = {}").format(sql.Literal(membership)),
    ]
    for way in ways:
        assert scene.tried(actor, way).code == "42501", way.as_string()
        assert scene.tried(scene.home["service_role"], way).count == 1, way.as_string()


@pytest.mark.parametrize("name", [*PERSONS, "anon"])
def test_nobody_makes_a_workspace_or_names_its_owner_by_hand(scene: Scene, name: str) -> None:
    """A workspace whose owner somebody else is said to be, or an own one made of that of others."""
    actor, owner = scene.home[name], scene.home.user("owner")
    ways = [
        insertion("workspaces", {"name": "Mine", "owner_id": owner}),
        touch("workspaces", "owner_id", scene.home.workspace, sql.Literal(scene.both.user)),
        touch("workspaces", "is_active", scene.home.workspace),
    ]
    for way in ways:
        assert scene.tried(actor, way).code == "42501", way.as_string()
        assert scene.tried(scene.home["service_role"], way).count == 1, way.as_string()


@pytest.mark.parametrize("name", PERSONS)
def test_nobody_writes_the_own_limit_of_videos(scene: Scene, name: str) -> None:
    """Videos cost money, and the row with their number is the person's own."""
    limit = scene.id("user_video_limits", scene.home)
    scene.db.execute("update public.user_video_limits set user_id = %s where id = %s", (scene.home[name].user, limit))
    for column in ("monthly_limit", "videos_this_month", "premium_until", "subscription_tier"):
        assert scene.tried(scene.home[name], touch("user_video_limits", column, limit)).code == "42501", column
        assert scene.tried(scene.home["service_role"], touch("user_video_limits", column, limit)).count == 1, column


def _pretending(scene: Scene, actor: Actor, pretence: str) -> Actor:
    spaces = [str(scene.foreign.workspace), str(scene.home.workspace)]
    return actor.claiming(**PRETENCES[pretence], workspace_id=spaces[0], workspace_ids=spaces, workspaces=dict.fromkeys(spaces, "owner"))


@pytest.mark.parametrize("pretence", PRETENCES)
def test_token_that_claims_more_reads_no_more(scene: Scene, pretence: str) -> None:
    """What a person can write into the own metadata, and what other programs read from a token, counts for nothing here."""
    for name in ("outsider", "member", "platform_admin", "inactive", "anonymous", "anon"):
        actor = scene.home[name]
        assert scene.visible(_pretending(scene, actor, pretence)) == scene.visible(actor), name
    assert not _of_strangers(scene, _pretending(scene, scene.home["owner"], pretence))
    assert _of_strangers(scene, scene.foreign["member"])


def _of_strangers(scene: Scene, actor: Actor) -> set[str]:
    """Return the tables of which somebody sees rows of the other workspace."""
    return {table for table, workspace, _ in scene.visible(actor).rows if workspace == scene.foreign.workspace}


@pytest.mark.parametrize("pretence", PRETENCES)
def test_token_that_claims_more_writes_no_more(scene: Scene, pretence: str) -> None:
    """The same for writing: among strangers, and as a member of the own workspace who would be its owner."""
    outsider = _pretending(scene, scene.home["outsider"], pretence)
    for table in scene.insertable:
        new = scene.new(table, scene.foreign, outsider.user)
        assert scene.tried(outsider, insertion(table, new)).code == "42501", table
        if table in scene.updatable:
            change = touch(table, scene.updatable[table][0], scene.id(table, scene.foreign))
            assert scene.tried(outsider, change).count == 0, table
            assert scene.tried(scene.foreign["owner"], change).count == 1, table
    member = _pretending(scene, scene.home["member"], pretence)
    rename = touch("workspaces", "name", scene.home.workspace)
    assert scene.tried(member, rename).count == 0
    assert scene.tried(scene.home["admin"], rename).count == 1


@pytest.mark.parametrize("name", ["member", "owner", "outsider", "inactive", "anonymous", "platform_viewer"])
def test_only_a_platform_admin_with_a_second_factor_changes_people(scene: Scene, name: str) -> None:
    """The function that may do it is called with a token that says whatever helps."""
    victim = scene.foreign.user("member")
    call = "select public.change_user(%s, 'admin', 'enterprise')"
    for pretence in PRETENCES:
        actor = _pretending(scene, scene.home[name], pretence)
        assert scene.tried(actor, call, victim).code in {"HS020", "HS060"}, pretence
        assert scene.tried(actor, call, actor.user).code in {"HS020", "HS060"}, pretence
    admin = scene.home["platform_admin"]
    assert scene.tried(admin, call, victim).code is None
    assert scene.tried(admin.claiming(aal="aal1"), call, victim).code == "HS060"
    assert scene.tried(admin, call, admin.user).code == "HS063"


def test_a_policy_that_believes_the_token_is_found(scene: Scene) -> None:
    """Planted: metadata of the token decides."""
    scene.db.execute(
        "alter policy campaigns_select_members on public.campaigns"
        " using (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'user_metadata' ->> 'role' = 'admin')"
    )
    assert _of_strangers(scene, _pretending(scene, scene.home["outsider"], "an admin by user_metadata")) == {"campaigns"}


def test_every_table_that_clients_write_has_a_key(scene: Scene) -> None:
    """What the attacks by upsert and by id rest on."""
    assert scene.insertable.keys() <= keys(scene.db).keys()
