"""The fixtures of legacy data are what they say: the schemas are those of the lists, and each hazard is really in the database.

What a hazard makes is looked for by SQL that knows nothing of the generator (legacy/sql/found/, one view for each hazard).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from psycopg import sql

from scripts import shim
from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.legacy import generator, lists
from tests.consolidation.legacy.bulk import install_bulk, install_bulk_accounts
from tests.consolidation.legacy.ddl import SQL, build, run_in, standing_in
from tests.consolidation.legacy.drift import DRIFT
from tests.consolidation.legacy.generator import ALL, LAWFUL, TINY, Database, Legacy, generate
from tests.consolidation.legacy.hazards import HAZARDS
from tests.consolidation.legacy.lists import SHARED, A, B, Letter, Shape, together
from tests.consolidation.legacy.load import create_source, install, load, load_accounts
from tests.consolidation.legacy.strategy import legacy_databases

#: How many columns there are, and tables.
COLUMNS = {"A": 234, "B": 254}
TABLES = {"A": 20, "B": 18, "AB": 31}

UNDISTURBED = generate(1, TINY, ())

Where = set[tuple[str, str, str]]


def _schema(name: str) -> str:
    return f"legacy_{name.lower()}"


@pytest.fixture(scope="module")
def prepared() -> Iterator[Target]:
    """A database with A and B, empty, in schemas side by side, and the views that find hazards."""
    server = test_server()
    target = shim.create_database(server, f"legacy_{uuid4().hex[:12]}")
    with target.connect() as connection:
        for name, shape in (("A", A), ("B", B)):
            build(connection, shape, _schema(name))
        for path in [SQL / "found" / "base.sql", *sorted((SQL / "found").glob("[!b]*.sql"))]:
            connection.execute(path.read_bytes())
    yield target
    shim.drop_database(server, target.database)


@pytest.fixture
def legacy_db(prepared: Target) -> Iterator[Connection]:
    """That database as its owner, in a transaction that is rolled back after the test."""
    with prepared.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def as_superuser(prepared: Target) -> Iterator[Connection]:
    """The same as a superuser, who may load accounts."""
    with test_server().target(prepared.database, SUPERUSER).connect() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture(scope="module")
def with_clean_rows(prepared: Target) -> Iterator[Connection]:
    """A copy of that database with clean rows in it, as a superuser; each test rolls back what it adds."""
    server = test_server()
    copy = f"{prepared.database}_clean"
    with server.target(role=SUPERUSER).connect() as connection:
        shim.clone_database(connection, prepared.database, copy)
    with server.target(copy, SUPERUSER).connect() as connection:
        _load_all(connection, UNDISTURBED)
        yield connection
    shim.drop_database(server, copy)


def _load_all(connection: Connection, legacy: Legacy) -> None:
    for database in legacy.databases:
        load(connection, database, _schema(database.name))
    load_accounts(connection, legacy.accounts)


def _beside_clean_rows(legacy: Legacy) -> Legacy:
    """Return only what hazards added."""
    known = {account["id"] for account in UNDISTURBED.accounts}
    databases = []
    for database in legacy.databases:
        clean = UNDISTURBED.of(database.name).rows
        assert all([*rows[: len(clean[table])]] == clean[table] for table, rows in database.rows.items())
        databases.append(replace(database, rows={table: rows[len(clean[table]) :] for table, rows in database.rows.items()}))
    return replace(
        legacy, databases=tuple(databases), accounts=tuple(account for account in legacy.accounts if account["id"] not in known)
    )  # fmt: skip


def _found(connection: Connection, *names: str) -> dict[str, Where]:
    """Look at all rows anew, and return which rows each hazard's view finds."""
    connection.execute("call found.look()")
    return {
        name: set(connection.execute(sql.SQL("select letter, tab, key from {}").format(sql.Identifier("found", name))).fetchall())
        for name in names
    }


def _made(legacy: Legacy, name: str) -> Where:
    return {(one.letter, one.table, one.key) for one in legacy.made[name]}


# ---------------------------------------------------------------- the schemas


