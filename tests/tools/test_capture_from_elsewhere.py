"""A legacy schema in another database, or in a dump, comes whole or not at all, and nothing is changed where it came from."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from scripts import shim
from scripts.consolidate import copying
from scripts.consolidate.capture import captured, drop_copies
from scripts.consolidate.copying import Column, Table
from scripts.errors import UserError
from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.legacy import ALL, DRIFT, B, create_source, generate, install, load_accounts, together
from tests.consolidation.small import add, create_legacy, result, run_all, uid
from tests.migrations.dumps import dump as whole_dump
from tests.support.rows import one
from tests.tools.conftest import Checkout
from tests.tools.elsewhere import capture, dump, rows_of, runner, url

_DRIFT_OF_A = [name for name in DRIFT if name.endswith("_a")]


@pytest.fixture
def source() -> Iterator[Target]:
    """An empty database away from the platform."""
    target = create_source(test_server(), f"source_{uuid4().hex[:12]}")
    yield target
    shim.drop_database(test_server(), target.database)


@pytest.fixture
def small(source: Target) -> Target:
    """The same with A in it, a few rows."""
    with source.connect() as connection:
        install(connection, generate(1, 2, ()).of("A"))
    return source


def _refused(to: Target, given: str, schema: str = "public", wanted: str | None = None) -> UserError:
    with pytest.raises(UserError) as caught:
        capture(to, given, schema, wanted)
    assert caught.value.next_step
    assert "\n" not in caught.value.sentence
    return caught.value


def _nothing_is_there(target: Target) -> bool:
    with target.connect() as connection:
        return bool(
            one(
                connection,
                "select not exists (select from pg_namespace where nspname ~ '^legacy_')",
            )
            and captured(connection, None) == []
        )


def _shown(target: Target) -> str:
    """Return a database as one who gave its URL sees it."""
    return replace(target, embedded_major=None).describe()


# -------------------------------------------------------------------- what comes


@pytest.mark.parametrize("letter", ["A", "B"])
def test_every_row_of_a_drifted_database_comes_as_it_is(source: Target, empty: Target, letter: str) -> None:
    legacy = generate(2, 2, ALL, drift=DRIFT)
    with source.connect() as connection:
        install(connection, legacy.of(letter))
    before, theirs = whole_dump(test_server(), source.database), rows_of(source, "public")
    copied = capture(empty, url(source))
    assert rows_of(empty, f"legacy_{letter.lower()}") == theirs
    assert {name: rows for _, name, rows in copied.rows} == {name: rows for name, (rows, _) in theirs.items()}
    assert copied.without == ()
    assert whole_dump(test_server(), source.database) == before
    assert ("newsletter_subscribers" if letter == "A" else "asset_licences") in theirs
    if letter == "A":
        assert copied.as_text == ("user_activity_logs.resource_type (public.logged_thing)",)


@pytest.mark.parametrize("form", ["plain", "custom", "directory", "tar"])
def test_every_row_of_a_dump_comes_as_it_is(source: Target, empty: Target, tmp_path: Path, form: str) -> None:
    with source.connect() as connection:
        install(connection, generate(3, 1, ALL, drift=_DRIFT_OF_A).of("A"))
    capture(empty, str(dump(source, tmp_path / "dump", form)))
    assert rows_of(empty, "legacy_a") == rows_of(source, "public")


def test_a_dump_with_rows_as_inserts_and_odd_text_comes_too(source: Target, empty: Target, tmp_path: Path) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public", {"users", "workspaces"})
        for number, name in enumerate(
            ("it's; \\! x", "\\.", "copy t from stdin;", "begin\ncopy t (a) from stdin;\n\\.\n", "$x$ -- /*", "ü€😀")
        ):
            add(connection, "public", "users", {"id": uid(number), "email": f"{number}@x.org", "full_name": name})
    theirs = rows_of(source, "public")
    capture(empty, str(dump(source, tmp_path / "rows.sql", "plain", "--inserts", "--rows-per-insert=2")))
    assert rows_of(empty, "legacy_a") == theirs
    with runner(empty) as work:
        drop_copies(work, None)
    capture(empty, str(dump(source, tmp_path / "copied.sql", "plain")))
    assert rows_of(empty, "legacy_a") == theirs


def test_a_and_b_together_come_apart_and_still_know_each_other(source: Target, empty: Target) -> None:
    with source.connect() as connection:
        install(connection, generate(4, 2, (), shapes=(together(frozenset({"users"})),)).of("AB"))
    capture(empty, url(source))
    with runner(empty) as work:
        work.migrate()
        work.connection.execute("select consolidation.build_sources()")
        assert one(work.connection, "select consolidation.found_as('a.users')") == "b.users"
        assert one(work.connection, "select count(distinct copy_number) from consolidation.captures where is_copy") == 1


def test_a_and_b_from_two_databases_do_not_share_tables(small: Target, empty: Target) -> None:
    other = create_source(test_server(), f"source_{uuid4().hex[:12]}")
    try:
        with other.connect() as connection:
            install(connection, generate(5, 1, (), shapes=(B,)).of("B"))
            connection.execute("drop table users cascade")
        capture(empty, url(small))
        capture(empty, url(other))
    finally:
        shim.drop_database(test_server(), other.database)
    with runner(empty) as work:
        work.migrate()
        work.connection.execute("select consolidation.build_sources()")
        assert one(work.connection, "select consolidation.found_as('b.users')") == "b.users"  # though there is no such table


def test_one_of_the_two_and_a_schema_of_another_name(source: Target, empty: Target) -> None:
    with source.connect() as connection:
        install(connection, generate(6, 1, (), shapes=(together(frozenset()),)).of("AB"), "Old Schema")
    copied = capture(empty, url(source), "Old Schema", "b")
    assert {schema for schema, *_ in copied.rows} == {"b"}
    with empty.connect() as connection:
        assert one(connection, "select from_schema from consolidation.captures") == "Old Schema"
        assert one(connection, "select to_regnamespace('legacy_a') is null and to_regnamespace('legacy_incoming') is null")


def test_the_import_of_a_copy_is_that_of_a_schema_in_place(clone_target: Target, source: Target, empty: Target) -> None:
    legacy = generate(7, 2, ALL)
    with source.connect() as connection:
        install(connection, legacy.of("A"))
        install(connection, legacy.of("B"), "theirs")
    for target in (clone_target, empty):
        with runner(target) as work:
            work.migrate()
        with test_server().target(target.database, SUPERUSER).connect() as admin:
            load_accounts(admin, legacy.accounts)
    with clone_target.connect() as connection:
        install(connection, legacy.of("A"), "old_a")
        install(connection, legacy.of("B"), "old_b")
        for letter in ("a", "b"):
            connection.execute("select from consolidation.capture(%s, %s)", (f"old_{letter}", letter))
    capture(empty, url(source), wanted="a")
    capture(empty, url(source), "theirs", "b")
    # what auth.users says beside a copy came with it, and nothing did
    with empty.connect() as connection:
        connection.execute(
            "insert into consolidation.copied_accounts"
            " select id, email, email_confirmed_at, is_sso_user, is_anonymous, deleted_at is not null from auth.users"
        )
    results = []
    for target in (clone_target, empty):
        with target.connect(autocommit=False) as connection:
            connection.execute("select * from consolidation.import_next()")
            connection.execute("update consolidation.runs set started_at = '2026-01-01'")  # stands for times that nobody wrote down
            run_all(connection)
            results.append(result(connection))
    assert sum(map(len, results[0].values())) > 50
    for table in results[0]:
        assert results[1][table] == results[0][table], table


def test_accounts_come_with_a_and_prove_addresses(clone_target: Target, empty: Target) -> None:
    """From one platform to another."""
    people = {
        1: "email_confirmed_at = now()",
        2: "email_confirmed_at = null",
        3: "email_confirmed_at = now(), is_sso_user = true",
        4: "email_confirmed_at = now(), deleted_at = now()",
        5: "email_confirmed_at = now(), is_anonymous = true",
    }
    with empty.connect() as connection:
        create_legacy(connection, "a", "public", {"users", "workspaces"})
        for number, change in people.items():
            add(connection, "public", "users", {"id": uid(number), "email": f"typed{number}@x.org"})
            connection.execute(f"insert into auth.users (id, email) values ('{uid(number)}', 'Proven{number}@x.org')".encode())
            connection.execute(f"update auth.users set {change} where id = '{uid(number)}'".encode())
    copied = capture(clone_target, url(empty))
    assert copied.accounts == 5
    with clone_target.connect(autocommit=False) as connection:
        run_all(connection)
        found = connection.execute("select email, is_sso from consolidation.auth_addresses order by 1").fetchall()
        assert found == [("proven1@x.org", False), ("proven3@x.org", True)]
        assert one(connection, "select count(*) from public.users where email like 'proven%%'") == 2


def test_keys_and_indexes_come_too(small: Target, empty: Target) -> None:
    with small.connect() as connection:
        connection.execute("create index by_two on users (full_name, id); create index part on users (id) where is_admin")
    capture(empty, url(small))
    with empty.connect() as connection:
        found = connection.execute("select indexdef from pg_indexes where schemaname = 'legacy_a' and tablename = 'users'").fetchall()
        assert sorted(definition for (definition,) in found) == [
            "CREATE INDEX by_two ON legacy_a.users USING btree (full_name, id)",
            "CREATE INDEX idx_users_created_at ON legacy_a.users USING btree (created_at)",
            "CREATE UNIQUE INDEX users_email_key ON legacy_a.users USING btree (email)",
            "CREATE UNIQUE INDEX users_pkey ON legacy_a.users USING btree (id)",
        ]


def test_all_rows_are_those_of_one_moment(small: Target, empty: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = rows_of(small, "public")
    real = copying._Way.copy

    def spoiled(way: copying._Way, origin: object, schema: str, table: Table) -> int:
        with small.connect() as connection:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier("workspaces")))
            connection.execute("insert into users (email) select gen_random_uuid()::text || '@x.org'")
        return real(way, origin, schema, table)  # type: ignore[arg-type]

    monkeypatch.setattr(copying._Way, "copy", spoiled)
    capture(empty, url(small))
    assert rows_of(empty, "legacy_a") == theirs
    assert rows_of(small, "public") != theirs


def test_tables_that_come_are_not_emptied_behind_the_copy(small: Target, empty: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    real = copying._tables

    def meanwhile(source: Connection) -> list[Table]:
        with small.connect() as connection:
            connection.execute("set lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                connection.execute("truncate content_media")
        return real(source)

    monkeypatch.setattr(copying, "_tables", meanwhile)
    theirs = rows_of(small, "public")
    capture(empty, url(small))
    assert rows_of(empty, "legacy_a") == theirs


def test_a_partitioned_table_and_one_that_others_inherit_from_come_once(source: Target, empty: Target) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public", {"users", "workspaces"})
        connection.execute(
            "create table parted (id integer, at date) partition by range (at);"
            "create table parted_old partition of parted for values from (minvalue) to ('2020-01-01');"
            "create table parted_rest partition of parted default;"
            "insert into parted values (1, '2010-01-01'), (2, '2025-01-01');"
            "create table older_users () inherits (users);"
            "insert into older_users (email) values ('old@x.org'); insert into users (email) values ('new@x.org'); create table bare ()"
        )
    copied = {name: rows for _, name, rows in capture(empty, url(source)).rows}
    assert copied == {"bare": 0, "older_users": 1, "parted": 2, "users": 1, "workspaces": 0}


def test_the_session_at_the_source_can_write_nothing(small: Target, empty: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def writes(source: Connection) -> list[Table]:
        source.execute("insert into public.users (email) values ('planted@x.org')")
        return []

    monkeypatch.setattr(copying, "_tables", writes)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        capture(empty, url(small))
    assert _nothing_is_there(empty)


def test_a_type_that_is_no_type_is_not_run(empty: Target) -> None:
    """What a foreign server calls its types is text of somebody else."""
    hostile = "integer default length(pg_catalog.set_config('planted.x', 'yes', false))"
    columns = (Column("a", "integer", hostile, False), Column("b", "x", "text; drop schema public", True), Column("c", "x", "int[]", True))
    with empty.connect() as connection:
        connection.execute("create schema legacy_incoming")
        assert copying._make(connection, Table("t", "r", 0, True, columns)) == ["a (integer)", "b (x)"]
        found = connection.execute(
            "select attname, format_type(atttypid, null) from pg_attribute where attrelid = 'legacy_incoming.t'::regclass and attnum > 0"
        )
        assert found.fetchall() == [("a", "text"), ("b", "text"), ("c", "integer[]")]


# -------------------------------------------------------------------- cut off


@contextmanager
def _held_up(target: Target, by: str = "copied_accounts") -> Iterator[Connection]:
    """Let a copy wait for a table of the books: captures before the first row, copied_accounts when all rows are there, uncommitted."""
    with target.connect(autocommit=False) as connection:
        connection.execute(f"lock table consolidation.{by} in access exclusive mode".encode())
        yield connection
        connection.rollback()


def _wait_until_held_up(target: Target) -> None:
    deadline = time.monotonic() + 30
    with target.connect() as connection:
        while not one(
            connection,
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            " and application_name = 'hybrid-schema (copies)')",
        ):
            assert time.monotonic() < deadline, "no copy came so far"
            time.sleep(0.05)


@pytest.fixture
def platform_source() -> Iterator[Target]:
    """A of a few rows on the platform, so that accounts come last."""
    target = shim.create_database(test_server(), f"source_{uuid4().hex[:12]}")
    with target.connect() as connection:
        create_legacy(connection, "a", "public")
        add(connection, "public", "users", {"id": uid(1), "email": "a@x.org"})
        connection.execute("insert into auth.users (id, email) values (gen_random_uuid(), 'a@x.org')")
    yield target
    shim.drop_database(test_server(), target.database)


def test_a_run_that_is_killed_leaves_nothing_and_the_next_one_says_so(with_files: Checkout, platform_source: Target) -> None:
    target = with_files.target
    with runner(target) as work:
        work.migrate(alone=True)
    with _held_up(target):
        process = with_files.start("capture", SOURCE=url(platform_source))
        _wait_until_held_up(target)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    assert _nothing_is_there(target)
    again = with_files.run("capture", SOURCE=url(platform_source))
    assert again.returncode == 0, again.stderr
    assert f"The capture of {_shown(platform_source)} that began at " in again.stderr
    assert "was cut off: nothing of it is there, and this one begins anew." in again.stderr
    assert rows_of(target, "legacy_a") == rows_of(platform_source, "public")
    third = with_files.run("capture", SOURCE=url(platform_source))
    assert "cut off" not in third.stderr
    assert "error: Legacy_a is there already." in third.stderr


@pytest.mark.parametrize("which", ["source", "target"])
def test_a_connection_that_is_lost_gets_one_sentence_and_leaves_nothing(with_files: Checkout, platform_source: Target, which: str) -> None:
    target = with_files.target
    with runner(target) as work:
        work.migrate(alone=True)
    lost = platform_source if which == "source" else target
    name = "hybrid-schema (reads only)" if which == "source" else "hybrid-schema (copies)"
    with _held_up(target, "captures" if which == "source" else "copied_accounts"):
        process = with_files.start("capture", SOURCE=url(platform_source))
        _wait_until_held_up(target)
        with test_server().target(lost.database, SUPERUSER).connect() as admin:
            ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s and datname = current_database()"
            assert one(admin, ended, name)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    said = f"error: {_shown(platform_source)} dropped the connection" if which == "source" else "error: The connection to the database"
    assert said in err, err
    assert "Traceback" not in err
    assert err.count("error: ") == 1
    assert _nothing_is_there(target)
    if which == "source":
        assert "cut off" not in with_files.run("capture", SOURCE=url(platform_source)).stderr  # it has said so


def test_python_stays_small_however_much_comes(with_files: Checkout, source: Target) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public", {"users", "workspaces", "content_posts"})
        connection.execute(
            "insert into public.content_posts (title, content) select 'post ' || n, repeat(n::text || ' word ', 500)"
            " from generate_series(1, 60000) as n"
        )
    process = with_files.start("capture", SOURCE=url(source))
    highest = 0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        lines = status.read_text().splitlines()
        highest = max([highest, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
        time.sleep(0.05)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "60000" in out
    assert 20_000 < highest < 200_000  # kB, of some 300 MB that went through


# -------------------------------------------------------------------- what is refused


def test_an_empty_database_and_one_that_is_neither_are_refused(source: Target, empty: Target) -> None:
    assert "There are no tables in the schema public of " in _refused(empty, url(source)).sentence
    assert "has no schema nowhere." in _refused(empty, url(source), "nowhere").sentence
    with source.connect() as connection:
        connection.execute("create table users (id integer, name text); create table cars (id integer)")
    assert "are not those of A or B." in _refused(empty, url(source)).sentence
    assert _nothing_is_there(empty)


def test_the_hybrid_is_no_legacy(clone_target: Target, empty: Target) -> None:
    """Its tables have names and columns of A and B."""
    assert _refused(empty, url(clone_target)).sentence == f"The schema public of {_shown(clone_target)} holds the tables of the hybrid."


def test_the_other_one_and_a_second_time_are_refused(small: Target, empty: Target) -> None:
    assert "are not those of B." in _refused(empty, url(small), wanted="b").sentence
    capture(empty, url(small))
    before = rows_of(empty, "legacy_a")
    assert _refused(empty, url(small)).sentence == "Legacy_a is there already."
    # the captured schema itself, as if it were another one
    assert _refused(empty, url(empty), "legacy_a").sentence == "Legacy_a is there already."
    assert rows_of(empty, "legacy_a") == before


@pytest.fixture
def weak(small: Target) -> Iterator[Target]:
    """A role that may connect, and nothing else."""
    name = f"weak_{uuid4().hex[:8]}"
    with test_server().target(small.database, SUPERUSER).connect() as admin:
        admin.execute(f"create role {name} login password 'weak-password'".encode())
    yield Target(small.host, small.port, name, small.database, "weak-password")
    with test_server().target(small.database, SUPERUSER).connect() as admin:
        admin.execute(f"drop owned by {name}; drop role {name}".encode())


def test_a_role_without_rights_is_told_which_tables_it_may_not_read(small: Target, empty: Target, weak: Target) -> None:
    assert f"{weak.user} may not read all rows of " in _refused(empty, url(weak)).sentence
    with small.connect() as connection:
        connection.execute(f"grant select on all tables in schema public to {weak.user}".encode())
    # row-level security would hide rows: no error, and not all of them
    assert "avatar_profiles" in _refused(empty, url(weak)).sentence
    with small.connect() as connection:
        for (table,) in connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall():
            connection.execute(sql.SQL("alter table {} disable row level security").format(sql.Identifier(table)))
    capture(empty, url(weak))
    assert rows_of(empty, "legacy_a") == rows_of(small, "public")


def test_a_role_that_may_make_no_schema_in_the_target_gets_a_sentence(with_files: Checkout, small: Target) -> None:
    with runner(with_files.target) as work:
        work.migrate(alone=True)
    with test_server().target(with_files.target.database, SUPERUSER).connect() as admin:
        name = f"weak_{uuid4().hex[:8]}"
        admin.execute(f"create role {name} login password 'weak-password'".encode())
        try:
            weak = Target(small.host, small.port, name, with_files.target.database, "weak-password")
            done = with_files.run("capture", SOURCE=url(small), DATABASE_URL=url(weak))
        finally:
            admin.execute(f"drop owned by {name}; drop role {name}".encode())
    assert done.returncode == 1
    assert "permission denied" in done.stderr


def test_a_wrong_password_and_a_mistyped_source_are_refused_and_not_shown(with_files: Checkout, small: Target, tmp_path: Path) -> None:
    wrong = url(small).replace(small.password, "hush-not-the-password")
    for command, given, said in (
        ("capture", wrong, "wrong user or password"),
        ("inspect", wrong, "wrong user or password"),
        ("capture", url(small).replace(f":{small.port}/", ":1/"), "No server answers at "),
        ("inspect", wrong + "?sslmode=require", "error: "),  # the embedded server has no TLS
        ("capture", wrong + "?sslmode=verify-full&sslrootcert=/nowhere", "error: "),
        ("inspect", f"postgres:/me:{'hush'}-x@host/db", "SOURCE is neither a URL nor a file that is there."),
        ("capture", "postgres://nobody", "SOURCE does not name a user, a host and a database."),
        ("capture", str(tmp_path / "nothing.dump"), "SOURCE is neither a URL nor a file that is there ("),
        ("capture", "", "SOURCE is empty."),
    ):
        done = with_files.run(command, SOURCE=given)
        assert done.returncode == 1
        assert said in done.stderr
        assert "hush" not in done.stdout + done.stderr
        assert small.password not in done.stdout + done.stderr
        assert done.stderr.count("error: ") == 1


@pytest.mark.parametrize("form", ["plain", "custom", "tar", "directory"])
def test_a_dump_that_is_cut_off_is_refused(small: Target, empty: Target, tmp_path: Path, form: str) -> None:
    with small.connect() as connection:
        # too much for the beginning of a file, and nothing that can be packed
        connection.execute("insert into content_posts (content) select string_agg(md5(n::text), '') from generate_series(1, 20000) as n")
    path = dump(small, tmp_path / "dump", form)
    if form == "directory":
        path = max(path.glob("*.dat.gz"), key=lambda file: file.stat().st_size)
    whole = path.read_bytes()
    # in the rows, and after them where only the end is missing
    for length in (len(whole) - 200_000, *([len(whole) - 100] if form == "plain" else [])):
        path.write_bytes(whole[:length])
        said = _refused(empty, str(tmp_path / "dump")).sentence
        assert "cut off" in said or "pg_restore cannot read" in said, said
        assert _nothing_is_there(empty)
    path.write_bytes(whole)
    capture(empty, str(tmp_path / "dump"))


def test_a_dump_with_functions_of_a_superuser_gains_nothing(small: Target, empty: Target, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    tmp_path.chmod(0o777)
    attacks = f"""
