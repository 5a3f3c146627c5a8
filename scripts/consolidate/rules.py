"""Which rows of a legacy table break a rule of the hybrid: what is asked of each column, by its list and its lineage.

A check is one of the queries in scripts/sql/inspect/rules, about one column. What becomes of the rows stands beside its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from scripts.consolidate.lists import Known

#: The rules, and what the import does with a row that breaks one.
BECOMES = {
    "key_missing": "rejected",
    "key_twice": "all but the first are rejected",
    "key_is_no_uuid": "rejected",
    "value_missing": "rejected, unless another column gives it",
    "workspace_missing": "found by its parent or its person, else rejected",
    "owner_missing": "the oldest admin member owns it, else it is rejected for a human to decide",
    "value_of_another_type": "rejected",
    "reference_to_nothing": "becomes null and is kept, or the row is rejected where the hybrid needs it",
    "reference_into_another_workspace": "becomes null and is kept, or the row is rejected where the hybrid needs it",
    "text_names_nothing": "becomes null, or the row is rejected where the hybrid needs it",
    "list_names_nothing": "the element goes to metadata",
    "word_unknown": "rejected until the word is mapped (consolidation.value_map)",
    "platform_unknown": "a post is rejected until the name is mapped; elsewhere it stays as it is",
    "number_out_of_range": "brought into the range, or the default; the original is kept",
    "time_infinite": "copied as it is",
    "address_empty": "rejected",
    "address_in_other_letters": "trimmed and in lower case",
    "address_twice": "one of them at most can have the address",
    "address_not_proven": "joins nobody of B to this person until a human decides",
    "twice": "one of them at most is a row of its own",
    "right_claimed": "nobody becomes admin by import: listed as a candidate",
    "tier_claimed": "nobody gets a paid plan that only B states: listed as a candidate",
    "no_object": "kept whole under the key legacy_metadata",
    "scheduled_without_a_time": "becomes a draft",
    "ends_before_it_starts": "the end becomes null and is kept",
}

_RANGES = {
    "ratio": ("0", "1"), "score": ("0", "1"), "mean_by_usage": ("0", "1"), "sentiment": ("-1", "1"), "priority": ("1", "10"),
    "not_negative": ("0", "Infinity"), "add_up": ("0", "Infinity"), "positive": ("1", "Infinity"),
}  # fmt: skip
_WORDS = ("map_state", "map_value", "role_without_admin", "tier_without_paid")
_NAMED_IN_TEXT = {"lookup_text": "workflow_executions"}
_NAMED_IN_LISTS = {"split_assets": "media_assets", "campaign_of_posts": "social_media_posts"}
_ADDRESSES = {"confirmed_email", "normalise_email"}
_TIMES = ("scheduled_for", "scheduled_at")

# the oldest server that tells whether a text is a value of a type
_CAN_TELL_TYPES = 160000


@dataclass(frozen=True)
class Check:
    """A rule about one column: the query, what its placeholders stand for, and its settings."""

    rule: str
    query: str
    table: str
    column: str
    parent: str | None = None
    columns: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


_About = Callable[..., Check]


@dataclass(frozen=True)
class Ground:
    """What is known of a database when its checks are chosen."""

    #: type by table and column
    types: Mapping[tuple[str, str], str]
    #: words that the import knows, by hybrid column; platforms under `platform`
    words: Mapping[str, Collection[str]]
    version: int
    has_accounts: bool

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether the database has a table with these columns."""
        return all((table, column) in self.types for column in columns)


def checks_of(known: Known, ground: Ground) -> Iterator[Check]:
    """Return what is asked of a column that the database has."""

    def about(rule: str, query: str = "", **rest: object) -> Check:
        return Check(rule, query or rule, known.table, known.name, **rest)  # type: ignore[arg-type]

    found = ground.types[known.table, known.name]
    if known.name == "id":
        yield about("key_missing")
        yield about("key_twice")
        if known.type == "uuid" and found != "uuid":
            yield about("key_is_no_uuid", "no_uuid")
    elif known.is_required and not known.rules & _ADDRESSES:
        yield about("value_missing")
    elif known.rules & {"lookup_workspace"}:
        yield about("workspace_missing", "value_missing")
    elif known.rules & {"lookup_owner"}:
        yield about("owner_missing", "value_missing")
    elif known.rules & {"lookup_platform"} or (known.rules & {"workspace_of_parent"} and known.rules & {"lookup_post", "lookup_parent"}):
        yield about("value_missing")
    yield from _of_types(known, found, ground, about)
    yield from _of_references(known, ground, about)
    yield from _of_words(known, ground, about)
    yield from _of_addresses_and_rights(known, ground, about)
    for rule in known.constraints:
        if rule.startswith("unique (") and not known.rules & _ADDRESSES:
            columns = tuple(rule.removeprefix("unique (").removesuffix(")").split(", "))
            if known.name == columns[0] and ground.has(known.table, *columns):
                yield about("twice", columns=columns)


