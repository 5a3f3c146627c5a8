"""The import: `make consolidate`, `validate`, `report`, `resolve`, `accounts`, `undo-consolidate`."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.commands.given import runner, target, which
from scripts.commands.schema import stop_unless_migrated
from scripts.comparison_forms import deliver_to_owner, destination
from scripts.console import note, say, table, visible
from scripts.consolidate import accounts as account_lists
from scripts.consolidate import answers as answering
from scripts.consolidate import reconcile as reconciling
from scripts.consolidate import reporting
from scripts.consolidate import run as importing
from scripts.consolidate.undoing import undo
from scripts.errors import UserError
from scripts.runner import Runner
from scripts.settings import flag


def consolidate() -> None:
    """Import what is captured, compare, and write the report of it."""
    out = reporting.place("consolidation")
    on = target()
    work, domain = runner(on), os.environ.get("DOMAIN") or None
    try:
        stop_unless_migrated(work)
        rows = importing.consolidate(work, domain)
        note("comparing source and target …")
        checked = reconciling.validate(work, domain)
        found = reconciling.examples(work.connection)
        questions = answering.waiting(work.connection)
        report = reporting.write(work.connection, on, out)
    finally:
        work.books.close()
    say(f"{rows} rows went through on {on.describe()}.")
    if rejected := sum(one.rejected for one in checked):
        say(f"{rejected} wait in consolidation.rejects, each with its reason.")
    if questions:
        say(f"'make resolve' lists what waits for a human: {len(questions)} question{'s' * (len(questions) != 1)}.")
    reporting.say_written(report, out)
    reconciling.report(checked, found)


def validate() -> None:
    """Compare what was imported with what was captured."""
    work = runner(target())
    try:
        stop_unless_migrated(work)
        checked = reconciling.validate(work, os.environ.get("DOMAIN") or None)
        found = reconciling.examples(work.connection)
    finally:
        work.books.close()
    reconciling.report(checked, found)


def write_report() -> None:
    """Write the report of the import as one HTML file."""
    out = reporting.place("consolidation")
    on = target()
    with on.connect() as connection:
        report = reporting.write(connection, on, out)
    reporting.say_written(report, out)


def resolve() -> None:
    """List what waits for a human, write it to a file to be filled in, or apply answers: one, or those of a file."""
    out, file = destination(os.environ.get("OUT")), os.environ.get("FILE")
    given = {name: os.environ.get(name) or "" for name in ("KIND", "KEY", "ANSWER")}
    if sum((out is not None, file is not None, any(given.values()))) > 1:
        raise UserError(
            "OUT, FILE and KIND say different things.", "Give one of them: OUT=file writes, FILE=file reads, KIND= KEY= ANSWER= is one."
        )
    if any(given.values()) and not all(given.values()):
        raise UserError(
            f"{' and '.join(name for name, value in given.items() if not value)} is missing.", "An answer is KIND=… KEY=… ANSWER=… BY=name."
        )
    answers = answering.from_csv(Path(file)) if file is not None else []
    if all(given.values()):
        answers = [answering.Answer(given["KIND"], given["KEY"], given["ANSWER"])]
    on = target()
    work = runner(on)
    try:
        if answers:
            _apply(work, answers)
        questions = answering.waiting(work.connection)
    finally:
        work.books.close()
    if out:
        deliver_to_owner(answering.as_csv(questions), out)
        say(f"{len(questions)} questions wait; fill in the last column of {out}, then 'make resolve FILE={out} BY=name'.")
        return
    if questions and not answers:
        table(
            [(one.kind, one.key, one.rows, visible(one.about), one.answers) for one in questions],
            ("kind", "key", "rows", "what it is", "answers"),
        )
        say()
        say("Answer one with KIND=… KEY=… ANSWER=… BY=name (KEY=all: each of that kind), or many with OUT=file and then FILE=file.")
    say(f"{len(questions)} questions wait." if questions else "Nothing waits for a human.")


def _apply(work: Runner, answers: list[answering.Answer]) -> None:
    number, again = answering.decide(work, answers, os.environ.get("BY") or "")
    say(f"{number} question{'s' * (number != 1)} answered, by {os.environ.get('BY')}.")
    if again:
        importing.consolidate(work, None)
        say("The rows that this is about, and all other rejected ones, were tried again.")


def accounts() -> None:
    """Write the list of accounts that the auth service is to make for people of B, or check that it has."""
    checks, out = flag("CHECK"), destination(os.environ.get("OUT"))
    if not checks and out is None:
        raise UserError("The list goes to a file that only its owner reads, and OUT names none.", "make accounts OUT=accounts.jsonl")
    work = runner(target())
    try:
        people = account_lists.accounts(work.connection)
    finally:
        work.books.close()
    if reasons := account_lists.left_out(people):
        table(reasons, ("left out because", "people"))
        say()
    if out:
        deliver_to_owner(account_lists.as_json_lines(people), out)
        number = sum(one.state == account_lists.TO_BE_MADE for one in people)
        say(f"{number} accounts to be made are in {out}, one a line, as POST /auth/v1/admin/users takes them. Then: make accounts CHECK=1.")
    if checks:
        absent = account_lists.missing(people)
        if absent:
            table([(one.user_id, visible(one.email), one.state) for one in absent], ("person", "address", "account"))
            raise UserError(
                f"{len(absent)} people of B have no account under their id and address.", "'make accounts OUT=file' lists those to be made."
            )
        say(f"All {sum(one.state == account_lists.IS_THERE for one in people)} accounts are there.")


def undo_consolidate() -> None:
    """Take back what the import wrote."""
    on = target()
    work = runner(on)
    try:
        stop_unless_migrated(work)
        done = undo(work, which(), force=flag("FORCE"))
    finally:
        work.books.close()
    table([(one.hybrid_table, one.deleted, one.restored) for one in done], ("table", "deleted", "as before"))
    say(f"Taken back on {on.describe()}. 'make consolidate' imports again; 'vacuum' gives the space of the deleted rows to others.")
