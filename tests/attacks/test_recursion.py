"""Recursion: a policy that asks its own table, by whatever detour, fails every request (42P17). None does, for any role and command."""

from __future__ import annotations

from psycopg import sql

from tests.support.catalogue import tables
from tests.support.rights import API_ROLES
from tests.support.scenes import Scene, written

COMMANDS = {
    "select": "select from public.{}",
    "lock": "select from public.{} for update",
    "insert": "insert into public.{} default values returning *",
    "update": "update public.{} set id = id returning *",
    "delete": "delete from public.{} returning *",
    "merge": "merge into public.{} as row using (select 1) as nothing on true when matched then delete",
}


def _recursing(scene: Scene) -> list[tuple[str, str, str]]:
    found = []
    for role in API_ROLES:
        # as an admin of the workspace, so that each helper goes all its way
        actor = scene.home["admin"] if role == "authenticated" else scene.home[role]
        for table in sorted(tables(scene.db)):
            for name, command in COMMANDS.items():
                statement = sql.SQL(command).format(sql.Identifier(table))
                if scene.tried(actor, statement, claims=written(scene.home["admin"].claims)).code == "42P17":
                    found.append((role, name, table))
    return found


def test_no_policy_asks_itself(scene: Scene) -> None:
    assert _recursing(scene) == []


def test_a_policy_that_asks_itself_by_a_detour_is_found(scene: Scene) -> None:
    """Planted: memberships ask workspaces, and workspaces ask memberships."""
    scene.db.execute(
        "alter policy workspace_members_select_co_members on public.workspace_members using (exists (select from public.workspaces as w"
        " where w.id = workspace_members.workspace_id))"
    )
    scene.db.execute(
        "alter policy workspaces_select_members on public.workspaces using (exists (select from public.workspace_members as m"
        " where m.workspace_id = workspaces.id))"
    )
    found = _recursing(scene)
    assert {("authenticated", "select", "workspaces"), ("authenticated", "select", "workspace_members")} <= set(found)
    assert {role for role, *_ in found} == {"authenticated"}
