"""docs/access.md: the matrix of who may do what, as a page that people read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from scripts.errors import UserError
from scripts.matrix import ACTORS, ANY, COMMANDS, DOMAINS, REST, Line, cells, read
from scripts.settings import ROOT

PAGE = ROOT / "docs" / "access.md"

_NO = "no"

#: What an actor is called in a table, and who that is.
_PEOPLE = {
    "anon": ("anon", "a request with no more than the public key"),
    "anonymous": ("anonymous sign-in", "a session of the auth service without an account; counts as anon, whatever it belongs to"),
    "inactive": ("inactive", "a person with `users.is_active` false, whatever that person belongs to"),
    "outsider": ("outsider", "a signed-in person who does not belong to the workspace, even if that person once wrote in it"),
    "platform_admin": ("platform admin", "`users.role` is admin; does not belong to the workspace"),
    "platform_viewer": ("platform viewer", "`users.role` is viewer; shown as an admin of the workspace: reads as one, and writes nothing"),
    "member": ("member", "belongs to the workspace; shown for what others wrote"),
    "author": ("author", "a member, for what that member wrote"),
    "editor": ("editor", "a member with the role editor"),
    "admin": ("admin", "a member with the role admin"),
    "owner": ("owner", "a member with the role owner, the accountable one unless it says otherwise"),
    "service_role": ("service", "the backend, with the role service_role; no policy holds it, its grants do"),
}

_HEAD = """\
# Who may do what

Made from `tests/access_matrix.csv` by `make access`; change that file, not this one. Tests try every cell of it. How it is enforced, and
why the narrower way was taken where there was a choice, is in [decision 7](decisions/0007-who-may-do-what.md).

## How to read it

A cell says for which rows of the workspace a command goes through: **yes** for all, **no** for none, or the condition. "by `f`" names the
function in `public` by which it goes instead, or which does what the command cannot; the function sets what else must hold.

Beside what the tables say,

- rows of **other workspaces** are neither seen nor changed by anybody but the service. What is shared says so: "public elsewhere", and "of
  the platform" for rows of the platform's own workspace;
- a request may **name one workspace** (header `x-workspace-id`) and is then about that one alone: no public rows of others, none of the
  platform, and nothing at all if the person does not belong to it;
- in a workspace that was **put away** (`is_active` false) members read, and nobody but the service writes;
- commands reach only the **columns** that are granted: nobody but the service changes keys and authors, or writes what the service keeps.

| actor | who that is |
|---|---|
"""

_WORDS = """
Some conditions in full: *own* is what the actor wrote, or is about to write in the own name; a *draft* has the status draft, and what is
*moved on* is taken out of it; what is *made public* gets `is_public`; a form or an attachment is *of* its post; *accountable* is the owner
whom `workspaces.owner_id` names.
"""


def page(lines: Iterable[Line]) -> str:
    """Return the page of a matrix."""
    of_cell = cells(lines)
    parts = [_HEAD, *(f"| {name} | {who} |\n" for name, who in _PEOPLE.values()), _WORDS]
    for domain, tables in DOMAINS.items():
        parts.append(f"\n## {domain.capitalize()}\n")
        for table in tables:
            parts.append(f"\n### {table}\n\n| actor | {' | '.join(COMMANDS)} |\n|---|{'---|' * len(COMMANDS)}\n")
            answers = {actor: tuple(answer(of_cell[table, command, actor]) for command in COMMANDS) for actor in ACTORS}
            for said, actors in groupby(ACTORS, key=lambda actor, answers=answers: answers[actor]):  # type: ignore[misc]
                parts.append(f"| {', '.join(_PEOPLE[actor][0] for actor in actors)} | {' | '.join(said)} |\n")
    return "".join(parts)


def answer(lines: list[Line]) -> str:
    """Return the answer of one cell in words."""
    said = [_rows(lines)] if any(line.allowed for line in lines) else []
    for line in lines:
        if line.functions:
            rows = "" if line.condition in {ANY, REST} else f"{line.condition} "
            said.append(f"{rows}by {' or '.join(f'`{name}`' for name in line.functions)}")
    return "; ".join(said) or _NO


def _rows(lines: list[Line]) -> str:
    """Return for which rows a cell says yes."""
    yes = [line.condition for line in lines if line.allowed]
    if yes == [ANY]:
        return "yes"
    if REST in yes:
        return "all but those " + ", ".join(line.condition for line in lines if not line.allowed)
    return "; ".join(yes)


def write() -> None:
    """Write the page anew."""
    PAGE.write_text(page(read()))


def verify() -> None:
    """Stop where the page is not what the matrix says."""
    if not PAGE.exists() or PAGE.read_text() != page(read()):
        raise UserError("docs/access.md is not what tests/access_matrix.csv says.", "Run 'make access' and commit the result.")
