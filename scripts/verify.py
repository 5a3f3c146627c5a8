"""Whether the files, the books and the live schema agree."""

from __future__ import annotations

from scripts.books import Books
from scripts.catalogue import Difference, differences, snapshot
from scripts.execute import Limits
from scripts.files import read_migrations
from scripts.runner import Runner
from scripts.scratch import scratch_database, server_like
from scripts.settings import ROOT


def faults(books: Books) -> list[tuple[str, str]]:
    """Return what is wrong between files and books: a sentence and what to do, for each file at fault."""
    known = {one.id: one for one in read_migrations(ROOT)}
    found = (Runner.fault(known.get(name), name, record) for name, record in books.records().items())
    return [fault for fault in found if fault]


def drift(books: Books) -> list[Difference]:
    """Compare the live schema with what the applied files build on a scratch copy."""
    applied = books.records().keys()
    with scratch_database(server_like(books.connection.info.server_version)) as target:
        copy = Books(target)
        try:
            Runner(copy, read_migrations(ROOT).filter(lambda one: one.id in applied), Limits(lock_timeout="10s")).migrate()
            wanted = snapshot(copy.connection)
        finally:
            copy.close()
    return differences(wanted, snapshot(books.connection))
