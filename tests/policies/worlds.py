"""Random worlds: people, workspaces, memberships, openings and rows, and how they get into the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from scripts.target import Connection
from tests.policies.model import PLATFORM, RULES, Membership, Opening, Person, Row, Workspace, World
from tests.policies.shapes import MARKS, SHAPES, with_neighbours
from tests.support.people import make_workspace
from tests.support.registry import MAKERS
from tests.support.rows import Values

T = TypeVar("T")

#: What these tables need beside what their makers give; nothing depends on it.
_FILLING: dict[str, Values] = {
    "media_assets": {"filename": "a.png"},
    "content_posts": {"scheduled_for": "2100-01-01"},
    "social_media_posts": {"scheduled_for": "2100-01-01"},
    "content_embeddings": {"content_id": str(PLATFORM)},
}

#: Tables whose rows are made from the people and workspaces of a world.
_PEOPLE = ("users", "workspaces", "workspace_members")


# -------------------------------------------------------------------- ids

_KINDS = ("workspace", "person", "membership", "session", "unknown", *RULES)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def key(kind: str, number: int) -> UUID:
    """Return an id that can be told in words."""
    return UUID(f"{_KINDS.index(kind) + 1:08x}-0000-4000-8000-{number:012x}")


def in_words(text: object) -> str:
    """Put names in the place of ids."""

    def name(found: re.Match[str]) -> str:
        kind = int(found[0][:8], 16)
        return "the platform's workspace" if kind == 0 else f"{_KINDS[kind - 1]} {int(found[0][-12:], 16)}"

    return _UUID.sub(name, str(text))


# -------------------------------------------------------------------- what rows are made of


@dataclass(frozen=True)
class Schema:
    """The columns of each table, generated ones left out, and the values that every row of it needs."""

    columns: Mapping[str, tuple[str, ...]]
    bases: Mapping[str, Values]


def read_schema(connection: Connection) -> Schema:
    """Read the columns from the catalogue, and ask the makers of valid rows what a table needs."""
    columns: dict[str, list[str]] = {table: [] for table in RULES}
    for table, column in connection.execute(
        "select relname::text, attname::text from pg_attribute join pg_class on attrelid = pg_class.oid"
        " where attrelid = any(%s::regclass[]) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
        ([f"public.{table}" for table in RULES],),
    ):
        columns[table].append(column)
    bases = {}
    with connection.transaction(force_rollback=True):
        workspace = make_workspace(connection)
        for table in RULES:
            made = MAKERS[table](connection, workspace)
            # what holds an id is drawn, and a vector would only make statements long
            plain = {name: value for name, value in made.items() if name != "embedding" and not _UUID.search(str(value))}
            bases[table] = plain | _FILLING.get(table, {})
    return Schema({table: tuple(names) for table, names in columns.items()}, bases)


# -------------------------------------------------------------------- drawing


@dataclass(frozen=True)
class Dice:
    """Draws one of several choices.

    By way of hypothesis's random numbers and not of st.sampled_from: that takes twice as long, and hypothesis would spend five of six
    examples on copies of one in which two draws are made equal.
    """

    random: Random

    def one(self, *choices: T) -> T:
        """Draw one; what is simpler stands before what is not."""
        return self.random.choice(choices)


def draw_world(dice: Dice, schema: Schema, tables: Sequence[str]) -> World:
    """Draw people, one of them a platform admin, workspaces with members, and rows of some tables and of those that these refer to."""
    people = [
        Person(key("person", number), "admin" if number == 2 else dice.one(*["user"] * 8, "viewer", "admin"), dice.one(*[True] * 8, False))
        for number in range(1, dice.one(3, 4, 5, 6, 7, 8) + 1)
    ]
    spaces = [
        Workspace(key("workspace", number), dice.one(*people).id, dice.one(*[True] * 6, False))
        for number in range(1, dice.one(2, 2, 2, 3, 3, 4, 5) + 1)
    ]
    members: list[Membership] = []
    for space in spaces:
        for person in people:
            others = [None] * (8 if person.role == "admin" else 2)
            role = (
                "owner"
                if person.id == space.owner
                else dice.one(*others, "member", "member", "member", "editor", "editor", "admin", "owner")
            )
            if role:
                members.append(Membership(key("membership", len(members) + 1), space.id, person.id, role))
    rows: dict[str, tuple[Row, ...]] = {
        "users": tuple(Row("users", {"id": person.id}) for person in people),
        "workspaces": (
            Row("workspaces", {"id": PLATFORM, "owner_id": None}),
            *(Row("workspaces", {"id": space.id, "owner_id": space.owner}) for space in spaces),
        ),
        "workspace_members": tuple(
            Row("workspace_members", {"id": each.id, "workspace_id": each.workspace, "user_id": each.person}) for each in members
        ),
    }
    world = World(
        {person.id: person for person in people},
        {space.id: space for space in spaces},
        tuple(members),
        tuple(opening for person in people for opening in _draw_openings(dice, person, spaces, members)),
        rows,
    )
    for table in with_neighbours(tables):
        if table not in _PEOPLE:
            drawn = [_draw_row(dice, schema, world, table, number) for number in range(1, dice.one(0, 1, 3, 5, 7, 8, 9, 10) + 1)]
            rows[table] = _without_twins(table, [row for row in drawn if row])
    return world


def _draw_openings(dice: Dice, person: Person, spaces: Sequence[Workspace], members: Sequence[Membership]) -> list[Opening]:
    """Draw what somebody has opened, and what is over; person 1 may be no admin any more. Only one workspace is open at a time."""
    number = int(person.id.hex[-12:], 16)
    if person.role != "admin" and (number != 1 or dice.one(True, True, False)):
        return []
    own = {each.workspace for each in members if each.person == person.id}
    others = [space.id for space in spaces if space.id not in own] or [space.id for space in spaces]
    is_over = dice.one((False, False), (False, False), (True, False), (False, True))
    return [
        Opening(dice.one(*others), person.id, key("session", number), *is_over),
        Opening(dice.one(*others), person.id, key("session", 90 + number), *dice.one((True, False), (False, True))),
    ]


def _draw_row(dice: Dice, schema: Schema, world: World, table: str, number: int) -> Row | None:
    """Draw a row that PostgreSQL takes; none where there is nothing for it to refer to."""
    columns = schema.columns[table]
    space: UUID | None = None
    values: Values = {"id": key(table, number)}
    for column, parents in SHAPES[table].parents.items():
        candidates = [row for row in world.rows[parents] if parents == "social_platforms" or space in (None, row.workspace)]
        if not candidates:
            return None
        parent = dice.one(*candidates)
        values[column] = parent.id
        space = space or parent.workspace
    if "workspace_id" in columns:
        values["workspace_id"] = space = space or dice.one(*world.workspaces, *world.workspaces, PLATFORM)
    for column, parents in SHAPES[table].optional.items():
        values[column] = dice.one(None, *(row.id for row in world.rows[parents] if row.workspace == space))
    if "user_id" in columns:
        insiders = [each.person for each in world.memberships if each.workspace == space]
        members = [each.person for each in world.memberships if each.workspace == space and each.role == "member"]
        nobody = [None] if table != "user_video_limits" else []
        values["user_id"] = dice.one(*members * 4, *insiders, *world.people, *nobody)
    return Row(table, complete(dice, schema, table, values))


def complete(dice: Dice, schema: Schema, table: str, values: Values) -> Values:
    """Draw the columns of a row that refer to nothing."""
    drawn: Values = {column: dice.one(*choices) for column, choices in MARKS.get(table, {}).items()}
    if SHAPES[table].statuses:
        drawn["status"] = dice.one(*[SHAPES[table].statuses[0]] * 3, *SHAPES[table].statuses)
    if "is_public" in schema.columns[table]:
        drawn["is_public"] = dice.one(False, True)
    if table == "avatar_usage_stats":
        drawn["avatar_workspace_id"] = values["workspace_id"]
    if table == "workflow_approvals":
        drawn["approved_at"] = None if drawn["status"] == "pending" else "2026-01-01"
    return values | drawn


def _without_twins(table: str, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Leave out rows that a unique rule would refuse."""
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        place = tuple(row.values.get(column) for column in SHAPES[table].unique)
        kept.setdefault((row.id,) if None in place or not place else place, row)
    return tuple(kept.values())


