"""Every hazard of the fixtures that touches work, research or search: which rows are rejected and why, and that nothing else is."""

from __future__ import annotations

import pytest

from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.legacy import SHARED, Legacy, generate, install, load_accounts, together
from tests.consolidation.settled import BEGUN, start_anew
from tests.consolidation.small import begun, check_accounted, result, run_all, take

TABLES = {
    "workflow_executions", "workflow_approvals", "worker_tasks", "worker_results", "content_insights", "content_recommendations",
    "research_configurations", "research_jobs", "research_results", "content_embeddings",
}  # fmt: skip

STATUS = "status: a word that is not mapped"

NONE_FOUND = "workspace_id: none, and none to be found"

NO_RUN = "workflow_id: no such run"

#: By hazard and table the rows that are rejected, by what is odd about them; None stands for all of that table.
REJECTED: dict[tuple[str, str], dict[str | None, str]] = {
    ("parent_is_rejected", "b.workflow_approvals"): {None: NO_RUN},
    ("parent_is_rejected", "b.worker_results"): {None: "task_id: no such task"},
    ("reference_to_nothing", "b.worker_results"): {"task_id": "task_id: no such task"},
    ("approval_of_no_run", "b.workflow_approvals"): {
        "no uuid": NO_RUN,
        "no run": NO_RUN,
        "a run of A": NO_RUN,
        # the younger of two
        "a run, with spaces around it": "workflow_id: the run has an older approval, and is decided once",
    },
    ("null_task", "b.worker_results"): {None: "task_id: there is none"},
    ("null_against_lists", "b.workflow_approvals"): {None: NO_RUN},
    ("status_words", "b.worker_tasks"): {f"status {word!r}": STATUS for word in ("posted", " Published ", "", "on hold")},
    ("status_words", "b.workflow_executions"): {f"status {word!r}": STATUS for word in ("posted", " Published ", "", "on hold")},
    ("status_words", "b.worker_results"): {None: STATUS},
    ("status_words_against_lists", "a.workflow_executions"): {"status 'posted'": STATUS},
    ("status_words_against_lists", "a.content_recommendations"): {None: STATUS},
    ("status_words_against_lists", "b.workflow_approvals"): {None: STATUS},
    ("status_words_against_lists", "b.research_jobs"): {"status 'posted'": STATUS},
    ("words_against_lists", "a.content_recommendations"): {"content_type 'thread'": "content_type: a word that is not mapped"},
    ("words_against_lists", "b.research_configurations"): {"source_type 'mastodon'": "source_type: a word that is not mapped"},
    ("words_against_lists", "b.research_jobs"): {
        "job_type 'summarise'": "job_type: a word that is not mapped",
        "priority 'urgent'": "priority: a word that is not mapped",
    },
    ("words_against_lists", "b.research_results"): {"result_type 'chart'": "result_type: a word that is not mapped"},
    ("workspace_of_several", "a.workflow_executions"): {None: NONE_FOUND},
    ("workspace_of_several", "b.worker_tasks"): {None: NONE_FOUND},
    ("workspace_of_nobody", "a.workflow_executions"): {None: NONE_FOUND},
    ("workspace_of_nobody", "b.worker_tasks"): {None: NONE_FOUND},
}

#: Rows without anything that may be null have no workspace; an approval is where its run is, a result where its task is, and an embedding
#: where its post is.
EMPTY = {"b.workflow_approvals": None, "b.worker_results": "task_id: there is none", "b.content_embeddings": None}


def put(connection: Connection, target: Target, legacy: Legacy) -> None:
    """Install a legacy and its accounts, and begin no import at a known time."""
    for database in legacy.databases:
        install(connection, database, f"old_{database.name.lower()}", indexes=False)
    begun(connection, BEGUN)
    connection.commit()
    with test_server().target(target.database, SUPERUSER).connect() as superuser:
        load_accounts(superuser, legacy.accounts)


def reasons(connection: Connection) -> dict[tuple[str, str], str | None]:
    """Return by table and key why each row was rejected; None where it was not."""
    lines = connection.execute(
        "select legacy_table, legacy_key, case when outcome = 'rejected' then reason end from consolidation.ledger"
    ).fetchall()
    return {(table, key): reason for table, key, reason in lines if table[2:] in TABLES}


def expected(hazard: str, table: str, what: str, known: str | None) -> str | None:
    """Return why a row of a hazard should be rejected; of one that may be at home or not by chance, what became of it."""
    if hazard == "null_wherever_it_can_be":
        return EMPTY.get(table, NONE_FOUND)
    if hazard == "null_workspace":
        return known if known == NONE_FOUND else None
    rows = REJECTED.get((hazard, table), {})
    return rows.get(what, rows.get(None))


def test_each_hazard_ends_as_the_rules_say_and_a_then_b_as_both_at_once(clone: Connection, clone_target: Target) -> None:
    legacy = generate(1)
    put(clone, clone_target, legacy)
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    found = reasons(clone)
    made = [
        (hazard, f"{one.letter.lower()}.{one.table}", one) for hazard, rows in legacy.made.items() for one in rows if one.table in TABLES
    ]
    assert len(made) > 200
    wrong = [
        (hazard, table, one.what, found[table, one.key])
        for hazard, table, one in made
        if found[table, one.key] != expected(hazard, table, one.what, found[table, one.key])
    ]
    assert wrong == []
    # of the clean rows beside them only the two parents that are to be rejected are
    odd = {(table, one.key) for _, table, one in made}
    assert sorted((table, reason) for (table, key), reason in found.items() if reason and (table, key) not in odd) == [
        ("b.worker_tasks", STATUS),
        ("b.workflow_executions", STATUS),
    ]
    after_each_other = result(clone)
    start_anew(clone)
    run_all(clone)
    at_once = result(clone)
    assert {table: set(after_each_other[table]) ^ set(found) for table, found in at_once.items() if after_each_other[table] != found} == {}


@pytest.mark.parametrize("of_b", [frozenset(), frozenset(SHARED)])
def test_both_in_one_schema_are_accounted_for_and_no_row_costs_a_halving(
    clone: Connection, clone_target: Target, of_b: frozenset[str]
) -> None:
    legacy = generate(2, shapes=(together(of_b),))
    put(clone, clone_target, legacy)
    for which in ("a", "b"):
        take(clone, which, "old_ab")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    found = reasons(clone)
    assert {table for table, _ in found} == {
        "a.workflow_executions", "a.content_insights", "a.content_recommendations",
        *(f"b.{table}" for table in TABLES - {"workflow_executions", "content_insights", "content_recommendations"}),
    }  # fmt: skip
    # whatever PostgreSQL refused would say so with its code
    assert [(key, reason) for key, reason in found.items() if reason and reason.endswith("]")] == []
    assert sum(reason is None for reason in found.values()) > len(found) / 2
