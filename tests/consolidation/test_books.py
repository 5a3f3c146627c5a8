"""The tables of the schema consolidation: each rule of theirs is broken here, beside a twin row that is accepted."""

from __future__ import annotations

import psycopg
import pytest

from scripts.consolidate.legacy_columns import insert_statement
from scripts.settings import ROOT
from scripts.target import Connection
from tests.support.catalogue import Constraint, constraints, tables
from tests.support.consolidation import BREAKERS, ROWS
from tests.support.rows import insert

#: What may say the same twice: each check fills it anew, and nothing refers to it.
LISTS = {"differences", "expected_addresses", "expected_lists", "expected_posts", "expected_shown"}


def _rules(db: Connection, *kinds: str) -> list[Constraint]:
    return [one for one in constraints(db) if one.table.startswith("consolidation.") and one.kind in kinds]


def _parents(db: Connection, table: str) -> None:
    if table == "captured_functions":
        insert(db, "consolidation.captures", ROWS["captures"])


def test_every_table_has_a_row_and_every_check_a_breaker(db: Connection) -> None:
    assert tables(db, "consolidation") == set(ROWS)
    assert {one.name for one in _rules(db, "c")} == set(BREAKERS)


@pytest.mark.parametrize("table", sorted(ROWS))
def test_a_valid_row_is_accepted_once_and_no_column_that_must_say_something_is_null(db: Connection, table: str) -> None:
    _parents(db, table)
    columns = db.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attnotnull", (f"consolidation.{table}",)
    ).fetchall()
    assert columns
    for (column,) in columns:
        with pytest.raises(psycopg.errors.IntegrityError), db.transaction():
            insert(db, f"consolidation.{table}", ROWS[table] | {column: None})
    insert(db, f"consolidation.{table}", ROWS[table])
    if table in LISTS:
        return
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(db, f"consolidation.{table}", ROWS[table])


@pytest.mark.parametrize("name", sorted(BREAKERS))
def test_each_check_refuses_what_breaks_it(db: Connection, name: str) -> None:
    table = next(one.table for one in _rules(db, "c") if one.name == name)
    _parents(db, table.removeprefix("consolidation."))
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        insert(db, table, ROWS[table.removeprefix("consolidation.")] | BREAKERS[name])
    assert caught.value.diag.constraint_name == name


def test_what_was_changed_goes_with_what_was_captured_and_a_copy_has_its_number(db: Connection) -> None:
    assert [(one.table, one.parent) for one in _rules(db, "f")] == [
        ("consolidation.captured_functions", "consolidation.captures"), ("consolidation.captures", "consolidation.copies"),
    ]  # fmt: skip
    with pytest.raises(psycopg.errors.ForeignKeyViolation), db.transaction():
        insert(db, "consolidation.captured_functions", ROWS["captured_functions"])
    _parents(db, "captured_functions")
    insert(db, "consolidation.captured_functions", ROWS["captured_functions"])
    db.execute("delete from consolidation.captures")
    assert db.execute("select from consolidation.captured_functions").fetchall() == []
    copied = {"legacy_schema": "a", "from_schema": "public", "is_copy": True, "copy_number": 1}
    with pytest.raises(psycopg.errors.ForeignKeyViolation), db.transaction():
        insert(db, "consolidation.captures", copied)
    insert(db, "consolidation.copies", ROWS["copies"])
    insert(db, "consolidation.captures", copied)


def test_two_steps_of_one_name_are_refused(db: Connection) -> None:
    insert(db, "consolidation.steps", ROWS["steps"])
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        insert(db, "consolidation.steps", ROWS["steps"] | {"position": 2})
    assert caught.value.diag.constraint_name == "steps_step_stands_once"


def test_each_part_of_the_ledger_has_a_unique_index_on_its_key(db: Connection) -> None:
    without = db.execute(
        "select inhrelid::regclass from pg_inherits where inhparent = 'consolidation.ledger'::regclass and not exists ("
        " select from pg_index where indrelid = inhrelid and indisunique and pg_get_indexdef(indexrelid) like '%(legacy_key)')"
    ).fetchall()
    assert without == []


def test_the_legacy_columns_of_the_files_are_those_of_the_lists() -> None:
    assert insert_statement(ROOT) in (ROOT / "migrations" / "1405_legacy_columns.sql").read_text()
