"""After the import, by the commands that a DBA types: answers, accounts, and the way back."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.consolidate.answers import Answer, Question, as_csv, from_csv
from scripts.errors import UserError
from scripts.settings import ROOT
from tests.consolidation.small import add, create_legacy, result, uid
from tests.tools.conftest import Checkout

#: The tests of the commands work on one database, in the order of a DBA's day: making it takes longest.
BEFORE = {"created_at": "2025-03-01 10:00:00+00", "updated_at": "2025-03-01 10:00:00+00"}


def _legacy(checkout: Checkout) -> None:
    with checkout.target.connect() as connection:
        create_legacy(connection, "a", "old_a")
        create_legacy(connection, "b", "old_b")
        connection.execute("alter table old_a.users alter column subscription_tier drop default")
        add(
            connection, "old_a", "users",
            {"id": uid(1), "email": "ann@x.org", "is_admin": True, **BEFORE},
            {"id": uid(2), "email": "bob@x.org", "subscription_tier": "Gold", **BEFORE},
        )  # fmt: skip
        add(
            connection, "old_b", "users",
            {"id": uid(5), "email": "ann@x.org", "subscription_tier": "creator", **BEFORE},
            {"id": uid(6), "email": "cat@x.org", "full_name": "Cat", **BEFORE},
            {"id": uid(7), "email": "dan@x.org", "is_active": False, **BEFORE},
            {"id": uid(8), "email": "", **BEFORE},
        )  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """Commands on a database of the test's own."""

    checkout: Checkout

    def done(self, command: str, **variables: str) -> str:
        """Return what a command says that ends well."""
        run = self.checkout.run(command, NO_BACKUP="1", **variables)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def refused(self, command: str, **variables: str) -> str:
        """Return all that a command says that ends with 1."""
        run = self.checkout.run(command, NO_BACKUP="1", **variables)
        assert run.returncode == 1, run.stdout
        return run.stdout + run.stderr

    def sql(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement, and return its rows."""
        with self.checkout.target.connect() as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def rows(self) -> dict[str, list[str]]:
        """Return every row of the hybrid."""
        with self.checkout.target.connect() as connection:
            return result(connection)


def test_answers_accounts_and_the_way_back(checkout: Checkout, tmp_path: Path) -> None:
    """One database for all: making it takes longest."""
    for folder in ("migrations", "policies", "rollback", "seeds"):
        shutil.copytree(ROOT / folder, checkout.root / folder, dirs_exist_ok=True)
    _legacy(checkout)
    typed = Typed(checkout)
    typed.done("capture", SCHEMA="old_a", WHICH="A")
    typed.done("capture", SCHEMA="old_b", WHICH="B")
    typed.done("migrate")
    before = typed.rows()
    assert "nothing of A or B is imported [HS120]" in typed.checkout.run("undo-consolidate").stderr  # and asks for no backup first
    typed.done("consolidate")
    _one_answer(typed, tmp_path)
    _answers_of_a_file(typed, tmp_path / "answers.csv")
    _accounts(typed, tmp_path / "accounts.jsonl")
    _back(typed)
    assert typed.rows() == before


def _one_answer(typed: Typed, folder: Path) -> None:
    text = typed.done("resolve")
    assert [line.split()[:2] for line in text.splitlines() if line.startswith(("same", "cand", "word"))] == [
        ["same_person", f"b.users:{uid(5)}"],
        ["candidate_admin", f"a.users:{uid(1)}"],
        ["candidate_tier", f"b.users:{uid(5)}"],
        ["word", "users.subscription_tier:gold"],
    ]
    assert "\n6 questions wait.\n" in text
    assert "ANSWER is missing." in typed.refused("resolve", KIND="word", KEY="x")
    assert "OUT, FILE and KIND say different things." in typed.refused("resolve", OUT=str(folder / "x"), FILE="y")
    one = {"KIND": "word", "KEY": "users.subscription_tier:gold", "ANSWER": "creator"}
    said = typed.refused("resolve", **one)
    assert "Who decides is recorded, and nobody is named." in said
    assert "No answer was applied." in said
    assert "No answers without a backup" in typed.checkout.run("resolve", BY="Ann", **one).stderr
    text = typed.done("resolve", BY="Ann", **one)
    assert text.startswith("1 question answered, by Ann.\n")
    assert text.endswith("\n5 questions wait.\n")
    assert typed.sql("select subscription_tier from public.users where id = %s", uid(2)) == [("creator",)]


def _answers_of_a_file(typed: Typed, path: Path) -> None:
    assert "5 questions wait; fill in the last column" in typed.done("resolve", OUT=str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert "has no answer." in typed.refused("resolve", FILE=str(path), BY="Ann")
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file))
    filled = {"same_person": "merge", "candidate_admin": "confirm", "candidate_tier": "perhaps"}
    _fill(path, lines, filled)
    assert "Line 5: candidate_tier b.users:" in typed.refused("resolve", FILE=str(path), BY="Ann")
    assert typed.sql("select count(*) from public.users where is_admin") == [(0,)]
    _fill(path, lines, filled | {"candidate_tier": "refuse"})
    assert "3 questions answered, by Ann." in typed.done("resolve", FILE=str(path), BY="Ann")
    assert typed.sql("select id::text, role, subscription_tier from public.users order by 1") == [
        (uid(1), "admin", "free"), (uid(2), "user", "creator"), (uid(6), "user", "free"), (uid(7), "user", "free"),
    ]  # fmt: skip


def _accounts(typed: Typed, path: Path) -> None:
    assert "OUT names none" in typed.refused("accounts")
    text = typed.done("accounts", OUT=str(path))
    assert [line.split()[-1] for line in text.splitlines() if line.startswith(("inactive", "not imported"))] == ["1", "1"]
    assert "1 accounts to be made" in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"id": uid(6), "email": "cat@x.org", "email_confirm": False, "user_metadata": {"name": "Cat"}}
    ]
    assert "1 people of B have no account" in typed.refused("accounts", CHECK="1")
    typed.sql("insert into auth.users (id, email) values (%s, 'other@x.org')", uid(6))
    assert "has another address at the auth service" in typed.refused("accounts", CHECK="1")
    typed.sql("update auth.users set email = 'Cat@x.org' where id = %s", uid(6))
    assert "All 1 accounts are there." in typed.done("accounts", CHECK="1")


def _back(typed: Typed) -> None:
    typed.sql("update public.users set full_name = 'New' where id = %s", uid(2))
    assert "No undo of the import without a backup" in typed.checkout.run("undo-consolidate").stderr
    assert "A cannot be taken back alone" in typed.refused("undo-consolidate", WHICH="A")
    said = typed.refused("undo-consolidate")
    assert [line.split() for line in said.splitlines() if line.startswith("public.")] == [
        ["public.users", '{"id":', f'"{uid(2)}"}}', "updated"]
    ]  # fmt: skip
    assert "1 rows were changed since the import; nothing was taken back." in said
    typed.done("undo-consolidate", WHICH="B")
    text = typed.done("undo-consolidate", FORCE="1")
    assert f'"{uid(2)}"' in text
    assert "Taken back on " in text


def _fill(path: Path, lines: list[dict[str, str]], answers: dict[str, str]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(line | {"answer": answers.get(line["kind"], "")} for line in lines)


def test_a_file_of_answers_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    question = Question("word", 'x.status:a "b", c', 2, "two\nlines", "d | e")
    path.write_text(as_csv([question]).replace("d | e,", "d | e, d "))
    assert from_csv(path) == [Answer(question.kind, question.key, "d", 3)]


def test_a_file_of_answers_may_come_from_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes("\ufeffkind,key,rows,about,answers,answer\r\nword,x.status:é,2,,d | e,d\r\nword,y,1,,d,\r\n".encode())
    assert from_csv(path) == [Answer("word", "x.status:é", "d", 2)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"kind,key\n", "has no column answer."),
        (b"kind,key,answer\na,b\n", "line 2: more or fewer fields"),
        (b"kind,key,answer\na,b,c,d\n", "line 2: more or fewer fields"),
        (b'kind,key,answer\na,"b,c\n', "is no file of answers"),
        (b"\xff\xfe\x00", "is no file of answers"),
        (b"", "has no column answer, key, kind."),
    ],
)
def test_a_file_that_is_none_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        from_csv(path)
    assert said in caught.value.sentence
