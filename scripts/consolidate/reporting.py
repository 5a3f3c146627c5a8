"""Where the report of an import is written, and what is said of it."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.comparison_forms import deliver_to_owner, destination
from scripts.console import say
from scripts.consolidate.report import read
from scripts.consolidate.report_facts import Report, counted
from scripts.consolidate.report_html import html
from scripts.settings import ROOT
from scripts.target import Connection, Target


def place(name: str) -> Path:
    """Return the file that OUT names, else the usual one; refuses one that could not be written, before any work is done."""
    if (named := destination(os.environ.get("OUT"))) is not None:
        return named
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}-report.html"


def write(connection: Connection, target: Target, out: Path) -> Report:
    """Write the report of what a database's books say; return what it says."""
    report = read(connection, target)
    deliver_to_owner(html(report), out)
    return report


def say_written(report: Report, out: Path) -> None:
    """Say the verdict, and where the rest is."""
    say(report.verdict)
    if report.to_decide:
        say(f"'make resolve' lists what waits for a human: {counted(report.to_decide, 'question')}.")
    say(f"The report is {out}: it opens in any browser, without a network. It holds personal data; secrets are masked.")
