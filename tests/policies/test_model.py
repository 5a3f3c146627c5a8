"""Random worlds, requests and statements: PostgreSQL's answers are those of a model of the intent (model.py).

`make test` tries the same statements each time; `make test-heavy` others each time, and says how to try those again.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from scripts.target import Connection
from tests.policies.compare import Comparison, DifferenceError, explain
from tests.policies.faults import FAULTS
from tests.policies.model import RULES
from tests.policies.scenarios import LENGTH, Scenario, scenarios
from tests.policies.shapes import PARTS
from tests.policies.worlds import build, read_schema

#: Different statements that `make test` compares, by part.
STATEMENTS = {"people": 2200, "drafts": 3200, "library": 2200, "work": 1200, "studio": 1200, "research": 1400, "measures": 800}

#: By table and command: how many statements of clients did or saw something, and how many nothing.
Tally = Counter[tuple[str, str, bool]]


def _compare(db: Connection, tables: Sequence[str], statements: int, *, number: int | None = None, explains: bool = True) -> Tally:
    """Compare at least so many statements on some tables: always the same, unless a number is given that they are drawn from."""
    schema = read_schema(db)
    tally: Tally = Counter()

    def example(scenario: Scenario) -> None:
        with db.transaction(force_rollback=True):
            build(db, schema, scenario.world)
            comparison = Comparison(db, scenario.world)
            for request, statement in {str(case): case for case in scenario.cases}.values():
                try:
                    outcome = comparison.check(request, statement)
                except DifferenceError as difference:
                    difference.add_note(f"found after {tally.total()} statements")
                    found, case = difference, (scenario.world, request, statement)
                    break
                came_to_something = request.role == "authenticated" and bool(outcome.ids or outcome.added)
                tally[statement.table, statement.command, came_to_something] += 1
            else:
                return
        raise explain(db, schema, case) if explains else found

    drawn = given(scenarios(schema, tables))(example)
    settings(
        # some statements of a scenario are the same
        max_examples=statements * 5 // (LENGTH * 4) + 2,
        derandomize=number is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # explain() finds out what is simplest
        suppress_health_check=list(HealthCheck),
    )(drawn if number is None else seed(number)(drawn))()
    assert tally.total() >= statements
    return tally


@pytest.mark.parametrize("part", PARTS)
def test_answers_are_those_of_the_model(db: Connection, part: str) -> None:
    tally = _compare(db, PARTS[part], STATEMENTS[part])
    for table in PARTS[part]:
        rule = RULES[table]
        allowed = {"select": rule.read != "nobody", "insert": rule.inserts, "update": rule.updates, "delete": rule.deletes}
        for command, is_allowed in allowed.items():
            assert tally[table, command, False], f"no {command} on {table} came to nothing"
            assert bool(tally[table, command, True]) == bool(is_allowed), f"a client's {command} on {table} came to something"


def test_ten_thousand_statements_are_compared() -> None:
    assert STATEMENTS.keys() == PARTS.keys()
    assert sum(STATEMENTS.values()) >= 10_000
    assert sorted(table for tables in PARTS.values() for table in tables) == sorted(RULES)


@pytest.mark.heavy
@pytest.mark.parametrize("part", PARTS)
def test_answers_to_other_statements_are_those_of_the_model(db: Connection, part: str) -> None:
    number = int(os.environ.get("MODEL_SEED") or random.SystemRandom().randrange(2**32))
    try:
        _compare(db, PARTS[part], 5 * STATEMENTS[part], number=number)
    except BaseException as fault:
        fault.add_note(f"the same again: MODEL_SEED={number} make test-heavy T='-k {part} tests/policies/test_model.py'")
        raise


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(db: Connection, fault: str) -> None:
    FAULTS[fault].plant(db)
    part = FAULTS[fault].part
    with pytest.raises(DifferenceError):
        _compare(db, PARTS[part], 4000, explains=False)


def test_a_difference_is_told_in_words_with_what_it_takes_and_no_more(db: Connection) -> None:
    FAULTS["posts of all workspaces are read"].plant(db)
    with pytest.raises(DifferenceError) as caught:
        _compare(db, ["content_posts"], 200)
    first, statement, request, meant, answer, *world = str(caught.value).splitlines()
    assert first == "PostgreSQL does not do what is meant."
    assert statement.startswith("  statement   select id, ")
    assert request.startswith("  asked by    authenticated, token of person ")
    assert meant == "  meant       sees nothing"
    assert answer.startswith("  PostgreSQL  sees content_posts ")
    assert len([line for line in world if line.startswith("  content_posts ")]) == 1
    assert len(world) <= 4, "the post, what it refers to, the workspace, and perhaps the one who asks"


def test_columns_of_the_model_are_those_that_are_granted(db: Connection) -> None:
    for table, columns in read_schema(db).columns.items():
        rule = RULES[table]
        readable = frozenset() if rule.read == "nobody" else frozenset(columns) - rule.hidden
        for command, expected in (("select", readable), ("insert", rule.inserts), ("update", rule.updates)):
            rows = db.execute(
                "select name from unnest(%s::text[]) as name where has_column_privilege('authenticated', %s, name, %s)",
                (list(columns), f"public.{table}", command),
            )
            assert {row[0] for row in rows} == expected, f"{command} on {table}"
        row = db.execute("select has_table_privilege('authenticated', %s, 'delete')", (f"public.{table}",)).fetchone()
        assert row == (rule.deletes,), f"delete on {table}"
