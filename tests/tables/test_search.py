"""Embeddings: what is derived from them, how they are stored, and that they can be searched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from scripts.target import Connection
from tests.support.people import make_workspace
from tests.support.rows import insert, one
from tests.support.search import DIMENSIONS, MAKERS, vector


def _put(db: Connection, workspace: UUID | None = None, **values: Any) -> dict[str, Any]:
    return insert(db, "content_embeddings", MAKERS["content_embeddings"](db, workspace or make_workspace(db)) | values)


def test_the_half_vector_and_the_bits_are_derived_from_the_vector(db: Connection) -> None:
    row = _put(db, embedding=vector(0.5, -0.25, 0.1))
    assert row["embedding_half"].startswith("[0.5,-0.25,0.099975586,0,")
    assert row["embedding_bits"] == "101" + "0" * (DIMENSIONS - 3)


def test_the_vector_is_kept_in_full_precision(db: Connection) -> None:
    assert _put(db, embedding=vector(0.1))["embedding"].startswith("[0.1,0,")


def test_what_has_no_vector_yet_is_kept(db: Connection) -> None:
    row = _put(db, embedding=None)
    assert (row["embedding"], row["embedding_half"], row["embedding_bits"]) == (None, None, None)


def test_a_new_vector_is_derived_from_anew_and_the_row_is_stamped(db: Connection) -> None:
    row = _put(db, embedding=None, updated_at="2000-01-01")
    changed = db.execute(
        "update public.content_embeddings set embedding = %s where id = %s"
        " returning embedding_half::text, left(embedding_bits::text, 4), updated_at = now()",
        (vector(-1, 1), row["id"]),
    ).fetchone()
    assert changed
    assert changed[0].startswith("[-1,1,0,")
    assert changed[1:] == ("0100", True)


@pytest.mark.parametrize("derived", [{"embedding_half": vector()}, {"embedding_bits": "0" * DIMENSIONS}])
def test_nobody_writes_what_is_derived(db: Connection, derived: dict[str, Any]) -> None:
    with pytest.raises(psycopg.errors.GeneratedAlways), db.transaction():
        _put(db, **derived)


@pytest.mark.parametrize("wrong", ["[1,2,3]", str([0.0] * (DIMENSIONS + 1))])
def test_a_vector_of_other_dimensions_is_refused(db: Connection, wrong: str) -> None:
    with pytest.raises(psycopg.errors.DataException), db.transaction():
        _put(db, embedding=wrong)


def test_numbers_that_no_half_vector_holds_are_refused(db: Connection) -> None:
    assert _put(db, embedding=vector(65504))
    with pytest.raises(psycopg.errors.NumericValueOutOfRange), db.transaction():
        _put(db, embedding=vector(65520))


def test_defaults(db: Connection) -> None:
    row = _put(db)
    assert (row["metadata"], row["created_at"], row["updated_at"]) == ({}, one(db, "select now()"), one(db, "select now()"))


def test_one_thing_may_have_several_texts(db: Connection) -> None:
    row = _put(db)
    again = _put(db, row["workspace_id"], content_id=row["content_id"], content="Its second part")
    assert again["id"] != row["id"]


def test_a_deleted_workspace_takes_its_embeddings_along_and_no_others(db: Connection) -> None:
    row, other = _put(db), _put(db)
    db.execute("delete from public.workspaces where id = %s", (row["workspace_id"],))
    assert db.execute("select id from public.content_embeddings").fetchall() == [(other["id"],)]


def test_bits_lie_in_line_and_vectors_out_of_line(db: Connection) -> None:
    stored = db.execute(
        "select attname::text, attstorage::text from pg_attribute"
        " where attrelid = 'public.content_embeddings'::regclass and attname ~ '^embedding'"
    ).fetchall()
    assert dict(stored) == {"embedding": "e", "embedding_half": "e", "embedding_bits": "p"}
    assert one(db, "select reloptions from pg_class where oid = 'public.content_embeddings'::regclass") == ["toast_tuple_target=512"]


def test_what_a_search_scans_stays_small_beside_a_long_text(db: Connection) -> None:
    workspace = make_workspace(db)
    before = one(db, "select pg_relation_size('public.content_embeddings')")
    db.execute(
        "insert into public.content_embeddings (workspace_id, content_type, content_id, content, embedding)"
        " select %s, 'post', gen_random_uuid(), (select string_agg(md5((n * 100 + part)::text), '') from generate_series(1, 31) as part),"
        " %s from generate_series(1, 200) as n",
        (workspace, vector(1, 2, 3)),
    )
    pages = (one(db, "select pg_relation_size('public.content_embeddings')") - before) / 8192
    assert pages <= 12  # more than 17 rows a page; without the setting there are 6


def test_no_index_is_shared_by_all_workspaces_but_the_key(db: Connection) -> None:
    indexes = db.execute("select indexdef from pg_indexes where schemaname = 'public' and tablename = 'content_embeddings'").fetchall()
    assert {definition.partition(" USING ")[2] for (definition,) in indexes} == {
        "btree (id)",
        "btree (workspace_id, content_type, content_id)",
    }


def test_the_nearest_are_found_by_bits_and_put_in_order_by_the_half_vector(db: Connection) -> None:
    workspace = make_workspace(db)
    near = _put(db, workspace, embedding=vector(1, 1, 1, -0.1))["id"]
    nearest = _put(db, workspace, embedding=vector(1, 1, 1))["id"]
    _put(db, workspace, embedding=vector(-1, -1, -1))
    _put(db, workspace, embedding=None)
    _put(db, embedding=vector(1, 1, 1))  # another workspace's
    db.execute("set local search_path = ''")
    found = db.execute(
        "with nearest as materialized ("
        " select id, embedding_half from public.content_embeddings where workspace_id = %(workspace)s and embedding is not null"
        " order by embedding_bits operator(extensions.<~>) extensions.binary_quantize(%(asked)s::extensions.vector)::bit(1536) limit 2)"
        " select id from nearest order by embedding_half operator(extensions.<=>) %(asked)s::extensions.halfvec",
        {"workspace": workspace, "asked": vector(1, 1, 1)},
    ).fetchall()
    assert found == [(nearest,), (near,)]


def test_rows_are_written_whatever_the_search_path(db: Connection) -> None:
    workspace = make_workspace(db)
    db.execute("set local search_path = ''")
    assert _put(db, workspace)["embedding_bits"].startswith("100")
