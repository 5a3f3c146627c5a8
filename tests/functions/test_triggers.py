"""Each trigger that stamps updated_at is fired; the others have tests of their own."""

from __future__ import annotations

import pytest
from psycopg import sql

from scripts.target import Connection
from tests.support.people import make_workspace
from tests.support.registry import MAKERS
from tests.support.rows import insert, one


def _stamped(db: Connection) -> set[str]:
    rows = db.execute(
        "select format('%I.%I', relnamespace::regnamespace, relname) from pg_trigger join pg_class on pg_class.oid = tgrelid"
        " where tgfoid = 'private.set_updated_at()'::regprocedure"
    )
    return {row[0].removeprefix("public.") for row in rows}


def test_every_stamped_table_has_a_row_to_try_it_on(db: Connection) -> None:
    assert _stamped(db) <= set(MAKERS)


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_an_update_stamps_updated_at(db: Connection, table: str) -> None:
    if table not in _stamped(db):
        columns = "select count(*) from information_schema.columns where table_name = %s and column_name = 'updated_at'"
        assert one(db, columns, table.rpartition(".")[2]) == 0
        return
    values = MAKERS[table](db, make_workspace(db)) | {"updated_at": "2000-01-01"}
    row = insert(db, table, values)
    key = next(name for name in ("id", "platform_id", "account_id", "user_id") if name in row)
    schema, _, name = table.rpartition(".")
    statement = sql.SQL("update {} set updated_at = updated_at where {} = %s returning updated_at = now()").format(
        sql.Identifier(schema or "public", name), sql.Identifier(key)
    )
    assert db.execute(statement, (row[key],)).fetchone() == (True,)
