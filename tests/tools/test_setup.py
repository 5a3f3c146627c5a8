"""What `make` says on a machine where Python, or a part of it, is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.settings import ROOT


@pytest.mark.parametrize(
    ("python", "sentence", "advice"),
    [
        (None, "There is no", "Install Python 3.11 or newer"),
        ('case "$*" in *version_info*) exit 1;; *) echo Python 3.9.2;; esac', "Python 3.9.2 is too old", "make PYTHON=python3.12"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "comes without the module venv", "apt install python3-venv"),
    ],
)
def test_what_is_missing_is_named_with_how_to_install_it(tmp_path: Path, python: str | None, sentence: str, advice: str) -> None:
    program = tmp_path / "python3"
    if python is not None:
        program.write_text(f"#!/bin/sh\n{python}\n")
        program.chmod(0o755)
    done = subprocess.run([ROOT / "scripts/setup.sh", program, tmp_path / "venv"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert advice in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_package_that_cannot_be_had_leaves_nothing_that_looks_ready(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("psycopg==3.3.9 --hash=sha256:" + "0" * 64 + "\n")
    done = subprocess.run([ROOT / "scripts/setup.sh", "python3", "venv"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "A package could not be installed." in done.stderr
    assert not (tmp_path / "venv/ready").exists()


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("echo no such wheel; exit 1", "Node.js, which installs the Supabase CLI, could not be installed."),
        ('case "$*" in *pip*) exit 0;; esac; echo EINTEGRITY; exit 1', "The Supabase CLI could not be installed."),
    ],
)
def test_a_supabase_cli_that_cannot_be_had_leaves_nothing_that_looks_ready(tmp_path: Path, python: str, sentence: str) -> None:
    program = tmp_path / "venv/bin/python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{python}\n")
    program.chmod(0o755)
    done = subprocess.run([ROOT / "scripts/supabase_cli/setup.sh", tmp_path / "venv"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert not (tmp_path / "venv/supabase/ready").exists()
