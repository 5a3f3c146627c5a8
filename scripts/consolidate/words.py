"""The words that the import knows: the value map of the target, which a DBA may have edited, else the one that the files build."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.console import note
from scripts.scratch import build, throwaway_server
from scripts.target import Connection, Target


def known_words(present: Target | None) -> Mapping[str, set[str]]:
    """Return the words by hybrid column (table.column), those of platforms under `platform`."""
    if present:
        with present.connect(application="hybrid-schema (reads only)") as connection:
            connection.execute("set default_transaction_read_only = on")
            if found := _read(connection):
                return found
    note("The words that the import knows are read from a schema built for it, since there is none in the database that is worked on.")
    with throwaway_server() as server:
        target = server.target()
        build(target)
        with target.connect() as connection:
            return _read(connection)


def _read(connection: Connection) -> dict[str, set[str]]:
    there = connection.execute("select to_regclass('consolidation.value_map') is not null").fetchone()
    found: dict[str, set[str]] = {}
    if there and there[0]:
        for column, word in connection.execute("select hybrid_column, word from consolidation.value_map"):
            found.setdefault(column, set()).add(word)
    return found
