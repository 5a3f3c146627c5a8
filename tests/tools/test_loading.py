"""SQL and dumps that someone else wrote: what is in them is read, and they can do no harm."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts import loading
from scripts.binaries import wheel_programs
from scripts.comparison import compare
from scripts.errors import UserError
from scripts.files import SqlFile
from scripts.server import Server
from scripts.settings import pg_major
from scripts.structure import read
from scripts.target import Target
from tests.conftest import test_server
from tests.support.rows import one
from tests.support.schemas import BASE, found, load, make


@pytest.mark.parametrize(
    "attack",
    [
        "create role planted superuser login",
        "create role planted",
        "alter role postgres superuser",
        "alter system set log_statement = 'all'",
        "copy t to program 'touch {canary}'",
        "copy t from program 'touch {canary}'",
        "copy t to '{canary}'",
        "copy t from '/etc/passwd'",
        "select lo_export(lo_from_bytea(0, 'x'), '{canary}')",
        "select pg_read_file('/etc/passwd')",
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
        "create function f() returns integer language c as '/lib/x86_64-linux-gnu/libc.so.6', 'getpid'",
        "create function f() returns integer language internal as 'pg_backend_pid'",
        "load '/lib/x86_64-linux-gnu/libc.so.6'",
        "create database planted",
        "set role postgres; create role planted",
        "do $$ begin execute 'create role planted'; end $$",
        "insert into auth.users (id) values (gen_random_uuid())",
        "\\! touch {canary}",
        "  \\copy t to '{canary}'",
        "select 1 \\gexec",
        "\\i /etc/passwd",
        "\\connect postgres",
        "copy t\nfrom stdin",
    ],
)
def test_a_file_can_do_no_harm_and_is_refused_with_its_line(tmp_path: Path, attack: str) -> None:
    canary = tmp_path / "canary"
    tmp_path.chmod(0o777)
    with pytest.raises(UserError) as refused:
        load(tmp_path / "x.sql", f"create table t (a text);\n\n{attack.format(canary=canary)};\n")
    assert refused.value.sentence.startswith("x.sql, line 3")
    assert refused.value.next_step
    assert not canary.exists()
    with test_server().target().connect() as connection:
        grown = "select rolname from pg_roles where rolname = 'planted' or (rolname = 'postgres' and rolsuper)"
        assert connection.execute(grown).fetchall() == []
        assert connection.execute("select from pg_database where datname = 'planted'").fetchall() == []


def test_nothing_is_left_of_a_file_that_was_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guests: list[Target] = []
    real = loading._database_for_a_guest

    def spied(server: Server, file: SqlFile) -> Target:
        guests.append(real(server, file))
        return guests[-1]

    monkeypatch.setattr(loading, "_database_for_a_guest", spied)
    with pytest.raises(UserError):
        load(tmp_path / "x.sql", "nonsense;")
    (guest,) = guests
    with test_server().target().connect() as connection:
        assert one(connection, "select to_regrole(%s) is null", guest.user)
        assert connection.execute("select from pg_database where datname = %s", (guest.database,)).fetchall() == []


def test_the_same_file_without_the_attack_is_read(tmp_path: Path) -> None:
    found = load(tmp_path / "x.sql", "create table t (a text);\n")
    assert [item.name for item in found.items if item.kind == "table"] == ["t"]


def test_a_function_that_a_superuser_wrote_is_read_and_not_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    tmp_path.chmod(0o777)
    found = load(
        tmp_path / "x.sql",
        "create table t (a text);\n"
        f"create function f() returns void language plpgsql security definer as $$ begin copy t to program 'touch {canary}'; end $$;\n"
        "alter function f() owner to postgres;\ngrant execute on function f() to nobody_here;\n"
        "create extension postgis;\ncreate event trigger e on ddl_command_end execute function f();\n",
    )
    assert "touch" in next(item.facts["body"] for item in found.items if item.kind == "function")
    assert [remark.partition(":")[0] for remark in found.remarks] == ["1 x grant execute", "1 x create extension", "1 x create event"]
    assert not canary.exists()


def test_a_file_that_takes_too_long_is_ended_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.loading._PATIENCE", 1)
    endless = "do $$ begin loop begin perform pg_sleep(600); exception when query_canceled then null; end; end loop; end $$;"
    with pytest.raises(UserError, match="did not load within 1 seconds"):
        load(tmp_path / "x.sql", f"set statement_timeout = 0; {endless}")


def test_rows_are_passed_over_and_lines_are_still_those_of_the_file(tmp_path: Path) -> None:
    rows = (
        "set client_encoding = 'UTF8';\n\\restrict abc\ncreate table t (a text, b text);\nCOPY public.t (a, b) FROM stdin;\n"
        "it's; a\t'quote\ncreate table not_one (a text);\t\\N\n\\.\n\n\\unrestrict abc\n"
    )
    assert [item.name for item in load(tmp_path / "x.sql", rows).items if item.kind == "table"] == ["t"]
    with pytest.raises(UserError) as refused:
        load(tmp_path / "x.sql", rows + "create table t2 (a nonsense);\n")
    assert refused.value.sentence.startswith('x.sql, line 10: type "nonsense" does not exist')
    with pytest.raises(UserError) as refused:
        load(tmp_path / "x.sql", rows.partition("\\.")[0])
    assert refused.value.sentence == "x.sql is cut off in the rows that begin at line 4."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no statement"),
        (b"-- nothing\n;\n", "holds no statement"),
        (b"create table t (a text);\n\0", "NUL byte"),
        (b"create table t\xff (a text);\n", "neither SQL in UTF-8 nor a dump"),
        (b"\x1f\x8b\x08\x00", "is compressed"),
        (b"PGDMP\x01\x10\x00", "a dump that pg_restore cannot read"),
        (b"create table t (a text", "line 1: syntax error"),
        (b"begin; create table t (a text);", "begins a transaction and does not end it"),
        (b"create table t (a text); rollback; select 1/0;", "line 1: division by zero"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.sql").write_bytes(content)
    with pytest.raises(UserError) as refused:
        load(tmp_path / "x.sql")
    assert said in refused.value.sentence


def test_a_long_file_and_a_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="is a folder"):
        load(tmp_path)
    monkeypatch.setattr("scripts.loading._MOST", 10)
    with pytest.raises(UserError, match="too long for a schema"):
        load(tmp_path / "x.sql", "create table t (a text);")


@pytest.mark.parametrize(
    ("script", "schema"),
    [
        ("create table t (a vector(3));", "public"),
        ("create table public.t (a extensions.vector(3));", "public"),
        ("create table public.t (a public.vector(3));", "public"),
        ("create extension if not exists vector with schema public; create table public.t (a public.vector(3));", "public"),
        ('create extension "vector"; create table t (a vector(3));', "public"),
        ("create schema s; create extension vector schema s; create table s.t (a s.vector(3));", "s"),
        ("create schema auth; create extension vector; create table t (a vector(3));", "public"),
    ],
)
def test_the_extension_vector_is_where_a_file_looks_for_it(tmp_path: Path, script: str, schema: str) -> None:
    found = load(tmp_path / "x.sql", script, schema)
    assert [item.facts["type"] for item in found.items if item.kind == "column"] == ["vector(3)"]


def test_a_schema_for_the_extension_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match='cannot be put into the schema "nowhere"'):
        load(tmp_path / "x.sql", "create extension vector schema nowhere;")


def _dump(source: Target, to: Path, form: str) -> Path:
    """Make a dump as anybody would."""
    program = wheel_programs(pg_major()) / "pg_dump"
    subprocess.run([program, f"--format={form}", f"--file={to}"], env=source.environment(), check=True)
    return to


@pytest.mark.parametrize("form", ["plain", "custom", "directory", "tar"])
def test_a_dump_in_each_format_is_the_schema_that_was_dumped(empty: Target, tmp_path: Path, form: str) -> None:
    with empty.connect() as connection:
        make(connection, "public", BASE)
        connection.execute("insert into public.people (email) values ('it''s; \\! x'), ('\\.')")
    dump = _dump(empty, tmp_path / "dump", form)
    assert found(compare(read(empty, "public", "live"), load(dump))) == set()
    if form in {"custom", "tar"}:
        dump.write_bytes(dump.read_bytes()[:3000])
        with pytest.raises(UserError, match=r"cannot read|is cut off"):
            load(dump)


def test_a_dump_of_the_hybrid_schema_is_the_hybrid_schema(clone_target: Target, tmp_path: Path) -> None:
    comparison = compare(
        read(clone_target, "public", "live"), load(_dump(clone_target, tmp_path / "dump", "custom")), optional=("right", "comment")
    )
    assert found(comparison) == set()
    assert len(comparison.relations) == 31
