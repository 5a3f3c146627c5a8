"""A stage for the access matrix: two workspaces with a row in every table, made once, and what each role was granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from scripts.matrix import DOMAINS
from scripts.target import Connection
from tests.support.actors import Actor, Cast, make_cast
from tests.support.people import PLATFORM, make_member, make_workspace
from tests.support.registry import MAKERS
from tests.support.rows import Values, insert
from tests.support.situations import ANOTHER, DEPUTY, ME
from tests.support.studio import make_platform_workspace

TABLES = tuple(table for tables in DOMAINS.values() for table in tables)

#: Tables whose rows belong to no workspace.
GLOBAL = ("users", "social_platforms", "user_video_limits")

#: Tables with rows that the platform's workspace shares with all.
SHARED = ("avatar_profiles", "content_templates")

#: The column that names the post of a row.
POST = {"content_media": "post_id", "social_media_posts": "content_post_id"}


@dataclass(frozen=True)
class Place:
    """A workspace with one row in each table, and for each table the values of another that could be added."""

    workspace: UUID
    deputy: UUID | None
    keys: Mapping[str, UUID]
    additions: Mapping[str, Values]
    posts: Mapping[str, UUID]


@dataclass(frozen=True)
class Column:
    """A column of a table, its type, and whether it can be written."""

    name: str
    type: str
    written: bool


@dataclass(frozen=True)
class Stage:
    """The actors, the workspace that they belong to, another one, and the platform's; and the columns that each role was granted."""

    cast: Cast
    places: Mapping[str, Place]
    columns: Mapping[str, tuple[Column, ...]]
    granted: Mapping[tuple[str, str, str], frozenset[str]]

    def person(self, who: object, actor: Actor, place: Place) -> Any:
        """Return whoever a value of a situation stands for, or the value itself."""
        if who is DEPUTY:
            return place.deputy
        if who is ANOTHER:
            return self.cast.user("member" if actor.name == "author" else "author")
        return (actor.user or self.cast.user("author")) if who is ME else who


def make_stage(connection: Connection) -> Stage:
    """Fill the stage; to be done in a transaction that is rolled back."""
    cast = make_cast(connection)
    author = cast.user("author")
    make_platform_workspace(connection)
    places = {
        "own": _place(connection, cast.workspace, author, TABLES),
        "other": _place(connection, make_workspace(connection), author, TABLES),
        "platform": _place(connection, PLATFORM, author, SHARED),
    }
    columns: dict[str, tuple[Column, ...]] = dict.fromkeys(TABLES, ())
    granted: dict[tuple[str, str, str], frozenset[str]] = {}
    for table, name, kind, written, privileges in connection.execute(_COLUMNS.encode()):
        columns[table] += (Column(name, kind, written),)
        for privilege in privileges:
            role, _, command = privilege.partition(" ")
            granted[role, table, command] = granted.get((role, table, command), frozenset()) | {name}
    return Stage(cast, places, columns, granted)


def _place(connection: Connection, workspace: UUID, author: UUID, tables: tuple[str, ...]) -> Place:
    deputy = None if workspace == PLATFORM else make_member(connection, workspace, "owner")
    keys: dict[str, UUID] = {"workspaces": workspace}
    additions: dict[str, Values] = {}
    posts: dict[str, UUID] = {}
    for table in tables:
        made = {} if workspace == PLATFORM or table == "user_video_limits" else {"user_id": author}
        additions[table] = MAKERS[table](connection, workspace)
        if table not in keys:
            values = MAKERS[table](connection, workspace)
            row = insert(connection, table, values | {name: made[name] for name in made if name in values and table != "workspace_members"})
            keys[table] = row["id"]
            if table in POST:
                posts[table] = row[POST[table]]
    return Place(workspace, deputy, keys, additions, posts)


def plain(values: Mapping[str, Any]) -> list[Any]:
    """Return values as psycopg takes them."""
    return [Jsonb(value) if isinstance(value, dict) else value for value in values.values()]


#: The columns, and "role command" for each that may be used.
_COLUMNS = """
  select class.relname, attname, format_type(atttypid, atttypmod), attgenerated = '', array(
    select role || ' ' || command
    from unnest('{anon,authenticated,service_role}'::text[]) as role, unnest('{select,insert,update}'::text[]) as command
    where has_column_privilege(role, class.oid, attnum, command)
  )
  from pg_class as class
  join pg_attribute on attrelid = class.oid and attnum > 0 and not attisdropped
  where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p') and not class.relispartition
  order by class.relname, attnum
"""
