"""The functions that tables use in defaults: keys and the reserved workspace."""

from __future__ import annotations

import hashlib
import time
from uuid import UUID

import psycopg
import pytest

from scripts.execute import StatementFailed, execute_file
from scripts.files import SqlFile
from scripts.server import SUPERUSER
from scripts.settings import ROOT
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.rows import one


def test_uuid_v7_is_ordered_by_time_and_never_the_same(db: Connection) -> None:
    before = time.time() * 1000
    keys: list[UUID] = [row[0] for row in db.execute("select private.uuid_v7() from generate_series(1, 1000)")]
    assert len(set(keys)) == 1000
    for key in keys:
        assert (key.version, key.variant) == (7, "specified in RFC 4122")
        assert before - 1000 < int.from_bytes(key.bytes[:6]) < before + 60_000
    milliseconds = [key.bytes[:6] for key in keys]
    assert milliseconds == sorted(milliseconds)


@pytest.mark.parametrize("name", ["legacy_a.avatar_profiles:1", "legacy_b.users:ä:\\x", "x:" + "y" * 10_000])
def test_computed_id_is_the_first_half_of_sha256_with_the_bits_of_version_8(db: Connection, name: str) -> None:
    digest = bytearray(hashlib.sha256(name.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    key = one(db, "select private.computed_id(%s)", name)
    assert key == UUID(bytes=bytes(digest))
    assert key.version == 8
    assert one(db, "select private.computed_id(null)") is None


def test_the_platform_workspace_has_a_fixed_id(db: Connection) -> None:
    assert one(db, "select private.platform_workspace_id()") == UUID("00000000-0000-8000-8000-000000000001")


def test_set_updated_at_stamps_the_time_of_the_transaction(db: Connection) -> None:
    db.execute("create table private.stamped (a integer, updated_at timestamptz)")
    db.execute("create trigger stamp before update on private.stamped for each row execute function private.set_updated_at()")
    db.execute("insert into private.stamped values (1, '2000-01-01')")
    assert one(db, "select updated_at < now() from private.stamped")
    assert one(db, "update private.stamped set a = 2 returning updated_at = now()")


def test_vector_in_a_schema_that_is_served_stops_the_migration(clone_target: Target) -> None:
    """As a last guard: the runner looks before it starts, but the SQL editor of Supabase has no runner."""
    file = SqlFile.read(ROOT / "migrations/0030_vector.sql", ROOT)
    with test_server().target(clone_target.database, SUPERUSER).connect() as admin:
        with admin.transaction(force_rollback=True):
            execute_file(admin, file)
        with pytest.raises(StatementFailed) as caught, admin.transaction():
            admin.execute("drop table if exists public.content_embeddings")
            admin.execute("alter extension vector set schema public")
            execute_file(admin, file)
    assert caught.value.sqlstate == "HS001"


def test_the_helpers_work_whatever_is_on_the_search_path(db: Connection) -> None:
    """A planted function of the same name in front of the path must not be the one that is called."""
    db.execute("create schema planted; set local search_path = planted, pg_catalog")
    db.execute("create function planted.sha256(bytea) returns bytea language sql return 'planted'::bytea")
    db.execute("create function planted.gen_random_uuid() returns uuid language sql return '00000000-0000-0000-0000-000000000000'::uuid")
    assert one(db, "select private.computed_id('a')").version == 8
    assert one(db, "select private.uuid_v7()").bytes[7:] != bytes(9)
    with pytest.raises(psycopg.errors.UndefinedFunction):
        db.execute("select no_such_function()")


def test_a_type_planted_in_pg_temp_does_not_run_in_a_definer_function(clone_target: Target) -> None:
    with test_server().target(clone_target.database, SUPERUSER).connect() as session:
        session.execute("set role supabase_auth_admin")
        session.execute(
            "create function pg_temp.evil(v pg_catalog.text) returns boolean language plpgsql"
            " as $$ begin raise exception 'evil runs as %', current_user using errcode = 'XX999'; end $$"
        )
        session.execute("create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.evil(value::pg_catalog.text))")
        session.execute("create domain pg_temp.text as pg_catalog.text check (pg_temp.evil(value::pg_catalog.text))")
        session.execute(
            "insert into auth.users (id, email, email_confirmed_at)"
            " values (pg_catalog.gen_random_uuid(), 'evil@example.org', pg_catalog.now())"
        )
        session.execute("reset role")
        assert one(session, "select count(*) from secrets.sign_up_faults") == 0
        assert one(session, "select count(*) from public.workspaces where is_default") == 1
