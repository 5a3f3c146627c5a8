"""Every constraint in the catalogue is violated here, each beside a twin row that is accepted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from scripts.target import Connection
from tests.support.catalogue import Constraint, constraints
from tests.support.people import make_member, make_workspace
from tests.support.registry import BREAKERS, MAKERS
from tests.support.rows import insert


def _short(table: str) -> str:
    return table.removeprefix("public.")


def _valid(db: Connection, table: str, workspace: Any) -> dict[str, Any]:
    return MAKERS[_short(table)](db, workspace)


def _of_kind(db: Connection, *kinds: str) -> list[Constraint]:
    return [one for one in constraints(db) if one.kind in kinds and one.table.startswith(("public.", "secrets."))]


def test_every_table_has_a_maker_and_every_check_a_breaker(db: Connection) -> None:
    found = [one for one in constraints(db) if one.table.startswith(("public.", "secrets."))]
    assert {_short(one.table) for one in found} == set(MAKERS)
    assert {one.name for one in found if one.kind == "c"} == set(BREAKERS)


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_a_valid_row_is_accepted(db: Connection, table: str) -> None:
    row = insert(db, table, MAKERS[table](db, make_workspace(db)))
    db.execute("set constraints all immediate") if table != "workspaces" else None
    assert row


@pytest.mark.parametrize("name", sorted(BREAKERS))
def test_each_check_refuses_what_breaks_it(db: Connection, name: str) -> None:
    rule = next(one for one in constraints(db) if one.name == name)
    values = _valid(db, rule.table, make_workspace(db)) | BREAKERS[name]
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        insert(db, _short(rule.table), values)
    assert caught.value.diag.constraint_name == name


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_each_not_null_column_refuses_null(db: Connection, table: str) -> None:
    schema, _, name = table.rpartition(".")
    columns = [
        row[0]
        for row in db.execute(
            "select attname from pg_attribute where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass"
            " and attnum > 0 and attnotnull and attgenerated = '' and not attisdropped",
            (schema or "public", name),
        )
    ]
    assert columns
    values = MAKERS[table](db, make_workspace(db))
    for column in columns:
        with pytest.raises(psycopg.errors.NotNullViolation) as caught, db.transaction():
            insert(db, table, values | {column: None})
        assert caught.value.diag.column_name == column


def test_each_unique_rule_refuses_a_second_row(db: Connection) -> None:
    """Insert one row twice but for every other unique rule's columns; several rules may stand for the same columns."""
    rules = _of_kind(db, "p", "u")
    for rule in rules:
        table = _short(rule.table)
        workspace = make_workspace(db)
        first = insert(db, table, _valid(db, rule.table, workspace))
        again = _valid(db, rule.table, workspace) | {
            column: first[column] for column in rule.columns if column in _writable(db, rule.table)
        }
        with pytest.raises(psycopg.errors.UniqueViolation) as caught, db.transaction():
            insert(db, table, again)
            db.execute("set constraints all immediate")
        name = _name_on_the_parent(db, caught.value.diag)
        hit = next(one for one in rules if one.name == name)
        assert set(hit.columns) <= set(rule.columns), f"{rule.name}: {hit.name} was hit instead"


def _name_on_the_parent(db: Connection, hit: psycopg.errors.Diagnostic) -> str | None:
    """Return a unique rule's name; a partition has the rule of its parent under a name of its own."""
    found = db.execute(
        "select parent.relname from pg_class as part join pg_inherits on inhrelid = part.oid"
        " join pg_class as parent on parent.oid = inhparent"
        " where part.relname = %s and part.relnamespace = to_regnamespace(%s)",
        (hit.constraint_name, hit.schema_name),
    ).fetchone()
    return str(found[0]) if found else hit.constraint_name


def test_each_foreign_key_refuses_what_does_not_exist_and_what_is_another_workspaces(db: Connection) -> None:
    for rule in _of_kind(db, "f"):
        table = _short(rule.table)
        workspace = make_workspace(db)
        if table == "workspaces":  # its twin is made by make_workspace
            continue
        values = _valid(db, rule.table, workspace)
        insert(db, table, values)
        wrong = _valid(db, rule.table, workspace)
        if len(rule.columns) == 1:
            wrong[rule.columns[0]] = uuid4()
        else:
            other = insert(db, _short(rule.parent), _valid(db, rule.parent, make_workspace(db)))
            pairs = dict(zip(rule.columns, rule.parent_columns, strict=True))
            wrong |= {here: other[there] for here, there in pairs.items() if here != "workspace_id"}
        with pytest.raises((psycopg.errors.ForeignKeyViolation, psycopg.errors.CheckViolation)) as caught, db.transaction():
            insert(db, table, wrong)
            db.execute("set constraints all immediate")
        if isinstance(caught.value, psycopg.errors.ForeignKeyViolation):
            assert caught.value.diag.constraint_name == rule.name
        else:  # a reference to what may be shared says in a check which workspaces it may name
            assert "shared" in str(caught.value.diag.constraint_name), f"{rule.name} was never tried"


def _writable(db: Connection, table: str) -> set[str]:
    rows = db.execute("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attgenerated = ''", (table,))
    return {row[0] for row in rows}


def test_a_workspace_must_name_an_owner_who_is_a_member(db: Connection) -> None:
    workspace = make_workspace(db)
    admin = make_member(db, workspace, "admin")
    db.execute("set constraints all immediate")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught, db.transaction():
        db.execute("update public.workspaces set owner_id = %s where id = %s", (admin, workspace))
    assert caught.value.diag.constraint_name == "workspaces_owner_is_an_owner_member"


def test_tenant_foreign_keys_carry_the_workspace(db: Connection) -> None:
    """A foreign key between tenant tables without the workspace in it would let a row point into another tenant."""
    free = {"public.users", "public.workspaces", "public.social_platforms"}
    loose = [
        one.name
        for one in _of_kind(db, "f")
        if one.parent not in free and not any(column.endswith("workspace_id") for column in one.columns)
        and one.name != "workspaces_owner_is_an_owner_member"
    ]  # fmt: skip
    assert loose == []


def test_foreign_keys_that_do_not_lead_with_the_workspace_are_the_two_that_are_known(db: Connection) -> None:
    """Decision 6: what a step past one machine would have to deal with."""
    free = {"public.users", "public.workspaces", "public.social_platforms"}
    found = {
        one.name
        for one in _of_kind(db, "f")
        if one.table.startswith("public.") and one.parent not in free and one.columns[0] != "workspace_id"
    }
    assert found - {"workspaces_owner_is_an_owner_member"} == {"video_generations_avatar_exists", "avatar_usage_stats_avatar_exists"}


def test_each_foreign_key_has_an_index(db: Connection) -> None:
    missing = db.execute(
        sql.SQL(
            "select conrelid::regclass, conname from pg_constraint where contype = 'f' and conparentid = 0"
            " and connamespace::regnamespace::text = any(%s) and not exists (select from pg_index where indrelid = conrelid"
            " and indpred is null and (indkey::smallint [])[0:cardinality(conkey) - 1] = conkey)"
        ),
        (["public", "secrets"],),
    ).fetchall()
    assert missing == []
