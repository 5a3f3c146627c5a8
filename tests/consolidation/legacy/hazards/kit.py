"""What a hazard is made of: rows that differ from clean ones in values of a table, or in what a function does.

Each hazard has its own source of chance, and refers to clean rows and to its own alone: it can be left out without changing another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.consolidation.legacy.lists import Letter
from tests.consolidation.legacy.rows import Filling, make
from tests.consolidation.legacy.values import Row, Value, new_uuid

#: Integer keys of a hazard's rows begin at a million times its number, so that they never meet.
_KEYS = 1_000_000

#: What a row refers to that no other may: it gets one of its own unless the hazard says otherwise.
_OF_ITS_OWN = {
    "workspace_members": ("user_id", "users"),
    "user_video_limits": ("user_id", "users"),
    "workflow_approvals": ("workflow_id", "workflow_executions"),
    "avatar_usage_stats": ("profile_id", "avatar_profiles"),
}

#: How many people there have to be for a hazard to come twice, three times, and so on.
_PEOPLE_FOR_EACH = 25


@dataclass(frozen=True)
class Made:
    """A row that a hazard made: where it is, and what is odd about it."""

    letter: Letter
    table: str
    key: str
    what: str


@dataclass(frozen=True)
class Planted:
    """A row that is clean but for some values; `against` says that the lists forbid them."""

    place: str
    values: Mapping[str, Value]
    against: bool = False


@dataclass(frozen=True)
class Part:
    """A function that makes rows, where the database has tables of these shapes ("A.users")."""

    needs: tuple[str, ...]
    work: Callable[[Making], None]


@dataclass
class Hazard:
    """One way in which real legacy data is odd, by name."""

    name: str
    about: str
    number: int
    planted: tuple[Planted, ...] = ()
    parts: list[Part] = field(default_factory=list)
    #: Columns (A or B, table, column) whose checks, foreign keys and `not null` have to be gone for the rows to be there.
    relaxes: tuple[tuple[Letter, str, str], ...] = ()
    #: Whether it comes once, whatever the size.
    once: bool = False

    def part(self, *needs: str) -> Callable[[Callable[[Making], None]], None]:
        """Add a function that makes rows, where all the tables that it needs are there."""

        def take(work: Callable[[Making], None]) -> None:
            self.parts.append(Part(needs, work))

        return take

    def apply(self, world: World, size: int) -> list[Made]:
        """Make the rows, more often where there are many people, and return them."""
        making = Making(self, world, Random(f"{world.seed}:{self.name}"))  # noqa: S311  test data
        for _ in range(1 if self.once else 1 + size // _PEOPLE_FOR_EACH):
            for one in self.planted:
                if world.has(one.place):
                    making.row(one.place, ", ".join(f"{name} {_short(value)}" for name, value in one.values.items()), **one.values)
            for part in self.parts:
                if all(map(world.has, part.needs)):
                    part.work(making)
        return making.made


#: All hazards by name, in the order of their definition.
HAZARDS: dict[str, Hazard] = {}


def hazard(
    name: str, about: str, *planted: Iterable[Planted], relaxes: Iterable[str] = (), once: bool = False
) -> Hazard:  # fmt: skip
    """Define a hazard. `relaxes` names columns ("A.users.email") beyond those that its planted rows go against."""
    rows = tuple(one for group in planted for one in group)
    columns = [f"{one.place}.{column}" for one in rows if one.against for column in one.values]
    triples = (column.split(".") for column in dict.fromkeys([*columns, *relaxes]))
    new = Hazard(
        name, about, len(HAZARDS) + 1, rows,
        relaxes=tuple(("A" if letter == "A" else "B", table, column) for letter, table, column in triples), once=once,
    )  # fmt: skip
    assert name not in HAZARDS, f"{name} is defined twice"
    HAZARDS[name] = new
    return new


def each(place: str, column: str, *values: Value, against: bool = False) -> list[Planted]:
    """Return a row for each of several values of one column."""
    return [Planted(place, {column: value}, against) for value in values]


@dataclass
class World:
    """The databases of one legacy, and the accounts of A's people, while they are filled."""

    seed: int
    fillings: tuple[Filling, ...]
    #: What is not usual of the account of a person of A, by id; None where he has no account.
    accounts: dict[Value, Row | None] = field(default_factory=dict)

    def has(self, place: str) -> bool:
        """Tell whether there is a table of this shape."""
        return any(self._is_in(place, filling) for filling in self.fillings)

    def where(self, place: str) -> tuple[Filling, Letter, str]:
        """Return the database that has a table of this shape, and the place in two words."""
        letter, _, table = place.partition(".")
        filling = next(one for one in self.fillings if self._is_in(place, one))
        return filling, "A" if letter == "A" else "B", table

    @staticmethod
    def _is_in(place: str, filling: Filling) -> bool:
        letter, _, table = place.partition(".")
        return filling.shape.get(table) == letter


