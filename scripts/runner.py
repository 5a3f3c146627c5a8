"""Applying the numbered files and taking them back, on yoyo's books."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import psycopg
from yoyo.migrations import MigrationList

from scripts import losses
from scripts.books import Books, Record
from scripts.console import note
from scripts.errors import UserError
from scripts.execute import LOCK_NOT_AVAILABLE, Limits, StatementFailed, advice, execute_file, run_in_transaction, set_limits, settle
from scripts.files import NumberedMigration, SqlFile
from scripts.target import Connection

#: What runs inside the transaction of a file, after it and before the commit: `make plan` looks at the locks there.
Watcher = Callable[[Connection, NumberedMigration], None]


@dataclass
class Runner:
    """The runner on one database: what there is in files, what the books say, and how to get from one to the other."""

    books: Books
    migrations: MigrationList
    limits: Limits = field(default_factory=Limits)
    lock_wait: float = 60
    out_of_order: bool = False
    #: How far the last call of migrate or rollback came, whatever happened to it: files with their milliseconds, and files taken back.
    applied: list[tuple[NumberedMigration, int]] = field(default_factory=list)
    taken_back: list[NumberedMigration] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        """The session that does the work and holds the lock."""
        connection: Connection = self.books.connection
        return connection

    # ---------------------------------------------------------------- what is

    def audit(self) -> dict[str, Record]:
        """Return the applied files after comparing files and books; raises UserError with the name of the file at fault."""
        records = self.books.records()
        known = {migration.id: migration for migration in self.migrations}
        for name, record in records.items():
            if fault := self.fault(known.get(name), name, record):
                raise UserError(*fault)
        for migration in self.migrations:
            if migration.down is None:
                raise UserError(
                    f"{migration.up.shown} has no rollback.", f"Write rollback/{migration.up.path.name}: no file without a way back."
                )
        applied = [one.number for one in self.migrations if one.id in records and not one.up.stands_alone]
        late = [one for one in self.migrations if one.id not in records and applied and one.number < max(applied)]
        if late and not self.out_of_order:
            raise UserError(
                f"{late[0].up.shown} is new, but {max(applied):04d}, which comes after it, is applied already.",
                "Give it a number above that, or allow it with OUT_OF_ORDER=1.",
            )
        return records

    @staticmethod
    def fault(migration: NumberedMigration | None, name: str, record: Record) -> tuple[str, str] | None:
        """Return what is wrong between an applied file and the books, and what to do about it; None where all is well."""
        if migration is None:
            return f"{name}.sql is applied, and its file is missing.", "Bring it back from version control."
        if migration.down is None:
            return f"rollback/{name}.sql is missing, and {name} is applied.", "Bring it back from version control."
        if not record.checksum:
            return f"{name} was marked by yoyo itself, without a checksum.", "Unmark it with yoyo, and run 'make migrate'."
        for file, checksum in ((migration.up, record.checksum), (migration.down, record.rollback_checksum)):
            if file.checksum != checksum:
                return (
                    f"{file.shown} was edited after it was applied.",
                    "Put back what was applied, and make the change in a new file.",
                )
        return None

    def position(self) -> str:
        """Return the number of the last applied file, or words for none."""
        applied = sorted(self.books.records())
        return applied[-1] if applied else "nothing"

    # ---------------------------------------------------------------- there

    def migrate(self, to: int | None = None, watch: Watcher | None = None, *, alone: bool = False) -> list[tuple[NumberedMigration, int]]:
        """Apply what is not applied, up to number `to`, or only what stands alone; return each file with the milliseconds that it took."""
        self.applied = []
        with self._session():
            records = self.audit()
            for migration in self.migrations:
                wanted = migration.up.stands_alone if alone else to is None or migration.number <= to
                if migration.id not in records and wanted:
                    migration.up.check()
                    self.applied.append((migration, self._apply(migration, watch)))
        return self.applied

    def _apply(self, migration: NumberedMigration, watch: Watcher | None) -> int:
        started = time.monotonic()

        def elapsed() -> int:
            return round((time.monotonic() - started) * 1000)

        if not migration.up.transactional:
            self._outside(migration, migration.up, "apply")
            with self.connection.transaction():
                self.books.record(migration, {}, elapsed())
                self._finished(migration)
            return elapsed()

        def work() -> None:
            counted = losses.inserted_so_far(self.connection) if migration.up.may_bring_rows else None
            run_in_transaction(self.connection, migration.up, self.limits)
            if watch:
                watch(self.connection, migration)
            brought = {} if counted is None else losses.rows_inserted(self.connection, counted)
            self.books.record(migration, brought, elapsed())

        self._patiently(migration.up, work)
        return elapsed()

    # ---------------------------------------------------------------- and back

    def rollback(self, *, steps: int | None = None, to: int | None = None, force: bool = False) -> list[NumberedMigration]:
        """Take back the last `steps` files, or all above number `to`; return them in the order in which they went.

        All of them are weighed before the first one goes: raises UserError where rows would be lost, unless `force`, which says
        what is lost and goes on.
        """
        self.taken_back = []
        if not self.books.exist:
            return self.taken_back
        with self._session():
            records = self.audit()
            applied = [one for one in reversed(self.migrations) if one.id in records]
            # what stands alone may have been applied before all others, so it goes after them
            above = sorted((one for one in applied if to is not None and one.number > to), key=lambda one: one.up.stands_alone)
            chosen = applied[:steps] if to is None else above
            for migration in chosen:
                migration.down.check()
            if len(chosen) > 1:  # a single one is weighed as it goes
                self._weigh(self._losses(chosen, records), force)
            for migration in chosen:
                self._take_back(migration, records[migration.id].rows_inserted, force)
                self.taken_back.append(migration)
        return self.taken_back

    def _losses(self, chosen: list[NumberedMigration], records: dict[str, Record]) -> dict[str, list[str]]:
        """Return what each of these rollbacks would lose, by running them in one transaction that is rolled back.

        Only up to the first that runs outside a transaction; what comes after that one is weighed as it goes.
        """
        lost: dict[str, list[str]] = {}

        def work() -> None:
            lost.clear()
            with self.connection.transaction() as trial:
                for migration in chosen:
                    set_limits(self.connection, self.limits)  # each file settles the session after it
                    down = migration.down
                    assert down is not None
                    if not down.transactional:
                        break
                    run = partial(run_in_transaction, self.connection, down, self.limits)
                    lost[down.shown] = losses.measure(self.connection, run, records[migration.id].rows_inserted)
                raise psycopg.Rollback(trial)

        assert chosen[0].down is not None
        self._patiently(chosen[0].down, work)
        return lost

    def _take_back(self, migration: NumberedMigration, brought: dict[str, int], force: bool) -> None:
        down = migration.down
        assert down is not None
        if not down.transactional:
            self._outside(migration, down, "rollback")
            with self.connection.transaction():
                self.books.forget(migration)
                self._finished(migration)
            return

        def work() -> None:
            set_limits(self.connection, self.limits)
            lost = losses.measure(self.connection, partial(run_in_transaction, self.connection, down, self.limits), brought)
            self._weigh({down.shown: lost}, force)
            self.books.forget(migration)

        self._patiently(down, work)

    @staticmethod
    def _weigh(lost: dict[str, list[str]], force: bool) -> None:
        losing = [f"{name} would lose {', '.join(phrases)}." for name, phrases in lost.items() if phrases]
        if losing and not force:
            raise UserError("\n       ".join(losing), "Save them first, with pg_dump, then say FORCE=1 to lose them.")
        for sentence in losing:
            note(f"FORCE=1 was given: {sentence}")

    # ---------------------------------------------------------------- how

    @contextmanager
    def _session(self) -> Iterator[None]:
        """Hold the lock, have the books open, and clean up after a run that was killed outside a transaction."""
        with self.books.lock(self.lock_wait):
            self.books.open()
            known = {migration.id: migration for migration in self.migrations}
            for name, direction in self.books.unfinished().items():
                migration = known.get(name)
                if migration is None or migration.down is None:
                    raise UserError(f"{name}.sql was cut off by a killed run, and its rollback is missing.", "Bring it back.")
                note(f"{migration.up.shown} was cut off: cleaning up with its rollback.")
                if direction == "rollback":
                    self._outside(migration, migration.down, "rollback")
                else:
                    set_limits(self.connection, None)
                    self._clean_up(migration)
                    settle(self.connection)
                with self.connection.transaction():
                    if direction == "rollback":
                        self.books.forget(migration)
                    self._finished(migration)
            yield

    def _outside(self, migration: NumberedMigration, file: SqlFile, direction: str) -> None:
        """Run a file of one statement outside a transaction, noted as unfinished until the caller has recorded it."""
        self.connection.execute(
            "insert into runner.unfinished (migration_id, direction, indexes_before)"
            " values (%s, %s, array(select indexrelid from pg_catalog.pg_index)) on conflict (migration_id) do nothing",
            (migration.id, direction),
        )
        set_limits(self.connection, None)
        try:
            execute_file(self.connection, file)
        except StatementFailed as fault:
            if direction == "apply":
                try:
                    self._clean_up(migration)
                    self._finished(migration)
                except UserError as second:  # the first error is the one to mend
                    note(f"Cleaning up failed as well, and is left to the next run: {second.sentence}")
            elif fault.sqlstate.startswith("42"):  # refused before it did anything
                self._finished(migration)
            raise
        finally:
            if not self.connection.closed:
                settle(self.connection)

    def _clean_up(self, migration: NumberedMigration) -> None:
        """Run the rollback of a file outside a transaction that did not get to its end, if it left an index.

        An index of the same name that was there before is somebody's own, and the reason why the file failed.
        """
        left = self.connection.execute(
            "select exists (select from pg_catalog.pg_index where indexrelid <> all (indexes_before)) from runner.unfinished"
            " where migration_id = %s",
            (migration.id,),
        ).fetchone()
        if left and left[0] and migration.down is not None:
            execute_file(self.connection, migration.down)

    def _finished(self, migration: NumberedMigration) -> None:
        self.connection.execute("delete from runner.unfinished where migration_id = %s", (migration.id,))

    def _patiently(self, file: SqlFile, work: Callable[[], None]) -> None:
        """Do the work in a transaction; where it did not get a lock, leave the queue, let others pass, and try again."""
        for attempt in range(1, self.limits.lock_attempts + 1):
            try:
                with self.connection.transaction():
                    work()
                return
            except StatementFailed as fault:
                if fault.sqlstate != LOCK_NOT_AVAILABLE or attempt == self.limits.lock_attempts:
                    raise
            except psycopg.errors.LockNotAvailable as fault:
                if attempt == self.limits.lock_attempts:
                    raise StatementFailed(
                        f"{file.shown} did not get its lock within {self.limits.lock_timeout} [{LOCK_NOT_AVAILABLE}].",
                        advice(LOCK_NOT_AVAILABLE),
                        LOCK_NOT_AVAILABLE,
                    ) from fault
            pause = min(2**attempt / 2, 15)
            note(f"{file.shown} did not get its lock within {self.limits.lock_timeout}; again in {pause:.0f} s.")
            time.sleep(pause)
