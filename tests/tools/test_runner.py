"""The runner: what it applies, what it refuses, and that nothing is ever half done."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import generators
from psycopg.pq import ExecStatus

from scripts import losses
from scripts.errors import UserError
from scripts.execute import Limits, StatementFailed
from scripts.files import SqlFile
from scripts.runner import Runner
from scripts.server import SUPERUSER
from scripts.target import Connection
from tests.conftest import test_server
from tests.support.rows import one
from tests.tools.conftest import Checkout

Make = Callable[..., Runner]


def _tables(connection: Connection) -> list[str]:
    rows = connection.execute("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1")
    return [row[0] for row in rows]


def test_files_of_both_folders_are_applied_in_one_line_of_numbers(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0030_c.sql", "create table public.c (a integer);", "drop table public.c;")
    checkout.write("0020_b.sql", "create table public.b (a integer);", "drop table public.b;", folder="policies")
    checkout.write("0010_a.sql", "create table public.a (a integer);", "drop table public.a;")
    done = runner_on().migrate()
    assert [migration.up.shown for migration, _ in done] == ["migrations/0010_a.sql", "policies/0020_b.sql", "migrations/0030_c.sql"]
    assert runner_on().migrate() == []


def test_to_stops_at_a_number_and_rollback_to_goes_back_above_it(checkout: Checkout, runner_on: Make) -> None:
    for name in ("0010_a", "0020_b", "0030_c"):
        checkout.write(f"{name}.sql", f"create table public.{name[5:]} (a integer);", f"drop table public.{name[5:]};")
    assert len(runner_on().migrate(to=20)) == 2
    assert len(runner_on().migrate()) == 1
    assert [migration.id for migration in runner_on().rollback(to=10)] == ["0030_c", "0020_b"]
    assert [migration.id for migration in runner_on().rollback(steps=1)] == ["0010_a"]
    assert runner_on().rollback(steps=1) == []


def test_a_failed_file_leaves_nothing_behind_and_is_named_with_line_and_statement(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_good.sql", "create table public.good (a integer);", "drop table public.good;")
    checkout.write(
        "0020_bad.sql", "-- why\ncreate table public.bad (a integer);\n\n-- this one fails\ninsert into public.bad\nvalues (1 / 0);\n"
    )
    with pytest.raises(StatementFailed) as caught:
        runner_on().migrate()
    assert caught.value.sentence.startswith("migrations/0020_bad.sql, line 5: division by zero [22012]")
    assert "in: insert into public.bad" in caught.value.sentence
    again = runner_on()
    assert _tables(again.connection) == ["good"]
    assert list(again.books.records()) == ["0010_good"]


def test_an_error_with_a_position_names_its_line(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_bad.sql", "create table public.a (\n  b integer,\n  c intger\n);\n")
    with pytest.raises(StatementFailed, match=r'0010_bad.sql, line 3: type "intger" does not exist \[42704\]'):
        runner_on().migrate()


def test_of_several_statements_on_a_line_the_one_at_fault_is_named(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_bad.sql", "create table public.x (a integer); insert into public.x values (nope); select 3;")
    with pytest.raises(StatementFailed, match=r"in: insert into public\.x values"):
        runner_on().migrate()


def test_names_in_a_file_do_not_land_in_the_books_schema(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table unqualified (a integer);")
    with pytest.raises(StatementFailed, match="no schema has been selected"):
        runner_on().migrate()


@pytest.mark.parametrize(
    "end",
    [
        "commit;", "begin;", "Rollback;", "start transaction;", "begin transaction read only;", "end;",
        "abort;", "commit", "commit and chain;",
        "/* /* nested */ ' */ rollback and chain; select '1';",
        "rollback work;", "prepare transaction 'x';", "/* so */ commit; -- it ends", "create table public.b (); end;", "select 'a;b'; end",
    ],
)  # fmt: skip
def test_a_file_that_would_end_its_transaction_is_refused(checkout: Checkout, runner_on: Make, end: str) -> None:
    checkout.write("0010_a.sql", f"create table public.a (a integer);\n{end}")
    with pytest.raises(UserError, match=r"line 2: .* would end the transaction"):
        runner_on().migrate()
    assert _tables(runner_on().connection) == []


_NOT_THE_END = (
    "create procedure public.p() language plpgsql as $$ begin commit; end $$;\n"
    "create function public.f() returns integer language sql begin atomic select 1; select 2; end;\n"
    "comment on function public.f() is 'commit; end;';\n"
    "select case when true then 1 else 2 end; -- commit;\n"
    "savepoint a; rollback to savepoint a; rollback to a;\n"
    'create table public."end; commit;" (a integer);\n'
    "select e'it\\'s; commit;';\n"
    "/* /* nested */ commit; */\n"
    "select 'a' like 'b' escape'\\' as a$b$c, 1 as d$b$e; -- a name may hold a dollar sign, and end in e before a quote\n"
)


def test_words_of_other_statements_and_in_quotes_are_no_end_of_a_transaction(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", _NOT_THE_END)
    checkout.write("0020_b.sql", _NOT_THE_END.split("create function", maxsplit=1)[0].replace("public.p", "public.q"))
    assert len(runner_on().migrate()) == 2


def test_a_transaction_that_was_ended_all_the_same_stops_the_run_and_says_so(
    checkout: Checkout, runner_on: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of the text may miss something; what the server did is looked at as well."""
    checkout.write("0010_a.sql", "create table public.a (a integer);\ncommit;\nbegin;")
    monkeypatch.setattr(SqlFile, "check", lambda _: None)
    with pytest.raises(UserError, match="may be half applied"):
        runner_on().migrate()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"create table public.a ();\n\0create table public.b ();", "holds a NUL byte"),
        ("select 'é';".encode("latin-1"), "is not UTF-8"),
        (b"", "holds no statement"),
        (b"-- nothing yet\n/* later */\n;\n", "holds no statement"),
        (b"create table public.a (b integer); copy public.a from stdin;", "copies from or to the client"),
    ],
)
def test_what_cannot_be_run_whole_is_refused(checkout: Checkout, runner_on: Make, content: bytes, said: str) -> None:
    checkout.write("0010_a.sql", "select 1;")
    (checkout.root / "migrations/0010_a.sql").write_bytes(content)
    with pytest.raises(UserError, match=said):
        runner_on().migrate()
    with checkout.target.connect() as connection:
        assert _tables(connection) == []


