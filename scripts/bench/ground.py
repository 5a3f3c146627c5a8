"""The ground that figures of row-level security stand on: two databases with the same rows, one with policies and one without.

The second is a copy of the first, file by file, in which row-level security is switched off: the same rows in the same places, indexes,
foreign keys, triggers and grants, so that the policies are all that differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from psycopg import sql

from scripts import shim
from scripts.scratch import build
from scripts.server import SUPERUSER, Server
from scripts.settings import query
from scripts.target import Connection, Target

#: PostgREST signs in as this role and then takes the role of the token, so what is set for it holds for each request.
LOGIN = "authenticator"

_PASSWORD = "of a throw-away server"  # noqa: S105


@dataclass(frozen=True)
class Ground:
    """The keys of what is measured; `people` by the number of their workspaces, all of which have `workspace` among them."""

    workspace: str
    large_workspace: str
    large_person: str
    people: dict[int, str]
    post: str
    template: str


@dataclass(frozen=True)
class Sides:
    """The two databases, as the Data API connects to them."""

    with_policies: Target
    without: Target
    ground: Ground


def fill(connection: Connection, workspaces: int, posts_each: int) -> Ground:
    """Fill an empty schema, as a superuser, and return what to look at."""
    connection.execute(
        "select set_config('bench.workspaces', %s, false), set_config('bench.posts_each', %s, false)", (str(workspaces), str(posts_each))
    )
    connection.execute(query("bench/fill"))
    connection.execute("vacuum analyze")
    return find(connection)


def find(connection: Connection) -> Ground:
    """Return what to look at in a filled database."""
    row = connection.execute(query("bench/ground")).fetchone()
    assert row is not None
    workspace, large_workspace, large_person, people, post, template = row
    return Ground(
        str(workspace), str(large_workspace), str(large_person), {int(count): user for count, user in people.items()},
        str(post), str(template),
    )  # fmt: skip


def make_sides(server: Server, workspaces: int, posts_each: int) -> Sides:
    """Make and fill the two databases."""
    filled = shim.create_database(server, "with_policies")
    build(filled)
    with server.target(filled.database, SUPERUSER).connect() as connection:
        ground = fill(connection, workspaces, posts_each)
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(LOGIN), sql.Literal(_PASSWORD)))
    with server.target(role=SUPERUSER).connect() as connection:
        shim.clone_database(connection, filled.database, "without_policies")
    with server.target("without_policies", SUPERUSER).connect() as connection:
        connection.execute(query("bench/without_policies"))
        connection.execute("vacuum analyze")  # so that neither side has to set hint bits
        connection.execute("checkpoint")
    client = replace(filled, user=LOGIN, password=_PASSWORD)
    return Sides(client, client.with_database("without_policies"), ground)
