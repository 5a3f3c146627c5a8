"""make backup: in one snapshot or not at all; what is damaged is named; and what a change asks of it (verifying: test_verify_backup.py)."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
import pytest

from scripts import backups, clients, manifest, toc
from scripts.binaries import wheel_programs
from scripts.commands import backups as commands
from scripts.contents import Content
from scripts.errors import UserError
from scripts.manifest import Backup, Manifest
from scripts.progress import Progress
from scripts.restore import MARKER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.rows import one
from tests.tools import backups as support
from tests.tools.conftest import Checkout


@pytest.fixture(scope="module")
def source() -> Iterator[Target]:
    """A small database; tests that change it take it back."""
    target = support.small(f"small_{uuid4().hex[:12]}")
    yield target
    support.drop(target)


@pytest.fixture(scope="module")
def made(source: Target, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup of it, which tests copy before they spoil it."""
    return backups.make(source, tmp_path_factory.mktemp("backup") / "small")


@pytest.fixture
def copy(made: Backup, tmp_path: Path) -> Backup:
    """A copy of the backup, to be spoiled."""
    return support.copied(made, tmp_path / "copy")


# -------------------------------------------------------------------- what is made


def test_the_manifest_says_what_was_there(made: Backup, source: Target) -> None:
    found = made.manifest
    assert {one.shown: one.rows for one in found.tables if one.schema == "public"} == {"public.things": 100, "public.others": 3}
    assert [(one.shown, one.before.last_value, one.after.is_called) for one in found.sequences] == [("public.things_id_seq", 100, True)]
    assert found.whole
    assert found.source.name == source.database
    assert found.source.version_number // 10000 == test_server().major
    assert found.source.encoding == "UTF8"
    assert f"pg_dump (PostgreSQL) {test_server().major}" in found.pg_dump
    assert {"auth", "extensions", "public"} == found.schemas.keys()
    assert {"postgres", "anon", "service_role", "supabase_auth_admin"} <= set(found.roles)
    assert [(one.name, one.schema) for one in found.extensions] == [("vector", "extensions")]
    assert {"dump/toc.dat", "structure.json"} <= found.files.keys()
    assert found.files.keys() == {
        path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file() and path.name != manifest.MANIFEST
    }
    assert "table public.things" in made.structure()["public"]
    made.check_files()


def test_nobody_else_can_read_a_backup(made: Backup) -> None:
    modes = {path.stat().st_mode & 0o777 for path in (made.folder, *made.folder.rglob("*")) if path.is_dir()}
    assert modes == {0o700}
    assert {path.stat().st_mode & 0o777 for path in made.folder.rglob("*") if path.is_file()} == {0o600}


def test_a_backup_is_read_back_as_it_was_written(made: Backup, tmp_path: Path) -> None:
    manifest.write(tmp_path / manifest.MANIFEST, made.manifest.text())
    assert manifest.read(tmp_path).manifest == made.manifest


def test_a_part_of_a_database_is_backed_up_where_schemas_are_named(source: Target, tmp_path: Path) -> None:
    with source.connect() as connection:
        connection.execute(
            'create schema "odd ""one"; create table "odd ""one"."t 1" (a integer); insert into "odd ""one"."t 1" values (1)'
        )
    try:
        part = backups.make(source, tmp_path / "part", schemas=['odd "one'])
        listed = toc.read(part.dump, clients.client_major(part.manifest.source.version_number), part.manifest.schemas, part.manifest.roles)
        assert not part.manifest.whole
        assert [(one.shown, one.rows) for one in part.manifest.tables] == [('odd "one.t 1', 1)]
        assert {one.schema for one in listed if one.kind == "TABLE DATA"} == {'odd "one'}
        with pytest.raises(UserError, match="There is no schema nowhere"):
            backups.make(source, tmp_path / "other", schemas=["public", "nowhere"])
    finally:
        with source.connect() as connection:
            connection.execute('drop schema "odd ""one" cascade')


def test_a_folder_that_is_there_is_left_alone(source: Target, made: Backup) -> None:
    with pytest.raises(UserError, match="is there already"):
        backups.make(source, made.folder)
    made.check_files()


# -------------------------------------------------------------------- damage