def _columns(connection: Connection, schema: str) -> list[tuple[str, ...]]:
    """Return table, position, name, type, nullability and default of all columns, as the lists write them."""
    rows = connection.execute(
        """
        select relname::text, attnum::text, attname::text, format_type(atttypid, atttypmod),
          case when attnotnull then 'not null' else '' end, coalesce(pg_get_expr(adbin, adrelid), '')
        from pg_attribute join pg_class as class on class.oid = attrelid
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where relnamespace = %s::regnamespace and relkind = 'r' and attnum > 0
        order by class.relname collate "C", pg_attribute.attnum
        """,
        (schema,),
    )
    return [tuple(map(str, row)) for row in rows]


def _constraints(connection: Connection, schema: str) -> dict[tuple[str, str], set[str]]:
    """Return by table and column the constraints that touch it, as the lists write them."""
    rows = connection.execute(
        """
        select relname::text, attname::text, contype::text, pg_get_constraintdef(rule.oid)
        from pg_constraint as rule join pg_class as class on class.oid = conrelid
        join pg_attribute on attrelid = conrelid and attnum = any(conkey)
        where relnamespace = %s::regnamespace and contype in ('p', 'u', 'f', 'c')
        """,
        (schema,),
    )
    found: dict[tuple[str, str], set[str]] = {}
    for table, column, kind, text in rows:
        written = {
            "p": "primary key",
            "u": text.replace("UNIQUE", "unique"),
            "c": text,
            "f": re.sub(
                r"FOREIGN KEY \(\w+\) REFERENCES (\w+)\(id\) ON DELETE (.+)",
                lambda it: f"references {it[1]} on delete {it[2].lower()}",
                text,
            ),
        }[kind]
        found.setdefault((table, column), set()).add(written)
    return found


def _listed(shape: Shape) -> list[lists.Column]:
    return [column for table, letter in sorted(shape.items()) for column in lists.columns_of(letter, table)]


def _as_listed(shape: Shape) -> list[tuple[str, ...]]:
    """Return what _columns() returns of a schema that is as the lists say."""
    return [
        (column.table, str(place), column.name, column.type, "not null" if column.required else "", column.default)
        for table, letter in sorted(shape.items())
        for place, column in enumerate(lists.columns_of(letter, table), 1)
    ]


@pytest.mark.parametrize(("name", "shape"), [("A", A), ("B", B)])
def test_the_schema_has_exactly_the_columns_and_constraints_of_its_list(legacy_db: Connection, name: Letter, shape: Shape) -> None:
    assert len(_as_listed(shape)) == COLUMNS[name]
    assert len(shape) == TABLES[name]
    with standing_in(legacy_db, _schema(name)):
        assert _columns(legacy_db, _schema(name)) == _as_listed(shape)
        constraints = _constraints(legacy_db, _schema(name))
    listed = {(column.table, column.name): set(column.constraints) for column in _listed(shape) if column.constraints}
    assert constraints == listed


@pytest.mark.parametrize("of_b", [(), SHARED, ("users", "workspaces"), ("social_media_posts", "video_generations", "avatar_profiles")])
def test_one_schema_holds_both_each_shared_table_in_one_shape(legacy_db: Connection, of_b: tuple[str, ...]) -> None:
    shape = together(frozenset(of_b))
    assert len(shape) == TABLES["AB"]
    build(legacy_db, shape, "public")
    with standing_in(legacy_db, "public"):
        assert _columns(legacy_db, "public") == _as_listed(shape)


@pytest.mark.parametrize("shape", [A, B, together()])
def test_a_legacy_schema_stands_in_public_of_a_database_away_from_the_platform(shape: Shape) -> None:
    server = test_server()
    source = create_source(server, f"source_{uuid4().hex[:12]}")
    legacy = generate(4, TINY, LAWFUL, shapes=(shape,))
    with source.connect() as connection:
        install(connection, legacy.databases[0])
        with standing_in(connection, "public"):
            assert _columns(connection, "public") == _as_listed(shape)
            assert _all(connection, "select count(*) from pg_policies") == [(0,)]
    shim.drop_database(server, source.database)


def _all(connection: Connection, query: str, *values: object) -> list[tuple[object, ...]]:
    return connection.execute(query.encode(), values or None).fetchall()


