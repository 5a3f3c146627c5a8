"""Two workspaces with their people and a row in every table of each, and statements tried in them as an attacker would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from scripts.target import Connection
from tests.support.actors import Actor, Cast, make_cast, person
from tests.support.catalogue import tables
from tests.support.people import make_member, make_user
from tests.support.registry import MAKERS
from tests.support.rights import columns, granted_columns
from tests.support.rows import Values, insert


@dataclass(frozen=True)
class Answer:
    """All that somebody learns from a statement: rows and how many, or the code of an error with its words."""

    code: str | None = None
    words: tuple[str | None, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    count: int = 0

    @property
    def shows_values(self) -> bool:
        """Whether an error names values of rows: `Key (a)=(1) ...`, or `Failing row contains (...)`."""
        return any(word and (")=(" in word or "contains (" in word) for word in self.words)


def written(values: Mapping[str, Any]) -> str:
    """Return claims or headers as PostgREST writes them: JSON without blanks."""
    return json.dumps(dict(values), separators=(",", ":"))


def tried(
    connection: Connection,
    actor: Actor,
    statement: sql.Composable | str,
    values: Sequence[Any] = (),
    *,
    workspace: UUID | None = None,
    claims: str | None = None,
    headers: str | None = None,
) -> Answer:
    """Return what a statement answers to somebody, who may name a workspace; what it did is undone. Claims and headers can be any text."""
    if claims is None:
        claims = written(actor.claims)
    if headers is None:
        headers = written({"accept": "application/json"} | ({"x-workspace-id": str(workspace)} if workspace else {}))
    query = statement.as_string(connection) if isinstance(statement, sql.Composable) else statement
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(
                # by its full name: an attack may have planted another one
                "select pg_catalog.set_config('request.jwt.claims', %s, true), pg_catalog.set_config('request.headers', %s, true),"
                " pg_catalog.set_config('role', %s, true)",
                (claims, headers, actor.role),
            )
            cursor = connection.execute(query.encode(), values or None)
            return Answer(rows=tuple(cursor.fetchall()) if cursor.description else (), count=cursor.rowcount)
    except psycopg.Error as fault:
        return Answer(fault.sqlstate, (fault.diag.message_primary, fault.diag.message_detail, fault.diag.message_hint))


@dataclass(frozen=True)
class Scene:
    """Two workspaces of different people. Whoever stands in `home` attacks `foreign`; `both` owns both."""

    db: Connection
    home: Cast
    foreign: Cast
    both: Actor
    rows: Mapping[tuple[str, UUID], Values] = field(repr=False)

    def tried(self, actor: Actor, statement: sql.Composable | str, *values: Any, **request: Any) -> Answer:
        """Return what a statement answers to somebody; what it did is undone."""
        return tried(self.db, actor, statement, values, **request)

    def row(self, table: str, cast: Cast) -> Values:
        """Return the row of a table that belongs to a workspace, written by its author."""
        return self.rows[table, cast.workspace]

    def id(self, table: str, cast: Cast) -> UUID:
        """Return the id of that row."""
        return UUID(str(self.row(table, cast)["id"]))

    def new(self, table: str, cast: Cast, author: UUID | None) -> Values:
        """Return values for a new row as somebody may write them: parents of that workspace, and only columns that a client sets."""
        return {name: value for name, value in _values(self.db, table, cast.workspace, author).items() if name in self.insertable[table]}

    @cached_property
    def readable(self) -> dict[str, list[str]]:
        """The columns that clients may read, by table."""
        return granted_columns(self.db, "SELECT")

    @cached_property
    def insertable(self) -> dict[str, list[str]]:
        """The columns that clients may set in a new row, by table."""
        return granted_columns(self.db, "INSERT")

    @cached_property
    def updatable(self) -> dict[str, list[str]]:
        """The columns that clients may change, by table."""
        return granted_columns(self.db, "UPDATE")

    @cached_property
    def tenant_tables(self) -> dict[str, str]:
        """The tables whose rows belong to one workspace, and the column that says to which."""
        found = {table: "workspace_id" for table, names in columns(self.db).items() if "workspace_id" in names}
        return found | {"workspaces": "id"}

    def visible(self, actor: Actor, **request: Any) -> Answer:
        """Return all rows that somebody sees, as (table, workspace or null, id); the code of an error where that ends in one."""
        parts = [
            sql.SQL("select {}, {}, {}.id from public.{}").format(
                sql.Literal(table),
                sql.Identifier(table, self.tenant_tables[table]) if table in self.tenant_tables else sql.SQL("null::uuid"),
                sql.Identifier(table),
                sql.Identifier(table),
            )
            for table in self.readable
        ]
        return self.tried(actor, sql.SQL(" union all ").join(parts), **request)


def insertion(table: str, values: Mapping[str, Any], rest: str = "") -> sql.Composed:
    """Return an insert with its values in it, and what comes after them."""
    return sql.SQL("insert into public.{} ({}) values ({}) " + rest).format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Literal(Jsonb(value) if isinstance(value, dict) else value) for value in values.values()),
    )


def touch(table: str, column: str, key: UUID, value: sql.Composable | None = None) -> sql.Composed:
    """Return an update of one row that sets a column, to itself unless a value is given, and returns the key."""
    return sql.SQL("update public.{} set {} = {} where {}.id = {} returning id").format(
        sql.Identifier(table),
        sql.Identifier(column),
        value or sql.Identifier(table, column),
        sql.Identifier(table),
        sql.Literal(key),
    )


def make_scene(connection: Connection) -> Scene:
    """Make both workspaces, with a row in every table of each."""
    home, foreign = make_cast(connection), make_cast(connection)
    owner_of_both = make_user(connection)
    for cast in (home, foreign):
        make_member(connection, cast.workspace, "owner", owner_of_both)
    rows = {(table, cast.workspace): _row(connection, table, cast) for table in sorted(tables(connection)) for cast in (home, foreign)}
    # nothing stays to be checked, or no test could plant a fault into these tables
    connection.execute("set constraints all immediate")
    connection.execute("set constraints public.workspaces_owner_is_an_owner_member deferred")
    return Scene(connection, home, foreign, person("both", owner_of_both), rows)


def _row(connection: Connection, table: str, cast: Cast) -> Values:
    made = {
        "users": ("id = %s", (cast.user("author"),)),
        "workspaces": ("id = %s", (cast.workspace,)),
        "workspace_members": ("workspace_id = %s and user_id = %s", (cast.workspace, cast.user("author"))),
    }
    if table not in made:
        return insert(connection, table, _values(connection, table, cast.workspace, cast.user("author")))
    condition, values = made[table]
    cursor = connection.execute(f"select * from public.{table} where {condition}".encode(), values)
    row = cursor.fetchone()
    assert row is not None
    assert cursor.description is not None
    return dict(zip((column.name for column in cursor.description), row, strict=True))


#: Parts of a post, which are their author's as long as the post is: the column that names it.
_POSTS = {"social_media_posts": "content_post_id", "content_media": "post_id"}


def _values(connection: Connection, table: str, workspace: UUID, author: UUID | None) -> Values:
    values = MAKERS[table](connection, workspace)
    if table in _POSTS:
        connection.execute("update public.content_posts set user_id = %s where id = %s", (author, values[_POSTS[table]]))
    return values | ({"user_id": author} if "user_id" in values else {})
