"""What the roles of the API may do in effect is what the golden file says; whatever changes it shows as a difference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from scripts import privileges
from scripts.errors import UserError
from scripts.settings import ROOT
from scripts.target import Connection

#: A way to give a role something, or to take it, and the line that then appears or is gone. Few of these are grants to the role itself.
PLANTED = {
    "a right on a table": ("grant select on secrets.user_claims to anon", "+anon | table secrets.user_claims | select"),
    "a right on a column": (
        "grant update (email) on public.users to authenticated",
        "update (email, full_name, avatar_url, onboarding_completed, preferences)",
    ),
    "a right that is taken": ("revoke delete on public.campaigns from authenticated", "-authenticated | table public.campaigns | delete"),
    "a right of everybody": ("grant insert on public.worker_tasks to public", "+anon | table public.worker_tasks | insert"),
    "a membership": ("grant service_role to authenticated", "+authenticated | member of service_role | "),
    "what a membership gives": (
        "create role planted; grant select on secrets.user_claims to planted; grant planted to anon with inherit true",
        "+anon | table secrets.user_claims | select",
    ),
    "a partition": (
        "grant select on partitions.analytics_events_default to anon",
        "+anon | table partitions.analytics_events_* | select",
    ),
    "a view that is new": (
        "create view public.planted as select * from public.users; grant select on public.planted to anon",
        "+anon | table public.planted | select",
    ),
    "a schema": ("grant usage on schema private to authenticated", "+authenticated | schema private | usage"),
    "the runner's books": ("grant truncate on all tables in schema runner to service_role", "+service_role | table runner."),
    "a sequence": (
        "create sequence public.planted; grant usage on sequence public.planted to anon",
        "+anon | sequence public.planted | usage",
    ),
    "a function": (
        "grant execute on function private.writing_role(uuid, uuid) to anon",
        "+anon | function private.writing_role(uuid, uuid) | execute",
    ),
    "a function that is new, and everybody's": (
        "create function public.planted() returns int return 1; grant execute on function public.planted() to public",
        "+public | function public.planted() | execute",
    ),
    "a type": ("create domain public.planted as text", "+anon | type public.planted | usage"),
    "what is made later": (
        "alter default privileges in schema public grant select on tables to anon",
        "+anon | later tables of postgres in public | select",
    ),
    "what is made later, for everybody": (
        "alter default privileges grant execute on functions to public",
        "+public | later functions of postgres in any schema | execute",
    ),
}


def test_the_privileges_are_those_of_the_golden_file(db: Connection) -> None:
    assert privileges.difference(privileges.text(db)) == "", "if this is meant: make golden"


@pytest.mark.parametrize("name", PLANTED)
def test_a_privilege_that_changes_shows_as_a_difference(db: Connection, name: str) -> None:
    plant, shown = PLANTED[name]
    db.execute(plant.encode())
    assert shown in privileges.difference(privileges.text(db))


def test_nobody_may_maintain_a_table(db: Connection) -> None:
    """A privilege since PostgreSQL 17, which the golden file leaves out to be the same on all."""
    if db.info.server_version < 170000:
        with pytest.raises(psycopg.errors.SyntaxError), db.transaction():
            db.execute("grant maintain on public.users to service_role")
        return
    asked = (
        "select role || ' ' || pg_class.oid::regclass"
        " from unnest('{anon,authenticated,service_role,authenticator,public}'::text[]) as role, pg_class"
        " where relkind in ('r', 'p', 'v', 'm') and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
        " and has_table_privilege(role, pg_class.oid, 'maintain')"
    )
    assert db.execute(asked.encode()).fetchall() == []
    db.execute("grant maintain on public.users to service_role")
    assert db.execute(asked.encode()).fetchall() == [("service_role users",)]


def test_a_golden_file_that_is_stale_stops_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: Connection) -> None:
    monkeypatch.setattr(privileges, "GOLDEN", tmp_path / "golden" / "privileges.txt")
    monkeypatch.setattr(privileges, "built", lambda: privileges.text(db))
    with pytest.raises(UserError, match=r"\+anon"):
        privileges.verify()
    privileges.write()
    privileges.verify()
    db.execute("grant select on public.users to anon")
    with pytest.raises(UserError, match=r"\+anon \| table public.users \| select"):
        privileges.verify()


def test_the_command_compares_with_what_the_files_build_on_a_server_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-m", "scripts", "verify-golden"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "tests/golden/privileges.txt is what the files give.\n"
