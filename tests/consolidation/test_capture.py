"""A legacy schema moves aside with everything on it, and back exactly; what is no legacy schema is refused."""

from __future__ import annotations

import psycopg
import pytest

from scripts.runner import Runner
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.small import add, create_legacy, uid
from tests.migrations.dumps import dump

OWN_OBJECTS = """
create type public.mood as enum ('good', 'bad');
create table public.notes (id serial primary key, user_id uuid references public.users (id), mood public.mood);
alter table public.workspaces add constraint workspaces_owner_id_fkey foreign key (owner_id) references public.users (id);
create view public.names as select id, full_name from public.users;
create materialized view public.counts as select count(*) from public.users;
create sequence public.numbers;
create domain public.word as text check (value <> '');
create function public.greet(who public.mood) returns text language sql as $$ select who::text || count(*) from public.users $$;
create procedure public.tidy() language plpgsql as $$ begin delete from "public"."notes"; end $$;
create function public.stamp() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
create trigger stamp before update on public.users for each row execute function public.stamp();
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = public
as $$ begin insert into public.users (id, email) values (new.id, new.email); return new; end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create statistics public.together (dependencies) on email, full_name from public.users;
alter table public.users enable row level security;
create policy own on public.users for select using (id = auth.uid());
grant select on public.users to anon;
comment on table public.users is 'theirs';
"""


def legacy(target: Target, which: str = "a", tables: set[str] | None = None) -> None:
    with target.connect() as connection:
        create_legacy(connection, which, "public", tables)


def captured(work: Runner, *values: str | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for schema, _, name in work.connection.execute("select * from consolidation.capture(%s, %s)", values or ("public", None)):
        found.setdefault(schema, set()).add(name)
    return found


def refused(work: Runner, call: str) -> str | None:
    with pytest.raises(psycopg.Error) as caught:
        work.connection.execute(f"select * from consolidation.{call}".encode())
    return caught.value.sqlstate


def test_it_moves_back_exactly_as_it_was(before_hybrid: Target, runner_before: Runner) -> None:
    legacy(before_hybrid)
    runner_before.migrate(alone=True)
    with before_hybrid.connect() as connection:
        connection.execute(OWN_OBJECTS.encode())
        add(connection, "public", "users", {"id": uid(1), "email": "a@x.org"})
    before = dump(test_server(), before_hybrid.database)
    captured(runner_before)
    there = runner_before.connection.execute(
        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and not relname ~ 'pg_'"
    ).fetchone()
    assert there == (0,)
    runner_before.connection.execute("select * from consolidation.release()")
    assert dump(test_server(), before_hybrid.database) == before


def test_the_hybrid_comes_after_and_goes_before(before_hybrid: Target, runner_before: Runner) -> None:
    legacy(before_hybrid)
    runner_before.migrate(alone=True)
    captured(runner_before)
    assert refused(runner_before, "capture()") == "HS101"
    runner_before.migrate()
    assert refused(runner_before, "capture()") == "HS103"
    assert refused(runner_before, "release()") == "HS106"
    runner_before.rollback(to=0, force=True)
    back = runner_before.connection.execute("select count(*), to_regnamespace('legacy_a') from pg_tables where schemaname = 'public'")
    assert back.fetchone() == (20, None)


def test_functions_follow_the_tables_and_a_sign_up_meets_nothing_of_them(before_hybrid: Target, runner_before: Runner) -> None:
    legacy(before_hybrid)
    with before_hybrid.connect() as connection:
        connection.execute(OWN_OBJECTS.encode())
    runner_before.migrate(alone=True)
    captured(runner_before)
    db = runner_before.connection
    assert db.execute("select legacy_a.greet('good')").fetchone() == ("good0",)
    db.execute("insert into auth.users (id, email) values (%s, 'a@x.org')", (uid(1),))
    assert db.execute("select count(*) from legacy_a.users").fetchone() == (0,)
    changed = db.execute("select function_name, change from consolidation.captured_functions order by 1").fetchall()
    assert changed == [
        ("public.greet(public.mood)", "repointed"), ("public.handle_new_user()", "disabled"), ("public.tidy()", "repointed"),
    ]  # fmt: skip


def test_one_schema_may_hold_both(before_hybrid: Target, runner_before: Runner) -> None:
    legacy(before_hybrid)
    own_of_b = {"campaigns", "content_embeddings", "content_templates", "media_assets", "research_jobs", "worker_tasks", "worker_results"}
    legacy(before_hybrid, "b", own_of_b)
    runner_before.migrate(alone=True)
    found = captured(runner_before)
    assert found["b"] == own_of_b
    assert len(found["a"]) == 20


def test_what_lost_a_column_is_still_of_its_schema(before_hybrid: Target, runner_before: Runner) -> None:
    legacy(before_hybrid, "b")
    runner_before.connection.execute("alter table public.avatar_profiles drop column is_active")
    runner_before.migrate(alone=True)
    found = captured(runner_before)
    assert set(found) == {"b"}
    assert len(found["b"]) == 18


def test_what_is_no_legacy_schema_is_refused(runner_before: Runner) -> None:
    runner_before.migrate(alone=True)
    assert refused(runner_before, "capture()") == "HS101"
    assert refused(runner_before, "capture('nowhere')") == "HS100"
    assert refused(runner_before, "capture('public', 'c')") == "HS100"
    runner_before.connection.execute("create table public.users (id integer, name text); create table public.cars (id integer)")
    assert refused(runner_before, "capture()") == "HS102"
    assert refused(runner_before, "release()") == "HS105"


def test_the_other_one_and_a_second_time_are_refused(before_hybrid: Target, runner_before: Runner) -> None:
    legacy(before_hybrid)
    runner_before.migrate(alone=True)
    assert refused(runner_before, "capture('public', 'b')") == "HS102"
    captured(runner_before)
    legacy(before_hybrid)
    assert refused(runner_before, "capture()") == "HS104"


def test_the_hybrid_s_own_tables_are_no_legacy(db: Connection) -> None:
    with pytest.raises(psycopg.Error) as caught:
        db.execute("select * from consolidation.capture()")
    assert caught.value.sqlstate == "HS103"


def test_beside_the_hybrid_a_schema_of_another_name_moves_there_and_back(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    clone.execute("select * from consolidation.capture('old_a')")
    assert clone.execute("select count(*) from pg_tables where schemaname = 'old_a'").fetchone() == (0,)
    clone.execute("select * from consolidation.release('a')")
    assert clone.execute("select count(*), to_regnamespace('legacy_a') from pg_tables where schemaname = 'old_a'").fetchone() == (20, None)