def test_a_byte_order_mark_is_no_part_of_the_text(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "select 1;")
    (checkout.root / "migrations/0010_a.sql").write_bytes(b"\xef\xbb\xbfselect 1;")
    assert len(runner_on().migrate()) == 1


def test_text_comes_out_as_it_was_written_whatever_the_client_encoding(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "create table public.a as select 'é' as b;", "drop table public.a;")
    assert checkout.run("migrate", PGCLIENTENCODING="LATIN1").returncode == 0
    with checkout.target.connect() as connection:
        assert one(connection, "select b from public.a") == "é"


def test_an_error_inside_a_do_block_names_the_line_in_it(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "select 1;\ndo $$\nbegin\n  perform 1;\n  raise 'no';\nend $$;")
    with pytest.raises(StatementFailed, match=r"line 2: no \(PL/pgSQL function inline_code_block line 4 at RAISE\)"):
        runner_on().migrate()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.write("0010_a.sql", "create table public.a (b text);", "drop table public.a;"), "migrations/0010_a.sql was edited"),
        (lambda c: (c.root / "rollback/0010_a.sql").write_text("select 2;"), "rollback/0010_a.sql was edited"),
        (lambda c: (c.root / "rollback/0010_a.sql").unlink(), "rollback/0010_a.sql is missing"),
        (lambda c: [(c.root / folder / "0010_a.sql").unlink() for folder in ("migrations", "rollback")], "its file is missing"),
        (lambda c: c.write("0005_late.sql", "select 1;"), "migrations/0005_late.sql is new, but 0020"),
        (lambda c: c.write("0030_x.sql", "select 1;", None), "migrations/0030_x.sql has no rollback"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_books_stops_with_the_name_of_the_file(
    checkout: Checkout, runner_on: Make, change: Callable[[Checkout], object], said: str
) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    checkout.write("0020_b.sql", "select 1;")
    runner_on().migrate()
    change(checkout)
    with pytest.raises(UserError, match=said):
        runner_on().migrate()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("0010_other.sql", "The number 0010 is used twice: migrations/0010_a.sql and policies/0010_other.sql"),
        ("10_short.sql", "no number in its name"),
        ("0020_Upper.sql", "no number in its name"),
    ],
)
def test_a_name_that_does_not_fit_the_line_of_numbers_is_refused(checkout: Checkout, runner_on: Make, name: str, said: str) -> None:
    checkout.write("0010_a.sql", "select 1;")
    checkout.write(name, "select 1;", folder="policies")
    with pytest.raises(UserError, match=said):
        runner_on()


