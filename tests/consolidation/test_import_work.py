"""Runs of workflows, the decisions on them, tasks of the workers and their results: what each row of A and B becomes."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.target import Connection
from tests.consolidation.settled import (
    ANN, ANN_IN_B, ANNS, ANNS_SECOND, BEGUN, BEN, BENS, BOB, BOBS, CAT, CATS, CATS_DEFAULT, CHANGED, DAN, DAY, MADE, NOBODY, NOWHERE,
    became, import_all, kept, settle, value, values, why,
)  # fmt: skip
from tests.consolidation.small import JsonList, accounts, add, check_accounted, result, run_all, uid

RUN: dict[str, Any] = {
    "workflow_name": "weekly", "workflow_config": {"steps": 2}, "tasks": ["write", "film"], "status": "completed", "progress": 0.5,
    "started_at": "2025-03-01T11:00:00+00:00", "completed_at": "2025-03-01T12:00:00+00:00", "results": {"film": "done"},
    "error_message": "none to speak of", "metadata": {"m": 1}, **DAY,
}  # fmt: skip

SIDES = [("a", ANNS_SECOND, ANN, ANN), ("b", BENS, BEN, BEN)]


def runs(connection: Connection, which: str, *rows: dict[str, Any]) -> None:
    """Add runs that differ from one of Bob (A) or Ben (B) in some values."""
    owned = {"workspace_id": BOBS, "user_id": BOB} if which == "a" else {"workspace_id": BENS, "user_id": BEN}
    add(connection, f"old_{which}", "workflow_executions", *({**RUN, **owned, **row} for row in rows))


@pytest.mark.parametrize(("which", "workspace", "person", "becomes"), SIDES)
def test_a_run_keeps_every_column(clone: Connection, which: str, workspace: str, person: str, becomes: str) -> None:
    settle(clone, which)
    runs(clone, which, {"id": uid(101), "workspace_id": workspace, "user_id": person})
    import_all(clone, which)
    check_accounted(clone)
    assert became(clone, f"{which}.workflow_executions", uid(101)) == {
        "id": uid(101), **RUN, "workspace_id": workspace, "user_id": becomes,
    }  # fmt: skip
    assert kept(clone, f"{which}.workflow_executions") == {}


@pytest.mark.parametrize("which", ["a", "b"])
def test_what_a_run_does_not_say_becomes_the_default(clone: Connection, which: str) -> None:
    settle(clone, which)
    nothing = dict.fromkeys(("tasks", "status", "progress", "started_at", "completed_at", "results", "error_message", "metadata",
                             "created_at", "updated_at"))  # fmt: skip
    runs(clone, which, {"id": uid(101), "user_id": None, **nothing, "workflow_config": {}})
    clone.execute(f"alter table old_{which}.workflow_executions alter column workflow_config drop not null")
    runs(clone, which, {"id": uid(102), "tasks": [None, "b", None], "workflow_config": None, "metadata": JsonList([1])})
    import_all(clone, which)
    row = became(clone, f"{which}.workflow_executions", uid(101)) or {}
    assert {name: row[name] for name in ("user_id", *nothing)} == {
        "user_id": None, "tasks": [], "status": "pending", "progress": 0, "started_at": None, "completed_at": None, "results": {},
        "error_message": None, "metadata": {}, "created_at": BEGUN, "updated_at": BEGUN,
    }  # fmt: skip
    row = became(clone, f"{which}.workflow_executions", uid(102)) or {}
    assert (row["tasks"], row["workflow_config"], row["metadata"]) == (["b"], {}, {"legacy_metadata": [1]})
    assert kept(clone, f"{which}.workflow_executions") == {}


@pytest.mark.parametrize("which", ["a", "b"])
def test_progress_in_percent_is_a_share_and_the_original_is_kept(clone: Connection, which: str) -> None:
    settle(clone, which)
    progress = {
        uid(101): (45, 0.45), uid(102): (100, 1), uid(103): (1.0000005, 1), uid(104): (250, 1), uid(105): (-5, 0), uid(106): ("NaN", 0),
        uid(107): ("Infinity", 1), uid(108): (1, 1),
    }  # fmt: skip
    runs(clone, which, *({"id": key, "progress": said} for key, (said, _) in progress.items()))
    import_all(clone, which)
    table = f"{which}.workflow_executions"
    assert values(clone, table, progress, "progress") == {key: share for key, (_, share) in progress.items()}
    assert kept(clone, table) == {(key, "progress"): said for key, (said, _) in progress.items() if key != uid(108)}


@pytest.mark.parametrize("which", ["a", "b"])
def test_words_for_the_state_of_a_run_are_mapped_or_reject_it(clone: Connection, which: str) -> None:
    settle(clone, which)
    words = {
        uid(101): (" Completed", "completed"), uid(102): ("error", "failed"), uid(103): ("in_progress", "running"),
        uid(104): ("awaiting_approval", "awaiting_approval"), uid(105): ("on hold", "status: a word that is not mapped"),
        uid(106): ("", "status: a word that is not mapped"),
    }  # fmt: skip
    runs(clone, which, *({"id": key, "status": word} for key, (word, _) in words.items()))
    import_all(clone, which)
    check_accounted(clone)
    table = f"{which}.workflow_executions"
    assert values(clone, table, words, "status") == {key: becomes for key, (_, becomes) in words.items()}
    # a word is added, and the row tried again
    clone.execute("insert into consolidation.value_map values ('workflow_executions.status', 'on hold', 'pending')")
    clone.execute("select consolidation.retry_rejects(%s)", (table,))
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert value(clone, table, uid(105), "status") == "pending"


def test_the_workspace_of_a_run_is_the_one_that_it_names_or_its_persons_home(clone: Connection) -> None:
    settle(clone)
    nowhere, none = "workspace_id: no such workspace", "workspace_id: none, and none to be found"
    of_a = {
        uid(101): (ANNS_SECOND, ANN, ANNS_SECOND), uid(102): (None, BOB, BOBS), uid(103): (None, ANN, none), uid(104): (NOWHERE, BOB, nowhere),
        uid(105): (None, None, none), uid(106): (None, NOBODY, none),
    }  # fmt: skip
    of_b = {
        uid(201): (BENS, BEN, BENS), uid(202): (None, BEN, BENS), uid(203): (None, CAT, CATS_DEFAULT), uid(204): (None, DAN, none),
        # B's Ann is A's, who has two workspaces there and one by what B says
        uid(205): (None, ANN_IN_B, ANNS), uid(206): (NOWHERE, BEN, nowhere), uid(207): (CATS, BEN, CATS),
    }  # fmt: skip
    for which, rows in (("a", of_a), ("b", of_b)):
        runs(clone, which, *({"id": key, "workspace_id": space, "user_id": person} for key, (space, person, _) in rows.items()))
    import_all(clone)
    check_accounted(clone)
    for which, rows in (("a", of_a), ("b", of_b)):
        found = values(clone, f"{which}.workflow_executions", rows, "workspace_id")
        assert found == {key: becomes for key, (_, _, becomes) in rows.items()}
    # the ledger says the workspace of what others refer to
    lines = clone.execute(
        "select line.workspace_id, run.workspace_id from consolidation.ledger as line left join public.workflow_executions as run"
        " on run.id = line.hybrid_id where line.legacy_table like '%workflow_executions'"
    ).fetchall()
    assert len(lines) == len(of_a) + len(of_b)
    assert all(one == other for one, other in lines)


def test_the_person_of_a_run_is_the_merged_one_or_kept(clone: Connection) -> None:
    settle(clone)
    runs(clone, "b", {"id": uid(201), "user_id": ANN_IN_B}, {"id": uid(202), "user_id": NOBODY}, {"id": uid(203), "user_id": None})
    import_all(clone)
    table = "b.workflow_executions"
    assert values(clone, table, dict.fromkeys((uid(201), uid(202), uid(203))), "user_id") == {uid(201): ANN, uid(202): None, uid(203): None}
    assert kept(clone, table) == {(uid(202), "user_id"): NOBODY}


def test_a_run_without_a_name_is_rejected(clone: Connection) -> None:
    settle(clone)
    for which in "ab":
        clone.execute(f"alter table old_{which}.workflow_executions alter column workflow_name drop not null".encode())
        runs(clone, which, {"id": uid(101), "workflow_name": None})
    import_all(clone)
    check_accounted(clone)
    for which in "ab":
        assert why(clone, f"{which}.workflow_executions", uid(101)) == "workflow_name: there is none"


def meeting(connection: Connection) -> None:
    """Add runs that have one id in A and B: the same, the same but for one value, and one that is somebody else's."""
    settle(connection)
    for which in "ab":  # a row a block, so that batches can be cut between any two
        connection.execute(f"alter table old_{which}.workflow_executions set (fillfactor = 10)".encode())
    same = {"id": uid(101), "workspace_id": ANNS, "user_id": ANN, "progress": 0.25}
    runs(connection, "a", same, {**same, "id": uid(102)}, {"id": uid(103)}, {"id": uid(104), "status": "on hold"})
    in_b = {**same, "user_id": ANN_IN_B}
    # in percent it says the same, and times in another zone too
    in_b["created_at"] = "2025-03-01 12:00:00+02"
    runs(connection, "b", {**in_b, "progress": 25}, {**in_b, "id": uid(102), "error_message": "other"}, {"id": uid(103)}, {"id": uid(104)})


