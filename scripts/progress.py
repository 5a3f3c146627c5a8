"""How far long work is: rows done, rate and time left; one line that is written over on a terminal, plain lines without one."""

from __future__ import annotations

import math
import sys
import threading
import time
from types import TracebackType

from scripts.console import note, progress

_TERMINAL_PAUSE = 0.2
_PLAIN_PAUSE = 5.0


class Progress:
    """The progress of one piece of work, told from whatever thread does it; work of a moment is not worth a line."""

    def __init__(self, what: str, total: int, *, estimated: bool = False) -> None:
        self.what = what
        self.total = total
        self.estimated = estimated
        self._began = self._told_at = time.monotonic()
        self._done = 0
        self._lock = threading.Lock()
        self._terminal = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        progress("")

    def add(self, rows: int) -> None:
        """Say that this many rows more are done."""
        self.reach(self._done + rows)

    def reach(self, rows: int) -> None:
        """Say that this many rows are done in all."""
        with self._lock:
            self._done = max(self._done, rows)
            now = time.monotonic()
            if now - self._told_at >= (_TERMINAL_PAUSE if self._terminal else _PLAIN_PAUSE):
                self._told_at = now
                line = self.line(now - self._began)
                if self._terminal:
                    progress(line)
                else:
                    note(line)

    def line(self, seconds: float) -> str:
        """Return the state as one line."""
        rate = self._done / seconds if seconds > 0 else 0
        known = self.total > self._done or (self.total == self._done and not self.estimated)
        of = f" of {'about ' if self.estimated else ''}{_number(self.total)}" if known else ""
        left = f", {_time((self.total - self._done) / rate)} left" if known and rate and self.total > self._done else ""
        return f"{self.what}: {_number(self._done)}{of} rows, {_number(int(rate))} a second{left}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