create function public.attack() returns trigger language plpgsql security definer as
$$ begin copy users to program 'touch {canary}'; return new; end $$;
alter function public.attack() owner to postgres;
create trigger attack after insert on public.users for each row execute function public.attack();
create role planted superuser login;
alter role postgres superuser;
copy public.users to program 'touch {canary}';
create event trigger planted on ddl_command_end execute function public.attack();
create cast (public.users as text) with function public.nothing(public.users);
select pg_read_file('/etc/passwd');
set session authorization postgres;
alter table public.users force row level security;
"""
    path = dump(small, tmp_path / "dump.sql", "plain")
    path.write_text(
        path.read_text().replace("-- PostgreSQL database dump complete\n", f"{attacks}\n-- PostgreSQL database dump complete\n")
    )
    # to a program it is a copy of the schema's tables that fails, and that stops it
    assert "permission denied to COPY to or from an external program" in _refused(empty, str(path)).sentence
    path.write_text(path.read_text().replace(f"copy public.users to program 'touch {canary}';", ""))
    capture(empty, str(path))
    assert rows_of(empty, "legacy_a") == rows_of(small, "public")
    assert not canary.exists()
    with empty.connect() as connection:
        grown = "select rolname from pg_roles where rolname = 'planted' or (rolname = 'postgres' and rolsuper)"
        assert connection.execute(grown).fetchall() == []
        assert one(connection, "select count(*) from pg_proc where pronamespace = 'legacy_a'::regnamespace") == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no statement"),
        (b"\x1f\x8b\x08\x00", "is compressed"),
        (b"create table users (id uuid", "line 1: syntax error"),
        (b"create table users (id uuid);\n\ncreate table posts (a nonsense);", 'line 3: type "nonsense" does not exist'),
        (b"create table users (id uuid);\nrollback;", "line 2: it takes back what it did"),
        (b"\\! touch /tmp/x\n", "is a command of psql"),
    ],
)
def test_a_file_that_is_no_dump_gets_a_sentence(empty: Target, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.sql").write_bytes(content)
    assert said in _refused(empty, str(tmp_path / "x.sql")).sentence


def test_a_dump_of_the_platform_s_database_comes_without_what_the_server_lacks(empty: Target, tmp_path: Path) -> None:
    """As pg_dump makes it of a whole Supabase database: schemas, extensions and roles that are not here, defaults that call them."""
    (tmp_path / "dump.sql").write_text(
        """
