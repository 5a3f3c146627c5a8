"""Months are made ahead, and old ones are dropped."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.catalogue import tables
from tests.support.measures import TIMES, acting_as, put
from tests.support.queries import rows, value
from tests.support.rows import insert, one

#: Far from any month that the migrations make, so that the tests do not depend on the day.
MARCH = "2131-03-15 12:00+00"

#: Times that no month is made for.
STRAYS = ("-infinity", "1970-01-01 00:00+00", "2131-02-28 23:59:59.999999+00", "2131-04-01 00:00+00", "2100-01-01 00:00+00", "infinity")


def _make(db: Connection, months_ahead: int | None = 0, at: str | None = MARCH) -> Any:
    return one(db, "select private.make_month_partitions(%s, %s)", months_ahead, at)


def _drop(db: Connection, at: str | None) -> Any:
    return one(db, "select private.drop_old_partitions(%s)", at)


def _put(db: Connection, table: str, time: str) -> str:
    """Insert a row of a time, and return the name of the partition that it landed in."""
    return str(value(db, "select tableoid::regclass::text from {} where id = %s", f"public.{table}", values=[put(db, table, time=time)]))


def _count(db: Connection, table: str) -> int:
    return int(value(db, "select count(*) from {}", table))


def _partitions(db: Connection, table: str) -> dict[str, str]:
    """Return the partitions of a table with their bounds, written in UTC."""
    db.execute("set local timezone = 'UTC'")
    db.execute("set local datestyle = 'ISO'")
    return dict(
        db.execute(
            "select inhrelid::regclass::text, pg_get_expr(relpartbound, oid) from pg_inherits"
            " join pg_class on oid = inhrelid where inhparent = %s::regclass",
            (f"public.{table}",),
        ).fetchall()
    )


def test_the_list_names_the_partitioned_tables_and_their_columns(db: Connection) -> None:
    listed = db.execute("select relname, time_column from private.measures_tables join pg_class on oid = table_name").fetchall()
    partitioned = db.execute(
        "select relname, attname from pg_partitioned_table join pg_class on pg_class.oid = partrelid"
        " join pg_attribute on attrelid = partrelid and attnum = partattrs[0] where relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert dict(listed) == dict(partitioned) == TIMES


@pytest.mark.parametrize("table", sorted(TIMES))
def test_migrating_makes_this_month_and_three_more(db: Connection, table: str) -> None:
    months = db.execute(
        "select to_char(date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead), 'YYYY_MM')"
        " from generate_series(0, 3) as ahead"
    )
    expected = {f"partitions.{table}_{month}" for (month,) in months} | {f"partitions.{table}_default"}
    assert set(_partitions(db, table)) == expected


@pytest.mark.parametrize("table", sorted(TIMES))
def test_rows_at_both_edges_of_a_month_land_in_it(db: Connection, table: str) -> None:
    _make(db)
    assert _put(db, table, "2131-03-01 00:00+00") == f"partitions.{table}_2131_03"
    assert _put(db, table, "2131-03-31 23:59:59.999999+00") == f"partitions.{table}_2131_03"
    assert {_put(db, table, time) for time in STRAYS} == {f"partitions.{table}_default"}


def test_a_run_says_how_many_it_made_and_a_second_one_makes_none(db: Connection) -> None:
    assert _make(db, 2) == 9
    assert _make(db, 2) == 0
    assert _make(db, 3) == 3


def test_arguments_can_be_named(db: Connection) -> None:
    assert one(db, "select private.make_month_partitions(months_ahead => 0, at => '2131-03-15 12:00+00')") == 3
    assert one(db, "select private.drop_old_partitions(at => '2131-03-15 12:00+00')") == []


def test_a_year_is_crossed(db: Connection) -> None:
    _make(db, 1, "2131-12-31 23:59:59+00")
    assert _partitions(db, "analytics_events").keys() >= {
        "partitions.analytics_events_2131_12",
        "partitions.analytics_events_2132_01",
    }


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "UTC"])
def test_months_begin_at_midnight_utc_whatever_the_time_zone_of_the_session(db: Connection, zone: str) -> None:
    db.execute("select set_config('timezone', %s, true), set_config('datestyle', 'SQL, DMY', true)", (zone,))
    # in Auckland this is April already, in Los Angeles summer time begins in this month
    _make(db, 0, "2131-03-31 20:00+00")
    assert one(db, "select current_setting('timezone')") == zone
    for table in TIMES:
        bounds = _partitions(db, table)[f"partitions.{table}_2131_03"]
        assert bounds == "FOR VALUES FROM ('2131-03-01 00:00:00+00') TO ('2131-04-01 00:00:00+00')"


@pytest.mark.parametrize("table", sorted(TIMES))
def test_rows_of_the_month_move_out_of_the_default_partition_and_none_is_lost(db: Connection, table: str) -> None:
    for time in (*STRAYS, "2131-03-01 00:00+00", MARCH, "2131-03-31 23:59:59.999999+00"):
        assert _put(db, table, time) == f"partitions.{table}_default"
    before = rows(db, "select whole::text from {} as whole order by 1", f"public.{table}")
    _make(db)
    assert rows(db, "select whole::text from {} as whole order by 1", f"public.{table}") == before
    assert _count(db, f"partitions.{table}_2131_03") == 3
    assert _count(db, f"partitions.{table}_default") == len(STRAYS)


def test_rows_move_by_name_where_a_column_was_dropped_and_another_added(db: Connection) -> None:
    db.execute("alter table public.analytics_events drop column user_agent, add column visit text")
    insert(db, "analytics_events", {"workspace_id": uuid4(), "event_type": "click", "visit": "first", "created_at": MARCH})
    _make(db)
    assert one(db, "select visit from partitions.analytics_events_2131_03") == "first"


def test_two_makers_at_once_make_each_month_once(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    with ThreadPoolExecutor(1) as pool, clone_target.connect() as second:
        with clone.transaction():
            assert _make(clone, 1) == 6
            waiting = pool.submit(_make, second, 2)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=10) == 3


def test_while_months_are_made_rows_come_in_and_are_read(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    _make(clone)
    with clone_target.connect() as other, clone.transaction():
        assert _make(clone, 1) == 3
        other.execute("set lock_timeout = '1s'")
        for table, time in TIMES.items():
            put(other, table, time=MARCH)
            query: LiteralString = "select count(*) from {} where {} between '2131-03-01 00:00+00' and '2131-03-30 00:00+00'"
            assert value(other, query, f"public.{table}", time) == 1
        # what remains: the default partition is locked
        with pytest.raises(psycopg.errors.LockNotAvailable):
            put(other, "analytics_events", time="infinity")


def test_a_maker_with_nothing_to_make_locks_no_table(clone: Connection) -> None:
    clone.autocommit = True
    _make(clone)
    with clone.transaction():
        assert _make(clone) == 0
        strong = "select count(*) from pg_locks where pid = pg_backend_pid() and relation is not null and mode <> 'AccessShareLock'"
        assert one(clone, strong) == 0


def test_a_maker_gives_up_rather_than_keep_others_waiting(clone: Connection, clone_target: Target) -> None:
    clone.autocommit = True
    clone.execute("alter function private.make_month_partitions set lock_timeout = '100ms'")
    with clone_target.connect() as other:
        with other.transaction():
            put(other, "analytics_events", time="infinity")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                _make(clone)
        assert not any("2131" in name for name in _partitions(clone, "analytics_events"))
        assert _make(clone) == 3


def test_both_functions_wait_for_locks_no_longer_than_three_seconds(db: Connection) -> None:
    settings = db.execute(
        "select proname, proconfig from pg_proc where pronamespace = 'private'::regnamespace and proname ~ '_partitions$'"
    ).fetchall()
    assert {name for name, _ in settings} == {"make_month_partitions", "drop_old_partitions"}
    assert all("lock_timeout=3s" in settings for _, settings in settings)


@pytest.mark.parametrize(("months_ahead", "at"), [(-1, MARCH), (121, MARCH), (None, MARCH), (0, "infinity"), (0, "-infinity"), (0, None)])
def test_a_maker_refuses_months_that_cannot_be_meant(db: Connection, months_ahead: int | None, at: str | None) -> None:
    with pytest.raises(psycopg.Error) as caught, db.transaction():
        _make(db, months_ahead, at)
    assert caught.value.sqlstate == "HS070"
    assert _make(db) == 3


def test_a_table_in_the_way_is_an_error_and_is_not_taken_for_the_month(db: Connection) -> None:
    db.execute("create table partitions.analytics_events_2131_03 ()")
    with pytest.raises(psycopg.errors.DuplicateTable), db.transaction():
        _make(db)
    db.execute("drop table partitions.analytics_events_2131_03")
    assert _make(db) == 3


@pytest.mark.parametrize("table", sorted(TIMES))
def test_each_partition_is_closed_commented_and_shaped_as_its_parent(db: Connection, table: str) -> None:
    _make(db)
    found = db.execute(
        "select relname, relrowsecurity, relacl, relnamespace::regnamespace::text, obj_description(part.oid, 'pg_class'),"
        " (select count(*) from pg_index where indrelid = part.oid),"
        " (select count(*) from pg_constraint where conrelid = part.oid and contype = 'c')"
        " from pg_class as part where oid in (select inhrelid from pg_inherits where inhparent = %s::regclass)",
        (f"public.{table}",),
    ).fetchall()
    assert len(found) == 6
    checks = one(db, "select count(*) from pg_constraint where conrelid = %s::regclass and contype = 'c'", f"public.{table}")
    for name, secured, rights, schema, comment, indexes, own_checks in found:
        assert secured, name
        assert rights is None, name
        assert schema == "partitions"
        assert re.fullmatch(rf"Partition of public\.{table}: (\d{{4}}-\d\d, UTC|what fits no month)\.", comment), name
        assert (indexes, own_checks) == (1, checks), name


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
@pytest.mark.parametrize("part", ["2131_03", "default"])
def test_an_api_role_cannot_read_a_partition_by_name(db: Connection, role: str, part: str) -> None:
    _make(db)
    for table in TIMES:
        _put(db, table, MARCH if part == "2131_03" else "infinity")
        assert _count(db, f"partitions.{table}_{part}") == 1
        with acting_as(db, role), pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
            _count(db, f"partitions.{table}_{part}")


@pytest.mark.parametrize("part", ["2131_03", "default"])
def test_a_partition_shows_nothing_even_to_a_role_that_was_granted_it(db: Connection, part: str) -> None:
    _make(db)
    for table in TIMES:
        _put(db, table, MARCH if part == "2131_03" else "infinity")
        db.execute("grant usage on schema partitions to authenticated")
        rows(db, "grant select on {} to authenticated", f"partitions.{table}_{part}")
        with acting_as(db, "authenticated"):
            assert _count(db, f"partitions.{table}_{part}") == 0
        assert _count(db, f"partitions.{table}_{part}") == 1


@pytest.mark.parametrize("function", ["make_month_partitions", "drop_old_partitions"])
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_an_api_role_can_neither_make_nor_drop_partitions(db: Connection, role: str, function: str) -> None:
    with acting_as(db, role), pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        rows(db, "select {}()", f"private.{function}")
    assert rows(db, "select {}()", f"private.{function}")


def test_nothing_is_dropped_until_retention_is_set(db: Connection) -> None:
    _make(db)
    assert one(db, "select count(keep_months) from private.measures_tables") == 0
    assert _drop(db, "2999-01-01") == []
    assert one(db, "select cardinality(private.drop_old_partitions())") == 0


def test_only_months_wholly_older_than_is_kept_are_dropped(db: Connection) -> None:
    _make(db, 4, "2131-01-01 00:00+00")
    for table in TIMES:
        for time in ("1970-01-01 00:00+00", "-infinity", "2131-01-10 00:00+00", "2131-04-01 00:00+00"):
            _put(db, table, time)
    others = {table: _partitions(db, table) for table in TIMES if table != "analytics_events"}
    # a session that writes times in a way that cannot be read back
    db.execute("select set_config('timezone', 'Pacific/Auckland', true), set_config('datestyle', 'SQL, DMY', true)")
    db.execute("update private.measures_tables set keep_months = 3 where table_name = 'public.analytics_events'::regclass")

    months = {month: f"partitions.analytics_events_2131_{month:02}" for month in (1, 2, 3)}
    # January's last row is not three months old yet; the months of today, which were made by migrating, go
    assert months[1] not in _drop(db, "2131-04-30 23:59:59.999999+00")
    assert _drop(db, "2131-06-30 23:59:59.999999+00") == [months[1], months[2]]
    assert _drop(db, "2131-06-30 23:59:59.999999+00") == []
    assert _drop(db, "2131-07-01 00:00+00") == [months[3]]

    kept = {"partitions.analytics_events_2131_04", "partitions.analytics_events_2131_05", "partitions.analytics_events_default"}
    assert _partitions(db, "analytics_events").keys() == kept
    assert others == {table: _partitions(db, table) for table in others}
    left = db.execute("select created_at::text from public.analytics_events order by created_at").fetchall()
    assert left == [("-infinity",), ("1970-01-01 00:00:00+00",), ("2131-04-01 00:00:00+00",)]
    # what comes in late is not refused
    assert _put(db, "analytics_events", "2131-02-10 00:00+00") == "partitions.analytics_events_default"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland", "Asia/Tokyo"])
def test_months_are_counted_back_in_utc_whatever_the_time_zone_of_the_session(db: Connection, zone: str) -> None:
    """In Los Angeles it is still June then, and three months before is still March; in Tokyo the last instant of June is in July."""
    _make(db)
    db.execute("update private.measures_tables set keep_months = 3")
    db.execute("select set_config('timezone', %s, true)", (zone,))
    march = {f"partitions.{table}_2131_03" for table in TIMES}
    assert not march & set(_drop(db, "2131-06-30 23:59:59.999999+00"))
    assert march <= set(_drop(db, "2131-07-01 00:00+00"))


def test_each_table_has_a_retention_of_its_own(db: Connection) -> None:
    _make(db)
    db.execute("update private.measures_tables set keep_months = 12")
    db.execute("update private.measures_tables set keep_months = null where table_name = 'public.user_activity_logs'::regclass")
    dropped = _drop(db, "2132-04-01 00:00+00")
    assert "partitions.analytics_events_2131_03" in dropped
    assert "partitions.platform_analytics_2131_03" in dropped
    assert not any("user_activity_logs" in name for name in dropped)


def test_a_partition_without_an_end_is_kept(db: Connection) -> None:
    db.execute("create table partitions.endless partition of public.analytics_events for values from ('3000-01-01') to (maxvalue)")
    db.execute("update private.measures_tables set keep_months = 1")
    assert "partitions.endless" not in _drop(db, "9000-01-01")
    assert one(db, "select to_regclass('partitions.endless')") is not None


@pytest.mark.parametrize("at", ["infinity", "-infinity", None])
def test_dropping_refuses_a_time_that_cannot_be_meant(db: Connection, at: str | None) -> None:
    _make(db)
    db.execute("update private.measures_tables set keep_months = 1")
    with pytest.raises(psycopg.Error) as caught, db.transaction():
        _drop(db, at)
    assert caught.value.sqlstate == "HS071"
    assert "partitions.analytics_events_2131_03" in _drop(db, "2131-05-01 00:00+00")


@pytest.mark.parametrize("months", [0, -1])
def test_retention_of_less_than_a_month_is_refused(db: Connection, months: int) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        db.execute("update private.measures_tables set keep_months = %s", (months,))
    assert caught.value.diag.constraint_name == "measures_tables_keeps_at_least_a_month"
    assert db.execute("update private.measures_tables set keep_months = 1").rowcount == 3


def test_no_partition_is_in_public(db: Connection) -> None:
    in_public = "select count(*) from pg_class where relispartition and relkind = 'r' and relnamespace = 'public'::regnamespace"
    assert one(db, in_public) == 0
    assert tables(db, "partitions") == set()
