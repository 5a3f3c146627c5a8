"""Runs that are killed, and runs at once: the next run goes on, and the lock of a dead one is told from a live one's."""

from __future__ import annotations

import os
import signal
import time

import psycopg
import pytest

from scripts import books as books_module
from scripts.books import Books
from scripts.settings import query
from scripts.target import Connection
from tests.support.rows import one
from tests.tools.conftest import Checkout

_FILES = 5


@pytest.fixture
def slow(checkout: Checkout) -> Checkout:
    """A checkout whose third file waits until somebody lets go of an advisory lock."""
    for number in range(1, _FILES + 1):
        wait = "select pg_advisory_xact_lock(42);\n" if number == 3 else ""
        checkout.write(
            f"00{number}0_t{number}.sql",
            f"create table public.t{number} (a integer);\n{wait}create index on public.t{number} (a);",
            f"drop table public.t{number};",
        )
    return checkout


def _wait_for(connection: Connection, query: str) -> None:
    deadline = time.monotonic() + 20
    while not one(connection, query):
        assert time.monotonic() < deadline, f"never came true: {query}"
        time.sleep(0.02)


_WAITING = "select exists (select from pg_locks where locktype = 'advisory' and not granted and objid = 42)"


def test_killed_in_the_middle_of_a_file_the_next_run_goes_on(slow: Checkout) -> None:
    with slow.target.connect() as gate:
        gate.execute("select pg_advisory_lock(42)")
        process = slow.start("migrate")
        _wait_for(gate, _WAITING)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        # the backend waits on, and holds the run's lock, until the server notices or the next run ends it
        again = slow.start("migrate")
        _wait_for(gate, "select count(distinct pid) = 1 from pg_locks where locktype = 'advisory' and not granted and objid = 42")
        gate.execute("select pg_advisory_unlock(42)")
        out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert "3 files applied" in out, out
    assert one_result(slow, "select count(*) from pg_class where relname ~ '^t[1-5]$'") == _FILES


def _signed(books: Books, *words: str) -> None:
    """Give a session the signature of a run: the words after its own first two."""
    books.connection.execute("select set_config('application_name', %s, false)", (" ".join(["hybrid-schema", "somewhere", *words]),))


@pytest.mark.parametrize("process", ["4194303", "mine"])
def test_the_session_of_a_run_whose_process_is_gone_is_ended(checkout: Checkout, process: str) -> None:
    """Its number may have been given to another process since: the start tells."""
    checkout.write("0010_a.sql", "select 1;")
    books = Books(checkout.target)
    _signed(books, books_module._machine(), str(os.getpid()) if process == "mine" else process, "1")
    with pytest.raises(psycopg.OperationalError), books.lock():
        done = checkout.run("migrate", LOCK_WAIT="0")
        assert done.returncode == 0, done.stderr
        assert "was killed" in done.stderr
        books.connection.execute("select 1")
    books.close()


def one_result(checkout: Checkout, query: str) -> object:
    with checkout.target.connect() as connection:
        return one(connection, query)


@pytest.mark.parametrize("after", range(1, _FILES))
def test_killed_between_two_files_the_next_run_applies_the_rest(checkout: Checkout, after: int) -> None:
    """The run kills itself when the file after `after` has begun: that one is rolled back, those before are there."""
    for number in range(1, _FILES + 1):
        checkout.write(f"00{number}0_t{number}.sql", f"create table public.t{number} (a integer);", f"drop table public.t{number};")
    hook = checkout.root / "scripts/__main__.py"
    whole = hook.read_text()
    hook.write_text(
        "import os, signal\nfrom scripts import runner\nkept = runner.Runner._apply\n"
        "def apply(self, migration, watch):\n"
        f"    if migration.number == {after + 1}0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return kept(self, migration, watch)\n"
        "runner.Runner._apply = apply\n" + whole
    )
    process = checkout.start("migrate")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    hook.write_text(whole)
    done = checkout.run("migrate")
    assert done.returncode == 0, done.stderr
    assert f"{_FILES - after} file" in done.stdout
    assert one_result(checkout, "select count(*) from runner._yoyo_migration") == _FILES


def test_killed_outside_a_transaction_the_next_run_cleans_up(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer);", "drop table public.a;")
    checkout.write(
        "0020_index.sql",
        "-- transactional: false\ncreate index concurrently a_b_idx on public.a (b);",
        "-- transactional: false\ndrop index concurrently if exists public.a_b_idx;",
    )
    assert checkout.run("migrate", TO="10").returncode == 0
    with checkout.target.connect() as writer:
        with writer.transaction():
            writer.execute("insert into public.a values (1)")
            process = checkout.start("migrate", LOCK_TIMEOUT="60s")
            _wait_for(writer, "select exists (select from pg_class where relname = 'a_b_idx')")
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        done = checkout.run("migrate")
        assert done.returncode == 0, done.stderr
        assert "was cut off: cleaning up" in done.stderr
        assert one(writer, "select indisvalid from pg_index where indexrelid = 'public.a_b_idx'::regclass")


def test_of_two_runs_at_once_one_works_and_the_other_waits(slow: Checkout) -> None:
    with slow.target.connect() as gate:
        gate.execute("select pg_advisory_lock(42)")
        first = slow.start("migrate")
        _wait_for(gate, _WAITING)
        hasty = slow.run("migrate", LOCK_WAIT="0")
        assert hasty.returncode == 1
        assert "Another run holds the lock: postgres (hybrid-schema" in hasty.stderr
        second = slow.start("migrate")
        _wait_for(gate, "select count(*) = 2 from pg_stat_activity where datname = current_database() and application_name like 'hybrid%'")
        gate.execute("select pg_advisory_unlock(42)")
        said = first.communicate(timeout=60)[0], second.communicate(timeout=60)[0]
    assert (first.returncode, second.returncode) == (0, 0)
    assert f"{_FILES} files applied" in said[0]
    assert "Nothing to do" in said[1]


@pytest.mark.parametrize("words", [("another-machine", "1", "1"), ("1", "1"), ("",)])
def test_the_lock_of_a_run_that_this_machine_knows_nothing_of_is_left_alone(checkout: Checkout, words: tuple[str, ...]) -> None:
    """A container or a pod has process ids of its own: the same number is nobody there, and alive here, or the other way round."""
    checkout.write("0010_a.sql", "select 1;")
    books = Books(checkout.target)
    _signed(books, *words)
    with books.lock():
        done = checkout.run("migrate", LOCK_WAIT="0")
        assert done.returncode == 1
        assert "somewhere" in done.stderr
        assert books.connection.execute("select 1").fetchone() == (1,)
    books.close()


def test_a_run_knows_itself_to_be_alive() -> None:
    assert not books_module._is_dead(books_module._signature())
    assert len(books_module._signature()) <= 63, "PostgreSQL cuts an application_name off there"


def test_books_that_were_half_made_are_finished_by_the_next_run(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "select 1;")
    with checkout.target.connect() as connection:
        connection.execute(query("books"))
    assert checkout.run("status").returncode == 0
    assert checkout.run("migrate").returncode == 0
