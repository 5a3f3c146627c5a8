"""Runs of workflows, the decisions on them, tasks of the workers and their results: what each row of A and B becomes."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.target import Connection
from tests.consolidation.settled import (
    ANN,
    ANN_IN_B,
    ANNS,
    ANNS_SECOND,
    BEGUN,
    BEN,
    BENS,
    BOB,
    BOBS,
    CAT,
    CATS,
    CATS_DEFAULT,
    CHANGED,
    DAN,
    DAY,
    MADE,
    NOBODY,
    NOWHERE,
    became,
    import_all,
    kept,
    settle,
    start_anew,
    value,
    values,
    why,
)
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
    nothing: dict[str, Any] = dict.fromkeys(name for name in RUN if name not in {"workflow_name", "workflow_config"})
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
        uid(101): (ANNS_SECOND, ANN, ANNS_SECOND), uid(102): (None, BOB, BOBS), uid(103): (None, ANN, none),
        uid(104): (NOWHERE, BOB, nowhere), uid(105): (None, None, none), uid(106): (None, NOBODY, none),
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


# ---------------------------------------------------------------- the decisions on runs

APPROVAL: dict[str, Any] = {
    "script": "Good morning", "video_result": {"url": "u"}, "config": {"c": 1}, "status": "approved", "approved_by": ANN_IN_B,
    "approved_at": "2025-03-03T10:00:00+00:00", "feedback": "fine", **DAY,
}  # fmt: skip


def approvals(connection: Connection, *rows: dict[str, Any]) -> None:
    """Add approvals that differ from a usual one in some values."""
    add(connection, "old_b", "workflow_approvals", *({**APPROVAL, **row} for row in rows))


def test_an_approval_keeps_every_column_and_gets_the_workspace_of_its_run(clone: Connection) -> None:
    settle(clone)
    runs(clone, "b", {"id": uid(201), "workspace_id": CATS})
    approvals(clone, {"id": uid(301), "workflow_id": uid(201)})
    import_all(clone)
    check_accounted(clone)
    assert became(clone, "b.workflow_approvals", uid(301)) == {
        **APPROVAL, "id": uid(301), "workflow_id": uid(201), "workspace_id": CATS, "approved_by": ANN,
    }  # fmt: skip
    assert kept(clone, "b.workflow_approvals") == {}


def test_an_approval_names_a_run_of_b_in_any_spelling_and_each_run_once(clone: Connection) -> None:
    settle(clone)
    same = {"id": uid(101), "workspace_id": ANNS, "user_id": ANN}
    runs(clone, "a", same, {"id": uid(102)}, {"id": uid(103)})
    runs(
        clone, "b", {**same, "user_id": ANN_IN_B}, {"id": "ABCDEF00-0000-4000-8000-000000000202"}, {"id": uid(103)},
        {"id": uid(203), "status": "on hold"},
    )  # fmt: skip
    none = "workflow_id: no such run"
    older = "workflow_id: the run has an older approval, and is decided once"
    computed = clone.execute("select private.computed_id('legacy_b.workflow_executions:' || %s)::text", (uid(103),)).fetchone()
    assert computed
    named: dict[str, tuple[str | None, str]] = {
        uid(301): (uid(101), uid(101)),  # merged into A's run
        uid(302): (uid(102), none),  # a run of A alone
        uid(303): (uid(103), computed[0]),  # B's run of this id, not A's
        uid(304): (uid(203), none),  # rejected
        uid(305): (uid(99), none),
        uid(306): ("workflow-1", none),
        uid(307): (" abcdef00-0000-4000-8000-000000000202\n", "abcdef00-0000-4000-8000-000000000202"),
        uid(308): ("ABCDEF00-0000-4000-8000-000000000202", older),
    }
    approvals(clone, *({"id": key, "workflow_id": text} for key, (text, _) in named.items()))
    # the order is that of time, not of keys or places
    clone.execute("alter table old_b.workflow_approvals alter column workflow_id drop not null")
    approvals(clone, {"id": uid(309), "workflow_id": None}, {"id": uid(310), "workflow_id": uid(101).upper(), "created_at": None})
    approvals(clone, {"id": uid(311), "workflow_id": f" {uid(103)}", "created_at": "2025-02-28 10:00+00"})
    named |= {uid(309): (None, none), uid(310): (uid(101), older), uid(311): (uid(103), computed[0]), uid(303): (uid(103), older)}
    import_all(clone)
    check_accounted(clone)
    assert values(clone, "b.workflow_approvals", named, "workflow_id") == {key: becomes for key, (_, becomes) in named.items()}
    row = clone.execute("select legacy_row ->> 'workflow_id' from consolidation.rejects where legacy_key = %s", (uid(306),)).fetchone()
    assert row == ("workflow-1",)


def test_an_approval_is_decided_at_a_time_or_pending_at_none(clone: Connection) -> None:
    settle(clone)
    runs(clone, "b", *({"id": uid(200 + number)} for number in range(1, 10)))
    at, unmapped = "2025-03-03T10:00:00+00:00", "status: a word that is not mapped"
    decided: dict[str, tuple[dict[str, Any], str | None]] = {
        uid(301): ({"status": "Rejected"}, at), uid(302): ({"approved_at": None}, CHANGED),
        uid(303): ({"approved_at": None, "updated_at": None}, MADE),
        uid(304): ({"approved_at": None, "updated_at": None, "created_at": None}, BEGUN), uid(305): ({"status": "pending"}, None),
        uid(306): ({"status": None, "approved_at": None}, None), uid(307): ({"status": "Completed"}, unmapped),
        uid(308): ({"approved_by": NOBODY}, at),
    }  # fmt: skip
    approvals(clone, *({"id": key, "workflow_id": uid(int(key[-3:]) - 100), **row} for key, (row, _) in decided.items()))
    clone.execute("alter table old_b.workflow_approvals alter column script drop not null")
    approvals(clone, {"id": uid(309), "workflow_id": uid(209), "script": None})
    import_all(clone)
    check_accounted(clone)
    table = "b.workflow_approvals"
    assert values(clone, table, decided, "approved_at") == {key: becomes for key, (_, becomes) in decided.items()}
    assert value(clone, table, uid(301), "status") == "rejected"
    assert value(clone, table, uid(306), "status") == "pending"
    assert kept(clone, table) == {(uid(305), "approved_at"): at, (uid(308), "approved_by"): NOBODY}
    assert why(clone, table, uid(309)) == "script: there is none"


# ---------------------------------------------------------------- tasks and their results

TASK: dict[str, Any] = {
    "workspace_id": BENS, "user_id": BEN, "worker_type": "writer", "task_type": "caption", "input_data": {"n": [1, None]},
    "status": "failed", "priority": 7, "retry_count": 2, "max_retries": 4, "timeout_seconds": 60,
    "scheduled_at": "2025-03-01T10:30:00+00:00", "started_at": "2025-03-01T11:00:00+00:00", "completed_at": "2025-03-01T12:00:00+00:00",
    "error_message": "too long", "metadata": {"m": 1}, **DAY,
}  # fmt: skip

RESULT: dict[str, Any] = {
    "task_id": uid(401), "worker_type": "writer", "status": "partial", "result_data": {"text": "t"}, "error_message": "half of it",
    "execution_time_ms": 1200, "tokens_used": 900, "cost_usd": 0.000001, "metadata": {"m": 2}, "created_at": MADE,
}  # fmt: skip


def tasks(connection: Connection, *rows: dict[str, Any]) -> None:
    """Add tasks that differ from a usual one in some values."""
    add(connection, "old_b", "worker_tasks", *({**TASK, **row} for row in rows))


def outcomes(connection: Connection, *rows: dict[str, Any]) -> None:
    """Add results that differ from a usual one in some values."""
    add(connection, "old_b", "worker_results", *({**RESULT, **row} for row in rows))


def test_a_task_and_its_result_keep_every_column(clone: Connection) -> None:
    settle(clone)
    tasks(clone, {"id": uid(401)})
    outcomes(clone, {"id": uid(501)}, {"id": uid(502), "cost_usd": "9999.999999"})
    import_all(clone)
    check_accounted(clone)
    assert became(clone, "b.worker_tasks", uid(401)) == {"id": uid(401), **TASK}
    assert became(clone, "b.worker_results", uid(501)) == {"id": uid(501), "workspace_id": BENS, **RESULT}
    assert clone.execute("select cost_usd::text from public.worker_results where id = %s", (uid(502),)).fetchone() == ("9999.999999",)
    assert kept(clone, "b.worker_tasks") == kept(clone, "b.worker_results") == {}


def test_what_a_task_does_not_say_becomes_the_default(clone: Connection) -> None:
    settle(clone)
    clone.execute("alter table old_b.worker_tasks alter column input_data drop not null")
    nothing: dict[str, Any] = dict.fromkeys(name for name in TASK if name not in {"workspace_id", "worker_type", "task_type"})
    tasks(clone, {"id": uid(401), **nothing}, {"id": uid(402), "scheduled_at": None, "input_data": JsonList([1])})
    import_all(clone)
    assert became(clone, "b.worker_tasks", uid(401)) == {
        **TASK, **nothing, "id": uid(401), "input_data": {}, "status": "pending", "priority": 5, "retry_count": 0, "max_retries": 3,
        "timeout_seconds": 300, "scheduled_at": BEGUN, "metadata": {}, "created_at": BEGUN, "updated_at": BEGUN,
    }  # fmt: skip
    assert value(clone, "b.worker_tasks", uid(402), "scheduled_at") == MADE
    assert value(clone, "b.worker_tasks", uid(402), "input_data") == [1]
    assert kept(clone, "b.worker_tasks") == {}


def test_numbers_of_a_task_out_of_their_range_are_mended_and_the_originals_kept(clone: Connection) -> None:
    settle(clone)
    wrong = {
        uid(401): ("priority", 0, 1), uid(402): ("priority", 99, 10), uid(403): ("priority", 10, 10), uid(404): ("priority", -1, 1),
        uid(405): ("retry_count", -1, 0), uid(406): ("max_retries", -1, 3), uid(407): ("timeout_seconds", 0, 300),
        uid(408): ("timeout_seconds", -5, 300), uid(409): ("max_retries", 0, 0), uid(410): ("user_id", NOBODY, None),
    }  # fmt: skip
    tasks(clone, *({"id": key, column: said} for key, (column, said, _) in wrong.items()))
    import_all(clone)
    check_accounted(clone)
    for key, (column, _, becomes) in wrong.items():
        assert value(clone, "b.worker_tasks", key, column) == becomes
    assert kept(clone, "b.worker_tasks") == {
        (key, column): said for key, (column, said, becomes) in wrong.items() if said != becomes
    }  # fmt: skip


def test_a_task_without_a_place_a_kind_or_a_known_state_is_rejected(clone: Connection) -> None:
    settle(clone)
    clone.execute("alter table old_b.worker_tasks alter column worker_type drop not null, alter column task_type drop not null")
    rows: dict[str, tuple[dict[str, Any], str]] = {
        uid(401): ({"workspace_id": NOWHERE}, "workspace_id: no such workspace"),
        uid(402): ({"workspace_id": None, "user_id": DAN}, "workspace_id: none, and none to be found"),
        uid(403): ({"workspace_id": None, "user_id": CAT}, CATS_DEFAULT), uid(404): ({"worker_type": None}, "worker_type: there is none"),
        uid(405): ({"task_type": None}, "task_type: there is none"), uid(406): ({"status": "posted"}, "status: a word that is not mapped"),
        uid(407): ({"status": "in_progress"}, BENS),
    }  # fmt: skip
    tasks(clone, *({"id": key, **row} for key, (row, _) in rows.items()))
    import_all(clone)
    check_accounted(clone)
    assert values(clone, "b.worker_tasks", rows, "workspace_id") == {key: becomes for key, (_, becomes) in rows.items()}
    assert value(clone, "b.worker_tasks", uid(407), "status") == "running"


def test_a_result_is_of_its_tasks_workspace_and_without_a_task_it_is_rejected(clone: Connection) -> None:
    settle(clone)
    clone.execute("alter table old_b.worker_results alter column worker_type drop not null, alter column status drop not null")
    tasks(clone, {"id": uid(401), "workspace_id": None, "user_id": CAT}, {"id": uid(402), "status": "on hold"})
    rows: dict[str, tuple[dict[str, Any], str]] = {
        uid(501): ({}, CATS_DEFAULT), uid(502): ({"task_id": uid(402)}, "task_id: no such task"),
        uid(503): ({"task_id": NOWHERE}, "task_id: no such task"), uid(504): ({"task_id": None}, "task_id: there is none"),
        uid(505): ({"worker_type": None}, "worker_type: there is none"),
        uid(506): ({"status": "on hold"}, "status: a word that is not mapped"), uid(507): ({"status": None}, CATS_DEFAULT),
        uid(508): ({"status": " ERROR "}, CATS_DEFAULT),
    }  # fmt: skip
    outcomes(clone, *({"id": key, **row} for key, (row, _) in rows.items()))
    import_all(clone)
    check_accounted(clone)
    assert values(clone, "b.worker_results", rows, "workspace_id") == {key: becomes for key, (_, becomes) in rows.items()}
    assert value(clone, "b.worker_results", uid(507), "status") == "success"
    assert value(clone, "b.worker_results", uid(508), "status") == "error"


def test_what_a_result_does_not_say_becomes_the_default(clone: Connection) -> None:
    settle(clone)
    clone.execute("alter table old_b.worker_results alter column result_data drop not null")
    tasks(clone, {"id": uid(401)})
    nothing: dict[str, Any] = dict.fromkeys(name for name in RESULT if name not in {"task_id", "worker_type", "status"})
    outcomes(clone, {"id": uid(501), **nothing}, {"id": uid(502), "result_data": JsonList(["r"]), "metadata": JsonList(["m"])})
    import_all(clone)
    assert became(clone, "b.worker_results", uid(501)) == {
        **RESULT, **nothing, "id": uid(501), "workspace_id": BENS, "result_data": {}, "metadata": {}, "created_at": BEGUN,
    }  # fmt: skip
    assert value(clone, "b.worker_results", uid(502), "result_data") == ["r"]
    assert value(clone, "b.worker_results", uid(502), "metadata") == {"legacy_metadata": ["m"]}


def test_a_number_of_a_result_that_is_no_amount_becomes_none_and_is_kept(clone: Connection) -> None:
    settle(clone)
    clone.execute("alter table old_b.worker_results alter column cost_usd type numeric")
    tasks(clone, {"id": uid(401)})
    wrong = {
        uid(501): ("execution_time_ms", -1), uid(502): ("tokens_used", -1), uid(503): ("cost_usd", -0.5), uid(504): ("cost_usd", "NaN"),
        uid(505): ("cost_usd", "Infinity"),
    }  # fmt: skip
    outcomes(clone, *({"id": key, column: said} for key, (column, said) in wrong.items()), {"id": uid(506), "cost_usd": 0})
    import_all(clone)
    check_accounted(clone)
    for key, (column, _) in wrong.items():
        assert value(clone, "b.worker_results", key, column) is None
    assert value(clone, "b.worker_results", uid(506), "cost_usd") == 0
    assert kept(clone, "b.worker_results") == {(key, column): said for key, (column, said) in wrong.items()}


def in_use(connection: Connection) -> None:
    """Give the hybrid rows of its own, with ids that rows of B have which were not imported: equal ones, and others."""
    settle(connection)
    runs(connection, "b", {"id": uid(201)}, {"id": uid(202)})
    approvals(connection, {"id": uid(301), "workflow_id": uid(201)}, {"id": uid(302), "workflow_id": uid(202)})
    tasks(connection, {"id": uid(401)}, {"id": uid(402)}, {"id": uid(403)})
    outcomes(connection, {"id": uid(501)}, {"id": uid(502)}, {"id": uid(503), "task_id": uid(402)})
    import_all(connection)
    for table in ("worker_results", "worker_tasks", "workflow_approvals"):
        connection.execute(f"delete from consolidation.ledger where legacy_table = 'b.{table}'".encode())
        connection.execute(f"delete from consolidation.progress where step = 'b.{table}'".encode())
    connection.execute("update public.worker_tasks set task_type = 'another' where id = %s", (uid(402),))
    connection.execute("update public.worker_results set status = 'success' where id = %s", (uid(502),))
    connection.execute("update public.workflow_approvals set feedback = 'another' where id = %s", (uid(302),))
    connection.execute("delete from public.worker_tasks where id = %s", (uid(403),))
    connection.commit()


def test_an_id_that_the_hybrid_has_is_one_row_only_where_all_is_equal(clone: Connection) -> None:
    in_use(clone)
    run_all(clone)
    check_accounted(clone)
    found = accounts(clone)
    assert found["b.worker_tasks"] == {"merged": 1, "migrated": 2}
    task = clone.execute("select private.computed_id('legacy_b.worker_tasks:' || %s)::text", (uid(402),)).fetchone()
    assert task == (value(clone, "b.worker_tasks", uid(402), "id"),)
    assert value(clone, "b.worker_tasks", uid(402), "task_type") == "caption"
    # 503 was of the task that got another id, so it is not what it was
    assert found["b.worker_results"] == {"merged": 1, "migrated": 2}
    assert value(clone, "b.worker_results", uid(503), "task_id") == task[0]
    # the run of the other approval has one already
    assert found["b.workflow_approvals"] == {"merged": 1, "rejected": 1}
    assert why(clone, "b.workflow_approvals", uid(302)) == (
        'duplicate key value violates unique constraint "workflow_approvals_workflow_is_decided_once" [23505]'
    )
    recorded = clone.execute(
        "select legacy_table, legacy_key, hybrid_table from consolidation.conflicts where kind = 'same_id' order by 1, 2"
    ).fetchall()
    assert recorded == [
        ("b.worker_results", uid(502), "public.worker_results"), ("b.worker_results", uid(503), "public.worker_results"),
        ("b.worker_tasks", uid(402), "public.worker_tasks"),
    ]  # fmt: skip
