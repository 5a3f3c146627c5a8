"""Break each policy in turn, and what policies rest on, and see that the tests notice: `make test-mutants`.

A mutant is one change of the built schema, written as SQL. Of a policy it is first tried in a transaction, by what drives the cells of the
access matrix and by the rules of the catalogue; what those do not notice, and what is no policy's, gets a run of the tests with the change
in their template database. A mutant that no test notices has survived, is listed, and makes the exit status 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from scripts import shim
from scripts.console import say, table
from scripts.server import SUPERUSER, Server
from scripts.settings import ROOT, pg_major, throwaway_folder
from scripts.target import Connection
from tests.conftest import HOME, MUTATION, SETTINGS, build
from tests.policies.test_access_matrix import CELLS
from tests.policies.test_catalogue_of_policies import RULES
from tests.support.audit import faults
from tests.support.stage import Stage, make_stage

#: Where a test of access may be; the suites that are quickest to notice come first.
SUITES = ("tests/policies", "tests/attacks", "tests/functions")

#: Scopes, and the next wider one of each.
_WIDER = {
    "writable_workspaces('owner'::text)": "writable_workspaces('admin'::text)",
    "writable_workspaces('admin'::text)": "writable_workspaces('editor'::text)",
    "writable_workspaces('editor'::text)": "writable_workspaces('member'::text)",
    "audited_workspaces()": "readable_workspaces()",
    "writing_person()": "acting_person()",
}

_POLICIES = """
select relname, polname, polcmd::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
from pg_policy join pg_class on pg_class.oid = polrelid order by relname, polname
"""

#: The functions that policies ask, and those that hold what people may do.
_FUNCTIONS = """
select proname, pg_get_functiondef(oid) from pg_proc
where pronamespace = 'private'::regnamespace and (
  proname in (
    'token_counts', 'named_workspace', 'acting_person', 'writing_person', 'sees_public_rows', 'opened_workspaces', 'readable_workspaces',
    'audited_workspaces', 'writable_workspaces', 'caller_with_role', 'platform_admin_caller', 'check_change_of_member'
  ) or proname like '%\\_by\\_caller')
order by proname
"""


@dataclass(frozen=True)
class Mutant:
    """One change of the schema: the object that it is of, what it does to it, and the SQL."""

    place: str
    name: str
    sql: str


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: what first noticed it, or nothing."""

    mutant: Mutant
    killed_by: str
    seconds: float


#: What is true anyway: an id is unique by itself, and the workspace stands beside it for the index; the accountable owner is an owner
#: member, by a foreign key.
_EQUIVALENT = re.compile(
    r"true for \((?:post|form|publication|attachment|decision)\.workspace_id = "
    r"|writable_workspaces\('admin'::text\) for writable_workspaces\('owner'::text\)"
)


def operands(expression: str) -> list[tuple[int, int]]:
    """Return where the operands of AND and OR are in an expression as PostgreSQL writes it, with all its parentheses."""
    spans: list[tuple[int, int]] = []
    opened = [0]
    joints: list[list[tuple[int, int]]] = [[]]
    quoted = False
    for place, letter in enumerate(expression):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            opened.append(place + 1)
            joints.append([])
        elif letter == ")":
            spans += _parts(opened.pop(), place, joints.pop())
        elif word := re.match(r" (AND|OR) ", expression[place : place + 5]):
            joints[-1].append((place, place + len(word[0])))
    return spans + _parts(0, len(expression), joints.pop())