def test_what_the_lists_do_not_show_of_a(legacy_db: Connection) -> None:
    secured = _all(legacy_db, "select relname::text from pg_class where relnamespace = 'legacy_a'::regnamespace and relrowsecurity")
    assert {name for (name,) in secured} == A.keys() - {"social_platforms"}
    policies = _all(legacy_db, "select tablename::text from pg_policies where schemaname = 'legacy_a'")
    assert (len(policies), len(set(policies))) == (10, 8)
    assert ("workspace_members",) not in policies
    stamped = _all(
        legacy_db, "select tgrelid::regclass::text from pg_trigger where not tgisinternal and tgrelid::regclass::text ~ '^legacy_a'"
    )
    assert {str(name).removeprefix("legacy_a.") for (name,) in stamped} == {
        "users", "workspaces", "content_posts", "avatar_profiles", "user_video_limits", "avatar_usage_stats", "workflow_executions",
    }  # fmt: skip
    indexes = _all(legacy_db, "select indexname from pg_indexes where schemaname = 'legacy_a' and indexname ~ '^idx_'")
    assert 60 <= len(indexes) <= 75


def test_videos_of_a_are_counted_as_in_a(legacy_db: Connection) -> None:
    load(legacy_db, UNDISTURBED.of("A"), "legacy_a")
    with standing_in(legacy_db, "legacy_a"):
        user, workspace = _all(legacy_db, "select user_id, workspace_id from user_video_limits limit 1")[0]
        legacy_db.execute("update user_video_limits set subscription_tier = 'starter', videos_this_month = 2 where user_id = %s", (user,))
        checks = [_all(legacy_db, "select check_video_creation_limit(%s, %s)", user, workspace)[0][0] for _ in range(2)]
        assert checks == [True, False]
        legacy_db.execute("select reset_monthly_video_credits()")
        assert _all(legacy_db, "select videos_this_month from user_video_limits where user_id = %s", user) == [(0,)]


def test_what_the_lists_do_not_show_of_b(legacy_db: Connection) -> None:
    secured = _all(legacy_db, "select relname::text from pg_class where relnamespace = 'legacy_b'::regnamespace and relrowsecurity")
    assert {name for (name,) in secured} == B.keys()
    kinds = _all(
        legacy_db,
        "select amname::text, count(*) from pg_class join pg_am on pg_am.oid = relam"
        " where relnamespace = 'legacy_b'::regnamespace and relkind = 'i' and amname <> 'btree' group by 1 order by 1",
    )
    assert kinds == [("gin", 13), ("ivfflat", 1)]
    with standing_in(legacy_db, "legacy_b"):
        legacy_db.execute("insert into users (email) values ('new@example.org')")
        assert _all(legacy_db, "select name, metadata from workspaces") == [("My Workspace", {"is_default": True})]
        legacy_db.execute("update users set updated_at = '2020-01-01', full_name = 'Stamped'")
        assert _all(legacy_db, "select updated_at = now() from users") == [(True,)]


# ---------------------------------------------------------------- the rows


def _counts(connection: Connection, database: Database, schema: str) -> dict[str, int]:
    return {table: _count(connection, schema, table) for table in database.shape}


def _count(connection: Connection, schema: str, table: str) -> int:
    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("size", [1, TINY, 20])
def test_lawful_rows_load_into_the_strict_schemas_and_every_table_has_some(legacy_db: Connection, size: int) -> None:
    legacy = generate(3, size, LAWFUL)
    for database in legacy.databases:
        assert database.relaxed == ()
        load(legacy_db, database, _schema(database.name))
        counts = _counts(legacy_db, database, _schema(database.name))
        assert counts == {table: len(rows) for table, rows in database.rows.items()}
        assert min(counts.values()) > 0


def test_every_table_has_rows_without_any_hazard() -> None:
    for size in (1, TINY):
        for database in generate(9, size, ()).databases:
            assert min(len(rows) for rows in database.rows.values()) > 0
            assert sum(len(rows) for rows in database.rows.values()) < 100  # so that loading them takes no time


