"""Kills at random moments: of a run of the tools, and of the server under it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from scripts import shim
from scripts.binaries import client_environment
from scripts.scratch import for_a_moment
from scripts.server import Server
from scripts.settings import ROOT, pg_major, throwaway_folder
from scripts.target import Target


@contextmanager
def durable_server() -> Iterator[Server]:
    """Start a server that syncs what it commits, as those of the other tests do not; deleted at the end."""
    # few rows, imported as many are: with indexes and keys put aside
    with for_a_moment(Server(throwaway_folder(f"{os.getpid()}-kills-"), pg_major(), "consolidation.bulk_from = 0\n")) as server:
        shim.prepare_embedded(server)
        yield server


def start(command: str, target: Target, **variables: str) -> subprocess.Popen[str]:
    """Start a command of the tools on a database."""
    return subprocess.Popen(
        [sys.executable, "-m", "scripts", command],
        cwd=ROOT,
        env=client_environment(DATABASE_URL=target.url(with_password=True), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_at_random(run: subprocess.Popen[str], server: Server, chance: random.Random, seconds: float) -> float | None:
    """Kill a run, or every fourth time its server, within so many seconds; return after how many, or None where it had ended by itself.

    The server may be on another port afterwards, where the old one is not free yet.
    """
    after = chance.uniform(0.1, seconds)
    with suppress(subprocess.TimeoutExpired):
        run.communicate(timeout=after)
        return None
    if chance.random() < 0.25:
        # what an immediate stop does, and the power going off: no goodbye to anybody
        postmaster = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
        os.kill(postmaster.pid, chance.choice((signal.SIGQUIT, signal.SIGKILL)))
        psutil.wait_procs([postmaster], timeout=10)
        run.communicate(timeout=120)
        server.start()
    else:
        run.kill()
        run.communicate(timeout=120)
    return after
