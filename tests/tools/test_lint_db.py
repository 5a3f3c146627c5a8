"""Supabase's linter: what is planted it names, what the files build is clean but for what is allowed, and it reaches nobody else."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from scripts import advisors
from scripts.advisors import ALLOWED, Finding
from scripts.errors import UserError
from scripts.server import SUPERUSER
from scripts.settings import ROOT
from scripts.target import Target
from tests.conftest import test_server
from tests.tools.conftest import Checkout

_FAULTS = """
create table public.planted_open (id integer primary key);
grant select on public.planted_open to anon;

create table public.planted_policies (id uuid primary key, parent_id uuid references public.workspaces (id));
alter table public.planted_policies enable row level security;
create policy planted_bare on public.planted_policies for select to authenticated using (id = auth.uid());
create policy planted_second on public.planted_policies for select to authenticated using (true);
create policy planted_anything on public.planted_policies for update to authenticated using (true);
create index planted_once on public.planted_policies (id, parent_id);
create index planted_twice on public.planted_policies (id, parent_id);

create table public.planted_closed (id integer);
alter table public.planted_closed enable row level security;
insert into public.planted_closed values (1), (1);

create table public.planted_forgotten (id integer primary key);
create policy planted_useless on public.planted_forgotten using (false);

create view public.planted_view as select id from public.users;
grant select on public.planted_view to authenticated;

create view public.planted_accounts with (security_invoker = true) as select id from auth.users;
grant select on public.planted_accounts to anon;

create materialized view public.planted_copy as select id from public.users;
grant select on public.planted_copy to anon;

create function public.planted_path() returns integer language sql as 'select 1';
create function private.planted_path() returns integer language sql as 'select 1';
create function public.planted_definer() returns integer language sql security definer set search_path = '' as 'select 1';
grant execute on function public.planted_definer() to anon, authenticated;

create table public.planted_parts (id integer) partition by list (id);
create table public.planted_more_parts (id integer) partition by list (id);
alter table public.planted_more_parts enable row level security;
create table public.planted_last_parts (id integer) partition by list (id);
alter table public.planted_last_parts enable row level security;
create policy planted_one on public.planted_last_parts for select to authenticated using (id = 1);
create policy planted_all on public.planted_last_parts to authenticated using (true);
"""

#: For each planted fault the lint that sees it, and what it names.
_NAMED = {
    ("rls_disabled_in_public", "`public.planted_open`"),
    ("unindexed_foreign_keys", "`planted_policies_parent_id_fkey`"),
    ("auth_rls_initplan", "`planted_bare`"),
    ("multiple_permissive_policies", "`public.planted_policies`"),
    ("rls_policy_always_true", "`planted_anything`"),
    ("duplicate_index", "planted_twice"),
    ("rls_enabled_no_policy", "`public.planted_closed`"),
    ("no_primary_key", "`public.planted_closed`"),
    ("policy_exists_rls_disabled", "`public.planted_forgotten`"),
    ("security_definer_view", "`public.planted_view`"),
    ("auth_users_exposed", '"planted_accounts"'),
    ("materialized_view_in_api", "`public.planted_copy`"),
    ("extension_in_public", "`vector`"),
    ("function_search_path_mutable", "`public.planted_path`"),
    ("function_search_path_mutable", "`private.planted_path`"),
    ("anon_security_definer_function_executable", "`public.planted_definer()`"),
    ("authenticated_security_definer_function_executable", "`public.planted_definer()`"),
    ("invalid_index", "`public.planted_cut_off`"),
    ("rls_disabled_in_public", "`public.planted_parts`"),
    ("rls_enabled_no_policy", "`public.planted_more_parts`"),
    ("multiple_permissive_policies", "`public.planted_last_parts`"),
    ("rls_policy_always_true", "`public.planted_last_parts`"),
}

#: A policy that lets nobody in, on each table of clients that has none.
_POLICIES = """
do $$
declare
  closed regclass;
begin
  for closed in
    select oid from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not exists (select from pg_policy where polrelid = pg_class.oid)
  loop
    execute format('create policy planted on %s for select to authenticated using (false)', closed);
  end loop;
