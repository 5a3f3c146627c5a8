"""The numbered files: `make migrate`, `rollback`, `status`, `plan`, `verify`, `seed-demo`, `lint-db`."""

from __future__ import annotations

import os

from scripts import advisors, preflight, seeds
from scripts import plan as planning
from scripts import verify as verification
from scripts.commands.given import embedded, number, runner, target
from scripts.console import note, say, say_sql, table
from scripts.errors import UserError
from scripts.runner import Runner
from scripts.scratch import build, throwaway_server
from scripts.settings import ROOT, flag, query
from scripts.target import from_url


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


def stop_unless_migrated(work: Runner) -> None:
    """Raise where there are files to apply."""
    if pending := len(work.migrations) - len(work.books.records()):
        raise UserError(f"Not everything is applied yet: {_files(pending)} to go.", "Run 'make migrate' first.")


def _files(number: int) -> str:
    return f"{number} file{'s' * (number != 1)}"
