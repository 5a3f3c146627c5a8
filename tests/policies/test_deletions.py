"""What a deletion takes along by cascade: nobody deletes in that way what could not be deleted by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from scripts.target import Connection
from tests.support.actors import Cast, acting, make_cast
from tests.support.content import attach, make_asset, make_form, make_post, make_publication
from tests.support.registry import MAKERS
from tests.support.rows import insert, one
from tests.support.work import make_workflow


@pytest.fixture
def cast(db: Connection) -> Cast:
    return make_cast(db)


def _deleted(db: Connection, cast: Cast, name: str, table: str, key: UUID) -> bool:
    """Tell whether the actor can delete a row; what was done is undone."""
    with db.transaction(force_rollback=True), acting(db, cast[name]):
        db.execute(f"delete from public.{table} where id = %s".encode(), (key,))
        db.execute("reset role")
        return bool(one(db, f"select count(*) = 0 from public.{table} where id = %s", key))


def _draft(db: Connection, cast: Cast, **values: Any) -> UUID:
    return make_post(db, cast.workspace, user_id=cast.user("author"), **values)


def test_an_own_draft_goes_with_its_own_forms_and_attachments(db: Connection, cast: Cast) -> None:
    post = _draft(db, cast)
    make_form(db, cast.workspace, post, user_id=cast.user("author"))
    attach(db, cast.workspace, post, make_asset(db, cast.workspace))
    assert _deleted(db, cast, "author", "content_posts", post)
    assert not _deleted(db, cast, "member", "content_posts", post)


@pytest.mark.parametrize("hanging", ["a form of another", "a form of nobody", "a form with a time", "a publication"])
def test_a_draft_on_which_something_else_hangs_takes_an_admin(db: Connection, cast: Cast, hanging: str) -> None:
    post = _draft(db, cast)
    if hanging == "a publication":
        make_publication(db, cast.workspace, post)
    else:
        forms: dict[str, dict[str, Any]] = {
            "a form of another": {"user_id": cast.user("editor")},
            "a form of nobody": {"user_id": None},
            "a form with a time": {"user_id": cast.user("author"), "status": "scheduled", "scheduled_for": "2100-01-01"},
        }
        make_form(db, cast.workspace, post, **forms[hanging])
    assert not _deleted(db, cast, "author", "content_posts", post)
    assert _deleted(db, cast, "admin", "content_posts", post)


@pytest.mark.parametrize("post", [{}, {"user_id": None}, {"user_id": "editor"}, {"user_id": "author", "status": "failed"}])
def test_an_own_asset_that_a_post_of_others_shows_takes_an_admin(db: Connection, cast: Cast, post: dict[str, Any]) -> None:
    asset = make_asset(db, cast.workspace, user_id=cast.user("author"))
    attach(db, cast.workspace, _draft(db, cast), asset)
    assert _deleted(db, cast, "author", "media_assets", asset)
    values = {name: cast.user(value) if value in cast.actors else value for name, value in post.items()}
    attach(db, cast.workspace, make_post(db, cast.workspace, **values), asset)
    assert not _deleted(db, cast, "author", "media_assets", asset)
    assert _deleted(db, cast, "admin", "media_assets", asset)


@pytest.mark.parametrize("status", ["approved", "rejected"])
def test_a_run_whose_approval_is_decided_stays(db: Connection, cast: Cast, status: str) -> None:
    run = make_workflow(db, cast.workspace)
    approval = MAKERS["workflow_approvals"](db, cast.workspace) | {"workflow_id": run}
    key = insert(db, "workflow_approvals", approval)["id"]
    for name in ("editor", "owner"):
        assert _deleted(db, cast, name, "workflow_executions", run)
    db.execute("update public.workflow_approvals set status = %s, approved_at = now() where id = %s", (status, key))
    for name in ("editor", "owner"):
        assert not _deleted(db, cast, name, "workflow_executions", run)
    assert _deleted(db, cast, "service_role", "workflow_executions", run)


def test_a_run_goes_though_another_run_of_the_workspace_is_decided(db: Connection, cast: Cast) -> None:
    decided, run = make_workflow(db, cast.workspace), make_workflow(db, cast.workspace)
    approval = MAKERS["workflow_approvals"](db, cast.workspace) | {
        "workflow_id": decided,
        "status": "approved",
        "approved_at": "2026-01-01",
    }
    insert(db, "workflow_approvals", approval)
    assert _deleted(db, cast, "editor", "workflow_executions", run)
    assert not _deleted(db, cast, "editor", "workflow_executions", decided)
