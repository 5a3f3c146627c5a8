"""B's texts with their vectors: what each becomes, and what it is of."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.target import Connection
from tests.consolidation.settled import (
    ANN,
    ANN_IN_B,
    ANNS,
    BEGUN,
    BEN,
    BENS,
    CATS_DEFAULT,
    DAY,
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
from tests.consolidation.small import JsonList, accounts, add, check_accounted, create_legacy, result, run_all, take, uid


def vector(first: str) -> str:
    """Return a vector that begins with a number."""
    return f"[{first}{',0.25' * 1535}]"


PIECE: dict[str, Any] = {
    "workspace_id": BENS, "content_type": "post", "content_id": uid(401), "content": "What it says", "embedding": vector("0.1"),
    "metadata": {"m": 1}, **DAY,
}  # fmt: skip

TASK: dict[str, Any] = {"workspace_id": BENS, "user_id": BEN, "worker_type": "w", "task_type": "t"}


def pieces(connection: Connection, *rows: dict[str, Any]) -> None:
    """Add embeddings that differ from a usual one in some values."""
    add(connection, "old_b", "content_embeddings", *({**PIECE, **row} for row in rows))


def test_a_text_with_its_vector_keeps_every_column(clone: Connection) -> None:
    settle(clone, "b")
    pieces(clone, {"id": uid(951)}, {"id": uid(952), "embedding": None})
    import_all(clone, "b")
    check_accounted(clone)
    columns = "id, workspace_id, content_type, content_id, content, embedding, metadata, created_at, updated_at"
    assert became(clone, "b.content_embeddings", uid(951), columns) == {"id": uid(951), **PIECE}
    # what is searched is made of it
    made = clone.execute(
        "select embedding_bits::text, (embedding_half::real[])[2] from public.content_embeddings where id = %s", (uid(951),)
    ).fetchone()
    assert made == ("1" * 1536, 0.25)
    assert value(clone, "b.content_embeddings", uid(952), "embedding") is None
    assert kept(clone, "b.content_embeddings") == {}


def test_what_a_text_does_not_say_becomes_the_default(clone: Connection) -> None:
    settle(clone, "b")
    pieces(clone, {"id": uid(951), "metadata": None, "created_at": None, "updated_at": None})
    pieces(clone, {"id": uid(952), "metadata": JsonList([1]), "content_type": "Long Read", "content": ""})
    import_all(clone, "b")
    row = became(clone, "b.content_embeddings", uid(951)) or {}
    assert (row["metadata"], row["created_at"], row["updated_at"]) == ({}, BEGUN, BEGUN)
    row = became(clone, "b.content_embeddings", uid(952)) or {}
    assert (row["metadata"], row["content_type"], row["content"]) == ({"legacy_metadata": [1]}, "Long Read", "")


@pytest.mark.parametrize("column", ["content_type", "content_id", "content"])
def test_a_text_without_what_it_must_have_is_rejected(clone: Connection, column: str) -> None:
    settle(clone, "b")
    clone.execute(f"alter table old_b.content_embeddings alter column {column} drop not null".encode())
    pieces(clone, {"id": uid(951), column: None}, {"id": uid(952), "workspace_id": NOWHERE})
    import_all(clone, "b")
    check_accounted(clone)
    assert why(clone, "b.content_embeddings", uid(951)) == f"{column}: there is none"
    assert why(clone, "b.content_embeddings", uid(952)) == "workspace_id: no such workspace"


def test_a_number_that_no_half_vector_holds_rejects_its_row_alone(clone: Connection) -> None:
    settle(clone, "b")
    pieces(clone, *({"id": uid(951 + number), "embedding": vector("70000" if number == 3 else "0.5")} for number in range(6)))
    import_all(clone, "b")
    check_accounted(clone)
    assert accounts(clone)["b.content_embeddings"] == {"migrated": 5, "rejected": 1}
    assert why(clone, "b.content_embeddings", uid(954)) == '"70000" is out of range for type halfvec [22003]'


def test_what_a_text_is_of_is_looked_up_where_its_word_points_to(clone: Connection) -> None:
    """A task and a run meet other rows of their id, so that theirs are computed; a post's line names its content_posts row."""
    settle(clone)
    run = {"workflow_name": "w", "workflow_config": {}}
    add(clone, "old_a", "workflow_executions", {"id": uid(201), "workspace_id": ANNS, "user_id": ANN, **run})
    add(clone, "old_b", "workflow_executions", {"id": uid(201), "workspace_id": BENS, "user_id": BEN, **run})
    add(clone, "old_b", "worker_tasks", {"id": uid(401), **TASK}, {"id": uid(402), **TASK, "status": "on hold"})
    clone.execute(
        "insert into consolidation.ledger (legacy_table, legacy_key, outcome, hybrid_id) values ('b.media_assets', %s, 'merged', %s)",
        (uid(401), uid(77)),
    )
    computed = clone.execute("select private.computed_id('legacy_b.workflow_executions:' || %s)::text", (uid(201),)).fetchone()
    assert computed
    named = {
        uid(951): ("media_asset", uid(401), uid(77)),
        uid(952): (" Media_Assets", uid(401), uid(77)),
        uid(953): ("worker_task", uid(401), uid(401)),
        uid(954): ("workflow", uid(201), computed[0]),
        uid(955): ("task", uid(402), uid(402)),  # rejected: it names nothing
        uid(956): ("post", uid(401), uid(401)),  # another kind's key
        uid(957): ("podcast", uid(201), uid(201)),
        uid(958): ("workflow_execution", NOWHERE, NOWHERE),
        uid(959): ("user", ANN_IN_B, ANN),
        uid(960): ("workspace", ANNS, ANNS),
    }
    pieces(clone, *({"id": key, "content_type": word, "content_id": content} for key, (word, content, _) in named.items()))
    # a word of the owner's own
    clone.execute("insert into consolidation.value_map values ('content_embeddings.content_id', 'clip', 'b.media_assets')")
    pieces(clone, {"id": uid(961), "content_type": "clip", "content_id": uid(401)})
    named[uid(961)] = ("clip", uid(401), uid(77))
    import_all(clone)
    found = values(clone, "b.content_embeddings", named, "content_id")
    assert found == {key: becomes for key, (_, _, becomes) in named.items()}
    assert value(clone, "b.content_embeddings", uid(952), "content_type") == " Media_Assets"


