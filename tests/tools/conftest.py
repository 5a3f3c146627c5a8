"""A checkout of its own for each test of the tools, and an empty, prepared database to work on."""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from scripts import shim
from scripts.binaries import client_environment
from scripts.books import Books
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.settings import ROOT
from scripts.target import Target
from tests.conftest import test_server


@pytest.fixture
def empty() -> Iterator[Target]:
    """An empty database with the platform shim, dropped afterwards."""
    server = test_server()
    target = shim.create_database(server, f"empty_{uuid4().hex[:12]}")
    yield target
    shim.drop_database(server, target.database)


@dataclass(frozen=True)
class Checkout:
    """A copy of the tools with numbered files of the test's own."""

    root: Path
    target: Target

    def write(self, name: str, up: str, down: str | None = "select 1;", folder: str = "migrations") -> None:
        """Write a file and its rollback."""
        (self.root / folder / name).write_text(up)
        if down is not None:
            (self.root / "rollback" / name).write_text(down)

    def environment(self, **variables: str) -> dict[str, str]:
        """Return the environment of a command on the test's database; scratch copies are made on the session's own server."""
        usual = {"DATABASE_URL": self.target.url(with_password=True), "HYBRID_HOME": str(test_server().home)}
        return client_environment(**(usual | variables))

    def start(self, command: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command and return its process, output in pipes."""
        return subprocess.Popen(
            [sys.executable, "-m", "scripts", command],
            cwd=self.root,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(command, **variables)
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(command, process.returncode, out, err)


@pytest.fixture(scope="session")
def _tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tools without numbered files, compiled once: each copy of them would be again at each command."""
    root = tmp_path_factory.mktemp("tools") / "checkout"
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(root / "scripts", quiet=1)
    shutil.copytree(ROOT / "docs", root / "docs")  # the lists of legacy columns
    for folder in ("migrations", "policies", "rollback", "seeds"):
        (root / folder).mkdir()
    return root


@pytest.fixture
def checkout(tmp_path: Path, empty: Target, _tools: Path) -> Checkout:
    """A checkout without numbered files."""
    root = tmp_path / "checkout"
    shutil.copytree(_tools, root)
    return Checkout(root, empty)


@pytest.fixture
def with_files(checkout: Checkout) -> Checkout:
    """A checkout with this repository's numbered files."""
    for folder in ("migrations", "policies", "rollback", "seeds"):
        shutil.copytree(ROOT / folder, checkout.root / folder, dirs_exist_ok=True)
    return checkout


@pytest.fixture
def runner_on(checkout: Checkout) -> Iterator[Callable[..., Runner]]:
    """Make runners in this process on the checkout's files; their sessions are closed afterwards."""
    opened: list[Books] = []

    def make(*, limits: Limits | None = None, lock_wait: float = 0, out_of_order: bool = False) -> Runner:
        books = Books(checkout.target)
        opened.append(books)
        usual = limits or Limits(lock_attempts=1, lock_timeout="200ms")
        return Runner(books, read_migrations(checkout.root), usual, lock_wait, out_of_order)

    yield make
    for books in opened:
        books.close()


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Let commands be interrupted although the tests themselves may run in the background, where a shell has Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _no_bytecode() -> None:
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
