"""The commands by their names in the Makefile, and what every one of them ends with: a status, and where it failed a sentence."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

import psycopg

from scripts.binaries import OURS_OR_FILES
from scripts.commands import backups, consolidation, embedded, generated, legacy, schema
from scripts.console import fail
from scripts.errors import UserError
from scripts.settings import running_as_root

COMMANDS: dict[str, Callable[[], None]] = {
    "start": embedded.start, "stop": embedded.stop, "reset": embedded.reset,
    "url": embedded.url, "psql": embedded.psql, "platform": embedded.platform,
    "migrate": schema.migrate, "rollback": schema.rollback, "status": schema.status,
    "plan": schema.plan, "verify": schema.verify, "seed-demo": schema.seed_demo,
    "backup": backups.backup, "verify-backup": backups.verify_backup, "restore": backups.restore,
    "inspect": legacy.inspect, "compare": legacy.compare, "capture": legacy.capture, "release": legacy.release, "rehearse": legacy.rehearse,
    "consolidate": consolidation.consolidate, "validate": consolidation.validate, "report": consolidation.write_report,
    "resolve": consolidation.resolve, "accounts": consolidation.accounts, "undo-consolidate": consolidation.undo_consolidate,
    "access": generated.write_access, "verify-access": generated.verify_access,
    "golden": generated.write_golden, "verify-golden": generated.verify_golden,
    "comparison": generated.write_comparison, "verify-comparison": generated.verify_comparison, "lint-db": schema.lint_db,
}  # fmt: skip


def _settle_environment() -> None:
    """Keep libpq's variables from sending a command elsewhere than it says, and root's umask from closing the server's folders."""
    for name in list(os.environ):
        if name.startswith("PG") and name not in OURS_OR_FILES:
            del os.environ[name]
    if running_as_root():
        os.umask(0o022)


def main() -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    chosen, _ = parser.parse_known_args()
    _settle_environment()
    try:
        COMMANDS[chosen.command]()
    except BrokenPipeError:
        return 141
    except (UserError, psycopg.Error, KeyboardInterrupt, OSError) as fault:
        return fail(_in_words(fault))
    return 0


def _in_words(fault: BaseException) -> UserError:
    """Return any fault that a run can end with as a sentence and what to do next."""
    if isinstance(fault, UserError):
        return fault
    if isinstance(fault, KeyboardInterrupt):
        return UserError("Interrupted.", "What was committed stays, the rest was rolled back; run it again to go on.", 130)
    if isinstance(fault, OSError):
        return UserError(f"{fault.strerror or fault}: {fault.filename or 'output'}", "See to that file, or to the space on its disk.")
    if isinstance(fault, psycopg.Error) and fault.sqlstate and not fault.sqlstate.startswith(("08", "57P")):
        return UserError(f"PostgreSQL says: {fault.diag.message_primary or fault} [{fault.sqlstate}]", fault.diag.message_hint or "")
    return UserError(f"The connection was lost: {' '.join(str(fault).split())}", "Nothing is half done; run it again.")