@pytest.mark.parametrize("name", sorted(ALL - LAWFUL))
def test_rows_against_the_lists_are_refused_by_the_strict_schemas(with_clean_rows: Connection, name: str) -> None:
    legacy = _beside_clean_rows(generate(UNDISTURBED.seed, TINY, {name}))
    with pytest.raises(psycopg.errors.IntegrityError), with_clean_rows.transaction():
        _load_all(with_clean_rows, replace(legacy, databases=tuple(replace(one, relaxed=()) for one in legacy.databases)))
        with_clean_rows.execute("set constraints all immediate")


def test_the_same_seed_gives_the_same_rows() -> None:
    assert generate(5) == generate(5)


@pytest.mark.parametrize("hazards", [(), {"same_person_two_ids"}])
def test_another_seed_gives_other_rows(hazards: set[str]) -> None:
    some, others = generate(5, TINY, hazards), generate(6, TINY, hazards)
    for name in ("A", "B"):
        for table, rows in some.of(name).rows.items():
            assert [row for row in rows if row in others.of(name).rows[table]] == [], table


def test_what_is_shown_of_a_legacy_is_the_call_that_makes_it() -> None:
    for legacy in (
        generate(7, 3, {"attacker"}, drift={"own_view_a"}, shapes=(B,), accounts=False),
        generate(8, 1, ALL, shapes=(together(frozenset({"users"})),)),
        generate(9, 1, (), drift=DRIFT),
    ):
        assert eval(repr(legacy), vars(generator) | {"together": together}) == legacy  # noqa: S307


def test_leaving_hazards_out_changes_no_other_row() -> None:
    every = generate(1)
    some = generate(1, hazards=sorted(ALL)[::2])
    for name in some.hazards:
        assert some.made[name] == every.made[name]
    for database in some.databases:
        for table, rows in database.rows.items():
            rest = iter(every.of(database.name).rows[table])
            assert all(row in rest for row in rows), f"{table} has rows that are not there with all hazards, or in another order"


def test_texts_arrive_to_the_letter(legacy_db: Connection) -> None:
    legacy = generate(1)
    for database in legacy.databases:
        load(legacy_db, database, _schema(database.name))
        for table, rows in database.rows.items():
            columns = lists.columns_of(database.shape[table], table)
            names = [column.name for column in columns if column.is_key or column.type.startswith(("text", "character"))]
            query = sql.SQL("select {} from {}").format(
                sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(_schema(database.name), table)
            )
            loaded = {str(row[0]): row[1:] for row in legacy_db.execute(query)}
            assert loaded == {str(row["id"]): tuple(row[name] for name in names[1:]) for row in rows}, table


def test_integer_keys_go_on_after_the_last(legacy_db: Connection) -> None:
    load(legacy_db, UNDISTURBED.of("A"), "legacy_a")
    with standing_in(legacy_db, "legacy_a"):
        last = _all(legacy_db, "select max(id) + 1 from script_generations")
        assert _all(legacy_db, "insert into script_generations (topic, script) values ('t', 's') returning id") == last


def test_keys_of_a_and_b_that_are_integers_meet() -> None:
    for table in ("avatar_profiles", "script_generations"):
        of_a, of_b = ({row["id"] for row in UNDISTURBED.of(name).rows[table]} for name in ("A", "B"))
        assert of_a & of_b


def test_a_and_b_know_the_same_people_until_a_hazard_says_otherwise() -> None:
    of_a, of_b = ({(row["id"], row["email"]) for row in UNDISTURBED.of(name).rows["users"]} for name in ("A", "B"))
    assert of_a == of_b
    assert {(account["id"], account["email"]) for account in UNDISTURBED.accounts} == of_a


def test_accounts_can_be_switched_off() -> None:
    assert len(generate(1, TINY, ()).accounts) == TINY
    assert generate(1, TINY, (), accounts=False).accounts == ()
    assert generate(1, TINY, (), shapes=(B,)).accounts == ()


# ---------------------------------------------------------------- the hazards


def test_each_hazard_is_explained_and_has_a_view_that_finds_it(legacy_db: Connection) -> None:
    views = {str(name) for (name,) in _all(legacy_db, "select viewname::text from pg_views where schemaname = 'found'")}
    assert views >= ALL
    assert [name for name, hazard in HAZARDS.items() if not re.fullmatch(r"\S.+\.", hazard.about)] == []