def test_a_text_that_names_no_workspace_is_where_what_it_is_of_is(clone: Connection) -> None:
    settle(clone)
    add(clone, "old_b", "worker_tasks", {"id": uid(401), **TASK}, {"id": uid(402), **TASK, "workspace_id": None, "user_id": uid(7)})
    add(clone, "old_b", "worker_tasks", {"id": uid(403), **TASK, "status": "on hold"})
    none = "workspace_id: none, and none to be found"
    homes = {
        uid(951): ("task", uid(401), BENS), uid(952): ("Worker_Task", uid(402), CATS_DEFAULT), uid(953): ("task", uid(403), none),
        uid(954): ("task", NOWHERE, none), uid(955): ("podcast", uid(401), none), uid(956): ("user", ANN_IN_B, none),
        uid(957): ("post", uid(401), none),
    }  # fmt: skip
    pieces(
        clone,
        *({"id": key, "workspace_id": None, "content_type": word, "content_id": content} for key, (word, content, _) in homes.items()),
    )
    import_all(clone)
    check_accounted(clone)
    assert values(clone, "b.content_embeddings", homes, "workspace_id") == {key: becomes for key, (_, _, becomes) in homes.items()}


def test_what_all_workspaces_share_gives_no_workspace(clone: Connection) -> None:
    settle(clone)
    shared = clone.execute(
        "insert into public.content_templates (workspace_id, name, category, template_content)"
        " values (private.platform_workspace_id(), 'n', 'c', 't') returning id"
    ).fetchone()
    assert shared
    clone.execute(
        "insert into consolidation.ledger (legacy_table, legacy_key, outcome, hybrid_id)"
        " values ('b.content_templates', %s, 'migrated', %s)",
        (uid(501), shared[0]),
    )
    clone.execute(
        "insert into consolidation.steps (position, domain, step, legacy_table, hybrid_tables)"
        " values (99, 'stand-in', 'b.content_templates', 'b.content_templates', '{public.content_templates}') on conflict do nothing"
    )
    clone.execute("create or replace function consolidation.import_b_content_templates() returns void language sql as ''")
    pieces(clone, {"id": uid(951), "workspace_id": None, "content_type": "template", "content_id": uid(501)})
    import_all(clone)
    assert why(clone, "b.content_embeddings", uid(951)) == "workspace_id: none, and none to be found"


