"""The stage of the attacks: made once for a module, since it has a row in every table of two workspaces; each test is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.target import Connection
from tests.support.scenes import Scene, make_scene


@pytest.fixture(scope="module")
def _stage(shared_connection: Connection) -> Iterator[Scene]:
    with shared_connection.transaction(force_rollback=True):
        yield make_scene(shared_connection)


@pytest.fixture
def scene(_stage: Scene) -> Iterator[Scene]:
    """Two workspaces, their people and rows, in a transaction that is undone after the test; not beside `db`, which is the same one."""
    with _stage.db.transaction(force_rollback=True):
        yield _stage
