"""The check of reconciliation finds what a test plants, and nothing where nothing is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from scripts import shim
from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import HOME, test_server
from tests.consolidation.legacy.generator import ALL, Legacy, generate
from tests.consolidation.legacy.lists import SHARED, together
from tests.consolidation.legacy.load import install, load_accounts
from tests.consolidation.reconciling import findings, validate
from tests.consolidation.small import add, create_legacy, run_all, take, uid
from tests.support.calls import record

#: People of the databases in which faults are planted: each table has more rows than its hybrid table has columns.
SIZE = 30


def imported(target: Target, legacy: Legacy) -> None:
    """Load, capture and import legacy databases."""
    with test_server().target(target.database, SUPERUSER).connect() as superuser:
        load_accounts(superuser, legacy.accounts)
    with target.connect(autocommit=False) as connection:
        for database in legacy.databases:
            install(connection, database, f"old_{database.name.lower()}")
            if database.name == "AB":
                connection.execute("select * from consolidation.capture('old_ab')")
            else:
                take(connection, database.name.lower(), f"old_{database.name.lower()}")
        connection.commit()
        run_all(connection)


@pytest.fixture(scope="module")
def whole(database: Any, _admin: Connection) -> Iterator[Target]:
    """A database with all of A and B imported; checks and unique rules are gone, so that any fault can be planted."""
    target = test_server().target(f"{database.dbname}_whole_{uuid4().hex[:8]}")
    shim.clone_database(_admin, database.template_dbname, target.database)
    imported(target, generate(1, SIZE, ALL))
    with target.connect() as connection:
        rules = connection.execute(
            "select conrelid::regclass::text, conname from pg_constraint where contype in ('c', 'u', 'f') and coninhcount = 0"
            " and connamespace::regnamespace::text in ('public', 'secrets') order by contype = 'u'"
        ).fetchall()
        for table, name in rules:
            connection.execute(sql.SQL("alter table {} drop constraint {} cascade").format(sql.SQL(table), sql.Identifier(name)))
        for (index,) in connection.execute(
            "select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indexrelid"
            " where indisunique and not indisprimary and relkind = 'i' and relnamespace::regnamespace::text in ('public', 'secrets')"
        ).fetchall():
            connection.execute(sql.SQL("drop index {}").format(sql.SQL(index)))
    yield target
    with target.connect() as connection:
        record(connection, Path(os.environ[HOME]))
    shim.drop_database(test_server(), target.database)


@pytest.fixture
def planting(whole: Target) -> Iterator[Connection]:
    """A superuser whose changes fire no trigger; rolled back after the test."""
    with test_server().target(whole.database, SUPERUSER).connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("set local session_replication_role = replica")
        connection.execute("set local timezone = 'UTC'")
        yield connection


# ---------------------------------------------------------------- nothing is planted


def test_an_undisturbed_import_agrees_in_every_table(planting: Connection) -> None:
    found = validate(planting)
    assert findings(planting) == []
    assert len(found) == 38
    for table, source, migrated, merged, split, rejected, compared, differing, changed_since in found:
        assert source == migrated + merged + split + rejected > 0, table
        assert (differing, changed_since) == (0, 0), table
        assert compared > 0 or merged == source, table
    hashes = planting.execute("select hybrid_table, expected_hash = found_hash from consolidation.reconciled_targets").fetchall()
    # there the hybrid has rows of its own
    assert {table for table, is_equal in hashes if not is_equal} == {"public.workspaces"}
    assert len(hashes) == 34


def test_the_check_knows_how_many_keys_the_ledger_has(planting: Connection) -> None:
    """What it joins by goes through the whole ledger, of which an import leaves statistics of the parts alone."""
    asked = "select attname::text from pg_stats where schemaname = 'consolidation' and tablename = 'ledger' and inherited"
    planting.execute("delete from pg_statistic where starelid = 'consolidation.ledger'::regclass")
    validate(planting)
    assert {"legacy_table", "legacy_key", "hybrid_id"} <= {name for (name,) in planting.execute(asked)}


@pytest.mark.parametrize("seed", [2, 3])
def test_all_hazards_together_agree(clone: Connection, clone_target: Target, seed: int) -> None:
    imported(clone_target, generate(seed, 25, ALL))
    for table, source, migrated, merged, split, rejected, _, differing, _ in validate(clone):
        assert (source, differing) == (migrated + merged + split + rejected, 0), (table, findings(clone))


@pytest.mark.parametrize("of_b", [(), SHARED, ("users", "workspaces")])
def test_both_in_one_schema_agree(clone: Connection, clone_target: Target, of_b: tuple[str, ...]) -> None:
    imported(clone_target, generate(4, 12, (), shapes=(together(frozenset(of_b)),)))
    assert sum(row[1] for row in validate(clone)) > 100
    assert set(findings(clone)) == set()


# ---------------------------------------------------------------- the eight faults

Plant = tuple[str, str, str, str]

#: Fault, hybrid table, column, and the expression that the column of one row is set to; `other` is another row of the table.
VALUES: list[Plant] = [
    ("a changed value", "public.users", "full_name", "coalesce(there.full_name, '') || '!'"),
    ("a changed value", "public.campaigns", "analytics", "there.analytics || '{\"planted\": 1}'"),
    ("a changed value", "public.content_posts", "status", "case there.status when 'draft' then 'failed' else 'draft' end"),
    ("a changed value", "public.content_posts", "tags", "there.tags || 'x'::text"),
    ("a changed value", "public.avatar_profiles", "is_active", "not there.is_active"),
    ("a changed value", "public.user_activity_logs", "ip_address", "'203.0.113.77'"),
    ("a changed value", "public.content_embeddings", "embedding", "array_fill(0.25::real, array[1536])::extensions.vector"),
    (
        "a foreign key to the wrong row", "public.content_posts", "user_id",
        "(select id from public.users where id <> there.user_id limit 1)",
    ),
    (
        "a foreign key to the wrong row", "public.worker_results", "task_id",
        "(select id from public.worker_tasks where id <> there.task_id limit 1)",
    ),
    (
        "a foreign key to the wrong row", "public.social_media_posts", "platform_id",
        "(select id from public.social_platforms where id <> there.platform_id limit 1)",
    ),
    (
        "a foreign key to the wrong row", "public.workflow_approvals", "workflow_id",
        "(select id from public.workflow_executions where id <> there.workflow_id limit 1)",
    ),
    (
        "a foreign key to the wrong row", "public.research_jobs", "workspace_id",
        "(select id from public.workspaces where id <> there.workspace_id limit 1)",
    ),
    ("a truncated text", "public.content_posts", "content", "left(there.content, -1)"),
    ("a truncated text", "public.script_generations", "script", "left(there.script, -1)"),
    ("a truncated text", "public.content_embeddings", "content", "left(there.content, 1)"),
    ("a truncated text", "secrets.social_account_tokens", "access_token", "left(there.access_token, -1)"),
    ("a shifted time zone", "public.users", "created_at", "there.created_at + interval '2 hours'"),
    ("a shifted time zone", "public.worker_tasks", "scheduled_at", "there.scheduled_at at time zone 'America/New_York' at time zone 'UTC'"),
    ("a shifted time zone", "public.platform_analytics", "recorded_at", "there.recorded_at - interval '1 hour'"),
    ("a shifted time zone", "public.content_media", "created_at", "there.created_at + interval '30 minutes'"),
    ("a rounded number", "public.platform_analytics", "metric_value", "round(there.metric_value + 0.4)"),
    ("a rounded number", "public.video_analytics", "engagement_rate", "round(there.engagement_rate::numeric, 1)::double precision + 1e-12"),
    ("a rounded number", "public.worker_results", "cost_usd", "trunc(there.cost_usd, 1) + 0.000001"),
    ("a rounded number", "public.campaigns", "budget", "round(there.budget) + 0.5"),
]  # fmt: skip


def validate_of(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    """Compare the domain that writes a hybrid table: the others are as they were."""
    row = connection.execute("select min(domain) from consolidation.steps where %s = any(hybrid_tables)", (table,)).fetchone()
    assert row
    return validate(connection, row[0])


def key_of(table: str) -> str:
    """Return the column that tells a row of a hybrid table."""
    return "account_id" if table == "secrets.social_account_tokens" else "id"


@pytest.mark.parametrize(("fault", "table", "column", "becomes"), VALUES, ids=lambda value: str(value)[:40])
def test_one_wrong_value_is_found(planting: Connection, fault: str, table: str, column: str, becomes: str) -> None:
    del fault
    key = key_of(table)
    planted = planting.execute(
        f"update {table} as there set {column} = {becomes} where {key} = ("
        f" select there.{key} from {table} as there where there.{column}::text is distinct from ({becomes})::text"
        f" and there.{column} is not null order by {key} limit 1) returning {key}".encode()
    ).fetchall()
    assert len(planted) == 1
    result = validate_of(planting, table)
    assert [(one.kind, one.hybrid_table, one.columns) for one in findings(planting)] == [("changed", table, (column,))]
    assert sum(row[7] for row in result) == 1
    shown = planting.execute("select hybrid_id, expected ->> %s, found ->> %s from consolidation.differences", (column, column)).fetchone()
    assert shown
    assert shown[0] == planted[0][0]
    assert (shown[1] == shown[2] == "********") == table.startswith("secrets.")


@pytest.mark.parametrize(
    "table",
    [
        "public.content_insights", "public.worker_results", "public.analytics_events", "public.workspace_members",
        "secrets.social_account_tokens",
    ],
)  # fmt: skip
def test_a_lost_row_is_found(planting: Connection, table: str) -> None:
    key = key_of(table)
    lost = planting.execute(f"delete from {table} where {key} = (select {key} from {table} limit 1) returning {key}".encode()).fetchall()
    assert len(lost) == 1
    validate_of(planting, table)
    assert [(one.kind, one.hybrid_table) for one in findings(planting)] == [("lost", table)]
    assert planting.execute("select hybrid_id from consolidation.differences").fetchall() == lost


@pytest.mark.parametrize(
    "table", ["public.content_insights", "public.worker_results", "public.analytics_events", "public.content_posts", "public.users"]
)
def test_a_doubled_row_is_found(planting: Connection, table: str) -> None:
    planting.execute(f"create temporary table doubled as select * from {table} limit 1".encode())
    planting.execute("update doubled set id = gen_random_uuid()")
    names = planting.execute(
        "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = to_regclass(%s) and attnum > 0"
        " and attgenerated = ''",
        (table,),
    ).fetchone()
    assert names
    planting.execute(f"insert into {table} ({names[0]}) select {names[0]} from doubled".encode())
    validate_of(planting, table)
    assert [(one.kind, one.hybrid_table, one.legacy_key) for one in findings(planting)] == [("unaccounted", table, None)]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("public.users", "email"),
        ("public.worker_tasks", "task_type"),
        ("public.platform_analytics", "metric_value"),
        ("public.content_media", "asset_id"),
        ("public.video_analytics", "views"),
    ],
)
def test_two_rows_that_have_exchanged_a_value_are_found(planting: Connection, table: str, column: str) -> None:
    # the sum over the column is the same: this is why a row's hash is hashed
    pair = planting.execute(
        f"select one.id, other.id, one.{column}, other.{column} from {table} as one join {table} as other"
        f" on one.{column} <> other.{column} order by 1, 2 limit 1".encode()
    ).fetchone()
    assert pair
    for row, value in ((pair[0], pair[3]), (pair[1], pair[2])):
        planting.execute(f"update {table} set {column} = %s where id = %s".encode(), (value, row))
    validate_of(planting, table)
    assert [(one.kind, one.hybrid_table, one.columns) for one in findings(planting)] == [("changed", table, (column,))] * 2
    assert {row[0] for row in planting.execute("select hybrid_id from consolidation.differences")} == {pair[0], pair[1]}


@pytest.mark.parametrize(
    ("table", "one", "other"),
    [
        ("public.worker_tasks", "started_at", "completed_at"),
        ("public.media_assets", "filename", "original_filename"),
        ("public.workflow_executions", "workflow_config", "results"),
    ],
)
def test_two_columns_of_a_row_that_have_exchanged_their_values_are_found(planting: Connection, table: str, one: str, other: str) -> None:
    planting.execute(
        f"update {table} set {one} = {other}, {other} = {one}"
        f" where id = (select id from {table} where {one} <> {other} order by id limit 1)".encode()
    )
    validate_of(planting, table)
    assert [(found.kind, found.hybrid_table, set(found.columns)) for found in findings(planting)] == [("changed", table, {one, other})]


#: What any value of a type may become; another value in every case.
OTHERS = {
    "text": "coalesce({0}, '') || 'x'",
    "uuid": "gen_random_uuid()",
    "jsonb": "jsonb_build_object('planted', {0})",
    "text[]": "{0} || 'planted'::text",
    "boolean": "not {0}",
    "integer": "coalesce({0}, 0) + 1",
    "bigint": "coalesce({0}, 0) + 1",
    "numeric": "coalesce({0}, 0) + 0.001",
    "double precision": "case when {0} = 0.125 then 0.25 else 0.125 end",
    "timestamp with time zone": "coalesce({0}, '2024-02-02 00:00+00') + interval '1 microsecond'",
    "inet": "coalesce({0}, '192.0.2.1') + 1",
    "extensions.vector": "array_fill(0.25::real, array[1536])::extensions.vector",
}


def test_each_column_of_each_table_is_found_when_it_alone_is_wrong(planting: Connection) -> None:
    wanted = set()
    targets = planting.execute(
        "select hybrid_table, min(key_column), min(view_name) from consolidation.expectations group by 1 order by 1"
    ).fetchall()
    for table, key, view in targets:
        columns = planting.execute(
            "select column_name, format_type(atttypid, atttypmod) from consolidation.columns_compared(%s, %s, %s)"
            " join pg_attribute on attrelid = to_regclass(%s) and attname = column_name",
            (view, table, key, table),
        ).fetchall()
        # not those of the hybrid's own
        rows = planting.execute(
            f"select {key} from {table} where {key} in (select hybrid_id from consolidation.targets where hybrid_table = %s"
            f" union select hybrid_id from consolidation.ledger) order by {key}".encode(),
            (table,),
        ).fetchall()
        assert rows, table
        for place, (column, kind) in enumerate(columns):
            (row,) = rows[place % len(rows)]
            expression = OTHERS[kind.replace("vector(1536)", "vector")].format(column)
            done = planting.execute(f"update {table} set {column} = {expression} where {key} = %s".encode(), (row,))
            assert done.rowcount == 1
            wanted.add((table, row, column))
    validate(planting)
    # every example has to be there: there are more than twenty of some
    found = {
        (table, row, column)
        for table, row, columns in planting.execute(
            "select hybrid_table, hybrid_id, columns from consolidation.differences where kind = 'changed'"
        )
        for column in columns
    }
    assert wanted - found == set()
    # a row whose script or avatar stands in another workspace now may not name it
    assert {column for _, _, column in found - wanted} <= {"script_id", "profile_id", "avatar_workspace_id", "workspace_id"}


# ---------------------------------------------------------------- the books

LINE = "legacy_table = 'a.content_posts' and legacy_key = (select min(legacy_key) from consolidation.ledger_a_content_posts)"
#: What is planted in the books, and what is found.
BOOKS: list[tuple[str, list[tuple[str, str]]]] = [
    (f"delete from consolidation.ledger where {LINE}", [("a.content_posts", "no line"), ("a.content_posts", "unaccounted")]),
    (
        "insert into consolidation.ledger (legacy_table, legacy_key, outcome, reason)"
        " values ('a.content_posts', 'nobody', 'rejected', 'r')",
        [("a.content_posts", "no row"), ("a.content_posts", "not set aside")],
    ),
    (
        "drop index consolidation.ledger_a_content_posts_legacy_key_idx;"
        f" insert into consolidation.ledger select * from consolidation.ledger where {LINE}",
        [("a.content_posts", "several lines")],
    ),
    (
        f"update consolidation.ledger set hybrid_id = gen_random_uuid() where {LINE}",
        [("a.content_posts", "lost"), ("a.content_posts", "unaccounted"), ("a.content_posts", "wrong target")],
    ),
    (
        f"update consolidation.ledger set workspace_id = gen_random_uuid() where {LINE}",
        [("a.content_posts", "wrong target")],
    ),
    (
        f"update consolidation.ledger set outcome = 'rejected', hybrid_id = null, reason = 'why not' where {LINE}",
        [("a.content_posts", "not set aside"), ("a.content_posts", "unaccounted")],
    ),
    (
        "insert into consolidation.rejects (legacy_table, legacy_key, reason) values ('a.users', 'nobody', 'r')",
        [("a.users", "not rejected")],
    ),
    (
        "delete from consolidation.ledger_targets where ctid = (select min(ctid) from consolidation.ledger_targets"
        " where hybrid_table = 'public.social_media_posts' and legacy_table = 'b.social_media_posts')",
        [("b.social_media_posts", "not listed")],
    ),
    (
        "insert into consolidation.ledger_targets (legacy_table, legacy_key, hybrid_table, hybrid_id)"
        " values ('b.social_media_posts', 'nobody', 'public.content_media', gen_random_uuid())",
        [("b.social_media_posts", "listed wrongly")],
    ),
    (
        "insert into consolidation.kept (legacy_table, legacy_key, legacy_column, value)"
        " select 'a.users', min(legacy_key), 'email', '\"nobody@x.org\"' from consolidation.ledger_a_users",
        [("a.users", "kept wrongly")],
    ),
    (
        "update legacy_a.users set is_admin = true where id = (select id from legacy_a.users order by id limit 1)",
        [("a.users", "not kept")],
    ),
    (
        "update legacy_b.social_media_posts set platform_results = '[{\"platform\": \"nowhere\", \"id\": 1}]'"
        " where id = (select id from legacy_b.social_media_posts where platforms = '{}' limit 1)",
        [("b.social_media_posts", "not kept")],
    ),
    (
        "update consolidation.auth_addresses set is_sso = true where user_id = ("
        " select hybrid_id from consolidation.ledger_b_users where outcome = 'merged' and legacy_key <> hybrid_id::text limit 1)",
        [("b.users", "not lawful")],
    ),
    (
        "update legacy_b.users set avatar_url = 'https://x.org/other.png' where id = ("
        " select legacy_key::uuid from consolidation.ledger_b_users where outcome = 'merged' order by 1 limit 1)",
        [("b.users", "merged away")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("planted", "wanted"), BOOKS, ids=[",".join(kind for _, kind in found) for _, found in BOOKS])
def test_a_fault_in_the_books_is_found(planting: Connection, planted: str, wanted: list[tuple[str, str]]) -> None:
    # by psycopg's own way of sending several statements
    planting.execute(planted.encode())
    validate(planting)
    found = {(one.legacy_table, one.kind) for one in findings(planting)}
    # what else hangs on the row is found too
    assert {pair for pair in found if pair[0] == wanted[0][0]} >= set(wanted)


def test_no_more_than_twenty_of_a_kind_are_kept_and_all_are_counted(planting: Connection) -> None:
    planting.execute("update public.worker_tasks set error_message = coalesce(error_message, '') || 'x'")
    (row,) = [row for row in validate(planting, "work") if row[0] == "b.worker_tasks"]
    assert row[7] == row[6] > 20
    assert len(findings(planting)) == 20
    assert {one.columns for one in findings(planting)} == {("error_message",)}


# ---------------------------------------------------------------- people who work in the hybrid


def test_what_somebody_has_changed_or_made_since_is_told_from_a_loss(whole: Target) -> None:
    with whole.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("update public.campaigns set name = 'Another name' where id = (select id from public.campaigns limit 1)")
        connection.execute("update public.users set full_name = 'Another' where id = (select id from public.users order by id limit 1)")
        connection.execute("insert into public.campaigns (workspace_id, name) select workspace_id, 'New' from public.campaigns limit 1")
        found = {row[0]: row for row in validate(connection)}
        assert [(one.legacy_table, one.kind, one.columns) for one in findings(connection)] == [
            ("a.users", "changed since", ("full_name", "updated_at")),
            ("b.campaigns", "changed since", ("name", "updated_at")),
        ]
        assert [(row[0], row[8]) for row in found.values() if row[8]] == [("a.users", 1), ("b.campaigns", 1)]
        assert sum(row[7] for row in found.values()) == 0


def test_the_results_of_each_check_are_kept(planting: Connection) -> None:
    validate(planting, "people")
    validate(planting, "people")
    rows = planting.execute(
        "select validation, count(*), min(run_number), bool_and(seconds > 0) from consolidation.reconciliation group by 1 order by 1"
    ).fetchall()
    assert rows == [(1, 5, 1, True), (2, 5, 1, True)]
    tables = planting.execute(
        "select count(*), bool_and(seconds > 0) from consolidation.reconciled_targets where validation = 2"
    ).fetchall()
    assert tables == [(4, True)]


def test_a_domain_that_there_is_not_is_refused(db: Connection) -> None:
    with pytest.raises(psycopg.Error, match="there is no domain nonsense") as caught, db.transaction():
        validate(db, "nonsense")
    assert caught.value.sqlstate == "HS153"


def test_where_nothing_is_captured_there_is_nothing_to_compare(db: Connection) -> None:
    with pytest.raises(psycopg.Error, match="nothing is captured") as caught, db.transaction():
        validate(db)
    assert caught.value.sqlstate == "HS151"


def test_what_is_not_imported_yet_is_not_missed(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    add(clone, "old_a", "users", {"id": uid(1), "email": "a@x.org"})
    add(clone, "old_a", "content_posts", {"id": uid(2), "content": "C", "user_id": uid(1)})
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone, "people")
    assert {row[0] for row in validate(clone)} == {"a.users", "a.workspaces", "a.workspace_members"}
    assert findings(clone) == []


def test_drift_is_read_as_the_list_says(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    clone.execute(
        "alter table old_a.users alter column created_at drop default, alter column created_at type timestamp using null,"
        " alter column onboarding_completed drop default, alter column onboarding_completed type integer using 1,"
        " alter column preferences drop default, alter column preferences type text using null,"
        " alter column full_name type varchar(40), alter column updated_at type timestamptz(0), drop column avatar_url,"
        " add column shoe_size integer, alter column id type text"
    )
    clone.execute(
        "insert into old_a.users (id, email, full_name, created_at, onboarding_completed, preferences, shoe_size) values"
        " (%s, 'a@x.org', 'Ann', '2025-01-01 12:00:00', 1, '{\"a\": 1}', 43),"
        " (%s, 'b@x.org', 'Bob', '2025-01-01 12:00:00', 0, 'no json', 43)",
        (uid(1).replace("0", "0").upper(), uid(2)),
    )
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    found = validate(clone)
    assert findings(clone) == []
    assert found[0][:6] == ("a.users", 2, 1, 0, 0, 1)
