"""The commands behind the Makefile's targets."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psycopg

from scripts import access, advisors, backup_commands, legacy_page, preflight, privileges, seeds, shim
from scripts import plan as planning
from scripts import verify as verification
from scripts.binaries import OURS_OR_FILES, wheel_programs
from scripts.books import Books
from scripts.comparison import OPTIONAL
from scripts.comparison import compare as compare_structures
from scripts.comparison_forms import deliver, deliver_to_owner, destination, form
from scripts.comparison_words import verdict
from scripts.console import fail, note, say, say_sql, table, visible
from scripts.consolidate import accounts as account_lists
from scripts.consolidate import answers as answering
from scripts.consolidate import capture as capturing
from scripts.consolidate import copying, inspection, origins, rehearsal, reporting
from scripts.consolidate import reconcile as reconciling
from scripts.consolidate import run as importing
from scripts.consolidate.inspection_forms import form as inspection_form
from scripts.consolidate.said import say_copied
from scripts.consolidate.undoing import undo
from scripts.consolidate.words import known_words
from scripts.errors import UserError
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.scratch import build, throwaway_server
from scripts.server import Server
from scripts.settings import EMBEDDED_MAJORS, ROOT, flag, pg_major, query, running_as_root, state_home
from scripts.sides import asked, read_both
from scripts.target import Target, from_url


def embedded() -> Server:
    """Return the embedded server that PG_MAJOR picks."""
    return Server(state_home(), pg_major())


def target() -> Target:
    """Return the database to work on: DATABASE_URL, or the embedded one, started and prepared."""
    if url := os.environ.get("DATABASE_URL"):
        return from_url(url)
    server = embedded()
    if server.start():
        note(f"Started PostgreSQL {server.major} on 127.0.0.1:{server.port}.")
    shim.prepare_embedded(server)
    return server.target()


def number(name: str) -> int | None:
    """Return the whole number in an environment variable, or None where it is not set at all."""
    value = os.environ.get(name)
    if value is None:
        return None
    if not re.fullmatch("[0-9]{1,6}", value):  # empty too: `make rollback TO=$UNSET` must not mean something else
        raise UserError(f"{name}={value[:20]} is not a number.", f"Give a whole number, for example {name}=10, or leave {name} out.")
    return int(value)


def runner(on: Target) -> Runner:
    """Return a runner on a target, with the limits that the environment sets."""
    usual = Limits()
    limits = Limits(
        lock_timeout=os.environ.get("LOCK_TIMEOUT") or usual.lock_timeout,
        statement_timeout=os.environ.get("STATEMENT_TIMEOUT") or usual.statement_timeout,
        lock_attempts=number("LOCK_ATTEMPTS") or usual.lock_attempts,
    )
    wait = number("LOCK_WAIT")
    return Runner(Books(on), read_migrations(ROOT), limits, lock_wait=60 if wait is None else wait, out_of_order=flag("OUT_OF_ORDER"))


# -------------------------------------------------------------------- the embedded server


def start() -> None:
    """Start the embedded server."""
    server = embedded()
    started = server.start()
    shim.prepare_embedded(server)
    say(f"PostgreSQL {server.major} {'started' if started else 'runs already'} on 127.0.0.1:{server.port}.")


def stop() -> None:
    """Stop the embedded servers of this checkout."""
    stopped = [major for major in EMBEDDED_MAJORS if Server(state_home(), major).stop()]
    say(f"Stopped PostgreSQL {' and '.join(map(str, stopped))}." if stopped else "No embedded server was running.")


def reset() -> None:
    """Delete the embedded server with its data."""
    server = embedded()
    if os.environ.get("DATABASE_URL"):
        raise UserError("make reset deletes the embedded server, and DATABASE_URL is set.", "Unset DATABASE_URL first.")
    server.remove()
    say(f"The embedded PostgreSQL {server.major} and its data are gone; 'make migrate' makes a new one.")


def url() -> None:
    """Print the URL of the database, password included, for any client."""
    # the one place that shows a password, because that is what it is for
    sys.stdout.write(target().url(with_password=True) + "\n")


def psql() -> None:
    """Become psql on the database."""
    on = target()
    program = wheel_programs(pg_major()) / "psql"
    os.execve(program, [str(program), *sys.argv[2:]], on.environment())


def platform() -> None:
    """Prepare a server of the user's own as Supabase would."""
    on = target()
    done = shim.apply_on_request(on)
    say(f"{on.describe()} {'is prepared' if done else 'was prepared already'}.")