def test_a_rollback_without_a_migration_is_refused(checkout: Checkout, runner_on: Make) -> None:
    (checkout.root / "rollback/0010_a.sql").write_text("select 1;")
    with pytest.raises(UserError, match=r"rollback/0010_a\.sql belongs to no file"):
        runner_on()


def test_out_of_order_is_allowed_on_request(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0020_b.sql", "select 1;")
    runner_on().migrate()
    checkout.write("0010_a.sql", "select 1;")
    assert len(runner_on(out_of_order=True).migrate()) == 1


def test_line_ends_of_another_system_are_no_edit(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "select 1;\nselect 2;\n")
    runner_on().migrate()
    (checkout.root / "migrations/0010_a.sql").write_bytes(b"select 1;\r\nselect 2;\r\n")
    assert runner_on().migrate() == []


@pytest.mark.parametrize("setting", ["set statement_timeout = 1", "set role anon", "reset search_path", "set search_path = pg_temp"])
def test_a_setting_does_not_outlive_its_file(checkout: Checkout, runner_on: Make, setting: str) -> None:
    checkout.write("0010_a.sql", f"select 1;\n{setting};\n")
    checkout.write("0020_b.sql", "select pg_sleep(0.05); create table public.b (a integer);")
    runner = runner_on()
    assert len(runner.migrate()) == 2
    assert one(runner.connection, "select current_user || current_setting('search_path')") == "postgresrunner"


def test_what_only_fails_at_the_commit_is_named_with_its_file(checkout: Checkout, runner_on: Make) -> None:
    checkout.write(
        "0010_a.sql",
        "create table public.a (b integer primary key, c integer references public.a deferrable initially deferred);\n"
        "insert into public.a values (1, 2);",
    )
    with pytest.raises(StatementFailed, match=r"0010_a\.sql, at its end: .* violates foreign key constraint .* \[23503\]"):
        runner_on().migrate()
    assert _tables(runner_on().connection) == []


# -------------------------------------------------------------------- rollbacks that would lose rows


@pytest.mark.parametrize(
    ("down", "lost"),
    [
        ("drop table public.a;", "2 rows of public.a"),
        ("truncate public.a;", "2 rows of public.a"),
        ("delete from public.a where b = 1;", "1 row of public.a"),
        ("alter table public.a drop column c;", "1 value of public.a.c"),
        ("alter table public.a drop column c; alter table public.a add column c text;", "1 value of public.a.c"),
        ("alter table public.a alter column c type integer using null;", "1 value of public.a.c"),
        ("update public.a set c = null;", "1 value of public.a.c"),
        ("truncate public.a; insert into public.a values (0);", "1 row of public.a"),
        ("drop schema public cascade; create schema public;", "2 rows of public.a"),
    ],
)
def test_a_rollback_that_would_lose_rows_refuses_and_names_them(checkout: Checkout, runner_on: Make, down: str, lost: str) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer, c text);", down)
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.a values (1, 'x'), (2, null)")
    with pytest.raises(UserError, match=f"rollback/0010_a.sql would lose {lost}"):
        runner_on().rollback(steps=1)
    assert one(runner.connection, "select count(*) from public.a") == 2
    assert list(runner.books.records()) == ["0010_a"]