def _flip(backup: Backup) -> None:
    path = support.data_file(backup)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _truncate(backup: Backup) -> None:
    toc_file = backup.folder / "dump/toc.dat"
    toc_file.write_bytes(toc_file.read_bytes()[:-100])


def _lengthen(backup: Backup) -> None:
    path = support.data_file(backup)
    path.write_bytes(path.read_bytes() + b"x")


def _edit_rows(backup: Backup) -> None:
    path = backup.folder / manifest.MANIFEST
    path.write_text(path.read_text().replace('"rows": 100', '"rows": 99'))


def _link(backup: Backup) -> None:
    path = support.data_file(backup)
    path.rename(backup.folder.parent / "elsewhere")
    path.symlink_to(backup.folder.parent / "elsewhere")


_DAMAGE: dict[str, tuple[Callable[[Backup], object], str]] = {
    "a flipped bit": (_flip, r"dump/\d+\.dat\.gz was changed"),
    "a missing file": (lambda backup: support.data_file(backup).unlink(), r"dump/\d+\.dat\.gz is missing"),
    "an added file": (lambda backup: (backup.folder / "dump/9999.dat.gz").write_bytes(b""), r"dump/9999\.dat\.gz does not belong to it"),
    "a note beside it": (lambda backup: (backup.folder / "notes.txt").write_text("x"), r"notes\.txt does not belong to it"),
    "a short table of contents": (_truncate, r"dump/toc\.dat has \d+ bytes and not \d+"),
    "a longer file": (_lengthen, r"dump/\d+\.dat\.gz has \d+ bytes and not \d+"),
    "a link": (_link, r"dump/\d+\.dat\.gz is no file"),
    "an edited manifest": (_edit_rows, r"manifest\.json is not what was written"),
    "half a manifest": (lambda backup: os.truncate(backup.folder / "manifest.json", 500), r"manifest\.json is not what was written"),
    "no JSON": (lambda backup: (backup.folder / "manifest.json").write_text("[]"), r"manifest\.json is not what was written"),
    "no manifest": (lambda backup: (backup.folder / "manifest.json").unlink(), r"is no whole backup: manifest\.json is missing"),
    "another structure": (lambda backup: (backup.folder / "structure.json").write_text("{}"), r"structure\.json has 2 bytes and not \d+"),
}


@pytest.mark.parametrize("damage", _DAMAGE)
def test_what_is_damaged_is_named(copy: Backup, damage: str) -> None:
    spoil, said = _DAMAGE[damage]
    support.proven(copy)
    spoil(copy)
    with pytest.raises(UserError, match=said) as refused:
        manifest.read(copy.folder).check_files()
    assert "make backup" in refused.value.next_step


@pytest.mark.heavy
def test_a_damaged_backup_is_neither_verified_nor_restored(copy: Backup, checkout: Checkout) -> None:
    support.proven(copy)
    _flip(copy)
    for command in ("verify-backup", "restore"):
        done = checkout.run(command, BACKUP=str(copy.folder), FORCE="1")
        assert done.returncode == 1
        assert "was changed" in done.stderr
        assert done.stdout == ""
    with checkout.target.connect() as connection:
        assert one(connection, "select to_regclass('public.things')") is None


def test_the_mark_of_one_backup_is_none_for_another(made: Backup, copy: Backup, source: Target, tmp_path: Path) -> None:
    assert copy.verified() is None
    support.proven(copy)
    assert copy.verified() is not None
    other = backups.make(source, tmp_path / "other")
    (other.folder / manifest.VERIFIED).write_bytes((copy.folder / manifest.VERIFIED).read_bytes())
    assert other.verified() is None
    for text in ("", "[]", "{}", '{"manifest_sha256": "x"}'):
        (copy.folder / manifest.VERIFIED).write_text(text)
        assert copy.verified() is None
    assert made.verified() is None


# -------------------------------------------------------------------- one moment


@contextmanager
def _held(target: Target) -> Iterator[Connection]:
    """Stop a backup in the middle: pg_dump reads the list of large objects, and somebody holds that."""
    with support.as_superuser(target).connect(autocommit=False) as gate:
        gate.execute("lock table pg_catalog.pg_largeobject_metadata in access exclusive mode")
        yield gate