# -------------------------------------------------------------------- the runner


def migrate() -> None:
    """Apply all files, then the reference data."""
    on = target()
    to = number("TO")
    work = runner(on)
    try:
        preflight.check(work.connection, on)
        try:
            done = work.migrate(to)
        except BaseException:
            if work.applied:
                table([(one.up.shown, f"{ms} ms") for one, ms in work.applied], ("applied before that", "time"))
            raise
        everything = len(work.books.records()) == len(work.migrations)
        rows = seeds.seed(work.connection, ROOT / "seeds", ROOT, work.limits) if everything else {}
        position = work.position()
    finally:
        work.books.close()
    if done:
        table([(one.up.shown, f"{ms} ms") for one, ms in done], ("applied", "time"))
    if rows:
        say()
        table(sorted(rows.items()), ("seeded", "rows"))
    if done or rows:
        say()
    what = f"{_files(len(done))} applied" if done else "Nothing to do"
    say(f"{what}: {on.describe()} is at {position}.")
    say("Connect with 'make psql'; 'make url' prints the URL for any other client.")


def rollback() -> None:
    """Take back the last file, the last STEPS files, or all above TO."""
    steps, to = number("STEPS"), number("TO")
    if steps is not None and to is not None:
        raise UserError("STEPS and TO say two different things.", "Give one of them.")
    work = runner(target())
    try:
        try:
            done = work.rollback(steps=1 if steps is None else steps, to=to, force=flag("FORCE"))
        except BaseException:
            if work.taken_back:  # the same STEPS again would take back more
                table([(one.up.shown,) for one in work.taken_back], ("taken back before that",))
                say("To go on give TO=number, and not the same STEPS again.")
            raise
        position = work.position()
    finally:
        work.books.close()
    if done:
        table([(one.up.shown,) for one in done], ("taken back",))
    say(f"{_files(len(done))} taken back; the database is at {position}." if done else "Nothing to take back.")


def status() -> None:
    """Show the server and each file: applied when and by whom, pending, edited or missing."""
    server = embedded()
    if not os.environ.get("DATABASE_URL") and not server.running():
        say(f"The embedded PostgreSQL {server.major} is not running; 'make start' starts it, 'make migrate' does all.")
        return
    on = target()
    work = runner(on)
    try:
        records, cut_off = work.books.records(), work.books.unfinished()
        files = {one.id: one for one in work.migrations}
        rows = []
        for name in sorted(files.keys() | records.keys()):
            record = records.get(name)
            fault = Runner.fault(files.get(name), name, record) if record else None
            state = "cut off by a killed run" if name in cut_off else fault[0] if fault else "applied" if record else "pending"
            shown = files[name].up.shown if name in files else f"{name}.sql"
            rows.append((shown, state, record.applied_at if record else "", record.applied_by if record else ""))
    finally:
        work.books.close()
    say(f"{on.describe()}, {len(records)} of {len(files)} files applied.")
    table(rows, ("file", "state", "applied (UTC)", "by"))


