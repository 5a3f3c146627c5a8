"""Two schemas laid side by side: what is in both, what in one of them alone, and in which clauses the same thing differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from scripts.structure import NOTED, RELATIONS, Item, Structure

ALIKE, DIFFERENT, ONLY_A, ONLY_B = STATES = ("alike", "different", "only in A", "only in B")

#: What belongs to a table, in the order in which it is shown.
PARTS = (
    "column", "constraint", "index", "row security", "policy", "trigger", "rule", "enforcement", "option", "storage", "persistence",
    "replica identity", "right", "comment",
)  # fmt: skip

#: What stands by itself, likewise; rights and comments that belong to no table, and triggers on the tables of others, too.
OBJECTS = ("sequence", "type", "function", "extension", "statistics", "trigger", "right", "comment")

#: Compared by what they say; their names are noted where they differ.
_NAMES_APART = ("constraint", "index", "policy")

#: What is compared only when it is asked for.
OPTIONAL = ("right", "comment")

_PLURALS = {
    "policy": "policies", "index": "indexes", "row security": "row security", "storage": "storage", "persistence": "persistence",
    "replica identity": "replica identities", "statistics": "statistics",
}  # fmt: skip


def plural(kind: str) -> str:
    """Return the word for several of a kind."""
    return _PLURALS.get(kind, f"{kind}s")


@dataclass(frozen=True)
class Pair:
    """One thing in A, in B or in both, and the clauses in which the two differ."""

    a: Item | None
    b: Item | None
    differs: tuple[str, ...] = ()

    @property
    def either(self) -> Item:
        """A's or, where A has none, B's."""
        item = self.a or self.b
        assert item is not None
        return item

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.either.kind

    @property
    def name(self) -> str:
        """Its name; both, where they differ and that is no difference."""
        names = dict.fromkeys(item.name for item in (self.a, self.b) if item and item.name)
        return " / ".join(names)

    @property
    def place(self) -> str:
        """The position of a column; both, where they differ, which is no difference."""
        places = dict.fromkeys(str(item.position) for item in (self.a, self.b) if item and item.position)
        return " / ".join(places)

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.a is None:
            return ONLY_B
        if self.b is None:
            return ONLY_A
        return DIFFERENT if self.differs else ALIKE


@dataclass(frozen=True)
class Relation:
    """A table or view in A, in B or in both, with its parts."""

    own: Pair
    columns: tuple[Pair, ...]
    others: tuple[Pair, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.own.name

    @property
    def parts(self) -> tuple[Pair, ...]:
        """Everything that belongs to it."""
        return self.columns + self.others

    @property
    def in_another_order(self) -> bool:
        """Whether the columns that both have stand in another order; that is noted, and no difference."""
        both = [(pair.a.position or 0, pair.b.position or 0) for pair in self.columns if pair.a and pair.b]
        return sorted(both) != sorted(both, key=lambda places: places[1])

    @property
    def state(self) -> str:
        """Different where anything of it is."""
        if self.own.state == ALIKE and any(pair.state != ALIKE for pair in self.parts):
            return DIFFERENT
        return self.own.state


@dataclass(frozen=True)
class Comparison:
    """All of it."""

    a: Structure
    b: Structure
    relations: tuple[Relation, ...]
    objects: tuple[Pair, ...]
    not_compared: tuple[str, ...]

    @cached_property
    def differences(self) -> int:
        """How many things are not alike; a table that only one side has counts once."""
        parts = sum(pair.state != ALIKE for one in self.relations if one.own.state in {ALIKE, DIFFERENT} for pair in (one.own, *one.parts))
        alone = sum(one.own.state in {ONLY_A, ONLY_B} for one in self.relations)
        return parts + alone + sum(pair.state != ALIKE for pair in self.objects)

    def named(self, state: str) -> list[Relation]:
        """Return the tables and views in this state."""
        return [one for one in self.relations if one.state == state]

    def counts(self) -> list[tuple[str, Counter[str]]]:
        """Count by kind and state; of the parts of tables those of tables that both sides have."""
        rows = [(plural(kind), Counter(one.state for one in self.relations if one.own.kind == kind)) for kind in RELATIONS]
        shared = [pair for one in self.relations if one.own.a and one.own.b for pair in one.parts]
        rows += [(f"{plural(kind)} of tables in both", Counter(pair.state for pair in shared if pair.kind == kind)) for kind in PARTS]
        rows += [(plural(kind), Counter(pair.state for pair in self.objects if pair.kind == kind)) for kind in OBJECTS]
        return [(what, numbers) for what, numbers in rows if numbers]

    @property
    def hints(self) -> list[str]:
        """What a reader has to know about the two sides."""
        said = []
        if self.not_compared:
            lists = " and ".join(letter for letter, side in (("A", self.a), ("B", self.b)) if side.knows is not None)
            verb = "is a list" if len(lists) == 1 else "are lists"
            said.append(f"{lists} {verb} of columns and constraints; not compared: {', '.join(self.not_compared)}.")
        if self.a.major and self.b.major and self.a.major != self.b.major:
            said.append(f"A is on PostgreSQL {self.a.major} and B on {self.b.major}; the two print some expressions in different words.")
        for letter, side in (("A", self.a), ("B", self.b)):
            said += [f"Left out of {letter}: {remark}." for remark in side.remarks]
        return said


def compare(a: Structure, b: Structure, *, optional: Iterable[str] = ()) -> Comparison:
    """Compare two schemas; rights and comments only if asked for by name."""
    left_out = set(OPTIONAL) - set(optional)
    known = {kind for side in (a, b) if side.knows is not None for kind in side.knows}
    here, there = ([item for item in side.items if item.kind not in left_out and (not known or item.kind in known)] for side in (a, b))
    if known:  # a list knows that a table is one, and no more
        here, there = ([_bare(item) if item.kind in RELATIONS else item for item in side] for side in (here, there))
    names = {item.name for item in (*here, *there) if item.kind in RELATIONS}
    relations = []
    for own in _by_name(_of(here, RELATIONS), _of(there, RELATIONS)):
        mine, yours = ([item for item in side if item.part_of == own.name] for side in (here, there))
        pairs = [pair for kind in PARTS for pair in _pairs(kind, _of(mine, (kind,)), _of(yours, (kind,)))]
        columns = tuple(pair for pair in pairs if pair.kind == "column")
        relations.append(Relation(own, columns, tuple(pair for pair in pairs if pair.kind != "column")))
    mine, yours = ([item for item in side if item.part_of not in names and item.kind not in RELATIONS] for side in (here, there))
    objects = [pair for kind in OBJECTS for pair in _pairs(kind, _of(mine, (kind,)), _of(yours, (kind,)))]
    not_compared = [plural(kind) for kind in dict.fromkeys((*RELATIONS, *PARTS, *OBJECTS)) if known and kind not in known | left_out]
    return Comparison(a, b, tuple(relations), tuple(objects), tuple(not_compared))


def _of(items: Iterable[Item], kinds: Sequence[str]) -> list[Item]:
    return [item for item in items if item.kind in kinds]


def _bare(item: Item) -> Item:
    return Item(item.kind, item.part_of, item.name, {"kind": item.kind})


def _pairs(kind: str, here: list[Item], there: list[Item]) -> list[Pair]:
    """Pair the things of one kind."""
    if kind == "column":
        return _by_name(here, there, in_order=True)
    if kind in _NAMES_APART:
        return _by_meaning(here, there)
    pairs = _by_name(here, there)
    return _under_other_arguments(pairs) if kind == "function" else pairs


def _by_name(here: list[Item], there: list[Item], *, in_order: bool = False) -> list[Pair]:
    """Pair what has the same name; sorted by it, or in A's order and then in B's."""
    mine, yours = ({(item.part_of, item.name): item for item in side} for side in (here, there))
    keys = list(dict.fromkeys((*mine, *yours)))
    if not in_order:
        keys.sort(key=lambda key: (key[1], key[0] or ""))
    return [_pair(mine.get(key), yours.get(key)) for key in keys]


def _by_meaning(here: list[Item], there: list[Item]) -> list[Pair]:
    """Pair what says the same, under the same name where there is a choice; then, of the rest, what has the same name."""
    mine, yours, pairs = list(here), list(there), list[Pair]()
    for same in (_twins, _say_the_same, _namesakes):
        for one in list(mine):
            if other := next((item for item in yours if same(one, item)), None):
                mine.remove(one)
                yours.remove(other)
                pairs.append(_pair(one, other))
    pairs += [_pair(one, None) for one in mine] + [_pair(None, other) for other in yours]
    return sorted(pairs, key=lambda pair: (pair.name, tuple(pair.either.facts.values())))


def _twins(one: Item, other: Item) -> bool:
    return one.facts == other.facts and one.name == other.name


def _say_the_same(one: Item, other: Item) -> bool:
    return one.facts == other.facts


def _namesakes(one: Item, other: Item) -> bool:
    return (one.name or one.usual_name) == (other.name or other.usual_name) != ""


def _under_other_arguments(pairs: list[Pair]) -> list[Pair]:
    """Pair functions that one side has with other arguments, where it is clear which of the two are meant."""
    alone = Counter((pair.either.stem, pair.state) for pair in pairs if pair.state in {ONLY_A, ONLY_B})
    clear = {stem for stem, _ in alone if alone[stem, ONLY_A] == alone[stem, ONLY_B] == 1}
    matched = [
        _pair(one.a, other.b)
        for one in pairs
        for other in pairs
        if one.state == ONLY_A and other.state == ONLY_B and one.either.stem == other.either.stem in clear
    ]
    rest = [pair for pair in pairs if pair.state not in {ONLY_A, ONLY_B} or pair.either.stem not in clear]
    return sorted((*rest, *matched), key=lambda pair: pair.name)


def _pair(a: Item | None, b: Item | None) -> Pair:
    if a is None or b is None:
        return Pair(a, b)
    clauses = dict.fromkeys((*a.facts, *b.facts))
    differs = tuple(clause for clause in clauses if clause not in NOTED and a.facts.get(clause) != b.facts.get(clause))
    return Pair(a, b, differs)