def _wait_for_pg_dump(target: Target) -> None:
    """Wait until pg_dump has come so far, which is after the snapshot and the locks on tables."""
    waiting = "select exists (select from pg_stat_activity where datname = %s and application_name = %s and wait_event_type = 'Lock')"
    deadline = time.monotonic() + 30
    with support.as_superuser(target).with_database("postgres").connect() as connection:
        while not one(connection, waiting, target.database, clients.APPLICATION):
            assert time.monotonic() < deadline, "pg_dump never came to the lock"
            time.sleep(0.02)


@pytest.fixture
def busy(source: Target, tmp_path: Path) -> Iterator[tuple[Future[Backup], Connection, Callable[[], None]]]:
    """A backup that stands still after its snapshot, a session in which things go on meanwhile, and what lets the backup go on."""
    with ThreadPoolExecutor(1) as pool, _held(source) as gate:
        running = pool.submit(backups.make, source, tmp_path / "busy")
        _wait_for_pg_dump(source)
        with source.connect() as connection:
            yield running, connection, gate.commit


Busy = tuple[Future[Backup], Connection, Callable[[], None]]


def test_rows_counts_and_hashes_are_of_one_moment(source: Target, made: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment is before pg_dump begins: what is committed then is neither counted nor dumped, and nothing can be emptied."""

    def meanwhile(*given: Any) -> clients.Client:
        with source.connect() as connection:
            connection.execute("insert into public.things (id, name) values (0, 'too late')")
            connection.execute("update public.things set name = 'changed' where id = 1")
            connection.execute("set lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                connection.execute("truncate public.things cascade")
        return clients.Client(*given)

    monkeypatch.setattr(backups, "Client", meanwhile)
    try:
        backup = backups.make(source, tmp_path / "moment")
    finally:
        with source.connect() as connection:
            connection.execute("delete from public.things where id = 0")
            connection.execute("update public.things set name = 'thing 1' where id = 1")
    assert _things(backup.manifest) == _things(made.manifest)
    assert sorted(_rows_in_dump(backup, "things")) == sorted(f"{n}\tthing {n}" for n in range(1, 101))


def test_a_sequence_that_goes_on_meanwhile_has_a_span(busy: Busy) -> None:
    running, connection, go_on = busy
    try:
        connection.execute("select nextval('public.things_id_seq') from generate_series(1, 5)")
        go_on()
        (span,) = running.result(60).manifest.sequences
    finally:
        connection.execute("select setval('public.things_id_seq', 100)")
    assert (span.before.last_value, span.after.last_value) == (100, 105)
    assert [value for value in range(98, 108) if span.holds(replace(span.before, last_value=value))] == list(range(100, 106))


def test_a_sequence_that_stands_still_must_be_exactly_there(made: Backup) -> None:
    (span,) = made.manifest.sequences
    assert span.holds(span.before)
    assert not span.holds(replace(span.before, last_value=99))
    assert not span.holds(replace(span.before, is_called=False))


def test_a_backup_during_which_the_structure_changes_is_thrown_away(busy: Busy, tmp_path: Path) -> None:
    running, connection, go_on = busy
    connection.execute("create table public.new (a integer)")
    try:
        go_on()
        with pytest.raises(UserError, match="structure of the database was changed"):
            running.result(60)
    finally:
        connection.execute("drop table public.new")
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_somebody_holds_is_waited_for_and_then_named(source: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_LOCK_WAIT", "100ms")
    with source.connect() as other, other.transaction():
        other.execute("lock table public.things in access exclusive mode")
        with pytest.raises(UserError, match="could not be held") as refused:
            backups.make(source, tmp_path / "never")
    assert "again" in refused.value.next_step
    assert list(tmp_path.iterdir()) == []


def _things(found: Manifest) -> Content:
    return next(one for one in found.tables if one.name == "things")


def _rows_in_dump(backup: Backup, table: str) -> list[str]:
    program = wheel_programs(clients.client_major(backup.manifest.source.version_number)) / "pg_restore"
    done = subprocess.run([program, "--data-only", f"--table={table}", "--file=-", backup.dump], capture_output=True, text=True, check=True)
    return done.stdout.partition("FROM stdin;\n")[2].partition("\n\\.")[0].splitlines()


# -------------------------------------------------------------------- cut off


@pytest.mark.heavy
def test_a_killed_backup_leaves_nothing_that_counts_and_the_next_clears_it_away(source: Target, checkout: Checkout, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    variables = {"SOURCE": source.url(with_password=True), "BACKUP": str(folder)}
    with _held(source) as gate:
        process = checkout.start("backup", **variables)
        _wait_for_pg_dump(source)
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert not folder.exists()
        assert checkout.run("verify-backup", BACKUP=str(folder)).returncode == 1
        # pg_dump has not noticed, and writes on
        meanwhile = checkout.run("backup", **variables)
        assert "Another backup writes to that folder" in meanwhile.stderr
        gate.commit()
        psutil.wait_procs(children, timeout=30)
    assert [path.name for path in tmp_path.glob(".*")] == [".killed.backup-partial"]
    done = checkout.run("backup", **variables)
    assert done.returncode == 0, done.stderr
    assert "a backup that was cut off has left" in done.stderr
    manifest.read(folder).check_files()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.heavy
def test_ctrl_c_leaves_nothing_at_all(source: Target, checkout: Checkout, tmp_path: Path) -> None:
    with _held(source) as gate:
        process = checkout.start("backup", SOURCE=source.url(with_password=True), BACKUP=str(tmp_path / "interrupted"))
        _wait_for_pg_dump(source)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        gate.commit()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert [path for path in tmp_path.iterdir() if path.name != "checkout"] == []
    assert psutil.wait_procs(children, timeout=10)[1] == []


# -------------------------------------------------------------------- secrets


def test_no_password_is_in_an_argument_in_the_output_or_in_the_backup(source: Target, checkout: Checkout, tmp_path: Path) -> None:
    variables = {"SOURCE": source.url(with_password=True), "BACKUP": str(tmp_path / "quiet")}
    with _held(source) as gate:
        process = checkout.start("backup", **variables)
        _wait_for_pg_dump(source)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        arguments = [Path(f"/proc/{one.pid}/cmdline").read_bytes() for one in family]
        gate.commit()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert any(b"pg_dump" in words for words in arguments)
    password = source.password.encode()
    assert [words for words in arguments if password in words] == []
    assert source.password not in out + err
    assert [path for path in (tmp_path / "quiet").rglob("*") if path.is_file() and password in path.read_bytes()] == []


# -------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://nobody:wrong-password@{host}:{port}/postgres", "wrong user or password"),
        ("postgres://postgres:{password}@{host}:{port}/nowhere", "There is no such database"),
        ("postgres://postgres:wrong-password@{host}:1/postgres", "No server answers"),
        ("postgres://postgres:wrong-password@/postgres", "SOURCE does not name"),
        ("mysql://root:wrong-password@{host}/x", "SOURCE"),
    ],
)
def test_a_wrong_url_gets_a_sentence_that_names_the_variable_and_not_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    known = test_server().target()
    monkeypatch.setenv("SOURCE", url.format(host=known.host, port=known.port, password=known.password))
    monkeypatch.setenv("BACKUP", str(tmp_path / "never"))
    with pytest.raises(UserError, match=said) as refused:
        commands.backup()
    text = refused.value.sentence + refused.value.next_step
    assert "SOURCE" in text
    assert "wrong-password" not in text
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"BACKUP": ""}, "BACKUP= names no folder"),
        ({"SOURCE": ""}, "SOURCE is empty"),
        ({"BACKUP": "/dev/null/backup"}, "Nothing can be written to /dev/null: Not a directory"),
        ({"JOBS": "many"}, "JOBS=many is not a number"),
        ({"FORCE": "yes"}, "FORCE=yes is neither 0 nor 1"),
        ({"SCHEMAS": "public,nowhere"}, "There is no schema nowhere"),
    ],
)
def test_odd_input_gets_a_sentence(
    source: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    usual = {"SOURCE": source.url(with_password=True), "BACKUP": str(tmp_path / "never")}
    for name, value in (usual | variables).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=said):
        commands.backup()
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_is_in_the_backup_and_what_to_do_next(
    source: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(backups, "home", lambda: tmp_path)
    monkeypatch.setenv("SOURCE", source.url(with_password=True))
    commands.backup()
    (folder,) = tmp_path.iterdir()
    said = capsys.readouterr()
    assert re.fullmatch(rf"{source.database}-\d{{4}}-\d\d-\d\dT\d{{6}}\.\d{{6}}Z", folder.name)
    assert f"103 rows of 4 tables in {folder}" in said.out
    assert f"make verify-backup BACKUP={folder}" in said.out
    assert source.password not in said.out + said.err


def test_a_disk_without_room_is_refused_before_anything_is_read(source: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(10_000))
    with pytest.raises(UserError, match="free") as refused:
        backups.make(source, tmp_path / "never")
    assert "FORCE=1" in refused.value.next_step
    assert list(tmp_path.iterdir()) == []
    assert backups.make(source, tmp_path / "forced", force=True).manifest.rows == 103


@dataclass(frozen=True)
class _Usage:
    free: int


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(source: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\ncase "$*" in *--version*) echo "pg_dump (PostgreSQL) 0"; exit;; esac\n'
        'for word in "$@"; do case "$word" in --file=*) mkdir "${word#--file=}"; echo half > "${word#--file=}/1.dat.gz";; esac; done\n'
        'echo "pg_dump: error: could not write to file: No space left on device" >&2\nexit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(clients, "wheel_programs", lambda _: tmp_path)
    with pytest.raises(UserError, match="No space left on device") as refused:
        backups.make(source, tmp_path / "full" / "never")
    assert "Free some space" in refused.value.next_step
    assert list((tmp_path / "full").iterdir()) == []


def test_a_server_that_is_newer_than_every_pg_dump_is_refused() -> None:
    with pytest.raises(UserError, match="The server is PostgreSQL 19, and pg_dump here is 18"):
        clients.client_major(190000)
    assert [clients.client_major(version) for version in (150018, 160014, 170001, 180004)] == [16, 16, 18, 18]


def test_what_a_role_may_not_read_is_named_before_anything_is_dumped(source: Target, tmp_path: Path) -> None:
    with support.as_superuser(source).connect() as admin:
        admin.execute("drop role if exists reader_of_backups")
        admin.execute("create role reader_of_backups login password 'a-password-of-a-reader'")
        admin.execute("create schema open; create table open.t (a integer); grant usage on schema open to reader_of_backups")
        admin.execute("grant select on open.t, public.things, public.things_id_seq to reader_of_backups")
        admin.execute("alter table public.things enable row level security")
    reader = replace(source, user="reader_of_backups", password="a-password-of-a-reader")
    try:
        with pytest.raises(UserError, match="may not read all of") as refused:
            backups.make(reader, tmp_path / "never")
        for name in ("auth.users", "auth.identities", "public.others", "public.things"):
            assert name in refused.value.sentence
        assert "open.t" not in refused.value.sentence
        assert "things_id_seq" not in refused.value.sentence
        assert "SCHEMAS=extensions,open" in refused.value.next_step
        assert list(tmp_path.iterdir()) == []
        assert [one.shown for one in backups.make(reader, tmp_path / "part", schemas=["open"]).manifest.tables] == ["open.t"]
    finally:
        with support.as_superuser(source).connect() as admin:
            admin.execute("alter table public.things disable row level security; drop schema open cascade")
            admin.execute("drop owned by reader_of_backups; drop role reader_of_backups")


def test_a_database_that_is_half_restored_is_not_backed_up(source: Target, tmp_path: Path) -> None:
    with source.connect() as connection:
        connection.execute(f"create schema {MARKER}".encode())
        try:
            with pytest.raises(UserError, match="half restored"):
                backups.make(source, tmp_path / "never")
        finally:
            connection.execute(f"drop schema {MARKER}".encode())


# -------------------------------------------------------------------- required


@pytest.fixture
def required(source: Target, copy: Backup) -> Iterator[Callable[..., Backup | None]]:
    """Asks for a backup as the tools do, and is given the copy."""
    with source.connect() as connection:
        yield lambda **options: backups.require_backup(connection, "capture of public", **({"folder": copy.folder} | options))


def test_a_verified_backup_of_the_structure_of_now_is_enough(required: Callable[..., Backup | None], copy: Backup, source: Target) -> None:
    support.proven(copy)
    found = required()
    assert found is not None
    assert found.folder == copy.folder
    with source.connect() as connection:
        connection.execute("update public.things set name = name")  # rows are no structure
    assert required() is not None


def test_a_backup_that_is_not_verified_is_not_enough(required: Callable[..., Backup | None], copy: Backup) -> None:
    with pytest.raises(UserError, match=r"No capture of public without a backup: .* is not verified") as refused:
        required()
    assert "NO_BACKUP=1" in refused.value.next_step
    support.proven(copy)
    copy.unmark()
    with pytest.raises(UserError, match="is not verified"):
        required()


def test_a_backup_that_has_lost_a_file_is_not_enough(required: Callable[..., Backup | None], copy: Backup) -> None:
    support.proven(copy)
    support.data_file(copy).unlink()
    with pytest.raises(UserError, match="is missing"):
        required()


@dataclass(frozen=True)
class _Change:
    sql: str
    back: str
    named: str


@pytest.mark.parametrize(
    "change",
    [
        _Change(
            "alter table public.things add column more text", "alter table public.things drop column more", "column public.things.more"
        ),
        _Change("create index extra on public.things (name)", "drop index public.extra", "index public.extra"),
        _Change("grant select on public.things to anon", "revoke select on public.things from anon", "right SELECT on table public.things"),
        _Change("create schema later", "drop schema later", "the schema later is not in"),
    ],
)
def test_a_backup_from_before_a_change_of_the_structure_is_not_enough(
    required: Callable[..., Backup | None], copy: Backup, source: Target, change: _Change
) -> None:
    support.proven(copy)
    with source.connect() as connection:
        connection.execute(change.sql.encode())
        try:
            with pytest.raises(UserError, match=change.named):
                required()
        finally:
            connection.execute(change.back.encode())
    assert required() is not None


def test_a_change_elsewhere_is_no_matter_where_schemas_are_named(
    required: Callable[..., Backup | None], copy: Backup, source: Target
) -> None:
    support.proven(copy)
    with source.connect() as connection:
        connection.execute("create schema elsewhere")
        try:
            assert required(schemas=["public"]) is not None
            with pytest.raises(UserError, match="the schema elsewhere is not in"):
                required(schemas=["public", "elsewhere"])
        finally:
            connection.execute("drop schema elsewhere")


def test_a_backup_whose_structure_other_queries_have_read_is_not_enough(
    required: Callable[..., Backup | None], copy: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.proven(copy)
    monkeypatch.setattr(manifest, "structure_version", lambda: "newer")
    with pytest.raises(UserError, match="was made by another release of these tools"):
        required()


def test_a_backup_of_another_database_is_none(copy: Backup, empty: Target) -> None:
    support.proven(copy)
    with empty.connect() as connection, pytest.raises(UserError, match="there is no backup of the database"):
        backups.require_backup(connection, "import", folder=copy.folder)


def test_a_backup_is_looked_for_in_the_usual_folder_and_where_backup_says(
    source: Target, copy: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.proven(copy)
    monkeypatch.setattr(backups, "home", lambda: tmp_path / "usual")
    with source.connect() as connection:
        with pytest.raises(UserError, match="there is no backup"):
            backups.require_backup(connection, "import")
        monkeypatch.setenv("BACKUP", str(copy.folder))
        assert backups.require_backup(connection, "import") is not None
        used = connection.execute("select what, backup, verified_at >= made_at from runner.backups_used order by id desc").fetchone()
        assert used == ("import", str(copy.folder), True)
        monkeypatch.delenv("BACKUP")
        (tmp_path / "usual").mkdir()
        copy.folder.rename(tmp_path / "usual" / "a")
        backups.make(source, tmp_path / "usual" / "b")  # newer, and not verified
        (tmp_path / "usual" / ".c.backup-partial").mkdir()
        assert backups.require_backup(connection, "import") is not None
        manifest.read(tmp_path / "usual" / "a").unmark()
        with pytest.raises(UserError, match="usual/b is not verified"):
            backups.require_backup(connection, "import")


def test_no_backup_overrides_it_and_is_recorded(empty: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_BACKUP", "1")
    with empty.connect() as connection:
        for what in ("capture of public", "import of people"):
            assert backups.require_backup(connection, what) is None
        found = connection.execute("select what, variable, done_by, person ~ '@' from runner.overrides order by id").fetchall()
        assert found == [("capture of public", "NO_BACKUP", "postgres", True), ("import of people", "NO_BACKUP", "postgres", True)]


def test_the_record_of_an_override_is_no_change_of_the_structure(
    required: Callable[..., Backup | None], copy: Backup, source: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.proven(copy)
    monkeypatch.setenv("NO_BACKUP", "1")
    assert required() is None
    monkeypatch.delenv("NO_BACKUP")
    try:
        assert required() is not None
    finally:
        with source.connect() as connection:
            connection.execute("drop schema runner cascade")


def test_what_cannot_be_recorded_is_not_overridden(empty: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_BACKUP", "1")
    with empty.connect() as connection:
        connection.execute("set role authenticated")
        with pytest.raises(UserError, match="may not write there"):
            backups.require_backup(connection, "import")


# -------------------------------------------------------------------- parts


def test_the_table_of_contents_is_read_with_spaces_in_names() -> None:
    text = """;
; Archive created at 2026-01-01
;
3456; 1259 16400 TABLE a b t 1 an owner
3457; 0 16400 TABLE DATA a b t 1 an owner
5; 2615 2200 SCHEMA - a b an owner
9; 0 0 COMMENT - EXTENSION vector\x20
2; 3079 16775 EXTENSION - vector\x20
11; 826 17216 DEFAULT ACL a DEFAULT PRIVILEGES FOR TABLES an owner
12; 2620 1 TRIGGER auth users follow supabase_auth_admin
13; 6104 1 PUBLICATION TABLES IN SCHEMA - p a b an owner
"""
    found = toc.entries(text, ["a", "a b", "auth"], ["an owner", "owner", "supabase_auth_admin"])
    assert [(one.kind, one.schema, one.name, one.owner) for one in found] == [
        ("TABLE", "a b", "t 1", "an owner"),
        ("TABLE DATA", "a b", "t 1", "an owner"),
        ("SCHEMA", "-", "a b", "an owner"),
        ("COMMENT", "-", "EXTENSION vector", ""),
        ("EXTENSION", "-", "vector", ""),
        ("DEFAULT ACL", "a", "DEFAULT PRIVILEGES FOR TABLES", "an owner"),
        ("TRIGGER", "auth", "users follow", "supabase_auth_admin"),
        ("PUBLICATION TABLES IN SCHEMA", "-", "p a b", "an owner"),
    ]
    assert [one.about for one in found][3:5] == ["EXTENSION vector", "EXTENSION vector"]
    assert toc.listing(found[:2]) == "3456; 1259 16400 TABLE a b t 1 an owner\n3457; 0 16400 TABLE DATA a b t 1 an owner\n"
    with pytest.raises(UserError, match="not understood"):
        toc.entries("what is this", [], [])


def test_progress_has_rows_rate_and_time_left() -> None:
    progress = Progress("dumped", 4_000_000)
    assert progress.line(0) == "dumped: 0 of 4 000 000 rows, 0 a second"
    progress.add(1_000_000)
    assert progress.line(10) == "dumped: 1 000 000 of 4 000 000 rows, 100 000 a second, 30 s left"
    assert progress.line(1000).endswith("1 000 a second, 50 min left")
    assert progress.line(10_000).endswith("100 a second, 8 h 20 min left")
    progress.reach(10)
    assert progress.line(10).startswith("dumped: 1 000 000 of"), "it went back"
    progress.reach(4_000_000)
    assert progress.line(40) == "dumped: 4 000 000 of 4 000 000 rows, 100 000 a second"


def test_progress_against_an_estimate_claims_no_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with Progress("dumped", 100, estimated=True) as progress:
        progress.add(50)
        assert capsys.readouterr().err == "", "work of a moment is not worth a line"
        clock[0] = 6.0
        progress.add(10)
        assert capsys.readouterr().err == "dumped: 60 of about 100 rows, 10 a second, 4 s left\n"
        clock[0] = 12.0
        progress.add(60)
        assert capsys.readouterr().err == "dumped: 120 rows, 10 a second\n"


def test_progress_writes_over_one_line_of_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress("dumped", 100) as progress:
        for seconds in (1.0, 1.1, 2.0):  # the second is too soon after the first
            clock[0] = seconds
            progress.add(10)
    line = "\r\033[K"
    assert capsys.readouterr().err == (
        f"{line}dumped: 10 of 100 rows, 10 a second, 9 s left{line}dumped: 30 of 100 rows, 15 a second, 5 s left{line}"
    )


def test_the_url_in_the_manifest_is_without_its_password(made: Backup, source: Target) -> None:
    assert made.manifest.source.address == source.describe()
    assert source.password not in json.dumps(made.manifest.text())
