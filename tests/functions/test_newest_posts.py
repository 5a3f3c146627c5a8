"""public.newest_posts: the newest of all of one's workspaces, page by page, the same as a policy and a sort would give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from scripts.target import Connection
from tests.support.actors import Cast, acting, make_cast
from tests.support.content import make_post
from tests.support.people import make_member, make_workspace
from tests.support.rows import one

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def cast(db: Connection) -> Cast:
    """The usual cast; the member belongs to a second workspace too, and some posts have the same time."""
    cast = make_cast(db)
    second, foreign = make_workspace(db), make_workspace(db)
    make_member(db, second, "editor", cast.user("member"))
    for number in range(12):
        for workspace in (cast.workspace, second, foreign):
            make_post(db, workspace, content=str(number), created_at=FIRST + timedelta(hours=number // 3))
    return cast


def _page(db: Connection, size: int | None, before: datetime | None = None, before_id: UUID | None = None) -> list[tuple[datetime, UUID]]:
    rows = db.execute("select created_at, id from public.newest_posts(%s, %s, %s)", (size, before, before_id)).fetchall()
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("size", [1, 5, 24, 200])
def test_pages_are_together_what_the_policy_shows_in_order(db: Connection, cast: Cast, size: int) -> None:
    with acting(db, cast["member"]):
        shown = db.execute("select created_at, id from public.content_posts order by created_at desc, id desc").fetchall()
        found = _page(db, size)
        while len(found) < len(shown):
            more = _page(db, size, *found[-1])
            assert 0 < len(more) <= size
            found += more
        assert found == shown
        assert len(found) == 24
        assert _page(db, size, *found[-1]) == []


def test_a_named_workspace_is_the_only_one(db: Connection, cast: Cast) -> None:
    with acting(db, cast["member"], cast.workspace):
        assert {row[0] for row in db.execute("select workspace_id from public.newest_posts()")} == {cast.workspace}


def test_who_reads_nothing_gets_nothing(db: Connection, cast: Cast) -> None:
    for name in ("outsider", "inactive", "anonymous", "platform_admin"):
        with acting(db, cast[name]):
            assert _page(db, 50) == [], name


def test_a_size_that_is_none_becomes_one_that_is(db: Connection, cast: Cast) -> None:
    with acting(db, cast["member"]):
        assert (len(_page(db, None)), len(_page(db, 0)), len(_page(db, -3)), len(_page(db, 100_000))) == (24, 1, 1, 24)
    with acting(db, cast["owner"]):
        assert one(db, "select count(*) from public.newest_posts()") == 12
