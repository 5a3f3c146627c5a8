"""Random requests and statements on a random world, as a strategy of hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import hypothesis.strategies as st

from tests.policies.model import FIRST_STATES, PLATFORM, RULES, TRANSITIONS, Opening, Request, Row, World
from tests.policies.shapes import SHAPES
from tests.policies.statements import Delete, Insert, Select, Statement, Update
from tests.policies.worlds import Dice, Schema, complete, draw_world, key
from tests.support.rows import Values

#: Statements in a scenario.
LENGTH = 60

#: Tables in which what the service adds and deletes would meet rules that are about no right.
_NOT_BY_THE_SERVICE = ("users", "workspaces", "workspace_members", "social_platforms", "user_video_limits")

#: What is unusual about a request: most often nothing.
_UNUSUAL: tuple[dict[str, Any], ...] = (
    *[{}] * 56,
    *[{"writes_blanks": True}] * 6,
    {"role": "anon"},
    {"role": "service_role"},
    {"is_anonymous": True},
    {"seconds_left": -3600},
    {"seconds_left": -10},
    {"seconds_left": None},
    {"person": None},
    {"person": key("unknown", 1)},
)


class Scenario:
    """A world and statements to try on it, each by somebody. It prints as a few words: what matters, a difference tells."""

    def __init__(self, world: World, cases: Sequence[tuple[Request, Statement]]) -> None:
        self.world = world
        self.cases = cases

    def __repr__(self) -> str:
        return f"<a world and {len(self.cases)} statements>"


@dataclass(frozen=True)
class _Stage:
    """What cases are drawn from."""

    dice: Dice
    schema: Schema
    world: World


@st.composite
def scenarios(draw: st.DrawFn, schema: Schema, tables: Sequence[str]) -> Scenario:
    """Draw a world, and statements on some tables."""
    dice = Dice(draw(st.randoms(use_true_random=False)))
    stage = _Stage(dice, schema, draw_world(dice, schema, tables))
    return Scenario(stage.world, [_draw_case(stage, dice.one(*tables)) for _ in range(LENGTH)])


def _draw_case(stage: _Stage, table: str) -> tuple[Request, Statement]:
    dice, world, rule = stage.dice, stage.world, RULES[table]
    opening = dice.one(*[None] * 6 * len(world.openings), *world.openings) if world.openings else None
    if opening:
        return _draw_opened(stage, opening), Select(table)
    granted = ["select"] * 2 + ["insert"] * 4 * bool(rule.inserts) + ["update"] * 6 * bool(rule.updates) + ["delete"] * 4 * rule.deletes
    command = dice.one("select", "insert", "update", "delete", *granted)
    # a row that the statement is about, more or less: one that is there, or that a new one may refer to
    near = next(iter(SHAPES[table].parents.values()), table) if command == "insert" else table
    about = dice.one(*world.rows[near]) if world.rows[near] else None
    space = about.workspace if about and about.workspace and dice.one(*[True] * 5, False) else dice.one(*world.workspaces, PLATFORM)
    request = _draw_request(stage, space, about)
    if request.role == "service_role" and table in _NOT_BY_THE_SERVICE and command in ("insert", "delete"):
        command = "select"
    match command:
        case "insert":
            return request, _draw_insert(stage, table, space, request)
        case "update":
            return request, _draw_update(stage, table, about, request)
        case "delete":
            return request, Delete(table, _draw_key(stage, table, about), returns=dice.one(False, True))
        case _:
            return request, _draw_select(stage, table, about)


def _draw_request(stage: _Stage, space: UUID, about: Row | None) -> Request:
    dice, world = stage.dice, stage.world
    insiders = [each.person for each in world.memberships if each.workspace == space]
    author = [about.author] * 3 * len(world.people) if about and about.author else []
    usual = Request(
        person=dice.one(*insiders * 3, *author, *world.people),
        session=key("session", 99),
        names=dice.one(*[None] * 9, *[space] * 7, dice.one(*world.workspaces), PLATFORM, key("unknown", 2)),
    )
    return replace(usual, **dice.one(*_UNUSUAL))


def _draw_opened(stage: _Stage, opening: Opening) -> Request:
    """Draw a request of somebody who opened a workspace, with one flaw at most."""
    dice, world = stage.dice, stage.world
    flaws: tuple[dict[str, Any], ...] = (
        {},
        {"names": opening.workspace},
        {"aal": "aal1"},
        {"session": key("session", 99)},
        {"person": dice.one(*world.people)},
        {"names": dice.one(*world.workspaces)},
    )
    return replace(Request(person=opening.person, aal="aal2", session=opening.session), **dice.one(*flaws))


def _draw_key(stage: _Stage, table: str, about: Row | None) -> UUID | None:
    """Draw the key of a row: the one at hand, or any; that of no row; or none, for the whole table."""
    rows = [row.id for row in stage.world.rows[table]]
    here = [about.id] * 2 * len(rows) if about and about.table == table else []
    return stage.dice.one(None, *here, *rows, key("unknown", 3))


def _draw_select(stage: _Stage, table: str, about: Row | None) -> Statement:
    return Select(
        table,
        stage.dice.one(None, _draw_key(stage, table, about)),
        column=stage.dice.one("id", "id", *stage.schema.columns[table]),
        locks=stage.dice.one(*[False] * 4, True),
    )


def _draw_insert(stage: _Stage, table: str, space: UUID, request: Request) -> Statement:
    dice, world, shape, columns = stage.dice, stage.world, SHAPES[table], stage.schema.columns[table]
    values: Values = {}
    if "workspace_id" in columns:
        values["workspace_id"] = dice.one(*[space] * 40, *world.workspaces, PLATFORM, key("unknown", 4))
    if "user_id" in columns:
        values["user_id"] = dice.one(*[request.person] * 40, *world.people, None)
    for column, parents in {**shape.parents, **shape.optional}.items():
        near = [row for row in world.rows[parents] if row.workspace == values["workspace_id"]]
        own = [row for row in near if row.author == request.person]
        none = None if column in shape.optional else key("unknown", 5)
        values[column] = dice.one(none, *(row.id for row in (*near * 6, *own * 6, *world.rows[parents])))
    values = complete(dice, stage.schema, table, values)
    if table in FIRST_STATES:
        values["status"] = dice.one(None, None, *sorted(FIRST_STATES[table]), values["status"])
    for column in ("status", "is_public"):
        if column in values and (values[column] is None or (table != "workflow_approvals" and dice.one(False, False, True))):
            del values[column]  # has a default
    return Insert(
        table,
        values=values,
        base=stage.schema.bases[table],
        column=dice.one(*[None] * 7 * len(columns), *columns),
        skips_conflicts=dice.one(False, True),
        returns=dice.one(False, True),
    )


def _draw_update(stage: _Stage, table: str, about: Row | None, request: Request) -> Statement:
    dice, world = stage.dice, stage.world
    granted = sorted(RULES[table].updates)
    deciding = [column for column in ("status", "is_public", "campaign_id") if column in granted]
    pools = (deciding, deciding, granted, granted, stage.schema.columns[table])
    column = dice.one(*dice.one(*(pool for pool in pools if pool)))
    near = sorted(TRANSITIONS.get(table, {}).get(str(about.status), ())) if about else []
    new_values: dict[str, Sequence[Any]] = {
        "status": (*SHAPES[table].statuses, *near * 4),
        "is_public": (False, True),
        "workspace_id": (*world.workspaces, PLATFORM),
        "user_id": tuple(world.people),
        "owner_id": tuple(world.people),
        "campaign_id": (None, *(row.id for row in world.rows.get("campaigns", ()))),
    }
    where, returns = _draw_key(stage, table, about), dice.one(False, True)
    # what the service writes meets no policy, and a new value might meet other rules
    if not new_values.get(column) or request.role == "service_role" or dice.one(*[False] * 5, True):
        return Update(table, where, column=column, returns=returns)
    return Update(table, where, column=column, keeps=False, value=dice.one(*new_values[column]), returns=returns)
