"""The twelve actors of the design, made real: their rows, and the role, claims and headers with which a request of theirs arrives."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from scripts.matrix import ACTORS
from scripts.target import Connection
from tests.support.people import make_member, make_user, make_workspace


def make_claims(user: UUID | None, role: str = "authenticated", **changes: Any) -> dict[str, Any]:
    """Return the claims of a token as the auth service makes them, fresh for an hour, with changes; without a user those of an API key."""
    now = int(time.time())
    key = {"iss": "supabase", "ref": "test", "role": role, "iat": now, "exp": now + 3600}
    if user is None:
        return key | changes
    return {
        "iss": "https://test.example.org/auth/v1",
        "aud": "authenticated",
        "sub": str(user),
        "role": role,
        "email": f"{user}@example.org",
        "phone": "",
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": now}],
        "session_id": str(uuid4()),
        "is_anonymous": False,
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {"email_verified": True},
        "iat": now,
        "exp": now + 3600,
    } | changes


@dataclass(frozen=True)
class Actor:
    """Someone who sends requests: a database role, the claims of a token, and the person behind it, if there is one."""

    name: str
    role: str
    user: UUID | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)

    def claiming(self, **changes: Any) -> Actor:
        """Return the same person with other claims in the token."""
        return replace(self, claims={**self.claims, **changes})


def person(name: str, user: UUID, **claims: Any) -> Actor:
    """Return a signed-in person."""
    return Actor(name, "authenticated", user, make_claims(user, **claims))


def key(role: str) -> Actor:
    """Return whoever comes with an API key and no person: anon or service_role."""
    return Actor(role, role, None, make_claims(None, role))


def become(connection: Connection, actor: Actor, workspace: UUID | None = None) -> None:
    """Be somebody from now on, naming a workspace if one is given, to the end of the transaction or of the savepoint that is undone."""
    headers = {"accept": "application/json"} | ({"x-workspace-id": str(workspace)} if workspace else {})
    # without blanks, as PostgREST writes them
    _settle(connection, actor.role, *(json.dumps(each, separators=(",", ":")) for each in (dict(actor.claims), headers)))


def become_owner(connection: Connection) -> None:
    """Be the owner of the schema again."""
    _settle(connection, "none", "", "")


def _settle(connection: Connection, role: str, claims: str, headers: str) -> None:
    connection.execute(
        "select set_config('request.jwt.claims', %s, true), set_config('request.headers', %s, true), set_config('role', %s, true)",
        (claims, headers, role),
    )


@contextmanager
def acting(connection: Connection, actor: Actor, workspace: UUID | None = None) -> Iterator[None]:
    """Act as somebody within the block, naming a workspace if one is given; an error in the block undoes only the block.

    The connection must be in a transaction: role and settings are local to it. After the block it is the owner of the schema again.
    """
    with connection.transaction():
        become(connection, actor, workspace)
        yield
        become_owner(connection)


@dataclass(frozen=True)
class Cast:
    """A workspace and the twelve actors, as they stand to it."""

    workspace: UUID
    actors: Mapping[str, Actor]

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]

    def user(self, name: str) -> UUID:
        """Return the id of the person behind an actor."""
        found = self.actors[name].user
        assert found is not None, f"{name} is no person"
        return found


def make_cast(connection: Connection) -> Cast:
    """Make a workspace with its people, and return all twelve actors.

    Whoever must be stopped by one thing has the rest: the inactive one, the viewer and the anonymous sign-in are admins of the workspace.
    The platform admin and the outsider belong to no workspace at all.
    """
    owner = make_user(connection)
    workspace = make_workspace(connection, owner)
    inactive = make_member(connection, workspace, "admin")
    connection.execute("update public.users set is_active = false where id = %s", (inactive,))
    viewer = make_member(connection, workspace, "admin", make_user(connection, role="viewer"))
    actors = (
        key("anon"),
        person("anonymous", make_member(connection, workspace, "admin"), is_anonymous=True),
        person("inactive", inactive),
        person("outsider", make_user(connection)),
        person("platform_admin", make_user(connection, role="admin"), aal="aal2"),
        person("platform_viewer", viewer),
        person("member", make_member(connection, workspace)),
        person("author", make_member(connection, workspace)),
        person("editor", make_member(connection, workspace, "editor")),
        person("admin", make_member(connection, workspace, "admin")),
        person("owner", owner),
        key("service_role"),
    )
    assert tuple(actor.name for actor in actors) == ACTORS
    return Cast(workspace, {actor.name: actor for actor in actors})
