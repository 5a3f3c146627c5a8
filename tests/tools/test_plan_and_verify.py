"""make plan and make verify: locks are measured, and drift is shown as SQL that takes it away."""

from __future__ import annotations

import os
import shutil

import pytest

from scripts import cli, plan, scratch, verify
from scripts.books import Books
from scripts.catalogue import differences, snapshot
from scripts.commands import given, schema
from scripts.files import read_migrations
from scripts.plan import Lock
from scripts.server import SUPERUSER, Server
from scripts.settings import ROOT, throwaway_folder
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.tools.conftest import Checkout


@pytest.fixture(autouse=True)
def _scratch_on_the_tests_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (plan, verify):
        monkeypatch.setattr(module, "server_like", lambda _: test_server())


def test_plan_measures_the_locks_on_tables_that_are_there(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer primary key, c integer);", "drop table public.a;")
    checkout.write(
        "0020_b.sql",
        "create table public.b (a integer references public.a (b));\ncreate index on public.a (b);",
        "drop table public.b;",
    )
    checkout.write("0030_c.sql", "alter table public.a alter column c type text;", "select 1;")
    checkout.write("0035_drop.sql", "drop table public.gone;", "select 1;")
    checkout.write("0040_d.sql", "create table public.d (a integer);", "drop table public.d;")
    checkout.write("0005_gone.sql", "create table public.gone (a integer);", "drop table public.gone;")
    assert checkout.run("migrate", TO="10").returncode == 0
    monkeypatch.setattr(plan, "ROOT", checkout.root)
    books = Books(checkout.target)
    steps = plan.measure(books, None, out_of_order=False)
    assert {step.migration.id: step.locks for step in steps} == {
        "0020_b": [Lock("public.a", "ShareRowExclusiveLock", rewrites=False)],
        "0030_c": [Lock("public.a", "AccessExclusiveLock", rewrites=True)],
        "0035_drop": [Lock("public.gone", "AccessExclusiveLock", rewrites=False)],
        "0040_d": [],
    }
    assert [step.migration.id for step in plan.measure(books, 20, out_of_order=False)] == ["0020_b"]
    assert list(books.records()) == ["0005_gone", "0010_a"], "the plan has touched the database itself"
    books.close()
    monkeypatch.setattr(given, "ROOT", checkout.root)
    monkeypatch.setenv("DATABASE_URL", checkout.target.url(with_password=True))
    schema.plan()
    said = capsys.readouterr().out
    assert "migrations/0030_c.sql" in said
    assert "reads and writes" in said
    assert "rewritten" in said


_DRIFT = (
    "alter table public.users add column surplus integer",
    "alter table public.users drop column onboarding_completed",
    "alter table public.users alter column full_name set default 'nobody'",
    "alter table public.users alter column email drop not null",
    "drop index public.users_email_idx",
    "create index surplus_idx on public.users (full_name)",
    "alter table public.users drop constraint users_role_is_known",
    "alter table public.workspaces disable row level security",
    "alter table public.users disable trigger users_stamp_updated_at",
    "create policy open on public.workspaces for select to anon using (true)",
    "grant select (email), update on public.users to anon",
    "grant execute on function private.uuid_v7() to public",
    "comment on column public.users.email is 'changed'",
    "comment on table public.users is null",
    "create table public.surplus (a integer primary key, b text default 'x')",
    "create view public.seen as select email from public.users",
    "create function private.surplus() returns integer language sql return 1",
    "create or replace function private.platform_workspace_id() returns uuid language sql immutable parallel safe return gen_random_uuid()",
    "create type public.mood as enum ('good', 'bad')",
    "create table consolidation.planted (a integer)",
    "alter default privileges in schema public grant all on tables to anon",
    "create sequence public.counter",
    "alter table public.users alter column metadata set storage external",
    "alter function private.set_updated_at() security definer",
    "create rule quiet as on delete to public.workspaces do instead nothing",
    "create table public.analytics_2020 partition of public.analytics_events for values from ('2020-01-01') to ('2020-02-01')",
    "create statistics public.surplus_stats on email, role from public.users",
    "alter table public.users replica identity full",
    "create type public.pair as (a integer, b text)",
    "create domain public.grade as integer check (value > 0)",
    "grant usage on schema runner to anon",
    "grant select on runner.files to anon",
    "alter table public.workspace_members alter column permissions drop default",
    "alter table public.content_embeddings set unlogged",
    "alter table public.content_embeddings reset (toast_tuple_target)",
    "alter table public.users set (fillfactor = 70)",
    "alter table public.platform_analytics add column surplus integer",
    "alter table public.analytics_events disable row level security",
    "alter table public.user_activity_logs add constraint user_activity_logs_surplus check (action <> '')",
    "create type public.span as range (subtype = integer)",
)

