"""Legacy databases for property-based tests: hypothesis drives the generator, and shows a failing one as the call that makes it."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import strategies as st

from tests.consolidation.legacy.drift import DRIFT
from tests.consolidation.legacy.generator import ALL, Legacy, generate
from tests.consolidation.legacy.lists import SHARED, A, B, Shape, together


def layouts() -> st.SearchStrategy[tuple[Shape, ...]]:
    """Return what there is: A and B apart, one of them alone, or both in one database."""
    in_one = st.frozensets(st.sampled_from(SHARED)).map(lambda of_b: (together(of_b),))
    return st.one_of(st.just((A, B)), st.just((A,)), st.just((B,)), in_one)


@st.composite
def legacy_databases(
    draw: st.DrawFn, hazards: Collection[str] = ALL, drift: Collection[str] = frozenset(DRIFT), most_people: int = 3
) -> Legacy:
    """Draw legacy databases with any of some hazards and drift; a failing one shrinks to few people, hazards and drift."""
    return generate(
        seed=draw(st.integers(0, 2**32 - 1)),
        size=draw(st.integers(1, most_people)),
        hazards=draw(st.frozensets(st.sampled_from(sorted(hazards)))) if hazards else frozenset(),
        drift=draw(st.frozensets(st.sampled_from(sorted(drift)))) if drift else frozenset(),
        shapes=draw(layouts()),
        accounts=draw(st.booleans()),
    )