def test_no_hazard_is_found_in_clean_rows(with_clean_rows: Connection) -> None:
    assert {name: where for name, where in _found(with_clean_rows, *ALL).items() if where} == {}


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_hazard_alone_is_found_where_it_says(with_clean_rows: Connection, name: str) -> None:
    legacy = _beside_clean_rows(generate(UNDISTURBED.seed, TINY, {name}))
    with with_clean_rows.transaction(force_rollback=True):
        _load_all(with_clean_rows, legacy)
        assert _found(with_clean_rows, name)[name] == _made(legacy, name) != set()


def test_one_person_is_spelled_in_every_way(with_clean_rows: Connection) -> None:
    with with_clean_rows.transaction(force_rollback=True):
        _load_all(with_clean_rows, _beside_clean_rows(generate(UNDISTURBED.seed, TINY, {"same_person_two_ids"})))
        spellings = _all(with_clean_rows, "select the_same, a_is_small, b_is_small, a_is_trimmed, b_is_trimmed from found.spellings")
    assert sorted(spellings, reverse=True) == [
        (True, True, True, True, True),
        (False, True, True, True, False),
        (False, True, True, False, True),
        (False, True, False, True, True),
        (False, False, True, True, True),
    ]


def test_all_hazards_are_found_together(as_superuser: Connection) -> None:
    legacy = generate(2, 25)
    _load_all(as_superuser, legacy)
    found = _found(as_superuser, *ALL)
    assert {name: missing for name in ALL if (missing := _made(legacy, name) - found[name])} == {}


def test_hazards_come_more_often_where_there_are_more_people() -> None:
    few, many = generate(2), generate(2, 25)
    assert {name for name in ALL if len(many.made[name]) > len(few.made[name])} == {name for name in ALL if not HAZARDS[name].once}


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(legacy=legacy_databases())
def test_whatever_hypothesis_draws_loads(legacy_db: Connection, legacy: Legacy) -> None:
    with legacy_db.transaction(force_rollback=True):
        for database in legacy.databases:
            install(legacy_db, replace(database, drift=()), f"drawn_{database.name.lower()}", indexes=False)
            counts = _counts(legacy_db, database, f"drawn_{database.name.lower()}")
            assert counts == {table: len(rows) for table, rows in database.rows.items()}
            with standing_in(legacy_db, f"drawn_{database.name.lower()}"):
                run_in(legacy_db, f"drawn_{database.name.lower()}", *(DRIFT[name].sql for name in database.drift))


# ---------------------------------------------------------------- drift and bulk


def _has(table: str, column: str) -> str:
    return f"exists (select from pg_attribute where attrelid = '{table}'::regclass and attname = '{column}' and not attisdropped)"


def _is(table: str, column: str, type_name: str) -> str:
    found = f"select atttypid from pg_attribute where attrelid = '{table}'::regclass and attname = '{column}'"
    return f"({found}) = '{type_name}'::regtype"


def _is_relation(name: str, kind: str) -> str:
    return f"exists (select from pg_class where oid = to_regclass('{name}') and relkind = '{kind}')"


def _fires(table: str, trigger: str) -> str:
    return f"exists (select from pg_trigger where tgrelid = '{table}'::regclass and tgname = '{trigger}')"