def test_rows_that_come_in_while_a_rollback_waits_for_its_lock_are_counted(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    runner_on().migrate()
    with checkout.target.connect() as writer:
        with writer.transaction():
            writer.execute("insert into public.a values (1)")
            rollback = checkout.start("rollback", LOCK_TIMEOUT="20s")
            deadline = time.monotonic() + 20
            while not one(writer, "select exists (select from pg_locks where not granted and relation = 'public.a'::regclass)"):
                assert time.monotonic() < deadline
                time.sleep(0.02)
        _, err = rollback.communicate(timeout=60)
        assert rollback.returncode == 1
        assert "would lose 1 row of public.a" in err
        assert one(writer, "select count(*) from public.a") == 1


def _three_with_rows(checkout: Checkout, runner_on: Make) -> Runner:
    """Three tables by three files, rows in the first and the third."""
    for number, name in ((10, "a"), (20, "b"), (30, "c")):
        checkout.write(f"00{number}_{name}.sql", f"create table public.{name} (b integer);", f"drop table public.{name};")
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.a values (1); insert into public.c values (1), (2)")
    return runner


def test_several_rollbacks_are_weighed_before_the_first_one_goes(checkout: Checkout, runner_on: Make) -> None:
    runner = _three_with_rows(checkout, runner_on)
    with pytest.raises(UserError) as caught:
        runner_on().rollback(to=0)
    assert "rollback/0030_c.sql would lose 2 rows of public.c." in caught.value.sentence
    assert "rollback/0010_a.sql would lose 1 row of public.a." in caught.value.sentence
    assert _tables(runner.connection) == ["a", "b", "c"]
    assert len(runner_on().rollback(to=0, force=True)) == 3


def test_each_of_several_rollbacks_is_weighed_under_the_lock_timeout(
    checkout: Checkout, runner_on: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file settles the session after it: without its limits the next one would wait for a lock for ever, holding all the others."""
    _three_with_rows(checkout, runner_on)
    found: list[object] = []
    measure = losses.measure

    def look(connection: Connection, rollback: Callable[[], None], brought: dict[str, int]) -> list[str]:
        found.append(one(connection, "show lock_timeout"))
        return measure(connection, rollback, brought)

    monkeypatch.setattr(losses, "measure", look)
    runner_on().rollback(to=0, force=True)
    assert found == ["200ms"] * 6


def test_what_was_taken_back_before_a_fault_is_said(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "-- transactional: false\ndrop index concurrently public.none_idx;")
    checkout.write("0020_b.sql", "select 1;")
    runner_on().migrate()
    done = checkout.run("rollback", STEPS="2")
    assert done.returncode == 1
    assert "taken back before that" in done.stdout
    assert "migrations/0020_b.sql" in done.stdout
    assert "give TO=number" in done.stdout


def test_what_was_applied_before_a_fault_is_said(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "select 1;")
    checkout.write("0020_b.sql", "select 1 / 0;")
    done = checkout.run("migrate")
    assert done.returncode == 1
    assert "applied before that" in done.stdout
    assert "migrations/0010_a.sql" in done.stdout


@pytest.mark.parametrize(
    ("down", "said"),
    [
        ("delete from auth.users;", "1 row of auth.users"),
        ("delete from private_of_others.t;", "what is in private_of_others.t, which this role may not count"),
    ],
)
def test_rows_of_tables_that_belong_to_others_are_seen_too(checkout: Checkout, runner_on: Make, down: str, said: str) -> None:
    with test_server().target(checkout.target.database, SUPERUSER).connect() as admin:
        admin.execute("create schema private_of_others; create table private_of_others.t as select 1 as a")
        admin.execute("grant usage on schema private_of_others to postgres; grant delete on private_of_others.t to postgres")
        admin.execute("insert into auth.users (id) values (gen_random_uuid())")
        checkout.write("0010_a.sql", "select 1;", down)
        runner_on().migrate()
        with pytest.raises(UserError, match=said):
            runner_on().rollback(steps=1)
        assert one(admin, "select count(*) from auth.users") == 1
        assert one(admin, "select count(*) from private_of_others.t") == 1


def test_the_isolation_that_the_database_sets_by_default_does_not_hide_new_rows(checkout: Checkout, runner_on: Make) -> None:
    with checkout.target.connect() as connection:
        connection.execute(f"alter database {checkout.target.database} set default_transaction_isolation = 'repeatable read'".encode())
    assert one(runner_on().connection, "show default_transaction_isolation") == "read committed"


def test_a_rollback_that_loses_nothing_may_rewrite_what_is_there(checkout: Checkout, runner_on: Make) -> None:
    checkout.write(
        "0010_a.sql",
        "create table public.a (b integer, c text);",
        "alter table public.a alter column b type bigint;\nupdate public.a set c = 'y';",
    )
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.a values (1, 'x')")
    assert len(runner_on().rollback(steps=1)) == 1


def test_a_rollback_does_not_wait_longer_than_it_may_for_a_table_that_is_not_its_own(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    runner_on().migrate()
    with checkout.target.connect() as other:
        other.execute("create table public.other (b integer)")
        with other.transaction():
            other.execute("lock table public.other")
            assert len(runner_on().rollback(steps=1)) == 1


def test_force_loses_rows_only_after_naming_them(checkout: Checkout, runner_on: Make, capsys: pytest.CaptureFixture[str]) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.a values (1)")
    runner.rollback(steps=1, force=True)
    assert "would lose 1 row of public.a" in capsys.readouterr().err
    assert _tables(runner.connection) == []


def test_rows_that_the_file_itself_brought_may_go_with_it(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    checkout.write("0020_b.sql", "insert into public.a values (1), (2);", "delete from public.a where b < 3;")
    runner = runner_on()
    runner.migrate()
    assert len(runner.rollback(steps=1)) == 1
    runner_on().migrate()
    runner.connection.execute("insert into public.a values (1)")
    with pytest.raises(UserError, match=r"would lose 1 row of public\.a"):
        runner_on().rollback(steps=1)


def test_an_empty_column_and_a_generated_one_may_go(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    checkout.write(
        "0020_c.sql",
        "alter table public.a add column c text, add column d integer generated always as (b + 1) stored;",
        "alter table public.a drop column c, drop column d;",
    )
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.a (b) values (1)")
    assert len(runner.rollback(steps=1)) == 1


@pytest.mark.parametrize(("columns", "lost"), [("drop column e", ""), ("drop column c, drop column e", "1 value of public.a.c")])
def test_a_column_that_a_foreign_key_carries_along_may_go_and_the_reference_itself_may_not(
    checkout: Checkout, runner_on: Make, columns: str, lost: str
) -> None:
    checkout.write(
        "0010_a.sql",
        "create table public.d (c integer primary key, e boolean not null, unique (c, e)); create table public.a (b integer, c integer);",
        "drop table public.a; drop table public.d;",
    )
    checkout.write(
        "0020_e.sql",
        "alter table public.a add column e boolean default true, add foreign key (c, e) references public.d (c, e) on update cascade;",
        f"alter table public.a {columns};",
    )
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.d values (1, true); insert into public.a values (1, 1, true)")
    if lost:
        with pytest.raises(UserError, match=f"would lose {re.escape(lost)}"):
            runner.rollback(steps=1)
    else:
        assert len(runner.rollback(steps=1)) == 1


# -------------------------------------------------------------------- files outside a transaction

_INDEX = "-- transactional: false\ncreate index concurrently a_b_idx on public.a (b);\n"
_NO_INDEX = "-- transactional: false\ndrop index concurrently if exists public.a_b_idx;\n"


def test_a_single_statement_may_run_outside_a_transaction(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    checkout.write("0020_index.sql", _INDEX, _NO_INDEX)
    assert len(runner_on().migrate()) == 2
    assert len(runner_on().rollback(steps=1)) == 1


def test_two_statements_outside_a_transaction_are_refused(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", _INDEX + "select 1;", _NO_INDEX)
    with pytest.raises(UserError, match="outside a transaction and holds 2 statements"):
        runner_on().migrate()


def test_what_needs_a_transaction_is_not_let_out_of_it(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "-- transactional: false\ndrop table public.a;")
    runner = runner_on()
    runner.migrate()
    runner.connection.execute("insert into public.a values (1)")
    with pytest.raises(UserError, match="nothing in it needs that"):
        runner_on().rollback(steps=1)
    assert one(runner.connection, "select count(*) from public.a") == 1


def test_an_index_that_was_there_before_is_not_cleaned_up(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    runner_on().migrate()
    runner = runner_on()
    runner.connection.execute("create index a_b_idx on public.a (b)")
    checkout.write("0020_index.sql", _INDEX, _NO_INDEX)
    with pytest.raises(StatementFailed, match="already exists"):
        runner_on().migrate()
    assert one(runner.connection, "select to_regclass('public.a_b_idx')") == "public.a_b_idx"
    runner.connection.execute(
        "insert into runner.unfinished (migration_id, direction, indexes_before) values"
        " ('0020_index', 'apply', array(select indexrelid from pg_index))"
    )
    with pytest.raises(StatementFailed, match="already exists"):
        runner_on().migrate()
    assert one(runner.connection, "select to_regclass('public.a_b_idx')") == "public.a_b_idx", "a killed run had not even begun"


def test_a_failed_file_outside_a_transaction_is_cleaned_up_by_its_rollback(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    runner_on().migrate()
    checkout.write("0020_index.sql", _INDEX.replace("create index", "create unique index"), _NO_INDEX)
    runner = runner_on()
    runner.connection.execute("insert into public.a values (1), (1)")
    with pytest.raises(StatementFailed, match="could not create unique index"):
        runner.migrate()
    assert one(runner.connection, "select to_regclass('public.a_b_idx')") is None, "an invalid index was left"
    runner.connection.execute("delete from public.a")
    assert len(runner_on().migrate()) == 1


# -------------------------------------------------------------------- locks of others


def test_a_file_gives_up_its_place_and_tries_again_while_somebody_holds_the_table(
    checkout: Checkout, runner_on: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    runner_on().migrate()
    checkout.write("0020_b.sql", "alter table public.a add column c text;", "alter table public.a drop column c;")
    with checkout.target.connect() as other, other.transaction():
        other.execute("select * from public.a")
        with pytest.raises(StatementFailed, match=r"0020_b\.sql, line 1: canceling statement due to lock timeout"):
            runner_on(limits=Limits(lock_timeout="50ms", lock_attempts=2)).migrate()
    assert "did not get its lock within 50ms" in capsys.readouterr().err
    assert len(runner_on().migrate()) == 1


def test_a_statement_that_takes_too_long_is_stopped(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "select pg_sleep(10);")
    with pytest.raises(StatementFailed, match="statement timeout"):
        runner_on(limits=Limits(statement_timeout="50ms")).migrate()


def test_a_timeout_that_is_no_time_is_refused(checkout: Checkout, runner_on: Make) -> None:
    checkout.write("0010_a.sql", "select 1;")
    with pytest.raises(UserError, match=r"invalid value for parameter .lock_timeout.: .soon."):
        runner_on(limits=Limits(lock_timeout="soon")).migrate()


_PARTS = [
    "select 1;", "select ';';", 'select 1 as ";";', "-- ;\n", "/* ; */", "\n", "select $$;$$;", "select $a$ $$;$$ $a$;", r"select e'\';';",
    "do $$ begin perform 1; end $$;", "select case when true then 1 end;", "select 'it" + "''" + "s;';", ";", "select 1 as begin_end;",
    "create or replace function pg_temp.f() returns integer language sql begin atomic select case when true then 1 end; select 2; end;",
]  # fmt: skip


@given(parts=st.lists(st.sampled_from(_PARTS), max_size=12))
def test_a_file_is_split_as_the_server_splits_it(shared_connection: Connection, parts: list[str]) -> None:
    text = "\n".join(parts)
    file = SqlFile(Path("x.sql"), "x.sql", text)
    shared_connection.pgconn.send_query(text.encode())
    results = shared_connection.wait(generators.execute(shared_connection.pgconn))
    done = [result for result in results if result.status != ExecStatus.EMPTY_QUERY]
    assert not any(result.status == ExecStatus.FATAL_ERROR for result in done)
    assert len(file.statements()) == len(done)
    for statement in file.statements():
        assert statement.text in text
        assert statement.head in text.split("\n")[statement.line - 1]
