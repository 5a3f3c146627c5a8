"""make verify-backup: the whole hybrid schema with demo data and odd things comes back to the last bit; whatever is bent is named."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from scripts import backups, manifest, restore_target, shim
from scripts.binaries import wheel_programs
from scripts.canonical import canonical
from scripts.errors import UserError
from scripts.manifest import Backup, Extension
from scripts.restore import differences
from scripts.scratch_copy import Copy, scratch_copy
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.rows import one
from tests.tools import backups as support

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def filled(database: Any, _admin: Connection) -> Iterator[Target]:
    """The hybrid schema with demo data and odd things, as a superuser sees it."""
    target = test_server().target(f"filled_{uuid4().hex[:12]}")
    shim.clone_database(_admin, database.template_dbname, target.database)
    support.fill(target)
    yield support.as_superuser(target)
    support.drop(target)


@pytest.fixture(scope="module")
def made(filled: Target, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    return backups.make(filled, tmp_path_factory.mktemp("backup") / "filled")


@pytest.fixture(scope="module")
def restored(made: Backup) -> Iterator[Copy]:
    """The backup on a throw-away server; tests take back what they do there."""
    with scratch_copy(made, 2) as copy:
        yield copy


@pytest.fixture
def compared(made: Backup, restored: Copy) -> Iterator[tuple[Connection, Any]]:
    """A session in the copy, and what compares it; all that is done is rolled back."""
    with restored.target.connect() as connection, connection.transaction(force_rollback=True):
        yield connection, lambda: differences(connection, made, restored.plan)


def test_everything_comes_back_as_it_was(compared: tuple[Connection, Any], made: Backup) -> None:
    _, compare = compared
    assert compare() == []
    assert {one.schema for one in made.manifest.tables if one.rows} >= {
        "auth", "odd", "partitions", "private", "public", "runner", "secrets", 'we"ird Schéma',
    }  # fmt: skip
    assert made.manifest.rows > 8000
    assert made.manifest.large_objects is not None
    assert made.manifest.large_objects.rows == 1


def test_a_dump_of_the_copy_is_equal_to_one_of_the_source(filled: Target, made: Backup, restored: Copy) -> None:
    """By pg_dump itself, which shares nothing with the counts, the hashes and the catalogue."""

    def plain(target: Target) -> list[str]:
        program = wheel_programs(test_server().major) / "pg_dump"
        done = subprocess.run([program, "--no-comments"], env=target.environment(), capture_output=True, text=True, check=True)
        # a random mark of each dump, and what a copy made its extensions with
        noise = ("--", "\\restrict", "\\unrestrict", "CREATE EXTENSION")
        return sorted(canonical(line) for line in done.stdout.splitlines() if not line.startswith(noise))

    with restored.target.connect() as connection:
        assert one(connection, "select rolsuper from pg_roles where rolname = %s", made.manifest.source.role) is False
    first = plain(filled)
    assert plain(restored.target) == first
    assert len(first) > 10_000


_SPOILS = {
    # rows
    "delete from odd.bag where ctid = (select min(ctid) from odd.bag)": "odd.bag: 3 rows, and 4 in the backup",
    "delete from public.platform_analytics where id = (select min(id::text)::uuid from public.platform_analytics)": "partitions.platf",
    "insert into odd.bag select * from odd.bag limit 1": "odd.bag: 5 rows, and 4 in the backup",
    "insert into odd.empty values (null)": "odd.empty: 1 rows, and 0 in the backup",
    "update odd.bag set b = null where b = ''": "odd.bag: as many rows as in the backup (4), and not the same",
    "update odd.kinds set words = left(words, -1) where id = 1": "odd.kinds: as many rows",
    "update odd.kinds set twice = 0 where id = 1": "odd.kinds: as many rows",
    "update odd.kinds set number = 1.1 where id = 4": "odd.kinds: as many rows",
    "update odd.kinds set at = at + interval '1 hour' where id = 4": "odd.kinds: as many rows",
    "update odd.kinds set at = 'infinity' where id = 2": "odd.kinds: as many rows",
    'update odd.kinds set names = \'{null,null,"","a,b","\\"q\\""}\' where id = 1': "odd.kinds: as many rows",
    "update odd.kinds set bytes = '\\x00ff5d' where id = 1": "odd.kinds: as many rows",
    'update odd.kinds set raw = \'{"a":1, "a":2}\' where id = 1': "odd.kinds: as many rows",
    "update odd.kinds as a set words = b.words from odd.kinds as b where (a.id, b.id) in ((2, 5), (5, 2))": "odd.kinds: as many rows",
    "update auth.users set email = upper(email)": "auth.users: as many rows",
    "update odd.events_2024 set note = 'other'": "odd.events_2024: as many rows",
    "update only odd.parent set a = 2": "odd.parent: as many rows",
    "update public.workspaces set name = name || ' '": "public.workspaces: as many rows",
    "truncate odd.checked": "odd.checked: 0 rows, and 2 in the backup",
    "drop table odd.empty": "odd.empty: the table is missing",
    "create table odd.more (a integer)": "odd.more: not in the backup",
    "alter table odd.kinds drop column place": "odd.kinds: without place",
    "select lo_put(oid, 0, 'x') from pg_largeobject_metadata": "large objects: not those of the backup",
    "select lo_unlink(oid) from pg_largeobject_metadata": "large objects: not those of the backup",
    # sequences
    "select setval('odd.counter', 49)": "odd.counter: the sequence is at 49, and at 38 in the backup",
    "select setval('odd.told', 42, true)": "odd.told: the sequence is at 42, and at 42 in the backup",
    "drop sequence odd.fresh": "odd.fresh: the sequence is missing",
    # structure
    "drop index odd.checked_by_expression": "index odd.checked_by_expression: missing",
    "drop policy bag_all on odd.bag": "policy bag_all on odd.bag: missing",
    "alter table odd.bag no force row level security": "row security odd.bag: not as in the backup",
    "drop trigger bag_stamp on odd.bag": "trigger bag_stamp on odd.bag: missing",
    "alter table odd.kinds alter column words set default 'x'": "column odd.kinds.words: not as in the backup",
    "revoke insert (a) on odd.bag from authenticated": "right INSERT on table odd.bag.a to authenticated with grant option: missing",
    "grant select on odd.empty to anon": "right SELECT on table odd.empty to anon: not in the backup",
    "alter table odd.bag owner to odd_owner": "owner relation odd.bag: not as in the backup",
    "create or replace function odd.stamp() returns trigger language plpgsql as 'begin end'": "function odd.stamp(): not as in the backup",
    "alter table odd.checked drop constraint checked_a_is_fine": "constraint odd.checked: checked_a_is_fine: missing",
    "create or replace view odd.seen as select a from odd.checked": "view odd.seen: not as in the backup",
    "alter table odd.events detach partition odd.events_other": "partition odd.events_other: missing",
    "drop trigger users_follow_the_account on auth.users": "trigger users_follow_the_account on auth.users: missing",
    "alter default privileges for role postgres in schema odd revoke select on tables from anon": "default right SELECT on tables in",
    "alter type odd.mood add value 'new'": "type odd.mood: not as in the backup",
    "alter table odd.scratch set logged": "persistence odd.scratch: missing",
}


@pytest.mark.parametrize("spoil", _SPOILS)
def test_whatever_is_bent_in_the_copy_is_named(compared: tuple[Connection, Any], spoil: str) -> None:
    connection, compare = compared
    connection.execute(spoil.encode())
    found = compare()
    assert any(one.startswith(_SPOILS[spoil]) for one in found), found


def test_a_backup_whose_copy_differs_is_not_verified_and_loses_its_mark(made: Backup, tmp_path: Path) -> None:
    copy = support.proven(support.copied(made, tmp_path / "copy"))

    def lose_a_row(target: Target) -> None:
        with target.connect() as connection:
            connection.execute("delete from odd.bag where b is null")

    with pytest.raises(UserError, match=r"is not what was backed up: odd\.bag: 3 rows, and 4 in the backup") as refused:
        backups.verify(copy.folder, between=lose_a_row)
    assert "make a new backup" in refused.value.next_step
    assert copy.verified() is None
    assert not (copy.folder / manifest.VERIFIED).exists()


def test_a_verified_backup_says_on_what_it_was_restored_and_what_was_not_checked(filled: Target, tmp_path: Path) -> None:
    with filled.connect() as connection:
        connection.execute("create function odd.on_ddl() returns event_trigger language plpgsql as 'begin end'")
        connection.execute("create event trigger odd_watch on sql_drop execute function odd.on_ddl()")
        connection.execute("create publication odd_changes for all tables")
    try:
        backup = backups.make(filled, tmp_path / "backup", jobs=1)
    finally:
        with filled.connect() as connection:
            connection.execute("drop event trigger odd_watch; drop publication odd_changes; drop function odd.on_ddl()")
    done, mark = backups.verify(backup.folder, jobs=1)
    assert set(mark.not_checked) == {"event trigger odd_watch", "publication odd_changes"}
    assert mark.rows == done.manifest.rows > 8000
    assert f"PostgreSQL {test_server().major}" in mark.restored_on
    done.check_files()


def test_a_part_of_a_database_comes_back_too(filled: Target, tmp_path: Path) -> None:
    """Of the extension's schema there is nothing in it, and public is there already."""
    schemas = {"odd", "public", "private", "secrets", "partitions", 'we"ird Schéma'}
    done, mark = backups.verify(backups.make(filled, tmp_path / "part", schemas=schemas).folder)
    assert done.verified() == mark
    assert done.manifest.schemas.keys() == schemas
    assert {one for one in mark.not_checked if one.startswith("trigger ")} == {
        "trigger users_follow_the_account on auth.users", "trigger users_note_a_claim on auth.users",
    }  # fmt: skip
    # what refers to what is not in it cannot come back
    with pytest.raises(UserError, match='schema "private" does not exist'):
        backups.verify(backups.make(filled, tmp_path / "too-small", schemas=["public"]).folder)