#: What is true after a drift, and not before it.
EVIDENCE = {
    "bigint_for_integer_a": _is("video_analytics", "views", "bigint"),
    "empty_table_a": "not exists (select from content_recommendations)",
    "empty_table_b": "not exists (select from content_templates)",
    "extra_column_a": _has("content_posts", "campaign_code"),
    "extra_column_b": _has("media_assets", "storage"),
    "integer_for_boolean_a": _is("users", "onboarding_completed", "integer"),
    "integer_for_boolean_b": _is("media_assets", "is_public", "smallint"),
    "json_for_jsonb_a": _is("content_posts", "metadata", "json"),
    "json_for_jsonb_b": _is("social_media_posts", "platform_results", "json"),
    "missing_column_a": f"not {_has('content_posts', 'tags')} and not {_has('content_media', 'workspace_id')}",
    "missing_column_b": f"not {_has('social_media_posts', 'media_urls')} and not {_has('worker_tasks', 'max_retries')}",
    "missing_table_a": "to_regclass('content_insights') is null",
    "missing_table_b": "to_regclass('content_embeddings') is null",
    "text_for_jsonb_b": _is("worker_results", "result_data", "text"),
    "text_for_uuid_a": _is("user_activity_logs", "id", "text"),
    "text_for_varchar_b": _is("campaigns", "name", "text"),
    "timestamp_without_zone_a": _is("content_posts", "created_at", "timestamp"),
    "timestamp_without_zone_b": _is("worker_tasks", "started_at", "timestamp"),
    "type_of_the_owner_a": "exists (select from pg_attribute join pg_type on pg_type.oid = atttypid and typtype = 'e'"
    " where attrelid = 'user_activity_logs'::regclass)",
    "varchar_for_text_a": _is("users", "email", "varchar"),
    "own_foreign_key_a": "exists (select from pg_constraint where conrelid = 'content_posts'::regclass and conname ~ 'approved_by')",
    "own_function_a": "to_regprocedure('count_posts(uuid)') is not null",
    "own_rules_a": "to_regclass('content_posts_by_title') is not null",
    "own_table_a": "(to_regclass('newsletter_subscribers') is not null)",
    "own_table_b": "(to_regclass('asset_licences') is not null)",
    "own_trigger_a": _fires("content_posts", "keep_history"),
    "own_trigger_b": _fires("worker_tasks", "forbid_negative_retries"),
    "own_view_a": f"{_is_relation('published_posts', 'v')} and {_is_relation('posts_by_person', 'm')}",
    "own_view_b": _is_relation("waiting_tasks", "v"),
}


def test_each_drift_is_known_here_and_fits_one_schema() -> None:
    assert EVIDENCE.keys() == DRIFT.keys()
    assert all(drift.fits(A) != drift.fits(B) for drift in DRIFT.values())


@pytest.mark.parametrize("name", sorted(DRIFT))
def test_a_drift_does_what_it_says(with_clean_rows: Connection, name: str) -> None:
    schema = "legacy_a" if DRIFT[name].fits(A) else "legacy_b"
    query = f"select {EVIDENCE[name]}"
    with with_clean_rows.transaction(force_rollback=True), standing_in(with_clean_rows, schema):
        with_clean_rows.execute("drop schema found cascade")  # its views hold on to columns
        assert _all(with_clean_rows, query) == [(False,)]
        run_in(with_clean_rows, schema, DRIFT[name].sql)
        assert _all(with_clean_rows, query) == [(True,)]


def test_the_trigger_of_the_owners_own_writes_into_the_schema_that_it_was_made_in(legacy_db: Connection) -> None:
    legacy = generate(1, TINY, (), drift={"own_trigger_a"}, shapes=(A,))
    install(legacy_db, legacy.of("A"), "drawn")
    legacy_db.execute("update drawn.content_posts set title = 'Changed'")
    assert _count(legacy_db, "drawn", "post_history") == _count(legacy_db, "drawn", "content_posts")


def test_all_drift_and_all_hazards_go_together(legacy_db: Connection) -> None:
    legacy = generate(1, drift=DRIFT)
    for database in legacy.databases:
        install(legacy_db, database, f"drawn_{database.name.lower()}")


@pytest.mark.parametrize("name", ["A", "B"])
def test_bulk_fills_every_table_with_rows_that_the_lists_allow(legacy_db: Connection, name: Letter) -> None:
    wanted = 3000
    install_bulk(legacy_db, name, "bulk", wanted)
    shape = A if name == "A" else B
    counts = {table: _count(legacy_db, "bulk", table) for table in shape}
    assert min(counts.values()) > 0
    assert sum(counts.values()) == pytest.approx(wanted, rel=0.02)


def test_people_in_bulk_have_accounts(as_superuser: Connection) -> None:
    install_bulk(as_superuser, "A", "bulk", 1000)
    install_bulk_accounts(as_superuser, "bulk")
    assert _count(as_superuser, "auth", "users") == _count(as_superuser, "bulk", "users")
