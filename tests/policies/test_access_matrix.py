"""Every cell of tests/access_matrix.csv, tried as its actor on rows that exist in two workspaces, and that a wrong one would be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from scripts.matrix import ACTORS, ANY, COMMANDS, DOMAINS, REST, cells, read
from scripts.target import Connection
from tests.support.audit import answer, applies, differences, faults, requests
from tests.support.catalogue import tables
from tests.support.situations import SITUATIONS, situations
from tests.support.stage import TABLES, Stage, make_stage
from tests.tables.test_catalogue import DESIGN

LINES = read()

CELLS = cells(LINES)

#: Functions for clients that stand for no command on a table: they take back what others did, or read it in another way.
MORE_FUNCTIONS = {"close_workspace", "newest_posts", "open_invitations", "revoke_invitation"}


@pytest.fixture(scope="module")
def stage(shared_connection: Connection) -> Iterator[Stage]:
    """Both workspaces, made once for all cells; each try is undone by itself."""
    with shared_connection.transaction(force_rollback=True):
        yield make_stage(shared_connection)


def _faults(connection: Connection, stage: Stage, table: str, command: str | None = None) -> list[str]:
    of_the_table = [lines for cell, lines in CELLS.items() if cell[0] == table and command in {None, cell[1]}]
    return [fault for lines in of_the_table for fault in faults(connection, stage, lines)]


@pytest.mark.parametrize("table", TABLES)
def test_everybody_may_what_the_matrix_says_and_no_more(shared_connection: Connection, stage: Stage, table: str) -> None:
    assert _faults(shared_connection, stage, table) == []


# -------------------------------------------------------------------- nothing is missing


def test_the_matrix_has_every_table_command_and_actor_and_no_line_twice(stage: Stage) -> None:
    assert set(CELLS) == set(product(TABLES, COMMANDS, ACTORS))
    assert len(CELLS) == 31 * 4 * 12
    assert len({(line.cell, line.condition) for line in LINES}) == len(LINES)
    assert set(stage.cast.actors) == set(ACTORS)


def test_the_tables_are_those_of_the_catalogue_in_the_domains_of_the_design(shared_connection: Connection) -> None:
    assert set(TABLES) == tables(shared_connection)
    assert {domain: list(names) for domain, names in DOMAINS.items()} == DESIGN


def test_the_lines_stand_in_order_so_that_a_change_is_a_small_difference() -> None:
    assert sorted(LINES) == LINES


@pytest.mark.parametrize("table", TABLES)
def test_each_kind_of_row_has_one_answer_and_each_line_answers_for_one(stage: Stage, table: str) -> None:
    for command, actor in product(COMMANDS, stage.cast.actors.values()):
        lines = CELLS[table, command, actor.name]
        kinds = [situation for situation in situations(table, command) if applies(situation, actor)]
        words = {situation.condition for situation in kinds} | {ANY, REST}
        assert {line.condition for line in lines} <= words, lines[0].cell
        assert {answer(lines, situation) for situation in kinds} == set(lines), lines[0].cell
        assert (ANY in {line.condition for line in lines}) <= (len(lines) == 1), lines[0].cell


def test_no_condition_is_kept_for_a_table_that_is_gone() -> None:
    assert set(SITUATIONS) <= set(TABLES)


def test_the_functions_are_those_that_clients_may_call(shared_connection: Connection) -> None:
    found = shared_connection.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and has_function_privilege('authenticated', oid, 'execute')"
    )
    assert {name for (name,) in found} == {name for line in LINES for name in line.functions} | MORE_FUNCTIONS


# -------------------------------------------------------------------- what is wrong is seen


@pytest.mark.parametrize("table", TABLES)
def test_each_line_that_said_the_contrary_would_be_found_by_name(shared_connection: Connection, stage: Stage, table: str) -> None:
    for line in (line for line in LINES if line.table == table):
        request = next(each for each in requests(CELLS[line.cell], stage.cast[line.actor]) if each.line is line)
        turned = replace(request, line=replace(line, allowed=not line.allowed))
        found = list(differences(shared_connection, stage, turned))
        assert found, f"nobody would notice if {line} were wrong"
        assert all(one.startswith(f"{table} {line.command} {line.actor} [{request.situation.condition}]") for one in found)


#: A change to the schema, the table and the command that it breaks, and the beginning of what is then found.
PLANTED = {
    "a policy that lets everybody in": (
        "alter policy campaigns_select_members on public.campaigns using (true)",
        ("campaigns", "select"),
        "campaigns select outsider [any row]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a policy that is gone": (
        "drop policy campaigns_insert_own on public.campaigns",
        ("campaigns", "insert"),
        "campaigns insert editor [own draft]: the matrix says yes, PostgreSQL error 42501",
    ),
    "a check that lets a member set what is an editor's": (
        "alter policy media_assets_update_editors_or_own on public.media_assets with check"
        " (workspace_id = any((select private.writable_workspaces('member'))::uuid[]))",
        ("media_assets", "update"),
        "media_assets update author [own, made public]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a policy that forgets to ask whether the workspace is a writable one": (
        "alter policy workflow_executions_delete_editors on public.workflow_executions"
        " using (workspace_id = any((select private.readable_workspaces())::uuid[]))",
        ("workflow_executions", "delete"),
        "workflow_executions delete platform_viewer [any row]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a policy that does not heed what the request names": (
        "alter policy video_generations_select_members_or_public on public.video_generations"
        " using (workspace_id = any((select private.readable_workspaces())::uuid[]) or is_public)",
        ("video_generations", "select"),
        "video_generations select member [public elsewhere, naming the own workspace]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a workspace that was put away and is written in": (
        "alter policy avatar_profiles_update_editors on public.avatar_profiles"
        " using (exists (select from public.workspace_members as m where m.workspace_id = avatar_profiles.workspace_id"
        " and m.user_id = auth.uid() and m.role in ('editor', 'admin', 'owner'))) with check (true)",
        ("avatar_profiles", "update"),
        "avatar_profiles update editor [of the workspace, put away]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a helper that forgets anonymous sign-ins": (
        "create or replace function private.token_counts(claims jsonb) returns boolean language sql stable return true",
        ("campaigns", "select"),
        "campaigns select anonymous [any row]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a scope that forgets who is inactive where a workspace is named": (
        "do $$ begin execute replace(pg_get_functiondef('private.readable_workspaces()'::regprocedure),"
        " 'and member.user_is_active', ''); end $$",
        ("campaigns", "select"),
        "campaigns select inactive [any row, naming the own workspace]: the matrix says no, PostgreSQL 1 rows",
    ),
    "row-level security that is switched off": (
        "alter table public.worker_tasks disable row level security",
        ("worker_tasks", "select"),
        "worker_tasks select member [any row, in the other workspace]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a right that the service should not have": (
        "grant delete on public.worker_results to service_role",
        ("worker_results", "delete"),
        "worker_results delete service_role [any row]: the matrix says no, PostgreSQL 1 rows",
    ),
    "a denial of what nobody can do at all": (
        "alter table public.worker_results add constraint planted check (false) not valid",
        ("worker_results", "update"),
        "worker_results update member [any row]: whoever may do this gets error 23514, so the denial proves nothing",
    ),
    "a statement that changes more than its row": (
        "create function public.planted() returns trigger language plpgsql security definer as"
        " 'begin update public.content_templates set usage_count = usage_count + 1 where id <> old.id; return new; end';"
        " create trigger planted before update on public.content_templates for each row when (pg_trigger_depth() = 0)"
        " execute function public.planted()",
        ("content_templates", "update"),
        "content_templates update author [own]: the matrix says yes, PostgreSQL 1 rows",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_in_the_schema_is_found_by_cell(shared_connection: Connection, stage: Stage, name: str) -> None:
    plant, (table, command), found = PLANTED[name]
    with shared_connection.transaction(force_rollback=True):
        shared_connection.execute(plant.encode())
        assert [one for one in _faults(shared_connection, stage, table, command) if one.startswith(found)]
