"""Takes away from a case all that a difference does not need, so that what is left can be read.

hypothesis would do that too, in minutes: it tries whole scenarios, and does not know what belongs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.policies.model import PLATFORM, Request, World
from tests.policies.statements import Statement

Case = tuple[World, Request, Statement]


def simplest(case: Case, differs: Callable[[Case], bool]) -> Case:
    """Return the simplest case of which it is still true that PostgreSQL and the model differ."""
    while simpler := next((each for each in _simpler(case) if differs(each)), None):
        case = simpler
    return case


def _simpler(case: Case) -> Iterator[Case]:
    world, request, statement = case
    for table in world.rows:
        for row in world.rows[table]:
            if row.id not in (PLATFORM, request.person):
                yield without(world, row.id), request, statement
    for opening in world.openings:
        yield replace(world, openings=tuple(each for each in world.openings if each != opening)), request, statement
    for name in ("is_anonymous", "seconds_left", "aal", "names", "writes_blanks"):
        usual = getattr(Request(), name)
        if getattr(request, name) != usual:
            yield world, replace(request, **{name: usual}), statement
    for name in ("returns", "skips_conflicts", "locks"):
        if getattr(statement, name, False):
            yield world, request, replace(statement, **{name: False})  # type: ignore[arg-type]


def without(world: World, key: object) -> World:
    """Return a world without what has this key, and without all that refers to it."""
    gone = {key}
    before = 0
    while len(gone) > before:
        before = len(gone)
        gone |= {row.id for rows in world.rows.values() for row in rows if gone & set(row.values.values())}
    return World(
        {person.id: person for person in world.people.values() if person.id not in gone},
        {space.id: space for space in world.workspaces.values() if space.id not in gone},
        tuple(each for each in world.memberships if each.id not in gone),
        tuple(each for each in world.openings if not gone & {each.workspace, each.person}),
        {table: tuple(row for row in rows if row.id not in gone) for table, rows in world.rows.items()},
    )
