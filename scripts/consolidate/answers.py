"""What waits for a human: listed, written to a file to be filled in, and decided; what an answer does is said in 1625."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

from scripts.errors import UserError
from scripts.runner import Runner
from scripts.target import Connection

#: The columns of the file; only the last is filled in.
COLUMNS = ("kind", "key", "rows", "about", "answers", "answer")
NEEDED = {"kind", "key", "answer"}


@dataclass(frozen=True)
class Question:
    """One thing that waits, and what can be answered."""

    kind: str
    key: str
    rows: int
    about: str
    answers: str


@dataclass(frozen=True)
class Answer:
    """What somebody has answered, and in which line of a file."""

    kind: str
    key: str
    answer: str
    line: int | None = None


def waiting(connection: Connection) -> list[Question]:
    """Return what waits for a human."""
    rows = connection.execute("select kind, key, row_count, about, answers from consolidation.waiting()")
    return [Question(*row) for row in rows]


def decide(work: Runner, answers: list[Answer], decided_by: str) -> tuple[int, bool]:
    """Apply answers, all or none; return how many questions they answered, and whether rows are to be imported again."""
    said = [
        {"kind": one.kind, "key": one.key, "answer": one.answer} | ({"line": one.line} if one.line is not None else {}) for one in answers
    ]
    connection = work.connection
    with work.books.lock(work.lock_wait), connection.transaction():
        connection.execute("select set_config('lock_timeout', %s, true)", (work.limits.lock_timeout,))
        try:
            done = connection.execute("select imports_again from consolidation.decide_all(%s, %s)", (Jsonb(said), decided_by)).fetchall()
        except psycopg.Error as fault:
            if fault.sqlstate and fault.sqlstate.startswith("HS13"):
                sentence = str(fault.diag.message_primary)
                raise UserError(
                    f"{sentence[0].upper()}{sentence[1:]}.", f"{fault.diag.message_hint or ''} No answer was applied.".strip()
                ) from fault
            raise
    return len(done), any(again for (again,) in done)


def as_csv(questions: list[Question]) -> str:
    """Return the questions as a file to be filled in."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in questions:
        writer.writerow((one.kind, one.key, one.rows, one.about, one.answers, ""))
    return text.getvalue()


def from_csv(path: Path) -> list[Answer]:
    """Return the answers of a file; lines without one are left out."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = csv.DictReader(file, strict=True)
            if missing := NEEDED - set(lines.fieldnames or ()):
                raise UserError(
                    f"{path} has no column {', '.join(sorted(missing))}.", f"'make resolve OUT={path}' writes one to be filled in."
                )
            answers = []
            for line in lines:
                if None in line or None in line.values():
                    raise UserError(f"{path}, line {lines.line_num}: more or fewer fields than the first line has.", "Mend that line.")
                if line["answer"].strip():
                    answers.append(Answer(line["kind"].strip(), line["key"].strip(), line["answer"].strip(), lines.line_num))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise UserError(f"{path} is no file of answers: {fault}.", f"'make resolve OUT={path}' writes one to be filled in.") from fault
    if not answers:
        raise UserError(f"{path} has no answer.", "Fill in the last column where there is something to say.")
    return answers
