"""Changes of what hangs on an own draft: the draft is one's own, and what others put on it is not."""

from __future__ import annotations

from uuid import UUID

import pytest

from scripts.target import Connection
from tests.support.actors import Cast, acting, make_cast
from tests.support.content import attach, make_asset, make_form, make_post


@pytest.fixture
def cast(db: Connection) -> Cast:
    return make_cast(db)


def _changed(db: Connection, cast: Cast, name: str, statement: str, *values: UUID) -> int:
    """Return how many rows an actor changes, without asking for them back: no policy for reading stands in the way."""
    with db.transaction(force_rollback=True), acting(db, cast[name]):
        return db.execute(statement.encode(), values).rowcount


def test_a_form_that_a_colleague_made_of_an_own_draft_is_the_colleagues(db: Connection, cast: Cast) -> None:
    post = make_post(db, cast.workspace, user_id=cast.user("author"))
    own = make_form(db, cast.workspace, post, user_id=cast.user("author"))
    other = make_form(db, cast.workspace, post, user_id=cast.user("editor"))
    change = "update public.social_media_posts set content = 'changed' where id = %s"
    assert _changed(db, cast, "author", change, own) == 1
    assert _changed(db, cast, "author", change, other) == 0
    assert _changed(db, cast, "editor", change, other) == 1


def test_a_viewer_changes_no_attachment_of_an_own_draft_and_is_told_nothing(db: Connection, cast: Cast) -> None:
    """Wrote it before the role was taken. An error would say that something is there."""
    for name, expected in (("author", 1), ("platform_viewer", 0)):
        post = make_post(db, cast.workspace, user_id=cast.user(name))
        attach(db, cast.workspace, post, make_asset(db, cast.workspace))
        assert _changed(db, cast, name, "update public.content_media set alt_text = 'changed' where true") == expected, name
