"""The plans of the measured requests, on data of the same shape as in `make bench-rls`: row-level security takes no index from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from psycopg import sql

from scripts import shim
from scripts.bench import reads, requests
from scripts.bench.ground import Ground, fill
from scripts.bench.requests import Request, Sender, statement
from scripts.server import SUPERUSER
from scripts.target import Connection
from tests.conftest import test_server
from tests.support.plans import complaints

#: Few rows in many workspaces: where each has little, the planner is most tempted to leave a condition to a filter.
_WORKSPACES, _POSTS_EACH = 1000, 10


@pytest.fixture(scope="module")
def filled(database: Any, _admin: Connection) -> Iterator[tuple[Connection, Ground]]:
    """A clone of the template with data in it, in a transaction that each test undoes to a savepoint."""
    name = f"{database.dbname}_plans"
    shim.clone_database(_admin, database.template_dbname, name)
    with test_server().target(name, SUPERUSER).connect() as connection:
        ground = fill(connection, _WORKSPACES, _POSTS_EACH)
    with test_server().target(name).connect() as connection:
        yield connection, ground
    _admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def ground(filled: tuple[Connection, Ground]) -> Ground:
    return filled[1]


@pytest.fixture
def planned(filled: tuple[Connection, Ground]) -> Iterator[Connection]:
    with filled[0].transaction(force_rollback=True):
        yield filled[0]
    # functions keep the plans that they made, even those made while a test had switched indexes off
    filled[0].execute("discard plans")


def _senders(ground: Ground) -> tuple[Sender, ...]:
    return (
        Sender(ground.people[1], ground.workspace),
        Sender(ground.people[1]),
        Sender(ground.people[100]),
    )


def test_policies_take_no_index_from_the_measured_requests(planned: Connection, ground: Ground) -> None:
    large = Sender(ground.large_person, ground.large_workspace)
    found = [
        complaint
        for requests, senders in (
            (reads.eight_reads(ground), _senders(ground)),
            (reads.large_reads(ground), (large,)),
            (reads.writes(ground, ground.people[1]), _senders(ground)[:2]),
            ((reads.newest(ground)["function"],), _senders(ground)),
        )
        for request in requests
        for sender in senders
        for complaint in complaints(planned, request, sender)
    ]
    assert found == []


def _feed(ground: Ground) -> Request:
    return reads.eight_reads(ground)[0]


def _change(connection: Connection, condition: str, table: str = "content_posts", policy: str = "content_posts_select_members") -> None:
    connection.execute(f"alter policy {policy} on public.{table} using ({condition})".encode())


def _complaints(connection: Connection, ground: Ground, request: Request) -> str:
    return "\n".join(complaints(connection, request, _senders(ground)[0]))


def test_a_table_read_from_one_end_to_the_other_is_noticed(planned: Connection, ground: Ground) -> None:
    newest = reads.newest(ground)["policy"]
    assert "content_posts" not in _complaints(planned, ground, newest)
    _change(planned, "case when workspace_id = any((select private.readable_workspaces())::uuid[]) then true end")
    found = _complaints(planned, ground, newest)
    assert "has a sequential scan of content_posts" in found
    assert "reads content_posts from one end to the other" in found


def test_a_table_read_so_by_a_function_is_noticed(planned: Connection, ground: Ground) -> None:
    newest = reads.newest(ground)["function"]
    assert _complaints(planned, ground, newest) == ""
    planned.execute("drop index public.content_posts_workspace_id_created_at_idx, public.content_posts_workspace_id_status_created_at_idx")
    planned.execute("set local enable_indexscan = off")
    planned.execute("set local enable_bitmapscan = off")
    assert "reads content_posts from one end to the other" in _complaints(planned, ground, newest)


_IS_HERE = """
  create function private.is_here(workspace_id uuid) returns boolean language plpgsql stable security definer as $$
  begin
    return is_here.workspace_id = any(private.readable_workspaces());
  end
  $$
"""


@pytest.mark.parametrize(
    ("condition", "complaint"),
    [
        ("workspace_id = any(private.readable_workspaces())", "asks for each row"),
        ("private.platform_workspace_id() <> workspace_id and user_id = auth.uid()", "asks for each row"),
        ("private.is_here(workspace_id)", "calls private.is_here"),
        ("workspace_id in (select unnest(private.readable_workspaces()))", "which is no InitPlan"),
        (
            "exists (select from public.workspace_members as m where m.workspace_id = content_posts.workspace_id and m.role <> '')",
            "which is no InitPlan",
        ),
    ],
)
def test_what_is_asked_for_each_row_is_noticed(planned: Connection, ground: Ground, condition: str, complaint: str) -> None:
    planned.execute(_IS_HERE)
    planned.execute("grant execute on function private.is_here(uuid), private.platform_workspace_id() to authenticated")
    assert _complaints(planned, ground, _feed(ground)) == ""
    _change(planned, condition)
    assert complaint in _complaints(planned, ground, _feed(ground))


def test_a_condition_that_only_a_filter_serves_is_noticed(planned: Connection, ground: Ground) -> None:
    """Like is not leakproof: no index may be asked with it before the policy has let a row through."""
    planned.execute("create index on public.content_posts (workspace_id, content text_pattern_ops)")
    beginning = Request("posts by their beginning", "planted", {"workspace": ground.workspace})
    with patch.object(requests, "statement", lambda name: _LIKE if name == "planted" else statement(name)):
        assert "no index serves content of post any more" in _complaints(planned, ground, beginning)
        _change(planned, "true")
        assert _complaints(planned, ground, beginning) == ""


_LIKE = "select post.id from public.content_posts as post where post.workspace_id = :workspace and post.content like 'Post 5%'"
