"""Legacy databases out of a seed: generate() gives the rows as plain data, install() puts them into a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from tests.consolidation.legacy.accounts import account_of
from tests.consolidation.legacy.drift import DRIFT
from tests.consolidation.legacy.hazards import HAZARDS, Made, World
from tests.consolidation.legacy.lists import SHARED, A, B, Shape
from tests.consolidation.legacy.rows import Filling, fill, people
from tests.consolidation.legacy.values import Row

#: Every hazard, and those that the lists allow: no check or key has to be dropped for them.
ALL = frozenset(HAZARDS)
LAWFUL = frozenset(name for name, hazard in HAZARDS.items() if not hazard.relaxes)

#: Sizes in people: a few rows a table, some hundred, some thousand.
TINY, SMALL, LARGE = 2, 50, 1_000


@dataclass(frozen=True)
class Database:
    """The rows of one legacy database, by table, each table after those that it refers to."""

    name: str
    shape: Shape
    rows: Mapping[str, Sequence[Row]]
    #: (table, column) whose rules have to be gone.
    relaxed: tuple[tuple[str, str], ...]
    drift: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Legacy:
    """One or two legacy databases, the accounts of A's people, and which hazard made which rows."""

    seed: int
    size: int
    shapes: tuple[Shape, ...]
    hazards: frozenset[str]
    drift: frozenset[str]
    has_accounts: bool
    databases: tuple[Database, ...]
    accounts: tuple[Row, ...]
    made: Mapping[str, tuple[Made, ...]]

    def __repr__(self) -> str:
        """Return the call that makes it."""
        shapes = "".join(f"{_call(shape)}, " for shape in self.shapes)
        hazards = "ALL" if self.hazards == ALL else f"{sorted(self.hazards)}"
        drift = "DRIFT" if self.drift == set(DRIFT) else f"{sorted(self.drift)}"
        return f"generate({self.seed}, {self.size}, {hazards}, drift={drift}, shapes=({shapes}), accounts={self.has_accounts})"

    @cached_property
    def _by_name(self) -> dict[str, Database]:
        return {database.name: database for database in self.databases}

    def of(self, name: str) -> Database:
        """Return the database called A, B, or AB where both are in one."""
        return self._by_name[name]


def generate(
    seed: int,
    size: int = TINY,
    hazards: Collection[str] = ALL,
    *,
    drift: Collection[str] = (),
    shapes: Sequence[Shape] = (A, B),
    accounts: bool = True,
) -> Legacy:
    """Return legacy databases of so many people; the same arguments give the same rows.

    Each hazard has a source of chance of its own, so that leaving one out changes no row of another.
    """
    assert set(hazards) <= ALL, f"no such hazard: {set(hazards) - ALL}"
    assert set(drift) <= set(DRIFT), f"no such drift: {set(drift) - set(DRIFT)}"
    rng = Random(seed)  # noqa: S311  test data
    known = people(rng, size)
    fillings = tuple(Filling(_name(shape), shape) for shape in shapes)
    for filling in fillings:
        fill(filling, known, size, rng)
    world = World(seed, fillings)
    made = {name: tuple(hazard.apply(world, size)) for name, hazard in HAZARDS.items() if name in hazards}
    return Legacy(
        seed=seed,
        size=size,
        shapes=tuple(shapes),
        hazards=frozenset(hazards),
        drift=frozenset(drift),
        has_accounts=accounts,
        databases=tuple(_database(filling, hazards, drift) for filling in fillings),
        accounts=tuple(_accounts(world)) if accounts else (),
        made=made,
    )


def _name(shape: Shape) -> str:
    return "A" if shape == A else "B" if shape == B else "AB"


def _call(shape: Shape) -> str:
    """Return how a shape is made."""
    name = _name(shape)
    return name if name != "AB" else f"together(frozenset({[table for table in SHARED if shape[table] == 'B']}))"


def _database(filling: Filling, hazards: Collection[str], drift: Collection[str]) -> Database:
    relaxed = (
        (table, column)
        for name in HAZARDS
        if name in hazards
        for letter, table, column in HAZARDS[name].relaxes
        if filling.shape.get(table) == letter
    )
    drifting = (name for name in DRIFT if name in drift and DRIFT[name].fits(filling.shape))
    return Database(filling.name, filling.shape, filling.rows, tuple(dict.fromkeys(relaxed)), tuple(drifting))


def _accounts(world: World) -> list[Row]:
    """Return an account for each person of A, unless a hazard says that there is none."""
    users = (row for filling in world.fillings if filling.shape.get("users") == "A" for row in filling.rows["users"])
    return [account_of(user, special) for user in users if (special := world.accounts.get(user["id"], {})) is not None]
