"""How long a request takes, in two ways that stand side by side.

- Round trips: one statement after the other, as PostgREST sends them; what the limits are held to. Client and server share one core: there
  a request takes the same time again and again (2 %), where waking another core costs 50 to 300 µs that depend on the machine's mood. It is
  also the strictest setting: a network or wake-ups would be added to both sides and bring every ratio nearer to 1.
- Pipelined: 25 requests sent at once, the client on other cores: the server's own time, without waiting for a client.

Of each run the requests a second count, as pgbench gives them. Its log of single requests does not serve: with client and server on one
core an answer is there before pgbench looks at its clock again, and a request takes no time at all. Runs are short, the sides take turns,
and the median of the rounds counts.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from scripts.bench.requests import Request, Sender, parameters
from scripts.binaries import wheel_programs
from scripts.errors import UserError
from scripts.server import Server
from scripts.target import Target

#: Requests in one go where they are pipelined.
_AT_ONCE = 25

#: Seconds that one run should take, and how many transactions are run to know how many that are.
_RUN = 0.25
_TRIAL = 30

#: How nice server and client are to others: not at all.
_FIRST = -15

#: The first ones of a connection: caches are empty, and PostgreSQL tries plans for the values at hand five times.
_WARMING_UP = 8


@dataclass(frozen=True)
class Side:
    """One of those that are compared: a request, who sends it, to which database, and with which settings of the session."""

    target: Target
    request: Request
    sender: Sender
    options: str = ""


@dataclass(frozen=True)
class Clock:
    """Takes times on a server, whose processes it keeps on one core."""

    server: Server

    def compare(self, sides: Mapping[str, Side], rounds: int, *, pipelined: bool) -> dict[str, list[float]]:
        """Return the microseconds of a request for each side and round; sides take turns, and every other round goes backwards."""
        lengths = {name: self._length(side, pipelined) for name, side in sides.items()}
        times: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(rounds):
            names = list(sides) if number % 2 else list(sides)[::-1]
            for name in names:
                times[name].append(self._run(sides[name], lengths[name], pipelined))
        return times

    def _length(self, side: Side, pipelined: bool) -> int:
        """Return how many transactions of pgbench's make a run."""
        once = _AT_ONCE if pipelined else 1
        first = self._run(side, 1, pipelined)
        if first * once > _RUN * 1e6:
            return 1
        usual = self._run(side, _TRIAL, pipelined)
        return _WARMING_UP + max(2, min(5000, round(_RUN * 1e6 / max(usual, 1) / once)))

    def _run(self, side: Side, length: int, pipelined: bool) -> float:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "request.sql"
            script.write_text(_script(side.request, pipelined))
            values = parameters(side.request, side.sender)
            environment = side.target.environment() | ({"PGOPTIONS": side.options} if side.options else {})
            with _client_on((_cores()[:-1] or _cores()) if pipelined else _cores()[-1:]):
                done = subprocess.run(
                    [
                        wheel_programs(self.server.major) / "pgbench", "--no-vacuum", "--client=1", "--protocol=prepared",
                        f"--transactions={length}", f"--file={script}",
                        *(f"--define={name}={value}" for name, value in values.items()),
                    ],
                    env=environment, capture_output=True, text=True, check=False,
                )  # fmt: skip
            if done.returncode != 0:
                raise UserError(f"A request that was to be measured failed: {done.stderr.strip()}", f"See the log {self.server.log}.")
        found = re.search(r"^tps = ([\d.]+)", done.stdout, flags=re.MULTILINE)
        assert found is not None, done.stdout
        return 1e6 / float(found[1]) / (_AT_ONCE if pipelined else 1)


def _script(request: Request, pipelined: bool) -> str:
    once = "".join(f"{statement};\n" for statement in request.statements)
    return f"\\startpipeline\n{once * _AT_ONCE}\\endpipeline\n" if pipelined else once


# -------------------------------------------------------------------- cores


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def _client_on(cores: list[int]) -> Iterator[None]:
    """Keep this process, and so the client that it starts, on these cores meanwhile."""
    before = _cores()
    if before:
        os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


def _postmaster(server: Server) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


@contextmanager
def steadied(server: Server) -> Iterator[None]:
    """Keep a server's backends on the last core, and let server and client go first where the machine allows it, which is to root.

    Each backend is made by the postmaster and inherits both.
    """
    postmaster, client = _postmaster(server), psutil.Process()
    if _cores():
        os.sched_setaffinity(postmaster.pid, _cores()[-1:])
    usual = client.nice()
    with suppress(psutil.AccessDenied):
        for process in (postmaster, client):
            process.nice(_FIRST)
    try:
        yield
    finally:
        with suppress(psutil.AccessDenied):
            client.nice(usual)


def busy_neighbours(server: Server, seconds: float = 1) -> str:
    """Return a sentence about other PostgreSQL servers that are at work, which no figure survives unharmed, or nothing."""
    ours = _postmaster(server).pid
    others = [
        process
        for process in psutil.process_iter(["name", "ppid"])
        if re.fullmatch("postgres(:.*)?", process.info["name"] or "") and ours not in (process.pid, process.info["ppid"])
    ]
    for process in others:
        _share(process, None)
    psutil.cpu_percent(None)
    total = psutil.cpu_percent(seconds)
    busy = sum(_share(process, None) for process in others)
    if busy > 5 or total > 20:
        return f"The machine is at work ({total:.0f} % of it, other PostgreSQL servers {busy:.0f} % of a core): expect wider spreads."
    return ""


def _share(process: psutil.Process, interval: float | None) -> float:
    try:
        return float(process.cpu_percent(interval))
    except psutil.Error:
        return 0
