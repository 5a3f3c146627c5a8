"""The forms in which a comparison is given, and where it goes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.comparison import Comparison
from scripts.comparison_html import html
from scripts.comparison_text import markdown, text
from scripts.errors import UserError


def _for_terminal(comparison: Comparison) -> str:
    return text(comparison, shutil.get_terminal_size((140, 24)).columns)


_FORMS: dict[str, Callable[[Comparison], str]] = {"text": _for_terminal, "markdown": markdown, "html": html}


def form(name: str) -> Callable[[Comparison], str]:
    """Return what writes a comparison in the form of this name."""
    if name not in _FORMS:
        raise UserError(f"FORMAT is none of {', '.join(_FORMS)}.", "Give one of them, or leave FORMAT out.")
    return _FORMS[name]


def destination(out: str | None) -> Path | None:
    """Return the file that OUT names, or None for standard output; refuses one that could not be written, before any work is done."""
    if out is None:
        return None
    path = Path(out)
    if not path.name or path.is_dir() or not path.parent.is_dir():
        raise UserError("OUT names no file in a folder that is there.", "Make the folder first, or leave OUT out.")
    return path


def deliver(shown: str, to: Path | None) -> None:
    """Print it, or write the file, whole or not at all. To the letter: what is secret in it is masked already, name by name."""
    if to is None:
        # a terminal that knows no ≠ gets its number
        sys.stdout.write(shown.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding))
        sys.stdout.flush()
        return
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        draft.write_text(shown, encoding="utf-8")
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)


def deliver_to_owner(shown: str, to: Path) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(shown)
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)
