"""What is made from other files, and whether it is up to date."""

from __future__ import annotations

from scripts import access, legacy_page, privileges
from scripts.console import say
from scripts.settings import ROOT


def write_access() -> None:
    """Make docs/access.md from the matrix of who may do what."""
    access.write()
    say(f"{access.PAGE.relative_to(ROOT)} is made anew.")


def verify_access() -> None:
    """Stop where docs/access.md is not what the matrix says."""
    access.verify()
    say(f"{access.PAGE.relative_to(ROOT)} is what the matrix says.")


def write_golden() -> None:
    """Make the golden file of effective privileges from what the files build."""
    privileges.write()
    say(f"{privileges.GOLDEN.relative_to(ROOT)} is made anew; look at how it differs before you commit it.")


def verify_golden() -> None:
    """Stop where the golden file is not what the files give."""
    privileges.verify()
    say(f"{privileges.GOLDEN.relative_to(ROOT)} is what the files give.")


def write_comparison() -> None:
    """Make docs/legacy/comparison.md from the two lists of legacy columns."""
    legacy_page.write()
    say(f"{legacy_page.PAGE.relative_to(ROOT)} is made anew.")


def verify_comparison() -> None:
    """Stop where docs/legacy/comparison.md is not what the two lists say."""
    legacy_page.verify()
    say(f"{legacy_page.PAGE.relative_to(ROOT)} is what the lists say.")
