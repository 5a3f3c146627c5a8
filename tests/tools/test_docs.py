"""What the documents say is compared with the catalogue, the Makefile and the files."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.settings import ROOT
from scripts.target import Connection
from tests.support.calls import never_called

# -------------------------------------------------------------------- states


@dataclass(frozen=True)
class Machine:
    """A state machine as docs/states.md has it: the transitions of its table and of its diagram, [*] for the beginning."""

    column: str
    table: frozenset[tuple[str, str]]
    diagram: frozenset[tuple[str, str]]

    @property
    def states(self) -> set[str]:
        """Every state that a transition names."""
        return {state for pair in self.table for state in pair} - {"[*]"}


def machines(text: str) -> list[Machine]:
    """Read the state machines out of a document."""
    found = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (\(new\)|\w+) \| (\w+) \|", section, flags=re.MULTILINE)
        arrows = re.findall(r"^  (\[\*\]|\w+) --> (\w+)", section, flags=re.MULTILINE)
        table = frozenset(("[*]" if before == "(new)" else before, after) for before, after in rows if before != "from")
        found.append(Machine(section.split("\n", 1)[0].strip(), table, frozenset(arrows)))
    return found


def state_checks(db: Connection) -> dict[str, list[str]]:
    """Return the words of each check on a column `status`, by table.column, as the catalogue has them."""
    rows = db.execute(
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'c'"
        " and conname like '%\\_status\\_is\\_known' and connamespace = 'public'::regnamespace"
    )
    return {f"{table}.status": re.findall(r"'(\w+)'", rule) for table, rule in rows}


def transitions_beside_the_words() -> dict[str, set[tuple[str, str]]]:
    """Return the transitions that stand in comments beside the words in the migrations."""
    found: dict[str, set[tuple[str, str]]] = {}
    for path in (ROOT / "migrations").glob("*.sql"):
        for table, words in re.findall(r"constraint (\w+)_status_is_known check \((.*?)^  \)", path.read_text(), flags=re.S | re.M):
            pairs = found.setdefault(f"{table}.status", set())
            for word, targets in re.findall(r"'(\w+)',? -- -> ([^\n]*)", words):
                pairs |= {(word, target.split()[0]) for target in targets.split(",")}
    return found


def test_each_state_machine_has_the_words_of_its_check(db: Connection) -> None:
    checks = state_checks(db)
    documented = {machine.column: machine.states for machine in machines((ROOT / "docs/states.md").read_text())}
    assert documented == {column: set(words) for column, words in checks.items()}
    assert len(checks) == 12


def test_table_diagram_and_sql_have_the_same_transitions() -> None:
    beside = transitions_beside_the_words()
    for machine in machines((ROOT / "docs/states.md").read_text()):
        assert machine.table == machine.diagram, machine.column
        assert {pair for pair in machine.table if pair[0] != "[*]"} == beside[machine.column], machine.column
        assert any(before == "[*]" for before, _ in machine.table), f"{machine.column} has no beginning"


def test_a_diagram_without_one_of_the_transitions_would_be_seen() -> None:
    text = (ROOT / "docs/states.md").read_text().replace("  draft --> active\n", "", 1)
    assert any(machine.table != machine.diagram for machine in machines(text))


# -------------------------------------------------------------------- error codes


def test_the_error_codes_are_those_that_are_raised() -> None:
    written = set(re.findall(r"^\| (HS\d{3}) \|", (ROOT / "docs/error_codes.md").read_text(), flags=re.MULTILINE))
    raised = {code for path in (ROOT / "migrations").glob("*.sql") for code in re.findall(r"errcode = '(HS\d{3})'", path.read_text())}
    assert raised == written
    assert raised


def test_every_error_code_is_provoked_by_a_test() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    written = re.findall(r"^\| (HS\d{3}) \|", (ROOT / "docs/error_codes.md").read_text(), flags=re.MULTILINE)
    assert [code for code in written if code not in tests] == []


# -------------------------------------------------------------------- tests


def test_every_function_that_is_inlined_is_named_by_a_test(db: Connection) -> None:
    """What is not inlined the server counts (tests/support/calls.py), and the session fails where one was never called."""
    tests = "".join(path.read_text() for folder in ("tables", "functions") for path in (ROOT / "tests" / folder).glob("test_*.py"))
    functions = [
        row[0]
        for row in db.execute(
            "select distinct proname from pg_proc join pg_language as l on l.oid = prolang and lanname = 'sql'"
            " where pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
        )
    ]
    assert functions
    assert [name for name in functions if name not in tests] == []


def test_a_function_that_nobody_called_would_be_named(tmp_path: Path) -> None:
    (tmp_path / "functions-1").write_text("1 private.a()\n0 private.b()\n")
    (tmp_path / "functions-2").write_text("0 private.a()\n0 private.c()\n1 private.c()\n")
    assert never_called(tmp_path) == ["private.b()"]


# -------------------------------------------------------------------- the Makefile and the rest


def _make(*arguments: str) -> str:
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_make_help_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(" ".join(re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)).split())
    explained = set(re.findall(r"^  ([a-z-]+)  +\S", _make("help"), flags=re.MULTILINE))
    assert targets == explained


def test_the_readme_names_only_targets_that_exist() -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)(?= *(?:#|$|&|`|[A-Z]|,|\.))", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert named <= known
    assert {"migrate", "test"} <= named


def test_continuous_integration_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert {"make lint", "make test"} <= set(script.splitlines())
    assert ".ci/run" in (ROOT / ".github/workflows/ci.yml").read_text()
    assert "make lint-changed" in (ROOT / ".pre-commit-config.yaml").read_text()


@pytest.mark.parametrize("folder", ["migrations", "policies", "rollback", "seeds", "scripts", "tests", "docs"])
def test_nothing_in_the_repository_reads_what_lies_beside_it(folder: str) -> None:
    outside = re.compile(r"\.\./shared")
    found = [
        str(path)
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".md", ".csv", ".sh"} and path.name != "test_docs.py" and outside.search(path.read_text())
    ]
    assert found == []
