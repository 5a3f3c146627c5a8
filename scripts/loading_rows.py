"""A dump that someone else wrote, with its rows: passed on to the server as they are read, however many there are.

What is wanted is the tables of one schema and their rows, and these must come whole. Everything else (functions, policies, rights, tables
of other schemas) is made where it can be, and is told where it cannot.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from scripts.binaries import client_environment
from scripts.errors import UserError
from scripts.files import SqlFile
from scripts.loading import OF_OWNERS, OF_PG_DUMP, ROWS, Loading, as_script, begins_a_statement, is_archive, unreadable
from scripts.settings import query

#: How long a dump may be without getting on, in seconds: an index of many rows takes its time.
_PATIENCE = 3600

#: As many bytes of rows as are passed on at once.
_PORTION = 1 << 17

_NAME = r'(?:"(?:[^"]|"")+"|\w+)'
_OF_TABLES = re.compile(
    rf"(?:create\s+(?:unlogged\s+)?table(?:\s+if\s+not\s+exists)?|copy|insert\s+into|alter\s+table(?:\s+only)?(?=.*\sattach\s))"
    rf"\s+(?:(?P<schema>{_NAME})\s*\.\s*)?{_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_SYNTAX_ERROR = "42601"

# Each statement commits by itself, whoever owns a table reads all of it, and what an extension is for is no matter.
_PASSED_OVER = re.compile(
    r"(begin|commit|end|start\s+transaction|comment\s+on\s+extension)\b|alter\s+table\s.*\sforce\s+row\s+level\s+security",
    re.IGNORECASE | re.DOTALL,
)
_TAKES_BACK = re.compile(r"(rollback|abort|savepoint|prepare\s+transaction)\b", re.IGNORECASE)

#: Extensions that the embedded server lacks, and whose functions are called by defaults of legacy tables.
_LACKING = re.compile(
    rf'create\s+extension\s+(?:if\s+not\s+exists\s+)?"?(?:uuid-ossp|pgcrypto)"?(?:\s+with)?(?:\s+schema\s+(?P<schema>{_NAME}))?',
    re.IGNORECASE,
)
_CALLS_LACKING = re.compile(rf"({_NAME})\s*\.\s*(?:uuid_generate_v\w+|gen_random_uuid|gen_random_bytes)\s*\(", re.IGNORECASE)

_HEADER, _TRAILER = "-- PostgreSQL database dump\n", "-- PostgreSQL database dump complete\n"


@dataclass
class RowLoading(Loading):
    """A dump on its way into a database, with the rows; the tables of `schema` must come whole."""

    schema: str = "public"
    _reader: subprocess.Popen[bytes] | None = None

    @property
    def patience(self) -> int:
        """How long it may be without getting on, in seconds."""
        return _PATIENCE

    def run(self) -> None:
        """Run all statements and copy all rows; raises UserError where something of the schema's tables fails."""
        for schema in sorted({_bare(name) for name in _CALLS_LACKING.findall(self.file.bare)} | {"extensions"}):
            self._stand_in(schema)
        text, first, number = list[str](), 1, 0
        whole = SqlFile(self.file.path, self.file.shown, "")
        is_dump = is_complete = False
        with self._lines() as lines:
            for line in lines:
                number += 1
                words = line.decode()
                is_dump |= number < 5 and words == _HEADER
                is_complete |= words == _TRAILER
                if ROWS.match(words) and begins_a_statement("".join(text)):
                    self._statements("".join(text), first)
                    number += self._rows(words, lines, number)
                    text, first = [], number + 1
                else:
                    text.append("\n" if OF_PG_DUMP.match(words) else words)
            self._statements("".join(text), first)
        if is_dump and not is_complete:
            raise UserError(f"{whole.shown} is cut off: the end that pg_dump writes is missing.", "Make it anew.")

    def end(self) -> None:
        """End it from outside, and what reads the dump."""
        super().end()
        if self._reader:
            self._reader.kill()

    def provides(self, statement: str) -> bool:
        """Tell whether a statement asks for an extension that is at hand, or one that functions here stand in for."""
        if found := _LACKING.match(statement):
            self._stand_in(_bare(found["schema"] or "public"))
            return True
        return super().provides(statement)

    @contextmanager
    def _lines(self) -> Iterator[Iterator[bytes]]:
        """Open the file, or what pg_restore makes of it."""
        path = self.file.path
        if not is_archive(path):
            with path.open("rb") as file:
                if file.read(3) != b"\xef\xbb\xbf":
                    file.seek(0)
                yield iter(file)
            return
        with tempfile.TemporaryFile() as errors:
            process = self._reader = subprocess.Popen(
                as_script(path), env=client_environment(LC_ALL="C"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            )
            assert process.stdout is not None
            try:
                yield iter(process.stdout)
                status = process.wait()
            finally:
                process.stdout.close()
                process.terminate()
                process.wait()
            if status != 0:
                errors.seek(0)
                raise unreadable(self.file.shown, errors.read().decode(errors="replace"))

    def _statements(self, text: str, first: int) -> None:
        """Run the statements of a text that begins in a line."""
        for statement in SqlFile(self.file.path, self.file.shown, text).statements():
            self.moved = time.monotonic()
            line = first + statement.line - 1
            if _TAKES_BACK.match(statement.text):
                raise UserError(f"{self.file.shown}, line {line}: it takes back what it did.", "Give a dump that only makes things.")
            if OF_OWNERS.match(statement.text) or _PASSED_OVER.match(statement.text) or self.provides(statement.text):
                continue
            try:
                self.connection.execute(statement.text.encode())
            except (psycopg.Error, UnicodeError) as fault:
                self._failed(statement.text, line, fault)

    def _rows(self, statement: str, lines: Iterator[bytes], number: int) -> int:
        """Pass on the rows that follow a COPY; return how many lines they were. Those of a table that is not there are passed over."""
        taken, is_over = 0, False
        portion = bytearray()
        try:
            with self.connection.cursor().copy(statement.encode()) as copy:
                for line in lines:
                    taken += 1
                    if is_over := line.rstrip(b"\r\n") == b"\\.":
                        break
                    portion += line
                    if len(portion) >= _PORTION:
                        copy.write(bytes(portion))
                        portion.clear()
                        self.moved = time.monotonic()
                else:
                    raise UserError(f"{self.file.shown} is cut off in the rows that begin at line {number}.", "Make it anew.")
                copy.write(bytes(portion))
        except psycopg.Error as fault:
            self._failed(statement, number, fault)
            while not is_over and (line := next(lines, b"")):
                taken += 1
                is_over = line.rstrip(b"\r\n") == b"\\."
        return taken

    def _failed(self, statement: str, line: int, fault: Exception) -> None:
        """Note a statement that failed, or stop where something is lost with it."""
        said = " ".join(str(fault.diag.message_primary or fault if isinstance(fault, psycopg.Error) else fault).split())
        state = fault.sqlstate if isinstance(fault, psycopg.Error) else None
        found = _OF_TABLES.match(statement)
        is_of_the_schema = found is not None and _bare(found["schema"] or self.schema) == self.schema
        if self.connection.closed or state == _SYNTAX_ERROR or is_of_the_schema:
            raise UserError(
                f"{self.file.shown}, line {line}: {said}{f' [{state}]' if state else ''}",
                "It is loaded by a role without rights, on an embedded server with the extension vector and no other; restore it where it "
                "can be, and give that database: SOURCE=postgres://…",
            ) from None
        if state != "42P06":  # a schema that was there before the dump made it
            self.left_out[(" ".join(statement.lower().split()[:2]), said)] += 1

    def _stand_in(self, schema: str) -> None:
        """Make functions that stand in for those of an extension that the server lacks; as an extension's, they are nobody's own."""
        found = self.admin.execute("select oid from pg_catalog.pg_namespace where nspname = %s", (schema,)).fetchone()
        if not found:
            return
        try:
            with self.connection.transaction():
                self.connection.execute(sql.SQL("set local search_path = {}").format(sql.Identifier(schema)))
                self.connection.execute(query("guest_stand_ins"))
        except psycopg.Error:  # a schema that is not the guest's, or functions of the dump's own
            return
        made = self.admin.execute(
            "select format('%%I.%%I(%%s)', %s::text, proname, pg_get_function_identity_arguments(oid)) from pg_catalog.pg_proc as routine"
            " where pronamespace = %s and proname ~ '^(uuid_generate_v|gen_random_)'"
            " and not exists (select from pg_catalog.pg_depend as tie where tie.objid = routine.oid and tie.deptype = 'e')",
            (schema, found[0]),
        )
        for (name,) in made.fetchall():
            self.admin.execute(f"alter extension plpgsql add function {name}".encode())


def _bare(name: str) -> str:
    """Return a name without its quotes, as the catalogue has it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
