"""docs/access.md says what the matrix says, and says that it does not where it does not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import access
from scripts.errors import UserError
from scripts.matrix import DOMAINS, cells, read
from scripts.settings import ROOT


def test_the_page_is_what_the_matrix_says() -> None:
    access.verify()
    done = subprocess.run([sys.executable, "-m", "scripts", "verify-access"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "docs/access.md is what the matrix says.\n"


def test_a_page_that_is_stale_or_missing_is_seen_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PAGE", tmp_path / "access.md")
    with pytest.raises(UserError, match=r"access\.md is not what"):
        access.verify()
    access.write()
    access.verify()
    access.PAGE.write_text(access.PAGE.read_text().replace("| member | yes | own draft |", "| member | yes | yes |", 1))
    with pytest.raises(UserError, match=r"access\.md is not what"):
        access.verify()


def test_every_line_of_the_matrix_shows_on_the_page() -> None:
    for lines in cells(read()).values():
        for number, line in enumerate(lines):
            turned = [*lines[:number], replace(line, allowed=not line.allowed), *lines[number + 1 :]]
            renamed = [*lines[:number], replace(line, function="another"), *lines[number + 1 :]]
            assert len({access.answer(each) for each in (lines, turned, renamed)}) == 3, line


def test_every_table_has_a_section_and_every_function_is_named() -> None:
    made = access.page(read())
    assert made.count("\n### ") == sum(map(len, DOMAINS.values()))
    assert [name for line in read() for name in line.functions if f"`{name}`" not in made] == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("no", "any row", "")], "no"),
        ([("yes", "any row", "")], "yes"),
        ([("no", "any row", "request_task")], "by `request_task`"),
        ([("yes", "any row", "hand_over_workspace")], "yes; by `hand_over_workspace`"),
        ([("yes", "own", ""), ("yes", "own, public", ""), ("no", "any other row", "")], "own; own, public"),
        ([("no", "of the platform", ""), ("yes", "any other row", "")], "all but those of the platform"),
        ([("yes", "oneself", ""), ("no", "another person", "co_members")], "oneself; another person by `co_members`"),
        ([("no", "any row", "leave_workspace or remove_member")], "by `leave_workspace` or `remove_member`"),
    ],
)
def test_a_cell_is_said_in_few_words(lines: list[tuple[str, str, str]], said: str) -> None:
    line = read()[0]
    of_cell = [replace(line, allowed=allowed == "yes", condition=condition, function=function) for allowed, condition, function in lines]
    assert access.answer(of_cell) == said
