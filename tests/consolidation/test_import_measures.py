"""Numbers of platforms and the log of activity of A, events of B: where each column goes, each branch of each rule, and the months."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.target import Connection
from tests.consolidation.legacy.generator import ALL, TINY, generate
from tests.consolidation.legacy.lists import SHARED, A, B, Shape, together
from tests.consolidation.legacy.load import install
from tests.consolidation.small import accounts, add, begun, check_accounted, create_legacy, result, run_all, take, uid

DAY = "2025-03-0{} 10:00:00+00"
#: The tables of studio and measures.
TABLES = {
    "avatar_profiles", "script_generations", "video_generations", "video_analytics", "avatar_usage_stats", "user_video_limits",
    "platform_analytics", "analytics_events", "user_activity_logs",
}  # fmt: skip

FINE = ("migrated", None)
NO_WORKSPACE = ("rejected", "workspace_id: no such workspace")
NO_HOME = ("rejected", "workspace_id: none, and none to be found")

#: What measures refer to: the legacy table, its columns that must be said, the hybrid table, and the same there.
PARENTS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "a.user_social_accounts": (
        {"account_name": "N", "account_id": "1", "access_token": "t"},
        "user_social_accounts",
        {"account_name": "N", "platform_id": uid(90)},
    ),
    "a.content_posts": ({"content": "C"}, "content_posts", {"content": "C"}),
    "b.social_media_posts": ({"content": "C"}, "content_posts", {"content": "C"}),
    "b.worker_tasks": ({"task_type": "T", "worker_type": "W", "input_data": {}}, "worker_tasks", {"task_type": "T", "worker_type": "W"}),
}


@pytest.fixture
def legacy(clone: Connection) -> Connection:
    """Both legacy schemas, captured, and their people imported; what other domains import is not asked for here."""
    clone.execute("set timezone = 'UTC'")
    clone.execute("delete from consolidation.steps where domain not in ('people', 'measures')")
    begun(clone, "2026-01-15 12:00:00+00")
    for which in "ab":
        create_legacy(clone, which, f"old_{which}")
    day = {"created_at": DAY.format(1), "updated_at": DAY.format(1)}
    add(clone, "old_a", "users", {"id": uid(1), "email": "ann@x.org", **day}, {"id": uid(2), "email": "bob@x.org", **day})
    add(
        clone, "old_a", "workspaces",
        {"id": uid(11), "name": "Ann's", "owner_id": uid(1), **day},
        {"id": uid(12), "name": "Bob's", "owner_id": uid(2), **day},
        {"id": uid(13), "name": "Nobody's", "owner_id": None, **day},
    )  # fmt: skip
    add(clone, "old_b", "users", {"id": uid(5), "email": "cat@x.org", **day}, {"id": uid(6), "email": "dan@x.org", **day})
    add(
        clone, "old_b", "workspaces",
        {"id": uid(15), "name": "Cat's", "owner_id": uid(5), **day},
        {"id": uid(16), "name": "Dan's", "owner_id": uid(6), **day},
    )  # fmt: skip
    for which in "ab":
        take(clone, which, f"old_{which}")
    # rules that a drifted database has lost
    clone.execute("alter table legacy_a.platform_analytics alter metric_name drop not null, alter metric_value drop not null")
    clone.execute("alter table legacy_a.user_activity_logs alter action drop not null")
    clone.execute("alter table legacy_b.analytics_events alter event_type drop not null, alter event_data drop not null")
    clone.commit()
    run_all(clone, "people")
    add(clone, "public", "social_platforms", {"id": uid(90), "name": "elsewhere", "display_name": "Elsewhere"})
    clone.commit()
    return clone


def place(connection: Connection, table: str, number: int, space: str) -> None:
    """Put a parent where its import would, in a workspace."""
    needed, hybrid, values = PARENTS[table]
    which, name = table.split(".")
    add(connection, f"legacy_{which}", name, {"id": uid(number), **needed})
    add(connection, "public", hybrid, {"id": uid(number), "workspace_id": space, **values})
    connection.execute(
        "insert into consolidation.ledger (legacy_table, legacy_key, outcome, hybrid_id, workspace_id) values (%s, %s, 'migrated', %s, %s)",
        (table, uid(number), uid(number), space),
    )


def bring_in(connection: Connection, batch_rows: int = 50_000) -> None:
    connection.commit()
    run_all(connection, "measures", batch_rows)
    check_accounted(connection)


def outcomes(connection: Connection, table: str) -> dict[str, tuple[str, str | None]]:
    return {
        key: (outcome, reason)
        for key, outcome, reason in connection.execute(
            "select legacy_key, outcome, reason from consolidation.ledger where legacy_table = %s", (table,)
        )
    }


def kept(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select legacy_key, legacy_column, value from consolidation.kept where legacy_table = %s order by 1, 2", (table,)
    ).fetchall()


def rows(connection: Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select id::text, {columns} from public.{table} order by 1".encode()).fetchall()


# ---------------------------------------------------------------- numbers of platforms


def test_a_number_with_every_column_and_with_none(legacy: Connection) -> None:
    place(legacy, "a.user_social_accounts", 30, uid(11))
    place(legacy, "a.content_posts", 40, uid(11))
    add(
        legacy, "legacy_a", "platform_analytics",
        {"id": uid(1), "account_id": uid(30), "post_id": uid(40), "metric_name": "M", "metric_value": "0.10", "metric_type": " Rate",
         "recorded_at": DAY.format(3), "metadata": {"k": 1}, "created_at": DAY.format(4)},
        {"id": uid(2), "account_id": uid(30), "metric_name": "M", "metric_value": "NaN", "metric_type": None, "recorded_at": None,
         "metadata": None, "created_at": DAY.format(4)},
        {"id": uid(3), "account_id": uid(30), "metric_name": "M", "metric_value": "1e-30", "recorded_at": None, "created_at": None},
    )  # fmt: skip
    bring_in(legacy)
    columns = (
        "workspace_id::text, account_id::text, post_id::text, metric_name, metric_value::text, metric_type, recorded_at::date::text,"
        " metadata, created_at::date::text"
    )
    assert rows(legacy, "platform_analytics", columns) == [
        (uid(1), uid(11), uid(30), uid(40), "M", "0.10", "rate", "2025-03-03", {"k": 1}, "2025-03-04"),
        (uid(2), uid(11), uid(30), None, "M", "NaN", "count", "2025-03-04", {}, "2025-03-04"),
        (uid(3), uid(11), uid(30), None, "M", f"0.{'0' * 29}1", "count", "2026-01-15", {}, "2026-01-15"),
    ]
    assert kept(legacy, "a.platform_analytics") == []


def test_a_number_is_where_its_account_is_else_where_its_post_is(legacy: Connection) -> None:
    place(legacy, "a.user_social_accounts", 30, uid(11))
    place(legacy, "a.content_posts", 40, uid(11))
    place(legacy, "a.content_posts", 41, uid(12))
    pairs = {1: (30, 40), 2: (30, 41), 3: (99, 41), 4: (None, 40), 5: (30, 98), 6: (99, 98), 7: (None, None)}
    for number, (account, post) in pairs.items():
        parents = {"account_id": account and uid(account), "post_id": post and uid(post)}
        add(legacy, "legacy_a", "platform_analytics", {"id": uid(number), **parents, "metric_name": "M", "metric_value": 1})
    bring_in(legacy)
    assert rows(legacy, "platform_analytics", "workspace_id::text, account_id::text, post_id::text") == [
        (uid(1), uid(11), uid(30), uid(40)), (uid(2), uid(11), uid(30), None), (uid(3), uid(12), None, uid(41)),
        (uid(4), uid(11), None, uid(40)), (uid(5), uid(11), uid(30), None),
    ]  # fmt: skip
    assert kept(legacy, "a.platform_analytics") == [
        (uid(2), "post_id", uid(41)), (uid(3), "account_id", uid(99)), (uid(5), "post_id", uid(98)),
    ]  # fmt: skip
    nowhere = ("rejected", "account_id: neither an account nor a post says the workspace")
    found = outcomes(legacy, "a.platform_analytics")
    assert [found[uid(6)], found[uid(7)]] == [nowhere, nowhere]


def test_what_a_number_cannot_do_without(legacy: Connection) -> None:
    place(legacy, "a.user_social_accounts", 30, uid(11))
    legacy.execute("alter table legacy_a.platform_analytics drop constraint platform_analytics_pkey, alter id drop not null")
    base = {"account_id": uid(30), "metric_name": "M", "metric_value": 1}
    add(
        legacy, "legacy_a", "platform_analytics",
        {"id": uid(1), **base, "metric_name": None},
        {"id": uid(2), **base, "metric_value": None},
        {"id": uid(3), **base, "metric_type": "ratio"},
        {"id": None, **base},
    )  # fmt: skip
    bring_in(legacy)
    found = outcomes(legacy, "a.platform_analytics")
    nameless = next(key for key in found if key.startswith("row "))
    assert found == {
        uid(1): ("rejected", "metric_name: there is none"),
        uid(2): ("rejected", "metric_value: there is none"),
        uid(3): ("rejected", "metric_type: a word that is not mapped"),
        nameless: ("rejected", "id: there is none"),
    }


# ---------------------------------------------------------------- events


EVENT_COLUMNS = (
    "workspace_id::text, user_id::text, event_type, event_data, post_id::text, task_id::text, session_id, ip_address::text, user_agent,"
    " created_at::date::text"
)


def test_an_event_with_every_column_and_with_none(legacy: Connection) -> None:
    place(legacy, "b.social_media_posts", 40, uid(15))
    place(legacy, "b.worker_tasks", 50, uid(15))
    add(
        legacy, "legacy_b", "analytics_events",
        {"id": uid(1), "workspace_id": uid(15), "user_id": uid(5), "event_type": "E", "event_data": {"k": 1}, "post_id": uid(40),
         "task_id": uid(50), "session_id": "s", "ip_address": "198.51.100.0/24", "user_agent": "a", "created_at": DAY.format(2)},
        {"id": uid(2), "workspace_id": uid(15), "event_type": "E", "event_data": None, "created_at": None},
    )  # fmt: skip
    bring_in(legacy)
    assert rows(legacy, "analytics_events", EVENT_COLUMNS) == [
        (uid(1), uid(15), uid(5), "E", {"k": 1}, uid(40), uid(50), "s", "198.51.100.0/24", "a", "2025-03-02"),
        (uid(2), uid(15), None, "E", {}, None, None, None, None, None, "2026-01-15"),
    ]
    assert kept(legacy, "b.analytics_events") == []


def test_what_an_event_names_is_of_its_workspace(legacy: Connection) -> None:
    for number, space in enumerate((uid(15), uid(16))):
        place(legacy, "b.social_media_posts", 40 + number, space)
        place(legacy, "b.worker_tasks", 50 + number, space)
    for number in range(3):
        row = {"id": uid(number), "workspace_id": uid(15), "event_type": "E", "user_id": uid(99)}
        add(legacy, "legacy_b", "analytics_events", {**row, "post_id": uid(40 + number), "task_id": uid(50 + number)})
    bring_in(legacy)
    assert rows(legacy, "analytics_events", "post_id::text, task_id::text, user_id") == [
        (uid(0), uid(40), uid(50), None), (uid(1), None, None, None), (uid(2), None, None, None)
    ]  # fmt: skip
    assert kept(legacy, "b.analytics_events") == [
        (uid(0), "user_id", uid(99)),
        (uid(1), "post_id", uid(41)), (uid(1), "task_id", uid(51)), (uid(1), "user_id", uid(99)),
        (uid(2), "post_id", uid(42)), (uid(2), "task_id", uid(52)), (uid(2), "user_id", uid(99)),
    ]  # fmt: skip


def test_an_event_without_a_workspace_takes_the_posts_the_tasks_or_its_authors(legacy: Connection) -> None:
    place(legacy, "b.social_media_posts", 40, uid(16))
    place(legacy, "b.worker_tasks", 50, uid(15))
    base = {"event_type": "E", "user_id": uid(5)}
    add(
        legacy, "legacy_b", "analytics_events",
        {"id": uid(1), **base, "post_id": uid(40), "task_id": uid(50)},
        {"id": uid(2), **base, "post_id": uid(99)},
        {"id": uid(3), "event_type": "E", "post_id": uid(99), "task_id": uid(50)},
        {"id": uid(4), **base},
        {"id": uid(5), "event_type": "E"},
        {"id": uid(6), **base, "workspace_id": uid(99)},
        {"id": uid(7), **base, "event_type": None},
    )  # fmt: skip
    bring_in(legacy)
    assert rows(legacy, "analytics_events", "workspace_id::text, post_id::text, task_id::text") == [
        (uid(1), uid(16), uid(40), None), (uid(2), uid(15), None, None), (uid(3), uid(15), None, uid(50)), (uid(4), uid(15), None, None)
    ]  # fmt: skip
    found = outcomes(legacy, "b.analytics_events")
    assert [found[uid(number)] for number in (5, 6, 7)] == [NO_HOME, NO_WORKSPACE, ("rejected", "event_type: there is none")]


# ---------------------------------------------------------------- the log


def test_a_line_of_the_log_with_every_column_and_with_none(legacy: Connection) -> None:
    legacy.execute("alter table legacy_a.user_activity_logs drop constraint user_activity_logs_pkey, alter id drop not null")
    base = {"action": "A", "created_at": DAY.format(2)}
    add(
        legacy, "legacy_a", "user_activity_logs",
        {"id": uid(1), "user_id": uid(1), "workspace_id": uid(12), "resource_type": "post", "resource_id": "7", "details": {"k": 1},
         "ip_address": "2001:db8::17", "user_agent": "a", **base},
        {"id": uid(2), "workspace_id": uid(11), "action": "A", "details": None, "created_at": None},
        {"id": uid(3), "user_id": uid(2), **base},
        {"id": uid(4), "user_id": uid(99), "workspace_id": uid(11), **base},
        {"id": uid(5), **base},
        {"id": uid(6), "user_id": uid(1), "workspace_id": uid(13), **base},
        {"id": uid(7), "workspace_id": uid(11), "action": None},
        {"id": None, "workspace_id": uid(11), **base},
    )  # fmt: skip
    bring_in(legacy)
    columns = (
        "workspace_id::text, user_id::text, action, resource_type, resource_id, details, ip_address::text, user_agent,"
        " created_at::date::text"
    )
    nothing: tuple[Any, ...] = ("A", None, None, {}, None, None)
    assert rows(legacy, "user_activity_logs", columns) == [
        (uid(1), uid(12), uid(1), "A", "post", "7", {"k": 1}, "2001:db8::17/128", "a", "2025-03-02"),
        (uid(2), uid(11), None, *nothing, "2026-01-15"),
        (uid(3), uid(12), uid(2), *nothing, "2025-03-02"),
        (uid(4), uid(11), None, *nothing, "2025-03-02"),
    ]
    assert kept(legacy, "a.user_activity_logs") == [(uid(4), "user_id", uid(99))]
    found = outcomes(legacy, "a.user_activity_logs")
    nameless = next(key for key in found if key.startswith("row "))
    assert [found[key] for key in (uid(5), uid(6), uid(7), nameless)] == [
        NO_HOME, NO_WORKSPACE, ("rejected", "action: there is none"), ("rejected", "id: there is none")
    ]  # fmt: skip


# ---------------------------------------------------------------- all three


def test_rows_whose_id_the_hybrid_has_are_merged_or_get_another(legacy: Connection) -> None:
    place(legacy, "a.user_social_accounts", 30, uid(11))
    at = {"created_at": DAY.format(2)}
    number = {"account_id": uid(30), "metric_name": "M", "metric_value": 1, "recorded_at": DAY.format(3), **at}
    same: dict[tuple[str, str], dict[str, Any]] = {
        ("a.platform_analytics", uid(11)): number,
        ("b.analytics_events", uid(15)): {"event_type": "E", "ip_address": "192.0.2.1", **at},
        ("a.user_activity_logs", uid(11)): {"action": "A", "ip_address": "192.0.2.1", **at},
    }
    other = {"platform_analytics": {"metric_name": "O"}, "analytics_events": {"event_type": "O"}, "user_activity_logs": {"action": "O"}}
    for (table, space), values in same.items():
        which, name = table.split(".")
        known: dict[str, Any] = {} if name == "platform_analytics" else {"workspace_id": space}
        add(legacy, f"legacy_{which}", name, {"id": uid(1), **known, **values}, {"id": uid(2), **known, **values})
        add(
            legacy,
            "public",
            name,
            {"id": uid(1), "workspace_id": space, **values},
            {"id": uid(2), "workspace_id": space, **values, **other[name]},
        )
        # an id stands once in its workspace and time only
        add(legacy, "public", name, {"id": uid(2), "workspace_id": uid(12), **values, **other[name]})
    bring_in(legacy)
    for (table, _), _ in same.items():
        which, name = table.split(".")
        merged, moved = outcomes(legacy, table).values()
        assert merged == ("merged", "keep_id: the same id and content")
        assert moved[0] == "migrated"
        assert moved[1] in ("keep_id: the id is another row's", "keep_id: the id is another event's")
        added = legacy.execute(
            f"select count(*) from public.{name} where id = private.computed_id('legacy_{table}:' || %s)".encode(), (uid(2),)
        ).fetchone()
        assert added == (1,)
        assert legacy.execute(f"select count(*) from public.{name}".encode()).fetchone() == (4,)
    conflicts = legacy.execute("select kind, legacy_table from consolidation.conflicts order by 2").fetchall()
    assert conflicts == [("same_id", table) for table in ("a.platform_analytics", "a.user_activity_logs", "b.analytics_events")]


def test_months_of_rows_are_made_and_times_of_another_age_go_to_the_default(legacy: Connection) -> None:
    times = (
        "2019-12-31 23:59:59.999999+00",
        "2020-01-01 00:00:00+00",
        "1970-01-01 00:00:00+00",
        "2100-12-31 00:00:00+00",
        "infinity",
        "-infinity",
        None,
    )
    place(legacy, "a.user_social_accounts", 30, uid(11))
    for number, at in enumerate(times):
        when = {"created_at": at}
        recorded = {"recorded_at": at, "created_at": None}
        add(
            legacy,
            "legacy_a",
            "platform_analytics",
            {"id": uid(number), "account_id": uid(30), "metric_name": "M", "metric_value": 1, **recorded},
        )
        add(legacy, "legacy_b", "analytics_events", {"id": uid(number), "workspace_id": uid(15), "event_type": "E", **when})
        add(legacy, "legacy_a", "user_activity_logs", {"id": uid(number), "workspace_id": uid(11), "action": "A", **when})
    bring_in(legacy)
    for table, column in (("platform_analytics", "recorded_at"), ("analytics_events", "created_at"), ("user_activity_logs", "created_at")):
        found = rows(legacy, table, f"{column}::text, tableoid::regclass::text")
        month = f"partitions.{table}_"
        assert [place for *_, place in found] == [
            f"{month}2019_12", f"{month}2020_01", *[f"{month}default"] * 4, found[-1][-1]
        ]  # fmt: skip
        assert [time for _, time, _ in found] == [
            "2019-12-31 23:59:59.999999+00", *(str(time) for time in times[1:-1]), "2026-01-15 12:00:00+00"
        ]  # fmt: skip
    # each month for all three, once
    assert legacy.execute(
        "select consolidation.make_months(array['2019-12-01', '2020-01-01', '2015-12-01', null]::timestamptz[])"
    ).fetchone() == (0,)
    assert legacy.execute("select consolidation.make_months(array['2016-02-01']::timestamptz[])").fetchone() == (3,)


def test_a_second_run_changes_nothing_and_small_batches_end_in_the_same_rows(legacy: Connection) -> None:
    place(legacy, "b.social_media_posts", 40, uid(15))
    legacy.commit()
    legacy.execute("alter table legacy_b.analytics_events set (fillfactor = 10)")
    legacy.execute(
        "insert into legacy_b.analytics_events (id, workspace_id, user_id, event_type, post_id, event_data, created_at)"
        " select private.computed_id('e' || n), case when n %% 3 > 0 then %s::uuid end, case when n %% 2 = 0 then %s::uuid end, 'E',"
        " case when n %% 5 = 0 then %s::uuid end, '{}', timestamptz '2025-01-01 00:00+00' + n * interval '1 day'"
        " from generate_series(1, 300) as n",
        (uid(16), uid(5), uid(40)),
    )
    bring_in(legacy)
    once = result(legacy)
    assert run_all(legacy, "measures")[0].endswith("begins")
    assert result(legacy) == once
    legacy.execute("delete from public.analytics_events")
    for table in ("ledger", "rejects", "kept"):
        legacy.execute(f"delete from consolidation.{table} where legacy_table = 'b.analytics_events'".encode())
    legacy.execute("delete from consolidation.progress where step = 'b.analytics_events'")
    bring_in(legacy, batch_rows=1)
    assert result(legacy) == once


#: What A and B are one database of: one each, or all in one, where shared names have A's shape, B's, or some of each.
SHAPES = {
    "apart": (A, B),
    "together, as in A": (together(),),
    "together, as in B": (together(frozenset(SHARED)),),
    "together, mixed": (together(frozenset({"avatar_profiles", "script_generations", "workflow_executions"})),),
}


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
def test_with_every_hazard_there_is_no_row_is_lost_and_no_step_stops(clone: Connection, shapes: tuple[Shape, ...]) -> None:
    for database in generate(11, TINY, ALL, shapes=shapes).databases:
        install(clone, database, f"old_{database.name.lower()}")
        take(clone, database.name.lower() if len(shapes) > 1 else None, f"old_{database.name.lower()}")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    found = {table: lines for table, lines in accounts(clone).items() if table.split(".")[1] in TABLES}
    assert {table.split(".")[1] for table in found} == TABLES
    # numbers of platforms come in with accounts and posts, which say where they are; those of A's videos with A's videos
    lonely = {"a.platform_analytics"} if "a.video_generations" in found else {"a.platform_analytics", "a.video_analytics"}
    assert {table for table, lines in found.items() if lines.get("migrated", 0) <= 5} <= lonely
    # where only PostgreSQL could say why, a rule is missing
    unjudged = clone.execute(
        "select legacy_table, legacy_key, reason from consolidation.rejects where reason ~ '\\[[0-9A-Z]{5}\\]$'"
    ).fetchall()
    assert [line for line in unjudged if line[0].split(".")[1] in TABLES] == []
    first = result(clone)
    assert run_all(clone) == ["run 2 begins"]
    assert result(clone) == first
