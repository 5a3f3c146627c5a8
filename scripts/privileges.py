"""The golden file of effective privileges: what each role of the API may do, so that any change of that shows as a difference."""

from __future__ import annotations

from difflib import unified_diff

from scripts.errors import UserError
from scripts.scratch import build, throwaway_server
from scripts.settings import ROOT, query
from scripts.target import Connection

GOLDEN = ROOT / "tests" / "golden" / "privileges.txt"

_HEAD = """\
# What the roles of the API may do in effect, whatever gives it: a right of their own or of PUBLIC, a membership, an attribute.
# Made by `make golden` from what the files build, and compared by the tests: role | object | privileges.
"""


def text(connection: Connection) -> str:
    """Return the privileges of a database as the golden file has them."""
    with connection.transaction(force_rollback=True):
        connection.execute("set local search_path = ''")
        rows = sorted(connection.execute(query("privileges")).fetchall())  # here, because a database sorts as its collation says
    return _HEAD + "".join(f"{role} | {kind} {name} | {privileges}\n" for role, _, kind, name, privileges in rows)


def difference(found: str) -> str:
    """Return what differs from the golden file, as a diff; nothing where they are the same."""
    golden = GOLDEN.read_text() if GOLDEN.exists() else ""
    return "".join(unified_diff(golden.splitlines(True), found.splitlines(True), "tests/golden/privileges.txt", "the database", n=0))


def built() -> str:
    """Return the privileges in what the files build on a throw-away server."""
    with throwaway_server() as server:
        target = server.target()
        build(target)
        with target.connect() as connection:
            return text(connection)


def write() -> None:
    """Write the golden file anew."""
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(built())


def verify() -> None:
    """Stop where the golden file is not what the files give."""
    if changed := difference(built()):
        raise UserError(f"The privileges are not those of the golden file:\n{changed}", "If they are meant, run 'make golden' and commit.")