def test_one_id_in_a_and_b_is_one_run_only_where_all_is_equal(clone: Connection) -> None:
    meeting(clone)
    import_all(clone)
    check_accounted(clone)
    table = "b.workflow_executions"
    assert accounts(clone)["a.workflow_executions"] == {"migrated": 3, "rejected": 1}
    assert accounts(clone)[table] == {"migrated": 3, "merged": 1}
    assert value(clone, table, uid(101), "id") == uid(101)
    computed = clone.execute("select private.computed_id('legacy_b.workflow_executions:' || %s)::text", (uid(102),)).fetchone()
    assert computed == (value(clone, table, uid(102), "id"),)
    assert value(clone, table, uid(102), "error_message") == "other"
    assert value(clone, "a.workflow_executions", uid(102), "error_message") == RUN["error_message"]
    assert value(clone, table, uid(103), "workspace_id") == BENS
    # A's was rejected, so the id is free
    assert value(clone, table, uid(104), "id") == uid(104)
    recorded = clone.execute(
        "select legacy_key, value_a ->> 'workspace_id', value_b ->> 'workspace_id' from consolidation.conflicts"
        " where kind = 'same_id' and legacy_table = %s order by 1",
        (table,),
    ).fetchall()
    assert recorded == [(uid(102), ANNS, ANNS), (uid(103), BOBS, BENS)]


def test_a_then_b_ends_in_the_rows_of_both_at_once_and_a_second_run_changes_nothing(clone: Connection) -> None:
    meeting(clone)
    import_all(clone, "a")
    import_all(clone, "b")
    check_accounted(clone)
    after_each_other = result(clone)
    run_all(clone)
    assert result(clone) == after_each_other
    start_anew(clone)
    run_all(clone)
    assert result(clone) == after_each_other
    start_anew(clone)
    assert run_all(clone, batch_rows=1).count("batch b.workflow_executions") > 1
    assert result(clone) == after_each_other


def start_anew(connection: Connection) -> None:
    """Take back what an import wrote, all of it."""
    connection.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    for table in ("ledger", "ledger_targets", "rejects", "kept", "conflicts", "progress", "places", "runs", "taken", "auth_addresses"):
        connection.execute(f"delete from consolidation.{table}".encode())
    connection.execute("insert into consolidation.runs (run_number, started_at, finished_at) values (1, %s, now())", (BEGUN,))
    connection.commit()