def plan() -> None:
    """Show what migrate would run, file by file, with the locks that it takes on tables that are there."""
    on = target()
    work = runner(on)
    try:
        steps = planning.measure(work.books, number("TO"), out_of_order=work.out_of_order)
        sizes = {name: size for _, _, name, size in work.connection.execute(query("table_sizes"))}
    finally:
        work.books.close()
    if not steps:
        say(f"Nothing to do: all {len(work.migrations)} files are applied to {on.describe()}.")
        return
    rows: list[tuple[str, ...]] = []
    for step in steps:
        first, ms = step.migration.up.shown, f"{step.milliseconds} ms"
        if not step.migration.up.transactional:
            rows.append((first, ms, "(outside a transaction: not measured)", "", "", ""))
        for lock in step.locks:
            rows.append((first, ms, lock.table, lock.mode, lock.stops, sizes.get(lock.table, "") + ", rewritten" * lock.rewrites))
            first = ms = ""
        if step.migration.up.transactional and not step.locks:
            rows.append((first, ms, "", "", "nobody", ""))
    table(rows, ("file", "time", "locks", "mode", "stops", "size there"))
    say()
    say(f"{_files(len(steps))} would be applied to {on.describe()}. Measured on an empty copy: on tables with rows a rewrite takes longer.")


def verify() -> None:
    """Compare files and books, then the live schema with what the files build; show the difference as SQL."""
    on = target()
    work = runner(on)
    try:
        faults = verification.faults(work.books)
        drift = verification.drift(work.books) if not faults else []
        applied = len(work.books.records())
    finally:
        work.books.close()
    for sentence, next_step in faults:
        note(f"error: {sentence}\nnext:  {next_step}")
    for one in drift:
        say_sql(f"-- {one.what}: {one.kind} {one.name}\n{one.mended_by}\n")
    if faults or drift:
        what = _files(len(faults)) if faults else f"{len(drift)} object{'s' * (len(drift) != 1)}"
        raise UserError(
            f"{on.describe()} differs from the repository in {what}.",
            "" if faults else "The SQL above makes the database like the files; or write what was changed into a new file.",
        )
    say(f"{on.describe()}: {applied} files applied and unchanged, and the schema is what they build.")


def _files(number: int) -> str:
    return f"{number} file{'s' * (number != 1)}"


def seed_demo() -> None:
    """Add the demo data: three workspaces and a few hundred rows of each kind."""
    on = target()
    work = runner(on)
    try:
        if pending := len(work.migrations) - len(work.books.records()):
            raise UserError(f"Not everything is applied yet: {_files(pending)} to go.", "Run 'make migrate' first.")
        rows = seeds.seed(work.connection, ROOT / "seeds" / "demo", ROOT, work.limits)
    finally:
        work.books.close()
    if rows:
        table(sorted(rows.items()), ("seeded", "rows"))
    else:
        say("The demo data is there already.")


# -------------------------------------------------------------------- moving the data


def which() -> str | None:
    """Return a or b where WHICH names one of the legacy schemas."""
    value = os.environ.get("WHICH", "").lower()
    if value not in {"", "a", "b"}:
        raise UserError(f"WHICH={value[:20]} is neither A nor B.", "Say WHICH=A or WHICH=B, or leave it out for what is there.")
    return value or None


def from_elsewhere() -> str | None:
    """Return what SOURCE says, or None where it is left out; an empty one must not mean the database that is worked on."""
    given = os.environ.get("SOURCE")
    if given == "":
        raise UserError("SOURCE is empty.", "Name a database or a dump, or leave SOURCE out for the database that is worked on.")
    return given


def legacy_schema() -> str:
    """Return the schema that the legacy tables are in."""
    return os.environ.get("SCHEMA") or "public"


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


def consolidate() -> None:
    """Import what is captured, compare, and write the report of it."""
    out = reporting.place("consolidation")
    on = target()
    work, domain = runner(on), os.environ.get("DOMAIN") or None
    try:
        _stop_unless_migrated(work)
        rows = importing.consolidate(work, domain)
        note("comparing source and target …")
        checked = reconciling.validate(work, domain)
        found = reconciling.examples(work.connection)
        questions = answering.waiting(work.connection)
        report = reporting.write(work.connection, on, out)
    finally:
        work.books.close()
    say(f"{rows} rows went through on {on.describe()}.")
    if rejected := sum(one.rejected for one in checked):
        say(f"{rejected} wait in consolidation.rejects, each with its reason.")
    if questions:
        say(f"'make resolve' lists what waits for a human: {len(questions)} question{'s' * (len(questions) != 1)}.")
    reporting.say_written(report, out)
    reconciling.report(checked, found)


