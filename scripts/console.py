"""Everything that is printed goes through here, so that a password can be kept out of all of it in one place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from tabulate import tabulate

from scripts.errors import UserError

_secrets: set[str] = set()
_SHORTEST = 5

#: What a terminal obeys and nobody sees: control characters, and those that turn the direction of writing.
_INVISIBLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")


def keep_secret(*values: str | None) -> None:
    """Mask these values in all that is printed from now on.

    Our own sentences never hold a password, and libpq's hardly ever do. A value of a few characters is no secret worth the
    damage that masking it would do to every other word.
    """
    _secrets.update(value for value in values if value and len(value) >= _SHORTEST)


def redact(text: str) -> str:
    """Return `text` with every value given to keep_secret masked."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, "********")
    return text


def visible(text: str) -> str:
    """Return a text that somebody else wrote with secrets masked, and what would not be seen in it written out."""
    return _INVISIBLE.sub(lambda found: found[0].encode("unicode_escape").decode(), redact(text))


def say(text: str = "") -> None:
    """Print one line of the result."""
    print(redact(text), flush=True)


def say_sql(text: str) -> None:
    """Print SQL made from the catalogue, to the letter: somebody is going to run it, and no password is in a catalogue."""
    print(text, flush=True)


def note(text: str) -> None:
    """Print one line about the progress of the work, apart from its result."""
    progress("")
    print(redact(text), file=sys.stderr, flush=True)


def progress(text: str) -> None:
    """Show how far the work is, in the last line of a terminal; without one nothing is shown. An empty text clears the line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{redact(text)}", end="", file=sys.stderr, flush=True)


def table(rows: Iterable[Sequence[object]], headers: Sequence[str]) -> None:
    """Print rows under headers, columns aligned, in a terminal and without one alike."""
    say(tabulate([list(row) for row in rows], headers=headers, tablefmt="simple", disable_numparse=True))


def fail(error: UserError) -> int:
    """Print a user's error and return the exit status that goes with it."""
    note(f"error: {error.sentence}")
    if error.next_step:
        note(f"next:  {error.next_step}")
    return error.status