# -------------------------------------------------------------------- into the database


def build(connection: Connection, schema: Schema, world: World) -> None:
    """Insert a world as the owner of the schema, into a database that holds nothing but the platform's workspace."""
    for table in _PEOPLE:
        _insert(connection, table, [_whole(schema, world, row) for row in world.rows[table] if row.id != PLATFORM])
    # afterwards, so that memberships of the inactive have it from the person's row
    inactive = [person.id for person in world.people.values() if not person.is_active]
    connection.execute("update public.users set is_active = false where id = any(%s)", (inactive,))
    # that owners are members is looked at now, and not at a commit that never comes
    connection.execute("set constraints all immediate")
    _open(connection, world.openings)
    for table, rows in world.rows.items():
        if table not in _PEOPLE:
            _insert(connection, table, [_whole(schema, world, row) for row in rows])


def _whole(schema: Schema, world: World, row: Row) -> Values:
    values: Values = {**schema.bases[row.table], **row.values}
    match row.table:
        case "users":
            values |= {"email": f"{row.id}@example.org", "role": world.people[values["id"]].role}
        case "workspaces":
            values |= {"is_active": world.workspaces[values["id"]].is_active}
        case "workspace_members":
            values |= {"role": next(each.role for each in world.memberships if each.id == row.id)}
        case "social_platforms":
            values |= {"name": str(row.id)}
    return values


def _insert(connection: Connection, table: str, rows: Sequence[Values]) -> None:
    if rows:
        columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
        statement = sql.SQL("insert into {0} ({1}) select {1} from jsonb_populate_recordset(null::{0}, %s)")
        plain = [{column: str(value) if isinstance(value, UUID) else value for column, value in row.items()} for row in rows]
        connection.execute(statement.format(sql.Identifier("public", table), columns), (Jsonb(plain),))


def _open(connection: Connection, openings: Sequence[Opening]) -> None:
    for each in openings:
        connection.execute(
            "insert into secrets.workspace_openings (workspace_id, opened_by, session_id, reason, opened_at, expires_at, closed_at)"
            " select %s, %s, %s, 'a question', began, began + interval '50 minutes', case when %s then now() end"
            " from (select now() - %s * interval '1 hour' as began) as opening",
            (each.workspace, each.person, each.session, each.is_closed, int(each.is_expired)),
        )
    # each opening is in the log of its workspace; the logs of a world are drawn
    connection.execute("delete from public.user_activity_logs")
