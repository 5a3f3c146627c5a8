"""make restore: into an empty database or a new one, from a backup that counts; half of one never passes for the whole."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from psycopg import sql

from scripts import backups, contents, manifest, preflight, restore_target, shim
from scripts.commands import backups as commands
from scripts.errors import UserError
from scripts.manifest import Backup
from scripts.restore import MARKER, differences, load
from scripts.target import Target
from tests.conftest import test_server
from tests.consolidation.legacy import DRIFT, LAWFUL, TINY, create_source, generate, install
from tests.support.rows import one
from tests.tools import backups as support
from tests.tools.conftest import Checkout


@pytest.fixture(scope="module")
def source() -> Iterator[Target]:
    target = support.small(f"small_{uuid4().hex[:12]}")
    yield target
    support.drop(target)


@pytest.fixture(scope="module")
def made(source: Target, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup that is marked as verified; tests copy it before they spoil it."""
    return support.proven(backups.make(source, tmp_path_factory.mktemp("backup") / "small"))


@pytest.fixture
def new_name() -> Iterator[str]:
    """A name for a database that the test makes."""
    name = f"new_{uuid4().hex[:12]}"
    yield name
    for left in (name, f"{name}_unfinished"):
        shim.drop_database(test_server(), left)


@pytest.fixture
def bare(new_name: str) -> Target:
    """A database with nothing in it, not even what Supabase brings, as the superuser."""
    main = support.as_superuser(test_server().target())
    with main.connect() as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(new_name)))
    return main.with_database(new_name)


def _make(name: str) -> Target:
    return shim.create_database(test_server(), name)


def _names(target: Target) -> set[str]:
    with target.connect() as connection:
        return {row[0] for row in connection.execute("select datname from pg_database")}


def _is_whole(target: Target) -> bool:
    with target.connect() as connection:
        marked = MARKER in contents.own_schemas(connection)
        return not marked and (support.rows(connection, "public", "things"), support.rows(connection, "public", "others")) == (100, 3)


# -------------------------------------------------------------------- done


def test_it_comes_back_in_an_empty_database(made: Backup, empty: Target) -> None:
    done = restore_target.restore(made, empty)
    assert done.left_out == ()
    assert _is_whole(empty)
    with empty.connect() as connection:
        assert one(connection, "select nextval('public.things_id_seq')") == 101
        # what new tables would have been granted here, and were not in the source
        assert contents.structure(connection, "public") == made.structure()["public"]


