"""Databases for tests of the import: the hybrid with both legacy schemas beside it, and an empty one that has no hybrid yet."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from scripts import shim
from scripts.books import Books
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.settings import ROOT
from scripts.target import Target
from tests.conftest import test_server


@pytest.fixture
def before_hybrid() -> Iterator[Target]:
    """An empty database with the platform shim, dropped afterwards."""
    server = test_server()
    target = shim.create_database(server, f"before_{uuid4().hex[:12]}")
    yield target
    shim.drop_database(server, target.database)


@pytest.fixture
def runner_before(before_hybrid: Target) -> Iterator[Runner]:
    """The runner on that database."""
    books = Books(before_hybrid)
    yield Runner(books, read_migrations(ROOT))
    books.close()
