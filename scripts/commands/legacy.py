"""The legacy databases before the import: `make inspect`, `compare`, `capture`, `release`, `rehearse`."""

from __future__ import annotations

import os
from collections import Counter

from scripts.commands.given import embedded, from_elsewhere, legacy_schema, runner, target, which
from scripts.comparison import OPTIONAL
from scripts.comparison import compare as compare_structures
from scripts.comparison_forms import deliver, destination, form
from scripts.comparison_words import verdict
from scripts.console import say, table
from scripts.consolidate import capture as capturing
from scripts.consolidate import copying, inspection, origins, rehearsal, reporting
from scripts.consolidate.inspection_forms import form as inspection_form
from scripts.consolidate.said import say_copied
from scripts.consolidate.words import known_words
from scripts.errors import UserError
from scripts.settings import flag
from scripts.sides import asked, read_both


def inspect() -> None:
    """Look at a legacy schema: SOURCE, or SCHEMA of the database that is worked on. Nothing is written."""
    write, out, given = inspection_form(os.environ.get("FORMAT", "text")), destination(os.environ.get("OUT")), from_elsewhere()
    # a server that does not run yet has nothing to tell
    present = target() if not given or os.environ.get("DATABASE_URL") or embedded().running() else None
    with origins.opened(given or "", legacy_schema(), target) as origin:
        found = inspection.inspect(origin, lambda: known_words(present))
    deliver(write(found), out)
    if out:
        say(f"{found.rows} rows of {len(found.tables)} tables were looked at. See {out}.")


def compare() -> None:
    """Lay two schemas side by side, A and B, as text, Markdown or HTML."""
    write, out, strict = form(os.environ.get("FORMAT", "text")), destination(os.environ.get("OUT")), flag("STRICT")
    optional = [kind for kind in OPTIONAL if flag(f"{kind.upper()}S")]
    sides = [asked(letter, os.environ.get(letter, ""), os.environ.get(f"SCHEMA_{letter}")) for letter in ("A", "B")]
    found = compare_structures(*read_both(sides, target), optional=optional)
    deliver(write(found), out)
    if out:
        say(f"{verdict(found)} See {out}.")
    if strict and found.differences:
        raise UserError(verdict(found), "Without STRICT=1 that is no error.")


def capture() -> None:
    """Move a legacy schema of the database aside, or copy one from SOURCE, to legacy_a, legacy_b or both."""
    given, wanted = from_elsewhere(), which()
    work = runner(target())
    try:
        if given:
            with origins.opened(given, legacy_schema(), target) as origin:
                say_copied(origin, copying.copy(work, origin, wanted))
            return
        moved = capturing.capture(work, legacy_schema(), wanted)
    finally:
        work.books.close()
    table([(f"legacy_{schema}", kind, number) for schema, kind, number in moved], ("moved to", "what", "how many"))
    say("Captured. 'make migrate' makes the hybrid, 'make consolidate' imports; 'make release' moves it back.")


def release() -> None:
    """Move what was captured back to where it was; drop what was copied."""
    wanted = which()
    work = runner(target())
    try:
        copies = [schema for schema, is_copy in capturing.captured(work.connection, wanted) if is_copy]
        in_place = [schema for schema, is_copy in capturing.captured(work.connection, wanted) if not is_copy]
        if in_place or not copies:
            moved = capturing.release(work, wanted)
            table([(f"legacy_{schema}", kind, number) for schema, kind, number in moved], ("moved back from", "what", "how many"))
        if copies:
            dropped = Counter(schema for schema, _ in capturing.drop_copies(work, wanted))
            table([(f"legacy_{schema}", number) for schema, number in sorted(dropped.items())], ("dropped", "tables"))
            say("That was a copy; where it came from nothing was changed.")
    finally:
        work.books.close()


def rehearse() -> None:
    """Do all of it on a copy of SOURCE, of A and B, or of SCHEMA in the database that is worked on; the copy is gone afterwards."""
    out, given = reporting.place("rehearsal"), from_elsewhere()
    wanted = [
        rehearsal.Wanted(os.environ[letter], os.environ.get(f"SCHEMA_{letter}") or "public", letter.lower())
        for letter in ("A", "B")
        if os.environ.get(letter)
    ]
    if wanted and given is not None:
        raise UserError("SOURCE and A or B say two different things.", "Give one database as SOURCE, or two as A and B.")
    done = rehearsal.rehearse(wanted or [rehearsal.Wanted(given or "", legacy_schema(), which())], target, out)
    table([(phase.name, f"{phase.seconds:.1f} s") for phase in done.report.phases], ("phase", "time"))
    say()
    for sentence in done.report.notes:
        say(sentence)
    reporting.say_written(done.report, out)
    if not done.is_good:
        raise UserError("The rehearsal says: do not do this for real yet.", f"{out} says why.")