@dataclass
class Making:
    """What a hazard's function works with."""

    hazard: Hazard
    world: World
    rng: Random
    made: list[Made] = field(default_factory=list)
    _count: int = 0

    def row(self, place: str, what: str, **values: Value) -> Row:
        """Make a row that is odd, and say what is odd about it."""
        row = self.support(place, **values)
        _, letter, table = self.world.where(place)
        self.made.append(Made(letter, table, str(row["id"]), what))
        return row

    def support(self, place: str, **values: Value) -> Row:
        """Make a row that is clean but needed."""
        filling, _, table = self.world.where(place)
        column, parent = _OF_ITS_OWN.get(table, ("", ""))
        if column and column not in values:
            values[column] = self.support(self.beside(place, parent))["id"]
        self._count += 1
        return filling.add(table, make(filling, table, self.rng, self.hazard.number * _KEYS + self._count, **values), clean=False)

    def pick(self, place: str, **like: Value) -> Row:
        """Return a clean row of a table, one with these values."""
        filling, _, table = self.world.where(place)
        return self.rng.choice([row for row in filling.clean[table] if all(row[name] == value for name, value in like.items())])

    def elsewhere(self, place: str, workspace: Value) -> Row:
        """Return a row of a table that belongs to another workspace."""
        filling, _, table = self.world.where(place)
        other = self.another_workspace(place, workspace)
        return next((row for row in filling.clean[table] if row["workspace_id"] == other), None) or self.support(place, workspace_id=other)

    def another_workspace(self, beside: str, workspace: Value) -> Value:
        """Return the key of another clean workspace."""
        return next(row["id"] for row in self.world.where(beside)[0].clean["workspaces"] if row["id"] != workspace)

    def uuid(self) -> str:
        """Return a uuid that names nothing."""
        return new_uuid(self.rng)

    def address(self) -> str:
        """Return an address that nobody has."""
        self._count += 1
        return f"{self.hazard.name}.{self._count}@example.org"

    def beside(self, place: str, table: str) -> str:
        """Return the place of another table of the same database, in whatever shape that has there."""
        return f"{self.world.where(place)[0].shape[table]}.{table}"

    def person(self, beside: str, **values: Value) -> Row:
        """Make a clean person in the database that has a table."""
        return self.support(self.beside(beside, "users"), **{"email": self.address(), **values})

    def workspace(self, beside: str, owner: Row, **values: Value) -> Row:
        """Make a clean workspace there, with its owner as a member."""
        row = self.support(self.beside(beside, "workspaces"), **{"owner_id": owner["id"], **values})
        if "workspace_members" in self.world.where(beside)[0].shape:
            self.support("A.workspace_members", workspace_id=row["id"], user_id=owner["id"], role="owner")
        return row

    def account(self, user: Row, **values: Value) -> None:
        """Say what is not usual about the account of a person of A."""
        self.world.accounts[user["id"]] = values

    def no_account(self, user: Row) -> None:
        """Leave a person of A without an account."""
        self.world.accounts[user["id"]] = None


def _short(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}... ({len(text)} characters)"