def test_nothing_of_a_backup_is_run_by_a_superuser(made: Backup, tmp_path: Path) -> None:
    """odd.is_fine() would stop the restore otherwise; and what a forged manifest calls a function of an extension is not run by one."""
    copy = support.copied(made, tmp_path / "copy")
    evil = "create role pwned superuser"
    extensions = (
        *copy.manifest.extensions,
        Extension("forged", "1", "odd", (evil, f"reset role; {evil}", f"reset session authorization; {evil}")),
    )
    forged = replace(copy.manifest, extensions=extensions, roles=(*copy.manifest.roles, "pg_execute_server_program"))
    (copy.folder / manifest.MANIFEST).write_text(forged.text())
    with scratch_copy(manifest.read(copy.folder), 2) as restored, restored.target.connect() as admin:
        assert restored.missing == ("forged",)
        assert one(admin, "select count(*) from pg_roles where rolname = 'pwned'") == 0
        assert admin.execute("select rolname from pg_roles where rolsuper").fetchall() == [(restored.target.user,)]
        assert one(admin, "select pg_has_role(%s, 'pg_execute_server_program', 'member')", made.manifest.source.role) is False


def test_a_function_of_an_extension_that_is_not_here_has_a_stand_in(made: Backup, tmp_path: Path) -> None:
    """As uuid-ossp, which both legacy schemas use: a default that calls it comes back."""
    copy = support.copied(made, tmp_path / "copy")
    used = ("create function odd.is_fine(integer) returns boolean language plpgsql immutable as 'begin return true; end'",)
    forged = replace(copy.manifest, extensions=(*copy.manifest.extensions, Extension("elsewhere", "1", "odd", used)))
    (copy.folder / manifest.MANIFEST).write_text(forged.text())
    backup = manifest.read(copy.folder)
    # the dump makes the function as well here, and that it cannot shows that the stand-in was there
    with pytest.raises(UserError, match="has no extension elsewhere") as refused, scratch_copy(backup, 1):
        pass
    assert 'function "is_fine" already exists' in refused.value.sentence
    assert "FORCE=1" in refused.value.next_step


def test_it_comes_back_in_a_database_with_a_platform_of_its_own(filled: Target, tmp_path: Path) -> None:
    """As on a new Supabase project, by a role that is no superuser: it must be able to read all, and each owner may make things there."""
    with filled.connect() as connection:
        connection.execute("alter table odd.parent owner to postgres")
        backup = support.proven(backups.make(filled, tmp_path / "backup"))
        connection.execute("alter table odd.parent owner to odd_owner")
    target = shim.create_database(test_server(), f"project_{uuid4().hex[:12]}")
    with support.as_superuser(target).connect() as admin:
        admin.execute("grant pg_read_all_data to postgres")
    try:
        done = restore_target.restore(backup, target)
        assert done.left_out == ()
        with target.connect() as connection:
            assert support.rows(connection, "auth", "users") == 5
            assert support.rows(connection, "auth", "identities") == 5
    finally:
        with support.as_superuser(target).connect() as admin:
            admin.execute("revoke pg_read_all_data from postgres")
        support.drop(target)