def _parts(start: int, end: int, joints: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not joints:
        return []
    starts = [start, *(after for _, after in joints)]
    ends = [*(before for before, _ in joints), end]
    return list(zip(starts, ends, strict=True))


def weaker(expression: str) -> Iterator[tuple[str, str]]:
    """Yield an expression with one part changed at a time, and what was changed."""
    for start, end in operands(expression):
        part = expression[start:end]
        if part.startswith("SELECT"):  # the whole of a subquery
            continue
        for word in ("true", "false"):
            yield f"{word} for {part}", expression[:start] + word + expression[end:]
    for scope, wider in _WIDER.items():
        if f"private.{scope}" in expression:
            yield f"{wider} for {scope}", expression.replace(f"private.{scope}", f"private.{wider}", 1)


def mutants_of_policies(connection: Connection) -> Iterator[Mutant]:
    """Yield each policy dropped, for all commands, for everybody, without its check, and with each condition changed."""
    for relation, policy, command, using, check in connection.execute(_POLICIES.encode()).fetchall():
        place, on = f"{relation}: {policy}", f"{policy} on public.{relation}"
        yield Mutant(place, "dropped", f"drop policy {on}")
        yield Mutant(place, "to public", f"alter policy {on} to public")
        words = {"r": "select", "a": "insert", "w": "update", "d": "delete"}[command]
        whole = f"drop policy {on}; create policy {on} for {{}} to authenticated"
        clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
        if using:
            yield Mutant(place, "for all", whole.format("all") + clauses)
        if check:
            yield Mutant(place, "without check", whole.format(words) + (f" using ({using})" if using else ""))
        for clause, expression in (("using", using), ("with check", check)):
            if expression:
                yield Mutant(place, f"{clause} is true", f"alter policy {on} {clause} (true)")
        # Where both say the same, what one lets through the other stops: a part is changed in both.
        if using and using == check:
            clauses_of_parts = {"using and with check": (using, "using ({0}) with check ({0})")}
        else:
            clauses_of_parts = {"using": (using, "using ({0})"), "with check": (check, "with check ({0})")}
        for clause, (expression, form) in clauses_of_parts.items():
            for what, changed in weaker(expression or ""):
                if not _EQUIVALENT.match(what):
                    yield Mutant(place, f"{clause}: {what}", f"alter policy {on} {form.format(changed)}")


def mutants_of_functions(connection: Connection) -> Iterator[Mutant]:
    """Yield each helper without one of its lines that begin with `and` or `or`, where that is still a function."""
    for function, definition in connection.execute(_FUNCTIONS.encode()).fetchall():
        lines = definition.splitlines()
        for number, line in enumerate(lines):
            if re.match(r"\s+(and|or) ", line):
                changed = "\n".join(lines[:number] + lines[number + 1 :])
                try:
                    with connection.transaction(force_rollback=True):
                        connection.execute(changed.encode())
                except Exception:  # noqa: S112  a line that others go on from is no condition of its own
                    continue
                yield Mutant(f"private.{function}", f"without {line.strip()}", changed)


def mutants_of_triggers(connection: Connection) -> Iterator[Mutant]:
    """Yield each trigger dropped that holds a client to the states of people."""
    for relation, trigger in connection.execute(
        "select relname, tgname from pg_trigger join pg_class on pg_class.oid = tgrelid where tgname like '%keep_to_transitions' order by 1"
    ).fetchall():
        yield Mutant(f"{relation}: {trigger}", "dropped", f"drop trigger {trigger} on public.{relation}")


class Bench:
    """A clone of the built database for each thread, with the stage of the access matrix on it."""

    def __init__(self, admin: Connection, server: Server, template: str) -> None:
        self._admin, self._server, self._template = admin, server, template
        self._mine = threading.local()
        self._making = threading.Lock()

    def _stage(self) -> tuple[Connection, Stage]:
        if not hasattr(self._mine, "stage"):
            name = f"{self._template}_{threading.get_ident()}"
            with self._making:
                shim.clone_database(self._admin, self._template, name)
            connection = self._server.target(name).connect(autocommit=False)
            self._mine.stage = connection, make_stage(connection)
        return cast(tuple[Connection, Stage], self._mine.stage)

    def first_to_notice(self, mutant: Mutant) -> str:
        """Try a mutant of a policy and return the first cell or rule that it breaks, or an empty string."""
        connection, stage = self._stage()
        relation = mutant.place.split(":")[0]
        of_the_table = [lines for (name, *_), lines in CELLS.items() if name == relation]
        with connection.transaction(force_rollback=True):
            connection.execute(mutant.sql.encode())
            for lines in of_the_table:
                for found in faults(connection, stage, lines):
                    return f"matrix: {found}"
            for rule in RULES:
                if connection.execute(rule.breaches.encode()).fetchall():
                    return f"catalogue: {rule.name}"
        return ""


def first_test_to_notice(mutant: Mutant) -> str:
    """Run the tests on the mutant and return the first one that fails, or an empty string."""
    functions = [f"tests/functions/test_{name}.py" for name in ("scopes", "member_functions", "platform_admin_functions", "work_functions")]
    runs = [[*SUITES, "-k", "not planted and not fault"]]
    for arguments in runs if ":" in mutant.place else [functions, *runs]:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "--no-header", "-p", "no:cacheprovider", "-m", "not heavy", *arguments],
            env=os.environ | {MUTATION: mutant.sql},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 1:
            found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, flags=re.MULTILINE)
            return found[1] if found else "a test"
        if done.returncode not in {0, 5}:  # 5: none by that name
            raise RuntimeError(f"{mutant.place}, {mutant.name}: the tests could not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return ""


def _try(bench: Bench, mutant: Mutant) -> Outcome:
    started = time.perf_counter()
    noticed = bench.first_to_notice(mutant) if ": " in mutant.place else ""
    return Outcome(mutant, noticed or first_test_to_notice(mutant), time.perf_counter() - started)


def main() -> int:
    """Try all mutants, or those whose place or name holds a word of the command line; list them; return 1 where one survived."""
    folder = throwaway_folder(f"{os.getpid()}-")
    os.environ[HOME] = str(folder)
    server = Server(Path(folder), pg_major(), SETTINGS)
    try:
        server.start()
        shim.prepare_embedded(server)
        target = shim.create_database(server, "mutants")
        build(target)
        with target.connect() as connection:
            mutants = [*mutants_of_policies(connection), *mutants_of_functions(connection), *mutants_of_triggers(connection)]
        wanted = [one for one in mutants if all(word in f"{one.place} {one.name}" for word in sys.argv[1:])]
        say(f"{len(wanted)} mutants.")
        outcomes = []
        with server.target(role=SUPERUSER).connect() as admin, ThreadPoolExecutor(int(os.environ.get("WORKERS", "2"))) as pool:
            bench = Bench(admin, server, target.database)
            for one in pool.map(partial(_try, bench), wanted):
                outcomes.append(one)
                say(f"{len(outcomes)}/{len(wanted)}  {one.mutant.place}, {one.mutant.name}: {one.killed_by or 'SURVIVED'}")
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)
    survived = [one for one in outcomes if not one.killed_by]
    if survived:
        say()
        table([(one.mutant.place, one.mutant.name, one.mutant.sql) for one in survived], ("survived: of", "mutant", "SQL"))
    seconds = sum(one.seconds for one in outcomes)
    say()
    say(f"{len(outcomes) - len(survived)} of {len(outcomes)} mutants noticed, in {seconds:.0f} seconds of work.")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