def _of_types(known: Known, found: str, ground: Ground, about: _About) -> Iterator[Check]:
    """Numbers, times and objects, where the column has such a type; else whether its values are of the type of the list."""
    number = found.startswith(("integer", "bigint", "smallint", "numeric", "double", "real"))
    if ranges := [_RANGES[rule] for rule in sorted(known.rules & _RANGES.keys())]:
        low, high = ranges[0]
        if number:
            yield about("number_out_of_range", settings=(("inspect.low", low), ("inspect.high", high)))
    if known.type.startswith("timestamp") and found.startswith(("timestamp", "date")):
        yield about("time_infinite")
    if "copy_metadata" in known.rules and found in {"json", "jsonb"}:
        yield about("no_object")
    is_text = found in {"text", "json", "jsonb"} or found.startswith("character")
    wanted = known.type.startswith(("integer", "bigint", "numeric", "double", "boolean", "timestamp", "json", "inet")) or (
        known.type == "uuid" and known.name != "id"
    )
    if is_text and wanted and found not in {"json", "jsonb"} and ground.version >= _CAN_TELL_TYPES:
        yield about("value_of_another_type", settings=(("inspect.type", known.type),))


def _of_references(known: Known, ground: Ground, about: _About) -> Iterator[Check]:
    if known.parent and ground.has(known.parent, "id"):
        yield about("reference_to_nothing", parent=known.parent)
        if known.name != "workspace_id" and ground.has(known.table, "workspace_id") and ground.has(known.parent, "workspace_id"):
            yield about("reference_into_another_workspace", parent=known.parent)
    for rule, parent in _NAMED_IN_TEXT.items():
        if rule in known.rules and ground.has(parent, "id"):
            yield about("text_names_nothing", parent=parent)
    for rule, parent in _NAMED_IN_LISTS.items():
        if rule in known.rules and ground.has(parent, "id") and ground.types[known.table, known.name].endswith("[]"):
            yield about("list_names_nothing", parent=parent)


def _of_words(known: Known, ground: Ground, about: _About) -> Iterator[Check]:
    # a word has to be known wherever it goes
    lists = [words for rule, place in known.goes if rule in _WORDS and (words := frozenset(ground.words.get(place, ())))]
    if lists:
        yield about("word_unknown", settings=(("inspect.words", _list(frozenset.intersection(*lists))),))
    if "map_state" in known.rules and known.name == "status":
        for time in _TIMES:
            if ground.has(known.table, time) and known.table.endswith("_posts"):
                yield Check("scheduled_without_a_time", "scheduled_without_a_time", known.table, time)
    if known.rules & {"split_platforms", "map_platform_names"} and ground.types[known.table, known.name].endswith("[]"):
        yield about("platform_unknown", settings=(("inspect.words", _list(ground.words.get("platform", ()))),))
    if "not_before_start" in known.rules and ground.has(known.table, "start_date"):
        yield about("ends_before_it_starts")


def _of_addresses_and_rights(known: Known, ground: Ground, about: _About) -> Iterator[Check]:
    if known.rules & _ADDRESSES:
        yield about("address_empty")
        yield about("address_in_other_letters")
        yield about("address_twice")
        if "confirmed_email" in known.rules and ground.has_accounts:
            yield about("address_not_proven")
    if known.rules & {"never_by_import", "role_without_admin"}:
        yield about("right_claimed")
    if "tier_without_paid" in known.rules:
        yield about("tier_claimed")


def _list(words: Collection[str]) -> str:
    """Return words as PostgreSQL writes a list."""
    return "{" + ",".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in sorted(words)) + "}"
