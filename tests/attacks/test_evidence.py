"""Records that are to prove something, mended afterwards: events, results of tries, the log. Not even the service changes them."""

from __future__ import annotations

import pytest
from psycopg import sql

from tests.support.rights import columns, keys
from tests.support.scenes import Scene, insertion, touch

#: Written once; the log is written by triggers and functions alone.
NEVER_CHANGED = ("analytics_events", "worker_results", "user_activity_logs")


@pytest.mark.parametrize("name", ["anon", "member", "owner", "platform_admin", "service_role"])
@pytest.mark.parametrize("table", NEVER_CHANGED)
def test_nobody_changes_or_deletes_what_was_recorded(scene: Scene, table: str, name: str) -> None:
    """Somebody takes the line away that names him, or gives it to another."""
    actor, record = scene.home[name], scene.row(table, scene.home)
    key, last = ", ".join(keys(scene.db)[table]), columns(scene.db)[table][-1]
    again = {column: record[column] for column in keys(scene.db)[table]}
    ways = [
        *(touch(table, column, record["id"]) for column in columns(scene.db)[table]),
        sql.SQL("delete from public.{}").format(sql.Identifier(table)),
        sql.SQL("truncate public.{}").format(sql.Identifier(table)),
        insertion(table, again, f"on conflict ({key}) do update set {last} = excluded.{last}"),
        sql.SQL("merge into public.{} as row using (values (1)) as v (a) on true when matched then delete").format(sql.Identifier(table)),
    ]
    for way in ways:
        assert scene.tried(actor, way).code == "42501", way.as_string()
    with scene.db.transaction(force_rollback=True):  # the twin
        assert scene.db.execute(touch(table, last, record["id"])).rowcount == 1
        assert scene.db.execute(sql.SQL("delete from public.{} where id = {}").format(sql.Identifier(table), record["id"])).rowcount == 1


@pytest.mark.parametrize("name", ["anon", "member", "owner", "platform_admin", "service_role"])
def test_nobody_writes_a_line_into_the_log_by_hand(scene: Scene, name: str) -> None:
    """A line that says that somebody else did it."""
    actor = scene.home[name]
    new = {"workspace_id": scene.home.workspace, "user_id": scene.home.user("author"), "action": "workspace_deleted"}
    assert scene.tried(actor, insertion("user_activity_logs", new)).code == "42501"
    with scene.db.transaction(force_rollback=True):
        assert scene.db.execute(insertion("user_activity_logs", new)).rowcount == 1


def test_event_is_of_the_moment_and_its_sender_cannot_be_made_up(scene: Scene) -> None:
    """A member adds events; their time, address and browser are not his to say."""
    member = scene.home["member"]
    new = scene.new("analytics_events", scene.home, member.user)
    for column, value in {"created_at": "2020-01-01", "ip_address": "192.0.2.1", "user_agent": "none"}.items():
        assert scene.tried(member, insertion("analytics_events", new | {column: value})).code == "42501", column
        assert scene.tried(scene.home["service_role"], insertion("analytics_events", new | {column: value})).code is None, column
    assert scene.tried(member, insertion("analytics_events", new)).code is None
