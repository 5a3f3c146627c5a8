"""Nothing of the lineage goes uncompared, the check shares no code with the import, and nothing of it stays on the captured tables."""

from __future__ import annotations

import re
from dataclasses import replace

import psycopg
import pytest

from scripts.settings import ROOT
from scripts.target import Connection
from tests.consolidation.reconciling import columns_of_views, uncompared
from tests.consolidation.small import add, create_legacy, take, uid
from tests.consolidation.test_lineage import Line, read_lineage

FILES = sorted(path for name in ("1610_*", "1615_*", "16*_expected_*") for path in (ROOT / "migrations").glob(f"{name}.sql"))

#: What the check reads that the import wrote: books, which it compares, and what people said.
BOOKS = {
    "ledger", "ledger_targets", "rejects", "kept", "conflicts", "decisions", "value_map", "auth_addresses", "runs", "steps", "progress",
    "captures", "legacy_columns",
}  # fmt: skip


def test_every_line_of_the_lineage_is_compared_or_says_why_not(db: Connection) -> None:
    assert uncompared(db, read_lineage()) == []


@pytest.mark.parametrize(
    "line",
    [
        Line("A", "users", "full_name", "public.users", "nickname", "copy"),
        Line("A", "users", "shoe_size", "public.users", "full_name", "copy"),
        Line("B", "worker_tasks", "task_type", "public.worker_results", "worker_type", "copy"),
        Line("A", "content_posts", "title", "public.no_such_table", "title", "copy"),
        Line("A", "content_posts", "title", "consolidation.kept", "value", "kept"),
        Line("A", "users", "email", "secrets.social_account_tokens", "access_token", "secret"),
    ],
    ids=str,
)
def test_a_new_line_without_an_expectation_is_found(db: Connection, line: Line) -> None:
    assert uncompared(db, [*read_lineage(), line]) == [str(line)]


def test_a_view_that_loses_a_column_is_found(db: Connection) -> None:
    lines = [line for line in read_lineage() if line.hybrid_table == "public.worker_results"]
    assert uncompared(db, lines) == []
    db.execute("delete from consolidation.expectations where view_name = 'expected_b_worker_results'")
    assert uncompared(db, lines) == [str(line) for line in lines]


def test_a_line_that_a_reason_excuses_is_not_missed(db: Connection) -> None:
    line = replace(read_lineage()[0], hybrid_column="no_such_column")
    assert uncompared(db, [line]) == [str(line)]
    db.execute("insert into consolidation.not_compared values (%s, %s, 'a test')", (line.hybrid_table, line.hybrid_column))
    assert uncompared(db, [line]) == []


def test_every_column_of_the_hybrid_that_is_excused_exists_and_has_a_reason(db: Connection) -> None:
    rows = db.execute(
        "select hybrid_table, hybrid_column from consolidation.not_compared as known where length(reason) < 20 or not exists ("
        " select from pg_attribute where attrelid = to_regclass(known.hybrid_table) and attname = known.hybrid_column and attnum > 0)"
    ).fetchall()
    assert rows == []


def test_every_expectation_can_be_compared(db: Connection) -> None:
    views = columns_of_views(db)
    for view, hybrid, key in db.execute("select view_name, hybrid_table, key_column from consolidation.expectations").fetchall():
        assert views[view] >= {"legacy_key", "outcome", "hybrid_id"}
        compared = db.execute(
            "select column_name, is_mapped from consolidation.columns_compared(%s, %s, %s)", (view, hybrid, key)
        ).fetchall()
        # a column of the view that the hybrid does not have would be left out without a word
        assert views[view] - {"legacy_key", "outcome", "hybrid_id"} == {column for column, is_mapped in compared if is_mapped}, view


def test_a_column_without_an_expectation_or_of_another_type_stops_the_check(db: Connection) -> None:
    arguments = ("expected_b_worker_results", "public.worker_results", "id")
    db.execute("alter table public.worker_results add column planted timestamptz not null default now()")
    with pytest.raises(psycopg.Error, match=r"worker_results\.planted") as caught, db.transaction():
        db.execute("select * from consolidation.columns_compared(%s, %s, %s)", arguments)
    assert caught.value.sqlstate == "HS152"
    db.execute("alter table public.worker_results drop column planted")
    db.execute("alter table public.worker_results alter column tokens_used type bigint")
    with pytest.raises(psycopg.Error, match=r"worker_results\.tokens_used"), db.transaction():
        db.execute("select * from consolidation.columns_compared(%s, %s, %s)", arguments)


def test_the_check_calls_nothing_of_the_import() -> None:
    text = "".join(re.sub("(?m)^ *--.*$", "", path.read_text()) for path in FILES)
    made = set(re.findall(r"(?m)^create (?:function|view|table) consolidation\.(\w+)", text))
    called = set(re.findall(r"consolidation\.(\w+)", text))
    of_readers = {name for name in called if re.match("read_[ab]_|became_[ab]_", name)}
    # names that a format ends, the lock that keeps both apart, what a hint says, and masking
    of_formats = {"read_", "became_", "import_next", "capture", "shown"}
    assert called - made - of_readers - of_formats == BOOKS & called
    assert "source_a" not in text
    assert "source_b" not in text


def test_nothing_hangs_on_captured_tables_outside_of_a_check(db: Connection) -> None:
    create_legacy(db, "a", "old_a")
    add(db, "old_a", "users", {"id": uid(1), "email": "a@x.org"})
    take(db, "a", "old_a")
    db.execute("select consolidation.read_legacy()")
    assert db.execute("select email from consolidation.read_a_users").fetchall() == [("a@x.org",)]
    db.execute("select consolidation.forget_legacy()")
    assert db.execute("select email from consolidation.read_a_users").fetchall() == []
    db.execute("drop schema legacy_a cascade")
    assert db.execute("select email from consolidation.read_a_users").fetchall() == []


def test_the_computed_keys_are_those_of_the_schema(db: Connection) -> None:
    names = [f"legacy_a.things:{number}:é" for number in range(300)]
    rows = db.execute(
        "select count(distinct private.computed_id(name)) from unnest(%s::text[]) as name"
        " where private.computed_id(name) = consolidation.expected_id(name)",
        (names,),
    ).fetchall()
    assert rows == [(300,)]
