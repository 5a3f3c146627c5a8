"""The measures tables: where rows land, what they cost, and what becomes of them with their workspace."""

from __future__ import annotations

from uuid import uuid4

import pytest

from scripts.target import Connection
from tests.support.measures import MAKERS, TIMES, acting_as, put
from tests.support.people import make_workspace
from tests.support.queries import rows, value
from tests.support.rows import Values, insert, one

TABLES = sorted(TIMES)


def _put(db: Connection, table: str, **values: object) -> Values:
    return insert(db, table, MAKERS[table](db, uuid4()) | values)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_without_a_time_is_of_now_and_lands_in_this_month(db: Connection, table: str) -> None:
    row = _put(db, table)
    assert row[TIMES[table]] == one(db, "select now()")
    landed = value(db, "select tableoid::regclass::text from {} where id = %s", f"public.{table}", values=[row["id"]])
    assert landed == f"partitions.{table}_" + one(db, "select to_char(now() at time zone 'UTC', 'YYYY_MM')")


@pytest.mark.parametrize("time", ["-infinity", "1970-01-01", "2100-01-01", "infinity"])
@pytest.mark.parametrize("table", TABLES)
def test_a_time_that_fits_no_month_is_not_refused(db: Connection, table: str, time: str) -> None:
    put(db, table, time=time)
    assert value(db, "select {}::text from {}", TIMES[table], f"partitions.{table}_default").startswith(time)


@pytest.mark.parametrize("table", TABLES)
def test_keys_are_time_ordered(db: Connection, table: str) -> None:
    assert _put(db, table)["id"].version == 7


def test_defaults_of_a_metric(db: Connection) -> None:
    row = insert(db, "platform_analytics", {"workspace_id": uuid4(), "metric_name": "likes", "metric_value": 3})
    assert (row["metric_type"], row["metadata"], row["created_at"]) == ("count", {}, one(db, "select now()"))


def test_defaults_of_an_event(db: Connection) -> None:
    assert insert(db, "analytics_events", {"workspace_id": uuid4(), "event_type": "click"})["event_data"] == {}


def test_defaults_of_an_activity(db: Connection) -> None:
    assert insert(db, "user_activity_logs", {"workspace_id": uuid4(), "action": "login"})["details"] == {}


@pytest.mark.parametrize("kind", ["count", "rate", "duration", "percentage"])
def test_each_type_of_metric_is_accepted(db: Connection, kind: str) -> None:
    assert _put(db, "platform_analytics", metric_type=kind)["metric_type"] == kind


@pytest.mark.parametrize("table", TABLES)
def test_ingest_pays_for_one_index_and_for_no_foreign_key_and_no_trigger(db: Connection, table: str) -> None:
    parts = [part for (part,) in db.execute("select relid::oid from pg_partition_tree(%s)", (f"public.{table}",))]
    assert len(parts) == 6
    columns = db.execute(
        "select indisprimary, array(select attname::text from unnest(indkey::smallint []) with ordinality as part (number, place)"
        " join pg_attribute on attrelid = indrelid and attnum = number order by place) from pg_index where indrelid = any(%s)",
        (parts,),
    ).fetchall()
    assert columns == [(True, ["workspace_id", TIMES[table], "id"])] * 6
    assert one(db, "select count(*) from pg_constraint where contype = 'f' and conrelid = any(%s)", parts) == 0
    assert one(db, "select count(*) from pg_trigger where tgrelid = any(%s)", parts) == 0


def test_deleting_two_workspaces_in_one_statement_deletes_their_measures_and_no_others(db: Connection) -> None:
    first, second, third = (make_workspace(db) for _ in range(3))
    for table in TABLES:
        for workspace in (first, second, third):
            for time in (one(db, "select now()"), "1970-01-01", "infinity"):
                put(db, table, workspace, time=time)
    assert db.execute("delete from public.workspaces where id = any(%s)", ([first, second],)).rowcount == 2
    for table in TABLES:
        assert rows(db, "select workspace_id, count(*) from {} group by 1", f"public.{table}") == [(third, 3)]


def test_deleting_no_workspace_deletes_no_measures(db: Connection) -> None:
    workspace = make_workspace(db)
    for table in TABLES:
        insert(db, table, MAKERS[table](db, workspace))
    assert db.execute("delete from public.workspaces where id = %s", (uuid4(),)).rowcount == 0
    assert [value(db, "select count(*) from {}", f"public.{table}") for table in TABLES] == [1, 1, 1]


def test_who_deletes_a_workspace_needs_no_rights_on_its_measures(db: Connection) -> None:
    workspace = make_workspace(db)
    for table in TABLES:
        insert(db, table, MAKERS[table](db, workspace))
    db.execute("grant select, delete on public.workspaces to authenticated")
    db.execute("create policy workspaces_all_of_this_test on public.workspaces to authenticated using (true)")
    with acting_as(db, "authenticated"):
        deleted = db.execute("delete from public.workspaces where id = %s returning id", (workspace,)).fetchall()
    assert deleted == [(workspace,)]
    assert [value(db, "select count(*) from {}", f"public.{table}") for table in TABLES] == [0, 0, 0]


@pytest.mark.parametrize("table", TABLES)
def test_reading_a_workspace_by_time_touches_one_month_through_the_primary_key(db: Connection, table: str) -> None:
    one(db, "select private.make_month_partitions(0, '2131-03-15')")
    db.execute("set local enable_seqscan = off")
    lines = rows(
        db,
        "explain select from {} where workspace_id = gen_random_uuid() and {} between '2131-03-02' and '2131-03-09'",
        f"public.{table}",
        TIMES[table],
    )
    plan = "\n".join(line for (line,) in lines)
    assert f"{table}_2131_03_pkey" in plan
    assert "default" not in plan
