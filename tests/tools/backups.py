"""A database with a little of everything, a backup of it, and what tests do to both."""

from __future__ import annotations

import shutil
from pathlib import Path

from psycopg import sql

from scripts import backups, manifest, shim
from scripts.manifest import Backup
from scripts.seeds import seed
from scripts.server import SUPERUSER
from scripts.settings import ROOT
from scripts.target import Connection, Target
from tests.conftest import test_server


def fill(target: Target) -> None:
    """Put the demo data and the odd things into a clone of the hybrid schema."""
    with target.connect() as connection:
        for folder in (ROOT / "seeds", ROOT / "seeds/demo"):
            seed(connection, folder, ROOT)
        connection.execute((ROOT / "tests/support/odd.sql").read_bytes())
        connection.execute(
            "insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)"
            " select gen_random_uuid(), 'person' || n || '@example.org', now(), '{}' from generate_series(1, 5) as n"
        )
        connection.execute(
            "insert into auth.identities (provider_id, user_id, identity_data, provider)"
            " select id::text, id, jsonb_build_object('email', email), 'email' from auth.users"
        )
    with as_superuser(target).connect() as connection:
        connection.execute("do $$ begin create role odd_owner; exception when duplicate_object then null; end $$")
        connection.execute("alter table odd.parent owner to odd_owner")


def as_superuser(target: Target) -> Target:
    """Return the same database of the tests' server, as its superuser."""
    return test_server().target(target.database, SUPERUSER)


def small(name: str) -> Target:
    """Make a database with two tables, which is backed up in a moment."""
    target = shim.create_database(test_server(), name)
    with target.connect() as connection:
        # as the hybrid schema does; a new database grants these
        connection.execute(
            "alter default privileges in schema public revoke truncate, references, trigger on tables"
            " from anon, authenticated, service_role"
        )
        connection.execute("create table public.things (id serial primary key, name text)")
        connection.execute("insert into public.things (name) select 'thing ' || n from generate_series(1, 100) as n")
        connection.execute("create table public.others (thing_id integer references public.things (id))")
        connection.execute("insert into public.others values (1), (2), (null)")
    return target


def copied(backup: Backup, to: Path) -> Backup:
    """Return a copy of a backup that a test may spoil."""
    shutil.copytree(backup.folder, to)
    return manifest.read(to)


def data_file(backup: Backup) -> Path:
    """Return a file of the dump that holds rows."""
    return max((backup.folder / manifest.DUMP).glob("*.dat.gz"), key=lambda path: path.stat().st_size)


def drop(target: Target) -> None:
    """Drop a database, if it is there."""
    shim.drop_database(test_server(), target.database)


def rows(connection: Connection, schema: str, table: str) -> int:
    """Count the rows of a table."""
    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return int(row[0])


def proven(backup: Backup) -> Backup:
    """Mark a backup as verified without restoring it, where that is not what the test is about."""
    backup.mark_verified("a test", ())
    return backup


def make(target: Target, folder: Path, **options: object) -> Backup:
    """Make a backup."""
    return backups.make(target, folder, **options)  # type: ignore[arg-type]
