"""What row-level security costs, against the same rows without it and the same query with its workspace as a filter.

Limits are held by round trips; beside each stands what the server alone takes (scripts/bench/clock.py says how both are measured). Both
sides are asked by whole requests of the Data API, with the same token, headers and role.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scripts.bench import forms, reads
from scripts.bench.clock import Clock, Side, busy_neighbours, steadied
from scripts.bench.figures import Figure, show
from scripts.bench.ground import Ground, Sides, make_sides
from scripts.bench.requests import Request, Sender, send
from scripts.console import note, say, table
from scripts.errors import UserError
from scripts.scratch import throwaway_server

_WORKSPACES = 10_000
_POSTS_EACH = 100

#: What is hot is in memory, as on any server that is large enough for its data; files stay small, since they may be in memory too.
_SETTINGS = "shared_buffers = '1GB'\nmax_wal_size = '1GB'\n"
_MEMORY_NEEDED = 8 * 1024**3

#: Odd, so that there is a middle one.
_ROUNDS = 7
_ROUNDS_REPORTED = 3


@dataclass(frozen=True)
class Bench:
    """All that the figures are taken with."""

    clock: Clock
    sides: Sides

    @property
    def ground(self) -> Ground:
        """The keys of what is measured."""
        return self.sides.ground

    def one(self, user: int, *, named: bool = True) -> Sender:
        """Return the person who is in so many workspaces."""
        return Sender(self.ground.people[user], self.ground.workspace if named else None)

    def with_policies(self, request: Request, sender: Sender) -> Side:
        """Return the side that is measured."""
        return Side(self.sides.with_policies, request, sender)

    def without(self, request: Request, sender: Sender) -> Side:
        """Return the side that it is measured against."""
        return Side(self.sides.without, request, sender)

    def check(self, *sides: Side) -> None:
        """Stop where two sides do not answer alike, or with nothing: that would be fast, and worth nothing."""
        answers = []
        for side in sides:
            with side.target.connect() as connection:
                answers.append(send(connection, side.request, side.sender))
        rows = {count for count, _ in answers}
        bodies = [answer for _, answer in answers if not side.request.writes]
        if len(rows) > 1 or rows == {0} or any(body != bodies[0] for body in bodies):
            raise UserError(
                f"{sides[-1].request.what}: the two sides answer with {rows} rows, or not with the same.", "See scripts/sql/bench/fill.sql."
            )

    def times(self, sides: Mapping[str, Side], rounds: int = _ROUNDS) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
        """Return what each side took, in round trips and pipelined."""
        note(f"  {next(iter(sides.values())).request.what}")
        round_trips = self.clock.compare(sides, rounds, pipelined=False)
        return round_trips, self.clock.compare(sides, min(rounds, 5), pipelined=True)


def measure() -> list[Figure]:
    """Take all figures, print them, and return them."""
    note(f"filling two databases: {_WORKSPACES * _POSTS_EACH:,} posts of {_WORKSPACES:,} workspaces")
    with throwaway_server(settings=_SETTINGS, memory_needed=_MEMORY_NEEDED) as server:
        started = time.perf_counter()
        sides = make_sides(server, _WORKSPACES, _POSTS_EACH)
        note(f"filled in {time.perf_counter() - started:.0f} s")
        if warning := busy_neighbours(server):
            note(warning)
        with steadied(server):
            return _measure(Bench(Clock(server), sides))


def _measure(bench: Bench) -> list[Figure]:
    with bench.sides.without.connect() as connection:
        row = connection.execute("select version()").fetchone()
    say(f"\n{row[0] if row else ''}: row-level security over none, medians of {_ROUNDS} rounds\n")
    held = [
        *_shown("Reads that name their workspace", _named(bench)),
        *_shown("Reads of 1,000 rows and more", _large(bench)),
        *_shown("The newest 50 of 100 workspaces, over the same by hand", _newest(bench)),
    ]
    _unnamed(bench)
    _plans(bench)
    forms.report(bench.clock, bench.sides)
    # last: they leave rows behind
    held += _shown("Writes", _writes(bench))
    return held


def _shown(title: str, figures: list[Figure]) -> list[Figure]:
    say(title)
    show(figures, "without, µs", "server alone", "spread")
    say()
    return figures


def _ratios(times: Mapping[str, Sequence[float]], name: str, base: str) -> list[float]:
    return [one / other for one, other in zip(times[name], times[base], strict=True)]


def _figure(
    what: str,
    times: tuple[Mapping[str, Sequence[float]], Mapping[str, Sequence[float]]],
    limit: float | None,
    name: str = "with",
    base: str = "without",
) -> Figure:
    round_trips, pipelined = times
    alone = _ratios(pipelined, name, base)
    return Figure(
        what, _ratios(round_trips, name, base), "times", limit,
        (
            f"{statistics.median(round_trips[base]):.0f} / {statistics.median(pipelined[base]):.0f}",
            f"{statistics.median(alone):.2f} times", f"{min(alone):.2f} to {max(alone):.2f}",
        ),
    )  # fmt: skip


def _named(bench: Bench) -> list[Figure]:
    figures, against = [], []
    for request in reads.eight_reads(bench.ground):
        sides = {
            "without": bench.without(request, bench.one(1)),
            "with": bench.with_policies(request, bench.one(1)),
            "many": bench.with_policies(request, bench.one(500)),
        }
        bench.check(*sides.values())
        times = bench.times(sides)
        figures.append(_figure(request.what, times, 1.25))
        against.append(_figure(f"{request.what}: user of 500 workspaces over user of 1", times, 1.1, "many", "with"))
    return figures + against


def _large(bench: Bench) -> list[Figure]:
    figures = []
    for request in reads.large_reads(bench.ground):
        sender = Sender(bench.ground.large_person, bench.ground.large_workspace)
        sides = {"without": bench.without(request, sender), "with": bench.with_policies(request, sender)}
        bench.check(*sides.values())
        figures.append(_figure(request.what, bench.times(sides), 1.05))
    return figures


def _writes(bench: Bench) -> list[Figure]:
    figures = []
    for request in reads.writes(bench.ground, bench.ground.people[1]):
        sides = {"without": bench.without(request, bench.one(1)), "with": bench.with_policies(request, bench.one(1))}
        bench.check(*sides.values())
        figures.append(_figure(request.what, bench.times(sides), 1.6))
    return figures


def _newest(bench: Bench) -> list[Figure]:
    ways = reads.newest(bench.ground)
    sender = bench.one(100, named=False)
    sides = {
        "hand": bench.without(ways["hand"], sender),
        "function": bench.with_policies(ways["function"], sender),
        "policy": bench.with_policies(ways["policy"], sender),
    }
    bench.check(*sides.values())
    times = bench.times(sides, _ROUNDS_REPORTED)
    return [
        _figure(ways["function"].what, times, 3, "function", "hand"),
        _figure(ways["policy"].what, times, None, "policy", "hand"),
    ]


def _unnamed(bench: Bench) -> None:
    rows = []
    for request in reads.eight_reads(bench.ground):
        people = sorted(bench.ground.people)
        sides = {"without": bench.without(request, bench.one(1, named=False))} | {
            str(workspaces): bench.with_policies(request, bench.one(workspaces, named=False)) for workspaces in people
        }
        bench.check(*sides.values())
        round_trips, pipelined = bench.times(sides, _ROUNDS_REPORTED)
        rows.append(
            (
                request.what,
                *(
                    f"{statistics.median(_ratios(round_trips, str(one), 'without')):.2f} / "
                    f"{statistics.median(_ratios(pipelined, str(one), 'without')):.2f}"
                    for one in people
                ),
            )
        )
    say("The same reads without a named workspace, by users of so many: round trips / server alone")
    table(rows, ("what", *(str(one) for one in sorted(bench.ground.people))))
    say()


def _plans(bench: Bench) -> None:
    """Tell how much of a figure is planning: PostgreSQL plans anew for each request where it takes that to be cheaper."""
    rows = []
    for request in reads.eight_reads(bench.ground):
        sides = {}
        for mode in ("auto", "force_generic_plan"):
            options = f"-c plan_cache_mode={mode}"
            sides[f"without, {mode}"] = replace(bench.without(request, bench.one(1)), options=options)
            sides[mode] = replace(bench.with_policies(request, bench.one(1)), options=options)
        round_trips, pipelined = bench.times(sides, _ROUNDS_REPORTED)
        rows.append(
            (
                request.what,
                *(
                    f"{statistics.median(_ratios(round_trips, mode, f'without, {mode}')):.2f} / "
                    f"{statistics.median(_ratios(pipelined, mode, f'without, {mode}')):.2f}"
                    for mode in ("auto", "force_generic_plan")
                ),
            )
        )
    say("Reads that name their workspace, by plan_cache_mode of both sides: round trips / server alone")
    table(rows, ("what", "auto", "force_generic_plan"))
    say()
