"""Rules that stand in many transforms: what a value becomes."""

from __future__ import annotations

import pytest

from scripts.target import Connection


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (None, []),
        ("{}", []),
        ("{b,NULL,a,b,NULL}", ["b", "a", "b"]),
        # array_remove() would refuse it, and the run would stop
        ("{{b,NULL},{a,c}}", ["b", "a", "c"]),
    ],
)
def test_a_list_keeps_its_order_and_loses_what_is_null(db: Connection, said: str | None, becomes: list[str]) -> None:
    assert db.execute("select consolidation.list(%s::text[])", (said,)).fetchone() == (becomes,)


@pytest.mark.parametrize(
    ("said", "becomes"), [(None, None), ("nan", None), (-0.5, 0), (0.25, 0.25), (1.0000001, 1), (87, 1), ("infinity", 1), ("-infinity", 0)]
)
def test_a_score_is_brought_between_0_and_1_and_nothing_stays_nothing(db: Connection, said: object, becomes: float | None) -> None:
    assert db.execute("select consolidation.score(%s::double precision)", (said,)).fetchone() == (becomes,)