def write_report() -> None:
    """Write the report of the import as one HTML file."""
    out = reporting.place("consolidation")
    on = target()
    with on.connect() as connection:
        report = reporting.write(connection, on, out)
    reporting.say_written(report, out)


def validate() -> None:
    """Compare what was imported with what was captured."""
    work = runner(target())
    try:
        _stop_unless_migrated(work)
        checked = reconciling.validate(work, os.environ.get("DOMAIN") or None)
        found = reconciling.examples(work.connection)
    finally:
        work.books.close()
    reconciling.report(checked, found)


def _stop_unless_migrated(work: Runner) -> None:
    if pending := len(work.migrations) - len(work.books.records()):
        raise UserError(f"Not everything is applied yet: {_files(pending)} to go.", "Run 'make migrate' first.")


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


def resolve() -> None:
    """List what waits for a human, write it to a file to be filled in, or apply answers: one, or those of a file."""
    out, file = destination(os.environ.get("OUT")), os.environ.get("FILE")
    given = {name: os.environ.get(name) or "" for name in ("KIND", "KEY", "ANSWER")}
    if sum((out is not None, file is not None, any(given.values()))) > 1:
        raise UserError(
            "OUT, FILE and KIND say different things.", "Give one of them: OUT=file writes, FILE=file reads, KIND= KEY= ANSWER= is one."
        )
    if any(given.values()) and not all(given.values()):
        raise UserError(
            f"{' and '.join(name for name, value in given.items() if not value)} is missing.", "An answer is KIND=… KEY=… ANSWER=… BY=name."
        )
    answers = answering.from_csv(Path(file)) if file is not None else []
    if all(given.values()):
        answers = [answering.Answer(given["KIND"], given["KEY"], given["ANSWER"])]
    on = target()
    work = runner(on)
    try:
        if answers:
            _apply(work, answers)
        questions = answering.waiting(work.connection)
    finally:
        work.books.close()
    if out:
        deliver_to_owner(answering.as_csv(questions), out)
        say(f"{len(questions)} questions wait; fill in the last column of {out}, then 'make resolve FILE={out} BY=name'.")
        return
    if questions and not answers:
        table(
            [(one.kind, one.key, one.rows, visible(one.about), one.answers) for one in questions],
            ("kind", "key", "rows", "what it is", "answers"),
        )
        say()
        say("Answer one with KIND=… KEY=… ANSWER=… BY=name (KEY=all: each of that kind), or many with OUT=file and then FILE=file.")
    say(f"{len(questions)} questions wait." if questions else "Nothing waits for a human.")


def _apply(work: Runner, answers: list[answering.Answer]) -> None:
    number, again = answering.decide(work, answers, os.environ.get("BY") or "")
    say(f"{number} question{'s' * (number != 1)} answered, by {os.environ.get('BY')}.")
    if again:
        importing.consolidate(work, None)
        say("The rows that this is about, and all other rejected ones, were tried again.")


