"""docs/lineage.csv says where each legacy column goes: none is missing, none invented, and each home exists.

Each check is a function that takes the lists and returns what is wrong; the last tests feed it broken copies.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import pytest

from scripts.settings import ROOT
from scripts.target import Connection

DOCS = ROOT / "docs"

#: A legacy column: A or B, table, column.
Legacy = tuple[str, str, str]

#: By schema-qualified table its columns that can be written, and whether a row must give a value.
Catalogue = Mapping[str, Mapping[str, bool]]

#: Made by the import itself, so that no migration has it: what has no column of its own and no client may read.
KEPT = {"consolidation.kept": {"value": False}}

#: The rules that set a value aside, and the only ones that may name consolidation.kept.
ASIDE = {"kept", "kept_remainder"}

#: Rules that write the whole value into its column, so that nothing is left to set aside.
WHOLE = {
    "copy",
    "copy_json",
    "copy_list",
    "copy_metadata",
    "copy_or_created_at",
    "copy_or_default",
    "fill",
    "fill_keys",
}

#: Where what holds secrets may go. A platform's answers (platform_results) count as such: they never go to metadata.
SECRETS = {
    ("A", "social_platforms", "api_config"): {"secrets.social_platform_configs"},
    ("A", "user_social_accounts", "access_token"): {"secrets.social_account_tokens"},
    ("A", "user_social_accounts", "refresh_token"): {"secrets.social_account_tokens"},
    ("B", "workspaces", "social_accounts"): {
        "secrets.social_account_tokens",
        "public.user_social_accounts",
        "consolidation.kept",
    },
    ("A", "social_media_posts", "platform_results"): {"public.social_media_posts", "consolidation.kept"},
    ("B", "social_media_posts", "platform_results"): {"public.social_media_posts", "consolidation.kept"},
}

#: (A or B, legacy table, hybrid table) that is changed and gets no row of its own, with the reason.
GETS_NO_ROW = {
    (
        "A",
        "user_video_limits",
        "public.users",
    ): "is_admin names the right that the import does not give; A's users make the rows",
    (
        "B",
        "campaigns",
        "public.content_posts",
    ): "posts says which campaign a post belongs to; social_media_posts make the rows",
}


@dataclass(frozen=True)
class Line:
    """One line of docs/lineage.csv."""

    legacy_schema: str
    legacy_table: str
    legacy_column: str
    hybrid_table: str
    hybrid_column: str
    rule: str

    @property
    def legacy(self) -> Legacy:
        """The legacy column that the line is about."""
        return self.legacy_schema, self.legacy_table, self.legacy_column

    def __str__(self) -> str:
        """Name the line as a reader finds it in the file."""
        return f"{'.'.join(self.legacy)} -> {self.hybrid_table}.{self.hybrid_column} by {self.rule}"


def read_lineage() -> list[Line]:
    """Return the lines of docs/lineage.csv in their order."""
    with (DOCS / "lineage.csv").open(newline="", encoding="utf-8") as file:
        return [Line(**row) for row in csv.DictReader(file)]


def read_rules() -> dict[str, str]:
    """Return the meaning of each rule of docs/lineage_rules.csv."""
    with (DOCS / "lineage_rules.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["rule"] for row in rows}) == len(rows), "a rule is defined twice"
    return {row["rule"]: row["meaning"] for row in rows}


def read_legacy() -> list[Legacy]:
    """Return all columns of A and B in the order of their lists."""
    columns = []
    for schema in ("A", "B"):
        with (DOCS / "legacy" / f"schema_{schema.lower()}.csv").open(newline="", encoding="utf-8") as file:
            columns += [(schema, row["table"], row["column"]) for row in csv.DictReader(file)]
    return columns


def read_catalogue(connection: Connection) -> Catalogue:
    """Return the columns of public and secrets that can be written; partitions stand under their parent."""
    rows = connection.execute(
        """
        select format('%%s.%%s', space.nspname, class.relname), attname::text,
          attnotnull and not atthasdef and attidentity = ''
        from pg_attribute
        join pg_class as class on class.oid = attrelid and class.relkind in ('r', 'p') and not class.relispartition
        join pg_namespace as space on space.oid = class.relnamespace
        where space.nspname = any(%s) and attnum > 0 and not attisdropped and attgenerated = ''
        """,
        (["public", "secrets"],),
    )
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for table, column, is_needed in rows:
        found[table][column] = is_needed
    return found


def pattern(rule: str) -> str:
    """Return the defined form of a rule in use: `to_metadata:size` is `to_metadata:<key>`, with the word left open."""
    name, colon, _ = rule.partition(":")
    return f"{name}:<>" if colon else name


def coverage_faults(lineage: Iterable[Line], legacy: Collection[Legacy]) -> list[str]:
    """Say which legacy columns have no line, which lines no legacy column, and which lines stand twice."""
    lines = list(lineage)
    named, listed = {line.legacy for line in lines}, set(legacy)
    return [
        *(f"{'.'.join(column)} goes nowhere" for column in sorted(listed - named)),
        *(f"{'.'.join(column)} is in no list" for column in sorted(named - listed)),
        *(f"{line} stands twice" for line, times in Counter(lines).items() if times > 1),
    ]


def home_faults(lineage: Iterable[Line], catalogue: Catalogue) -> list[str]:
    """Say which lines name a column that does not exist, or a home that does not fit their rule."""
    homes = {**catalogue, **KEPT}
    faults = []
    for line in lineage:
        if line.hybrid_column not in homes.get(line.hybrid_table, {}):
            faults.append(f"{line}: no such column")
        if (line.rule in ASIDE) != (line.hybrid_table in KEPT):
            faults.append(f"{line}: what is kept is in consolidation.kept, and nothing else is")
        if "to_metadata:" in line.rule and line.hybrid_column != "metadata":
            faults.append(f"{line}: not metadata")
    return faults


def rule_faults(lineage: Iterable[Line], rules: Collection[str]) -> list[str]:
    """Say which rules are used and not defined, defined and not used, or badly written."""
    used = {line.rule for line in lineage}
    known = {re.sub("<.*>$", "<>", rule) for rule in rules}
    return [
        *(f"{rule} is badly written" for rule in sorted(used) if not re.fullmatch("[a-z_]+(:[a-z_]+)?", rule)),
        *(f"{rule} is badly written" for rule in sorted(rules) if not re.fullmatch("[a-z_]+(:<[a-z]+>)?", rule)),
        *(f"{rule} is not defined" for rule in sorted(used) if pattern(rule) not in known),
        *(f"{rule} is never used" for rule in sorted(known - {pattern(rule) for rule in used})),
    ]


def contradictions(lineage: Iterable[Line]) -> list[str]:
    """Say which legacy columns are both taken over whole and set aside or without effect."""
    rules: dict[Legacy, set[str]] = defaultdict(set)
    for line in lineage:
        rules[line.legacy].add(line.rule)
    return [
        f"{'.'.join(column)} is both taken over whole and set aside"
        for column, found in rules.items()
        if found & WHOLE and found & (ASIDE | {"never_by_import"})
    ]


def leaks(lineage: Iterable[Line]) -> list[str]:
    """Say which lines put a secret where others may read it."""
    faults = [
        f"{line} is no place for a secret" for line in lineage if line.hybrid_table not in SECRETS.get(line.legacy, {line.hybrid_table})
    ]
    return faults + [f"{line}: only secrets has secrets" for line in lineage if line.rule == "secret" and not _is_secret(line.hybrid_table)]


def _is_secret(table: str) -> bool:
    return table.startswith("secrets.")


def unfilled(lineage: Iterable[Line], catalogue: Catalogue, gets_no_row: Collection[tuple[str, str, str]]) -> list[str]:
    """Say which columns a legacy table leaves empty in its hybrid rows, though a row must give a value."""
    filled: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for line in lineage:
        if line.hybrid_table not in KEPT:
            filled[line.legacy_schema, line.legacy_table, line.hybrid_table].add(line.hybrid_column)
    return [
        *(
            f"{schema}.{table} does not fill {hybrid}.{column}"
            for (schema, table, hybrid), columns in filled.items()
            if (schema, table, hybrid) not in gets_no_row
            for column, is_needed in catalogue.get(hybrid, {}).items()
            if is_needed and column not in columns
        ),
        *(f"{key} needs no reason" for key in gets_no_row if key not in filled),
    ]


@pytest.fixture(scope="module")
def lineage() -> list[Line]:
    """The lines as they stand."""
    return read_lineage()


def test_every_legacy_column_goes_somewhere_and_none_is_invented(lineage: list[Line]) -> None:
    assert coverage_faults(lineage, read_legacy()) == []


def test_the_lists_have_all_tables_of_a_and_b() -> None:
    columns = read_legacy()
    assert len(set(columns)) == len(columns) == 234 + 254
    assert Counter(schema for schema, _ in {(schema, table) for schema, table, _ in columns}) == {"A": 20, "B": 18}


def test_every_home_exists(db: Connection, lineage: list[Line]) -> None:
    assert home_faults(lineage, read_catalogue(db)) == []


def test_every_table_of_the_hybrid_comes_from_somewhere(db: Connection, lineage: list[Line]) -> None:
    public = {table for table in read_catalogue(db) if table.startswith("public.")}
    assert public - {line.hybrid_table for line in lineage} == set()


def test_every_rule_is_defined_and_every_defined_rule_used(lineage: list[Line]) -> None:
    rules = read_rules()
    assert rule_faults(lineage, rules) == []
    assert [rule for rule, meaning in rules.items() if not re.fullmatch(r"\S.*\.", meaning)] == []


def test_no_column_is_both_taken_over_and_set_aside(lineage: list[Line]) -> None:
    assert contradictions(lineage) == []


def test_secrets_go_to_secrets_alone(lineage: list[Line]) -> None:
    assert leaks(lineage) == []
    assert set(SECRETS) <= {line.legacy for line in lineage}


def test_every_column_that_must_have_a_value_gets_one(db: Connection, lineage: list[Line]) -> None:
    assert unfilled(lineage, read_catalogue(db), GETS_NO_ROW) == []


def test_nobody_becomes_platform_admin_by_import(lineage: list[Line]) -> None:
    rules = {line.rule for line in lineage if (line.hybrid_table, line.hybrid_column) == ("public.users", "role")}
    assert rules == {"never_by_import", "role_without_admin"}
    tiers = {
        (line.legacy_schema, line.rule)
        for line in lineage
        if (line.hybrid_table, line.hybrid_column) == ("public.users", "subscription_tier")
    }
    assert tiers == {("A", "map_value"), ("B", "tier_without_paid")}


# what follows feeds broken copies to the checks

SMALL = {
    "public.things": {"id": True, "name": True, "note": False, "metadata": False},
    "secrets.social_account_tokens": {"access_token": False},
}
TWO = [
    Line("A", "things", "id", "public.things", "id", "keep_id"),
    Line("A", "things", "name", "public.things", "name", "copy"),
]


def test_a_removed_line_is_found(lineage: list[Line]) -> None:
    legacy = read_legacy()
    for place, line in enumerate(lineage):
        rest = lineage[:place] + lineage[place + 1 :]
        is_last = line.legacy not in {other.legacy for other in rest}
        assert coverage_faults(rest, legacy) == ([f"{'.'.join(line.legacy)} goes nowhere"] if is_last else [])


def test_an_invented_legacy_column_is_found(lineage: list[Line]) -> None:
    wrong = replace(lineage[0], legacy_column="no_such_column")
    assert coverage_faults([*lineage, wrong], read_legacy()) == ["A.avatar_profiles.no_such_column is in no list"]


def test_a_line_that_stands_twice_is_found() -> None:
    assert coverage_faults([*TWO, TWO[0]], [line.legacy for line in TWO]) == ["A.things.id -> public.things.id by keep_id stands twice"]


def test_a_misspelt_column_or_table_is_found() -> None:
    assert home_faults(TWO, SMALL) == []
    assert home_faults([replace(TWO[1], hybrid_column="nmae")], SMALL) == ["A.things.name -> public.things.nmae by copy: no such column"]
    assert home_faults([replace(TWO[1], hybrid_table="public.thing")], SMALL) == [
        "A.things.name -> public.thing.name by copy: no such column"
    ]


def test_each_misspelt_home_of_the_real_file_is_found(lineage: list[Line]) -> None:
    homes: dict[str, dict[str, bool]] = defaultdict(dict)
    for line in lineage:
        homes[line.hybrid_table][line.hybrid_column] = False
    assert home_faults(lineage, homes) == []
    for line in lineage:
        assert len(home_faults([replace(line, hybrid_column=f"{line.hybrid_column}x")], homes)) >= 1


def test_a_column_that_is_generated_is_no_home(db: Connection) -> None:
    users = read_catalogue(db)["public.users"]
    assert "is_admin" not in users
    assert users["email"]
    assert not users["role"]


def test_a_home_that_does_not_fit_its_rule_is_found() -> None:
    aside = replace(TWO[1], hybrid_table="consolidation.kept", hybrid_column="value")
    assert home_faults([replace(aside, rule="kept")], SMALL) == []
    assert len(home_faults([aside], SMALL)) == 1
    assert len(home_faults([replace(TWO[1], rule="kept")], SMALL)) == 1
    assert len(home_faults([replace(TWO[1], rule="to_metadata:name")], SMALL)) == 1
    assert home_faults([replace(TWO[1], rule="to_metadata:name", hybrid_column="metadata")], SMALL) == []


def test_a_rule_that_is_not_defined_and_one_that_is_not_used_are_found() -> None:
    assert rule_faults(TWO, {"copy", "keep_id"}) == []
    assert rule_faults(TWO, {"keep_id"}) == ["copy is not defined"]
    assert rule_faults(TWO, {"copy", "keep_id", "ratio"}) == ["ratio is never used"]
    assert rule_faults([replace(TWO[0], rule="to_metadata:size")], {"to_metadata:<key>"}) == []
    assert rule_faults([replace(TWO[0], rule="to_metadata")], {"to_metadata:<key>"}) == [
        "to_metadata is not defined",
        "to_metadata:<> is never used",
    ]
    assert rule_faults([replace(TWO[0], rule="Copy it")], {"Copy it"}) == ["Copy it is badly written"] * 2


@pytest.mark.parametrize("rule", ["kept", "never_by_import"])
def test_a_column_that_is_copied_and_set_aside_is_found(rule: str) -> None:
    assert contradictions(TWO) == []
    assert contradictions([*TWO, replace(TWO[1], rule=rule)]) == ["A.things.name is both taken over whole and set aside"]


def test_a_secret_in_the_open_is_found() -> None:
    token = Line("A", "user_social_accounts", "access_token", "secrets.social_account_tokens", "access_token", "secret")
    assert leaks([*TWO, token]) == []
    assert len(leaks([replace(token, hybrid_table="public.user_social_accounts", rule="copy")])) == 1
    assert len(leaks([replace(TWO[1], rule="secret")])) == 1


def test_a_column_that_nothing_fills_is_found() -> None:
    assert unfilled(TWO, SMALL, {}) == []
    assert unfilled(TWO[:1], SMALL, {}) == ["A.things does not fill public.things.name"]
    assert unfilled(TWO[:1], SMALL, {("A", "things", "public.things")}) == []


def test_a_reason_that_is_no_longer_needed_is_found() -> None:
    assert unfilled(TWO, SMALL, {("B", "things", "public.things")}) == ["('B', 'things', 'public.things') needs no reason"]