def test_in_one_schema_with_a_it_is_looked_up_where_the_shared_table_went(clone: Connection) -> None:
    """Both in one schema share runs, in A's shape: texts of B's runs are texts of those."""
    settle(clone, "a")
    create_legacy(clone, "b", "old_b")
    for (table,) in clone.execute("select tablename from pg_tables where schemaname = 'old_a'").fetchall():
        clone.execute(f"drop table if exists old_b.{table}".encode())
    add(clone, "old_a", "workflow_executions", {"id": uid(201), "workspace_id": ANNS, "user_id": ANN, "workflow_name": "w",
                                                "workflow_config": {}})  # fmt: skip
    pieces(clone, {"id": uid(951), "workspace_id": None, "content_type": "workflow", "content_id": uid(201)})
    pieces(clone, {"id": uid(952), "workspace_id": ANNS, "content_type": "workflow", "content_id": uid(201)})
    add(clone, "old_b", "workflow_approvals", {"id": uid(301), "workflow_id": uid(201), "script": "s", "video_result": {}, "config": {}})
    add(clone, "old_b", "worker_tasks", {"id": uid(401), **TASK, "workspace_id": ANNS, "user_id": ANN})
    for (table,) in clone.execute("select tablename from pg_tables where schemaname = 'old_b'").fetchall():
        clone.execute(f"alter table old_b.{table} set schema old_a".encode())
    take(clone, "a", "old_a")
    take(clone, "b", "old_a")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert values(clone, "b.content_embeddings", {uid(951): 1, uid(952): 1}, "workspace_id") == {uid(951): ANNS, uid(952): ANNS}
    assert value(clone, "b.workflow_approvals", uid(301), "workspace_id") == ANNS
    assert value(clone, "b.worker_tasks", uid(401), "user_id") == ANN


def test_a_second_run_changes_nothing_and_batches_are_cut_anywhere(clone: Connection) -> None:
    settle(clone)
    clone.execute("alter table old_b.content_embeddings set (fillfactor = 10)")
    pieces(clone, *({"id": uid(951 + number), "content": "c" * 500} for number in range(5)))
    import_all(clone)
    first = result(clone)
    run_all(clone)
    assert result(clone) == first
    start_anew(clone)
    assert run_all(clone, batch_rows=1).count("batch b.content_embeddings") > 1
    assert result(clone) == first


def test_an_id_that_the_hybrid_has_is_one_row_only_where_all_is_equal(clone: Connection) -> None:
    settle(clone)
    pieces(clone, {"id": uid(951)}, {"id": uid(952)}, {"id": uid(953)})
    import_all(clone)
    clone.execute("delete from consolidation.ledger where legacy_table = 'b.content_embeddings'")
    clone.execute("delete from consolidation.progress where step = 'b.content_embeddings'")
    clone.execute("update public.content_embeddings set content = 'another' where id = %s", (uid(952),))
    clone.execute("update public.content_embeddings set embedding = %s where id = %s", (vector("0.2"), uid(953)))
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert accounts(clone)["b.content_embeddings"] == {"merged": 1, "migrated": 2}
    for key in (uid(952), uid(953)):
        computed = clone.execute("select private.computed_id('legacy_b.content_embeddings:' || %s)::text", (key,)).fetchone()
        assert computed == (value(clone, "b.content_embeddings", key, "id"),)
    listed = clone.execute("select legacy_key, hybrid_table from consolidation.conflicts where kind = 'same_id' order by 1").fetchall()
    assert listed == [(uid(952), "public.content_embeddings"), (uid(953), "public.content_embeddings")]
