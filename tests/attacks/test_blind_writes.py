"""Writes that read nothing: no condition and nothing returned. The policy for reading is not asked then, only that of the command."""

from __future__ import annotations

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support.actors import Actor
from tests.support.rights import granted_tables
from tests.support.rows import one
from tests.support.scenes import Scene


def _updates(scene: Scene) -> dict[str, sql.Composed]:
    """Return by table an update of all rows that sets the last column that is granted to what the row of home has in it."""
    made = {}
    for table, columns in scene.updatable.items():
        value = scene.row(table, scene.home)[columns[-1]]
        made[table] = sql.SQL("update public.{} set {} = {}").format(
            sql.Identifier(table), sql.Identifier(columns[-1]), sql.Literal(Jsonb(value) if isinstance(value, dict) else value)
        )
    return made


def _deletes(scene: Scene) -> dict[str, sql.Composed]:
    # not workspaces: the accountable owner deletes those, and all that is in them
    tables = set(granted_tables(scene.db, "DELETE")) - {"workspaces"}
    return {table: sql.SQL("delete from public.{}").format(sql.Identifier(table)) for table in tables}


def _reached(scene: Scene, actor: Actor, *, named: bool) -> dict[tuple[str, str], int]:
    """Return how many rows somebody changes and deletes, naming home or not, by command and table, without those where that is none."""
    workspace = scene.home.workspace if named else None
    counts = {("update", table): scene.tried(actor, way, workspace=workspace).count for table, way in _updates(scene).items()}
    counts |= {("delete", table): scene.tried(actor, way, workspace=workspace).count for table, way in _deletes(scene).items()}
    return {place: count for place, count in counts.items() if count}


def _of_home(scene: Scene) -> dict[tuple[str, str], int]:
    """Return how many rows of home there are to be changed and deleted; of people one, the own."""
    found = {}
    for command, tables in (("update", _updates(scene)), ("delete", _deletes(scene))):
        for table in tables:
            column = scene.tenant_tables.get(table)
            query = f"select count(*) from public.{table} where {column} = %s"
            found[command, table] = one(scene.db, query, scene.home.workspace) if column else 1
    return found


@pytest.mark.parametrize("named", [False, True])
def test_owner_writes_blindly_in_the_own_workspace_and_nowhere_else(scene: Scene, named: bool) -> None:
    """`delete from campaigns` by an owner is the end of all campaigns of the workspace, and of no other."""
    assert _reached(scene, scene.home["owner"], named=named) == _of_home(scene)
    assert len(_of_home(scene)) == len(scene.updatable) + len(_deletes(scene))


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("name", ["inactive", "anonymous", "platform_viewer"])
def test_admin_who_may_not_write_writes_nothing_blindly(scene: Scene, name: str, named: bool) -> None:
    """Each is an admin of the workspace, and stopped by one thing only."""
    assert _reached(scene, scene.home[name], named=named) == {}


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("claims", [{"exp": 1}, {"sub": None}, {"is_anonymous": True}])
def test_token_that_counts_for_nothing_writes_nothing_blindly(scene: Scene, claims: dict[str, object], named: bool) -> None:
    assert _reached(scene, scene.home["owner"].claiming(**claims), named=named) == {}


@pytest.mark.parametrize("named", [False, True])
def test_outsider_writes_blindly_only_the_own_profile(scene: Scene, named: bool) -> None:
    assert _reached(scene, scene.home["outsider"], named=named) == {("update", "users"): 1}
    assert _reached(scene, scene.home["platform_admin"], named=named) == {("update", "users"): 1}


@pytest.mark.parametrize("named", [False, True])
def test_a_policy_of_writing_that_leans_on_that_of_reading_is_found(scene: Scene, named: bool) -> None:
    """Planted: whoever sees a row may change it, and who asks for nothing sees everything."""
    scene.db.execute("alter policy campaigns_update_editors_or_own_draft on public.campaigns using (true) with check (true)")
    reached = _reached(scene, scene.home["owner"], named=named)
    assert reached["update", "campaigns"] > _of_home(scene)["update", "campaigns"]