#: What only shows on something that is not in the schema yet: made first, then changed.
_DRIFT_ON = (
    (
        "create view public.seen with (security_invoker = true) as select id from public.users",
        "alter view public.seen reset (security_invoker)",
    ),
    ("create domain public.grade as integer constraint positive check (value > 0)", "alter domain public.grade drop constraint positive"),
    ("create sequence public.counter", "alter sequence public.counter increment 7"),
    ("create type public.pair as (a integer)", "alter type public.pair add attribute b text"),
    (
        "create table public.month partition of public.analytics_events for values from ('2020-01-01') to ('2020-02-01');"
        " alter table public.month enable row level security",
        "alter table public.month disable row level security; grant all on public.month to anon",
    ),
)


@pytest.mark.parametrize("change", _DRIFT)
def test_each_kind_of_drift_is_seen_and_the_sql_shown_takes_it_away(db: Connection, change: str) -> None:
    wanted = snapshot(db)
    db.execute(change.encode())
    found = differences(wanted, snapshot(db))
    assert found, f"not seen: {change}"
    for one in found:
        db.execute(one.mended_by.encode())
    assert differences(wanted, snapshot(db)) == []


@pytest.mark.parametrize(("there", "change"), _DRIFT_ON)
def test_drift_of_what_has_properties_of_its_own_is_seen(db: Connection, there: str, change: str) -> None:
    db.execute(there.encode())
    wanted = snapshot(db)
    db.execute(change.encode())
    found = differences(wanted, snapshot(db))
    assert found
    for one in found:
        db.execute(one.mended_by.encode())
    assert differences(wanted, snapshot(db)) == []


@pytest.mark.parametrize(
    "change",
    [
        "alter table public.workspace_members disable trigger all",
        "alter extension vector set schema public",
        "create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;"
        " create foreign table public.far (a integer) server elsewhere",
        "alter schema private owner to supabase_admin",
    ],
)
def test_drift_that_only_a_superuser_makes_is_seen(clone_target: Target, change: str) -> None:
    with clone_target.connect() as owner, test_server().target(clone_target.database, SUPERUSER).connect() as admin:
        wanted = snapshot(owner)
        admin.execute(change.encode())
        assert differences(wanted, snapshot(owner))


def test_all_drift_together_is_mended_in_the_order_shown(db: Connection) -> None:
    wanted = snapshot(db)
    for change in _DRIFT:
        db.execute(change.encode())
    for one in differences(wanted, snapshot(db)):
        db.execute(one.mended_by.encode())
    assert differences(wanted, snapshot(db)) == []


def test_verify_says_that_nothing_differs_and_what_does(
    clone_target: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", clone_target.url(with_password=True))
    schema.verify()
    assert f"{len(read_migrations(ROOT))} files applied and unchanged" in capsys.readouterr().out
    with clone_target.connect() as connection:
        connection.execute("grant truncate on public.users to authenticated")
    monkeypatch.setattr("sys.argv", ["scripts", "verify"])
    assert cli.main() == 1
    said = capsys.readouterr()
    assert "revoke truncate on table public.users from authenticated;" in said.out
    assert "differs from the repository in 1 object." in said.err


def test_verify_names_an_edited_file(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "select 1;")
    assert checkout.run("migrate").returncode == 0
    (checkout.root / "migrations/0010_a.sql").write_text("select 2;")
    done = checkout.run("verify")
    assert done.returncode == 1
    assert "migrations/0010_a.sql was edited after it was applied." in done.stderr


def test_a_server_that_was_started_for_a_scratch_copy_is_stopped_again() -> None:
    home = throwaway_folder(f"{os.getpid()}-scratch-")
    server = Server(home, 18, "fsync = off")
    try:
        with scratch.scratch_database(server) as target:
            target.connect().close()
            assert server.running()
        assert not server.running()
        server.start()
        with scratch.scratch_database(server):
            pass
        assert server.running()
    finally:
        server.remove()
        shutil.rmtree(home)
