"""Rows of the domain measures for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.types.json import Jsonb

from scripts.target import Connection
from tests.support.rows import Maker, Values

#: The measures tables, and the column that each is partitioned by.
TIMES = {"analytics_events": "created_at", "platform_analytics": "recorded_at", "user_activity_logs": "created_at"}


def _metric(connection: Connection, workspace: UUID) -> Values:
    del connection
    return {"workspace_id": workspace, "account_id": uuid4(), "metric_name": "followers", "metric_value": 12}


def _event(connection: Connection, workspace: UUID) -> Values:
    del connection
    return {"workspace_id": workspace, "user_id": uuid4(), "event_type": "page_view", "event_data": {"page": "/"}}


def _activity(connection: Connection, workspace: UUID) -> Values:
    del connection
    return {"workspace_id": workspace, "user_id": uuid4(), "action": "post.publish", "resource_type": "content_posts"}


def put(connection: Connection, table: str, workspace: UUID | None = None, *, time: Any) -> UUID:
    """Insert a row of a time, of a workspace that does not exist unless one is given, and return its id.

    psycopg has no value for infinite times, so only the id is read back.
    """
    values = MAKERS[table](connection, workspace or uuid4()) | {"id": (key := uuid4()), TIMES[table]: time}
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier("public", table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )
    connection.execute(statement, [Jsonb(value) if isinstance(value, dict) else value for value in values.values()])
    return key


@contextmanager
def acting_as(connection: Connection, role: str) -> Iterator[None]:
    """Act as a role within the block, and as the owner again after it."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
    yield
    connection.execute("reset role")


MAKERS: dict[str, Maker] = {"platform_analytics": _metric, "analytics_events": _event, "user_activity_logs": _activity}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {"platform_analytics_metric_type_is_known": {"metric_type": "guess"}}