create schema auth; create schema extensions; create schema storage;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists vector with schema extensions;
create extension if not exists pg_graphql with schema graphql;
create table auth.users (id uuid not null, email varchar(255), email_confirmed_at timestamptz, is_sso_user boolean default false not null);
create table storage.objects (id uuid, owner nonsense.type);
create table public.users (
  id uuid default extensions.uuid_generate_v4() not null, email text not null, full_name text, avatar_url text, subscription_tier text,
  is_admin boolean, onboarding_completed boolean, preferences jsonb, created_at timestamptz, updated_at timestamptz,
  token text default encode(extensions.gen_random_bytes(8), 'hex')
);
alter table public.users owner to supabase_admin;
copy auth.users (id, email, email_confirmed_at, is_sso_user) from stdin;
00000000-0000-4000-8000-000000000001	a@x.org	2024-01-01 00:00:00+00	f
\\.
copy storage.objects (id, owner) from stdin;
00000000-0000-4000-8000-000000000001	x
\\.
copy public.users (id, email, token) from stdin;
00000000-0000-4000-8000-000000000001	a@x.org	\\N
\\.
create policy own on public.users using (auth.uid() = id);
grant select on public.users to somebody;
alter table only public.users add constraint users_pkey primary key (id);
"""
    )
    copied = capture(empty, str(tmp_path / "dump.sql"))
    assert copied.rows == (("a", "users", 1),)
    assert copied.accounts == 1
    with empty.connect() as connection:
        assert one(connection, "select email from consolidation.copied_accounts where email_confirmed_at is not null") == "a@x.org"


# -------------------------------------------------------------------- and back


def test_release_drops_a_copy_and_says_so(with_files: Checkout, small: Target) -> None:
    before = whole_dump(test_server(), small.database)
    done = with_files.run("capture", SOURCE=url(small))
    assert f"came from {_shown(small)}, which was only read." in done.stdout
    done = with_files.run("release", WHICH="A")
    assert done.returncode == 0, done.stderr
    assert "legacy_a   20" in done.stdout
    assert "That was a copy; where it came from nothing was changed." in done.stdout
    assert _nothing_is_there(with_files.target)
    assert whole_dump(test_server(), small.database) == before
    assert "nothing of that was moved aside" in with_files.run("release").stderr


def test_a_copy_is_not_dropped_under_an_import_that_reads_it(small: Target, clone_target: Target) -> None:
    capture(clone_target, url(small))
    with runner(clone_target) as work:
        work.connection.execute("select * from consolidation.import_next()")
        with pytest.raises(psycopg.Error) as caught:
            drop_copies(work, "a")
        assert caught.value.sqlstate == "HS108"
        work.connection.execute("update consolidation.runs set finished_at = now()")
        assert len(drop_copies(work, None)) == 20
        assert captured(work.connection, None) == []
        assert one(work.connection, "select to_regnamespace('source_a') is null")
        with pytest.raises(psycopg.Error) as caught:
            drop_copies(work, None)
        assert caught.value.sqlstate == "HS107"


def test_a_rollback_names_the_rows_of_a_copy_before_it_drops_them(small: Target, empty: Target) -> None:
    capture(empty, url(small))
    with runner(empty) as work:
        with pytest.raises(UserError, match=r"rows of legacy_a\."):
            work.rollback(to=0)
        work.rollback(to=0, force=True)
        assert one(work.connection, "select to_regnamespace('legacy_a') is null and to_regnamespace('consolidation') is null")


def test_a_released_copy_can_come_again(small: Target, empty: Target) -> None:
    for _ in range(2):
        capture(empty, url(small))
        with runner(empty) as work:
            drop_copies(work, None)