def accounts() -> None:
    """Write the list of accounts that the auth service is to make for people of B, or check that it has."""
    checks, out = flag("CHECK"), destination(os.environ.get("OUT"))
    if not checks and out is None:
        raise UserError("The list goes to a file that only its owner reads, and OUT names none.", "make accounts OUT=accounts.jsonl")
    work = runner(target())
    try:
        people = account_lists.accounts(work.connection)
    finally:
        work.books.close()
    if reasons := account_lists.left_out(people):
        table(reasons, ("left out because", "people"))
        say()
    if out:
        deliver_to_owner(account_lists.as_json_lines(people), out)
        number = sum(one.state == account_lists.TO_BE_MADE for one in people)
        say(f"{number} accounts to be made are in {out}, one a line, as POST /auth/v1/admin/users takes them. Then: make accounts CHECK=1.")
    if checks:
        absent = account_lists.missing(people)
        if absent:
            table([(one.user_id, visible(one.email), one.state) for one in absent], ("person", "address", "account"))
            raise UserError(
                f"{len(absent)} people of B have no account under their id and address.", "'make accounts OUT=file' lists those to be made."
            )
        say(f"All {sum(one.state == account_lists.IS_THERE for one in people)} accounts are there.")


def undo_consolidate() -> None:
    """Take back what the import wrote."""
    on = target()
    work = runner(on)
    try:
        done = undo(work, which(), force=flag("FORCE"))
    finally:
        work.books.close()
    table([(one.hybrid_table, one.deleted, one.restored) for one in done], ("table", "deleted", "as before"))
    say(f"Taken back on {on.describe()}. 'make consolidate' imports again; 'vacuum' gives the space of the deleted rows to others.")


def lint_db() -> None:
    """Run Supabase's linter over DATABASE_URL, or over what the files build on a throw-away server."""
    if url := os.environ.get("DATABASE_URL"):
        on = from_url(url)
        advisors.report(on, on.describe())
        return
    with throwaway_server() as server:
        built = server.target()
        build(built)
        advisors.report(built, f"what the files build on PostgreSQL {server.major}")


# -------------------------------------------------------------------- the legacy databases


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


# -------------------------------------------------------------------- what is made from other files


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


# -------------------------------------------------------------------- backups


def source() -> Target:
    """Return the database that SOURCE names, else the one that is worked on."""
    return from_url(given, "SOURCE") if (given := os.environ.get("SOURCE")) else target()


def jobs() -> int:
    """Return how many sessions may dump or restore at once."""
    return number("JOBS") or 2


def backup() -> None:
    """Back up SOURCE, or the database that is worked on."""
    backup_commands.backup(source(), jobs())


def verify_backup() -> None:
    """Restore a backup on a throw-away server, compare, and mark it as one that counts."""
    backup_commands.verify(jobs())


def restore() -> None:
    """Restore a backup into the database that is worked on, into the one at a URL, or into a new one."""
    to = os.environ.get("TO")
    if to is None:
        backup_commands.restore(target(), jobs())
    elif "://" in to:
        backup_commands.restore(from_url(to, "TO"), jobs())
    else:
        on = target()
        backup_commands.restore_as(on, to, jobs(), embedded() if on.embedded_major else None)


def write_comparison() -> None:
    """Make docs/legacy/comparison.md from the two lists of legacy columns."""
    legacy_page.write()
    say(f"{legacy_page.PAGE.relative_to(ROOT)} is made anew.")


def verify_comparison() -> None:
    """Stop where docs/legacy/comparison.md is not what the two lists say."""
    legacy_page.verify()
    say(f"{legacy_page.PAGE.relative_to(ROOT)} is what the lists say.")


COMMANDS: dict[str, Callable[[], None]] = {
    "start": start, "stop": stop, "reset": reset, "url": url, "psql": psql, "platform": platform,
    "migrate": migrate, "rollback": rollback, "status": status, "plan": plan, "verify": verify, "seed-demo": seed_demo,
    "inspect": inspect, "capture": capture, "release": release, "consolidate": consolidate,
    "validate": validate, "report": write_report, "rehearse": rehearse,
    "resolve": resolve, "accounts": accounts, "undo-consolidate": undo_consolidate,
    "lint-db": lint_db, "access": write_access, "verify-access": verify_access, "golden": write_golden,
    "backup": backup, "verify-backup": verify_backup, "restore": restore,
    "verify-golden": verify_golden,
    "compare": compare, "comparison": write_comparison, "verify-comparison": verify_comparison,
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