def test_it_comes_back_in_a_new_database_that_has_its_name_only_at_the_end(
    made: Backup, new_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def look(*given: Any) -> list[str]:
        seen.append(_names(test_server().target()))
        return differences(*given)

    monkeypatch.setattr(restore_target, "differences", look)
    done = restore_target.restore_as(made, test_server().target(), new_name, _make)
    assert [(new_name in names, f"{new_name}_unfinished" in names) for names in seen] == [(False, True)]
    assert done.target.database == new_name
    assert _is_whole(done.target)
    assert f"{new_name}_unfinished" not in _names(done.target)


def test_it_comes_back_where_nothing_of_supabase_is(made: Backup, bare: Target) -> None:
    assert restore_target.restore(made, bare).left_out == ()
    assert _is_whole(bare)
    with bare.connect() as connection:
        for schema in made.manifest.schemas:
            assert contents.structure(connection, schema) == made.structure()[schema]


def test_both_legacy_databases_come_back_as_they_were(bare: Target, tmp_path: Path) -> None:
    """Their checks say `in (...)` over varchar, which PostgreSQL prints otherwise after a dump."""
    source = create_source(test_server(), f"legacy_{uuid4().hex[:12]}")
    legacy = generate(1, TINY, LAWFUL, drift=DRIFT)
    try:
        with source.connect() as connection:
            for name in ("A", "B"):
                install(connection, legacy.of(name), f"old_{name.lower()}")
        backup = support.proven(backups.make(support.as_superuser(source), tmp_path / "legacy"))
    finally:
        support.drop(source)
    assert restore_target.restore(backup, bare).left_out == ()
    with bare.connect() as connection:
        for schema in ("old_a", "old_b"):
            assert contents.structure(connection, schema) == backup.structure()[schema]


def test_a_database_beside_it_is_made_like_the_source(made: Backup, new_name: str) -> None:
    beside = support.as_superuser(test_server().target())
    done = restore_target.restore_as(made, beside, new_name, lambda name: restore_target.make_beside(beside, made.manifest, name))
    assert _is_whole(done.target)
    with done.target.connect() as connection:
        assert one(connection, "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()") == "UTF8"


def test_accounts_come_back_into_the_tables_that_the_platform_has(source: Target, empty: Target, tmp_path: Path) -> None:
    with source.connect() as connection:
        connection.execute(
            "insert into auth.users (id, email) select gen_random_uuid(), n || '@example.org' from generate_series(1, 3) as n"
        )
        connection.execute(
            "insert into auth.identities (provider_id, user_id, identity_data, provider)"
            " select id::text, id, jsonb_build_object('email', upper(email)), 'email' from auth.users"
        )
        connection.execute("create function public.follow() returns trigger language plpgsql as $$ begin return new; end $$")
        connection.execute("create trigger ours after insert on auth.users for each row execute function public.follow()")
    try:
        backup = support.proven(backups.make(source, tmp_path / "accounts"))
        restore_target.restore(backup, empty)
    finally:
        with support.as_superuser(source).connect() as admin:
            admin.execute("delete from auth.users; drop function public.follow() cascade")
    with empty.connect() as connection:
        assert support.rows(connection, "auth", "users") == 3
        assert (
            one(connection, "select string_agg(email, ' ' order by email) from auth.identities")
            == "1@example.org 2@example.org 3@example.org"
        )
        assert one(connection, "select count(*) from pg_trigger where tgname = 'ours'") == 1
        assert contents.structure(connection, "public") == backup.structure()["public"]


def test_a_backup_that_came_back_counts_from_then_on(made: Backup, empty: Target, tmp_path: Path) -> None:
    copy = support.copied(made, tmp_path / "copy")
    copy.unmark()
    with pytest.raises(UserError, match="is not verified") as refused:
        restore_target.restore(copy, empty)
    assert "FORCE=1" in refused.value.next_step
    with empty.connect() as connection:
        assert MARKER not in contents.own_schemas(connection)
    restore_target.restore(copy, empty, force=True)
    assert _is_whole(empty)
    mark = copy.verified()
    assert mark is not None
    assert str(test_server().major) in mark.restored_on
    with empty.connect() as connection:
        assert connection.execute("select variable, what from runner.overrides").fetchall() == [
            ("FORCE", f"restored {copy.folder}, which was not verified")
        ]


def test_a_backup_of_another_release_comes_back_without_a_comparison_of_the_structure(made: Backup, empty: Target) -> None:
    """Its hashes were made by other queries; what they say is no reason to call a good copy bad."""
    older = replace(made, manifest=replace(made.manifest, structure_version="older"))
    assert restore_target.restore(older, empty).left_out == ("the structure, which another release of these tools has read",)
    assert _is_whole(empty)


# -------------------------------------------------------------------- refused


def test_a_database_with_something_in_it_is_refused_and_what_is_there_is_said(made: Backup, empty: Target) -> None:
    with empty.connect() as connection:
        connection.execute("create table public.mine (a integer); create schema other; create type public.mood as enum ('ok')")
        connection.execute("create function public.f() returns integer language sql return 1")
    with pytest.raises(UserError, match="is not empty") as refused:
        restore_target.restore(made, empty)
    for words in ("schema other", "schema public (1 tables and views, 1 functions, 1 types)"):
        assert words in refused.value.sentence
    assert "TO=name" in refused.value.next_step
    with empty.connect() as connection:
        assert contents.own_schemas(connection).keys() == {"auth", "extensions", "other", "public"}


def test_accounts_of_its_own_are_not_mixed_with_those_of_the_backup(made: Backup, empty: Target) -> None:
    with empty.connect() as connection:
        connection.execute("insert into auth.users (id) values (gen_random_uuid())")
    with pytest.raises(UserError, match=r"auth\.users \(has rows of its own\)") as refused:
        restore_target.restore(made, empty)
    assert "FORCE=1" in refused.value.next_step
    done = restore_target.restore(made, empty, force=True)
    assert done.left_out == ("auth.users (has rows of its own)",)
    with empty.connect() as connection:
        assert one(connection, "select what from runner.overrides") == f"restored {made.folder}, without auth.users (has rows of its own)"
        assert support.rows(connection, "auth", "users") == 1


def test_a_name_that_is_taken_is_refused(made: Backup, empty: Target) -> None:
    with pytest.raises(UserError, match="There is a database"):
        restore_target.restore_as(made, test_server().target(), empty.database, _make)


@pytest.mark.parametrize("name", ["", "x" * 60, "things_unfinished"])
def test_a_name_that_cannot_be_is_refused(made: Backup, name: str) -> None:
    with pytest.raises(UserError, match="cannot be called"):
        restore_target.restore_as(made, test_server().target(), name, _make)


def _changed(backup: Backup, **source: object) -> Backup:
    """Return the backup as if its source had been another."""
    return replace(backup, manifest=replace(backup.manifest, source=replace(backup.manifest.source, **source)))  # type: ignore[arg-type]


def test_a_dump_does_not_go_back_to_an_older_server(made: Backup, empty: Target) -> None:
    with pytest.raises(UserError, match="which is older"):
        restore_target.restore(_changed(made, version_number=190000), empty)


def test_another_encoding_is_refused(made: Backup, empty: Target) -> None:
    with pytest.raises(UserError, match="in the backup LATIN1"):
        restore_target.restore(_changed(made, encoding="LATIN1"), empty)


def test_missing_roles_are_named_with_the_sql_that_makes_them(made: Backup, empty: Target) -> None:
    backup = replace(made, manifest=replace(made.manifest, roles=(*made.manifest.roles, 'odd "role')))
    with pytest.raises(UserError, match='lacks roles of the backup: odd "role') as refused:
        restore_target.restore(backup, empty)
    assert 'create role "odd ""role";' in refused.value.next_step


def test_missing_extensions_are_named(made: Backup, empty: Target) -> None:
    unknown = replace(made.manifest.extensions[0], name="postgis")
    backup = replace(made, manifest=replace(made.manifest, extensions=(*made.manifest.extensions, unknown)))
    with pytest.raises(UserError, match="lacks extensions of the backup: postgis"):
        restore_target.restore(backup, empty)
    assert restore_target.restore(backup, empty, force=True).left_out == ("extension postgis",)


def test_an_extension_in_another_schema_is_named(made: Backup, empty: Target) -> None:
    with support.as_superuser(empty).connect() as admin:
        admin.execute("alter extension vector set schema public")
    with pytest.raises(UserError, match="is in the schema public here, and in extensions in the backup"):
        restore_target.restore(made, empty)


def test_a_role_that_cannot_hand_things_over_is_told_before_anything_is_done(made: Backup, bare: Target) -> None:
    mine = test_server().target(bare.database)
    with bare.connect() as admin:
        admin.execute(sql.SQL("grant create on database {} to postgres").format(sql.Identifier(bare.database)))
    with pytest.raises(UserError, match="postgres can give nothing to supabase_auth_admin"):
        restore_target.restore(made, mine)
    with bare.connect() as admin:
        assert contents.own_schemas(admin).keys() == {"public"}


def test_which_backup_must_be_said(monkeypatch: pytest.MonkeyPatch, empty: Target) -> None:
    monkeypatch.setenv("DATABASE_URL", empty.url(with_password=True))
    with pytest.raises(UserError, match="Which backup"):
        commands.restore()


# -------------------------------------------------------------------- cut off


_STOP = """
create function extensions.wait_here() returns event_trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(4711); end $$;
create event trigger wait_here on ddl_command_start when tag in ('CREATE INDEX', 'ALTER TABLE') execute function extensions.wait_here();
"""
_WAITING = "select exists (select from pg_locks where locktype = 'advisory' and not granted and objid = 4711)"


@pytest.mark.heavy
def test_killed_in_the_middle_it_never_looks_finished_and_the_next_run_says_what_is_there(made: Backup, checkout: Checkout) -> None:
    target = checkout.target
    with support.as_superuser(target).connect() as admin:
        admin.execute(_STOP.encode())
        admin.execute("alter event trigger wait_here disable")
        admin.execute("select pg_advisory_lock(4711)")
        admin.execute("alter event trigger wait_here enable")
        process = checkout.start("restore", BACKUP=str(made.folder))
        deadline = time.monotonic() + 30
        while not one(admin, _WAITING):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "pg_restore never came to the lock"
            time.sleep(0.02)
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        for child in children:
            child.kill()
        psutil.wait_procs(children, timeout=10)
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        admin.execute("drop event trigger wait_here; drop function extensions.wait_here()")
        assert MARKER in contents.own_schemas(admin)
        with pytest.raises(UserError, match="half restored"):
            preflight.check(admin, target)
    again = checkout.run("restore", BACKUP=str(made.folder))
    assert again.returncode == 1
    assert "was cut off or differed: " in again.stderr
    assert "4 tables are there, and " in again.stderr
    assert "run the same command again" in again.stderr
    with target.connect() as connection:  # as it says
        connection.execute(again.stderr.strip().rpartition("again: ")[2].encode())
    done = checkout.run("restore", BACKUP=str(made.folder))
    assert done.returncode == 0, done.stderr
    assert "has what was backed up: 103 rows of 4 tables, compared." in done.stdout
    assert _is_whole(target)


def test_a_new_database_whose_restore_was_cut_off_is_named_with_what_to_do(
    made: Backup, new_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    beside = test_server().target()
    with monkeypatch.context() as patched:
        patched.setattr(restore_target, "load", cut_off)
        with pytest.raises(KeyboardInterrupt):
            restore_target.restore_as(made, beside, new_name, _make)
    assert new_name not in _names(beside)
    with pytest.raises(UserError, match="was cut off: 2 of 4 tables are there, and 0 of 2 that should have rows have some") as refused:
        restore_target.restore_as(made, beside, new_name, _make)
    with beside.connect() as connection:
        connection.execute(refused.value.next_step.split("'")[1].encode())
    assert _is_whole(restore_target.restore_as(made, beside, new_name, _make).target)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("delete from public.others where thing_id = 2", "public.others: 2 rows, and 3 in the backup"),
        ("insert into public.others values (2)", "public.others: 4 rows, and 3 in the backup"),
        ("update public.things set name = 'other' where id = 7", "public.things: as many rows as in the backup"),
        ("select setval('public.things_id_seq', 1)", "public.things_id_seq: the sequence is at 1, and at 100 in the backup"),
        ("grant select on public.things to anon", "right SELECT on table public.things to anon: not in the backup"),
    ],
)
def test_a_copy_that_is_not_what_was_backed_up_stays_marked(
    made: Backup, empty: Target, monkeypatch: pytest.MonkeyPatch, spoil: str, said: str
) -> None:
    def spoilt(backup: Backup, target: Target, *rest: Any) -> None:
        load(backup, target, *rest)
        with target.connect() as connection:
            connection.execute(spoil.encode())

    monkeypatch.setattr(restore_target, "load", spoilt)
    with pytest.raises(UserError) as refused:
        restore_target.restore(made, empty)
    assert said in refused.value.sentence
    with empty.connect() as connection:
        assert MARKER in contents.own_schemas(connection)
    with pytest.raises(UserError, match="was cut off or differed"):
        restore_target.restore(made, empty)


def test_a_damaged_backup_is_not_restored(made: Backup, empty: Target, tmp_path: Path) -> None:
    copy = support.copied(made, tmp_path / "copy")
    support.data_file(copy).write_bytes(b"")
    with pytest.raises(UserError, match="is damaged"):
        restore_target.restore(manifest.read(copy.folder), empty, force=True)
    with empty.connect() as connection:
        assert contents.own_schemas(connection).keys() == {"auth", "extensions", "public"}