end $$
"""


def _plant(target: Target, *statements: str) -> None:
    with target.connect() as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _unnamed(found: list[Finding]) -> set[tuple[str, str]]:
    return {(lint, name) for lint, name in _NAMED if not any(one.lint == lint and name in one.detail for one in found)}


@pytest.mark.heavy
def test_each_planted_fault_is_named(clone_target: Target) -> None:
    assert _unnamed(advisors.findings(clone_target)) == _NAMED
    _plant(clone_target, _FAULTS)
    with pytest.raises(psycopg.errors.UniqueViolation):
        _plant(clone_target, "create unique index concurrently planted_cut_off on public.planted_closed (id)")
    _plant(test_server().target(clone_target.database, SUPERUSER), "alter extension vector set schema public")
    assert _unnamed(advisors.faults(advisors.findings(clone_target))) == set()


@pytest.mark.heavy
def test_what_the_files_build_has_no_fault_and_each_allowance_is_needed(clone_target: Target) -> None:
    _plant(clone_target, _POLICIES)
    found = advisors.findings(clone_target)
    assert [one.detail for one in advisors.faults(found)] == []
    needed = {(one.lint, one.schema) for allowance in ALLOWED for one in found if allowance.covers(one)}
    assert needed == {(allowance.lint, schema) for allowance in ALLOWED for schema in allowance.schemas}


def test_clients_have_no_right_in_the_schemas_whose_tables_need_no_policy(clone_target: Target) -> None:
    schemas = sorted({schema for one in ALLOWED if one.lint == "rls_enabled_no_policy" for schema in one.schemas})
    assert schemas == ["consolidation", "partitions", "private", "secrets"]
    query = (
        "select class.oid::regclass::text from pg_class as class, unnest(array['anon', 'authenticated']) as role"
        " where class.relnamespace = any(%s::text[]::regnamespace[]) and class.relkind in ('r', 'p', 'v', 'm')"
        " and has_table_privilege(role, class.oid, 'select, insert, update, delete')"
    )
    with clone_target.connect() as connection:
        assert connection.execute(query, [schemas]).fetchall() == []
        connection.execute("grant select on secrets.workspace_invitations to public")
        assert {row[0] for row in connection.execute(query, [schemas])} == {"secrets.workspace_invitations"}


@pytest.mark.heavy
def test_the_command_fails_on_a_fault_by_name_and_passes_without_and_writes_nothing(checkout: Checkout, clone_target: Target) -> None:
    url = clone_target.url(with_password=True)
    _plant(clone_target, _POLICIES, f"alter database {clone_target.database} set default_transaction_read_only = on")
    done = checkout.run("lint-db", DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"finds no fault in postgres@{clone_target.host}:{clone_target.port}/{clone_target.database}." in done.stdout
    _plant(
        clone_target,
        "set default_transaction_read_only = off",
        "create table public.planted_open (id integer primary key)",
        "grant select on public.planted_open to anon",
    )
    done = checkout.run("lint-db", DATABASE_URL=url)
    assert done.returncode == 1
    assert "ERROR    rls_disabled_in_public  Table `public.planted_open`" in done.stdout
    assert "1 fault in" in done.stderr
    assert clone_target.password not in done.stdout + done.stderr


@pytest.mark.heavy
def test_no_password_is_an_argument_and_what_the_user_set_for_the_cli_does_not_count(
    clone_target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[list[str], dict[str, Any]]] = []
    run: Any = subprocess.run

    def recorded(command: list[str], **options: Any) -> Any:
        calls.append((command, options))
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", recorded)
    monkeypatch.setenv("SUPABASE_PROFILE", "no-such-profile")
    monkeypatch.setenv("PGHOST", "no-such-host")
    assert advisors.findings(clone_target)
    ((command, options),) = calls
    assert clone_target.password not in " ".join(map(str, command))
    assert clone_target.database not in " ".join(map(str, command))
    assert options["env"]["SUPABASE_TELEMETRY_DISABLED"] == options["env"]["SUPABASE_NO_UPDATE_NOTIFIER"] == "1"
    assert "SUPABASE_PROFILE" not in options["env"]


@pytest.mark.heavy
def test_what_the_cli_cannot_do_ends_in_its_words(clone_target: Target) -> None:
    with pytest.raises(UserError, match=r"The Supabase CLI could not lint .*: .*password authentication failed"):
        advisors._of_the_cli(replace(clone_target, password="not-the-one"), encrypted=False)


def test_a_database_without_the_platform_and_a_missing_cli_end_in_a_sentence(clone_target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="is not a Supabase database"):
        advisors.findings(test_server().target("template1"))
    monkeypatch.setattr(advisors, "_NODE", "no_such_package")
    with pytest.raises(UserError, match="is not installed") as fault:
        advisors.findings(clone_target)
    assert fault.value.next_step == "Run 'make lint-db', which installs it."


def test_the_lock_file_has_the_cli_for_every_system_with_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "scripts/supabase_cli/package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "scripts/supabase_cli/package.json").read_text())["dependencies"]["supabase"]
    cli = packages["node_modules/supabase"]
    assert cli["version"] == wanted
    programs = {name: packages[f"node_modules/{name}"] for name in cli["optionalDependencies"]}
    assert {"@supabase/cli-linux-x64", "@supabase/cli-linux-arm64", "@supabase/cli-darwin-arm64"} <= programs.keys()
    assert {one["version"] for one in programs.values()} == {wanted}
    assert [name for name, one in packages.items() if name and not one["integrity"].startswith("sha512-")] == []
    assert [name for name, one in packages.items() if "resolved" in one or one.get("hasInstallScript")] == []
    lines = (ROOT / "scripts/supabase_cli/node.lock").read_text().splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []
