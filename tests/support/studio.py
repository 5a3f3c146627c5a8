"""Rows of the domain studio for tests."""

from __future__ import annotations

from tests.support.rows import Maker, Values

MAKERS: dict[str, Maker] = {}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {}
