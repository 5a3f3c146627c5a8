"""What is said of a copy when it is done."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.console import say, table, visible
from scripts.consolidate.copying import Copied
from scripts.consolidate.origins import Origin


def say_copied(origin: Origin, copied: Copied) -> None:
    """Say what came, and what did not."""
    table([(f"legacy_{schema}", visible(name), rows) for schema, name, rows in copied.rows], ("copied to", "table", "rows"))
    say()
    say(f"{sum(rows for *_, rows in copied.rows)} rows of {len(copied.rows)} tables came from {origin.shown}, which was only read.")
    _say_list("Kept as text, because their type is not everywhere", copied.as_text)
    _say_list("Indexes that could not be made", copied.without)
    _say_list("Left out of the dump", origin.left_out)
    if any(schema == "a" for schema, *_ in copied.rows):
        if not copied.accounts:
            say("No account of auth.users came along: no address of A is proven, so nobody of B is joined to somebody of A by it.")
        else:
            say(f"{copied.accounts} accounts of auth.users say which addresses are proven.")
    say("Captured. 'make migrate' makes the hybrid where it is not there yet, 'make consolidate' imports; 'make release' drops the copy.")


def _say_list(why: str, what: Sequence[str]) -> None:
    if what:
        more = f"; and {len(what) - 20} more" if len(what) > 20 else ""
        say(f"{why}: {'; '.join(map(visible, what[:20]))}{more}.")
