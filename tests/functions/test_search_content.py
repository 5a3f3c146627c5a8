"""public.search_content: the nearest texts of one workspace, for whoever may read it."""

from __future__ import annotations

import pytest

from scripts.target import Connection
from tests.support.actors import Cast, acting, make_cast
from tests.support.people import PLATFORM, make_workspace, refused
from tests.support.registry import MAKERS
from tests.support.rows import insert
from tests.support.search import vector

SEARCH = "select content, round(distance::numeric, 3)::text from public.search_content(%s, %s::extensions.vector, %s)"


@pytest.fixture
def cast(db: Connection) -> Cast:
    cast = make_cast(db)
    for workspace in (cast.workspace, make_workspace(db)):
        for content, numbers in (("far", (-1, -1, -1)), ("near", (1, 1, 1, -0.1)), ("nearest", (1, 1, 1))):
            row = {"content": content, "embedding": vector(*numbers)}
            insert(db, "content_embeddings", MAKERS["content_embeddings"](db, workspace) | row)
        insert(db, "content_embeddings", MAKERS["content_embeddings"](db, workspace) | {"content": "not made yet", "embedding": None})
    return cast


def test_a_member_finds_the_nearest_first_and_none_of_another_workspace(db: Connection, cast: Cast) -> None:
    for name in ("member", "owner", "platform_viewer"):
        with acting(db, cast[name]):
            found = db.execute(SEARCH, (cast.workspace, vector(1, 1, 1), 10)).fetchall()
        assert found == [("nearest", "0.000"), ("near", "0.002"), ("far", "2.000")], name
    with acting(db, cast["member"]):
        assert len(db.execute(SEARCH, (cast.workspace, vector(1, 1, 1), 2)).fetchall()) == 2


def test_nobody_else_finds_anything_or_reads_the_table(db: Connection, cast: Cast) -> None:
    for name in ("outsider", "inactive", "anonymous", "platform_admin"):
        with acting(db, cast[name]):
            assert db.execute(SEARCH, (cast.workspace, vector(1, 1, 1), 10)).fetchall() == [], name
    with acting(db, cast["member"], PLATFORM):
        assert db.execute(SEARCH, (cast.workspace, vector(1, 1, 1), 10)).fetchall() == []
    with refused(db, "42501"), acting(db, cast["anon"]):
        db.execute(SEARCH, (cast.workspace, vector(1, 1, 1), 10))
    with refused(db, "42501"), acting(db, cast["owner"]):
        db.execute("select id from public.content_embeddings")


@pytest.mark.parametrize(("query", "results"), [("[1,2]", 10), (vector(1), 0), (vector(1), 201), (None, 10), (vector(1), None)])
def test_a_search_that_is_none_is_refused(db: Connection, cast: Cast, query: str | None, results: int | None) -> None:
    with refused(db, "HS081"), acting(db, cast["member"]):
        db.execute(SEARCH, (cast.workspace, query, results))
