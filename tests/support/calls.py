"""Which functions the tests have called, counted by the server itself (track_functions), over all workers and databases."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.target import Connection

# Functions in SQL are often inlined, and then not counted: tests/tools/test_docs.py looks for those by name. A call that ends in an
# error is not counted either, so those that do nothing but raise are left out: their error code must be in a test.
# By name and number of arguments: how their types are written depends on the path, and on where an extension is.
_OURS = r"""
select format('%s.%s/%s', routine.pronamespace::regnamespace, routine.proname, routine.pronargs), coalesce(calls.calls, 0) > 0
from pg_proc as routine
join pg_language as language on language.oid = routine.prolang and language.lanname = 'plpgsql'
left join pg_stat_user_functions as calls on calls.funcid = routine.oid
where routine.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'consolidation'::regnamespace)
  and routine.prosrc !~ '^\s*begin\s+raise exception [^;]*;\s*end\s*$'
"""


def record(connection: Connection, folder: Path) -> None:
    """Note which functions of a database exist and which were called, in files of this process."""
    connection.execute("select pg_stat_force_next_flush()")
    connection.execute("select pg_stat_clear_snapshot()")
    with (folder / f"functions-{os.getpid()}").open("a") as file:
        for name, called in connection.execute(_OURS.encode()):
            file.write(f"{int(called)} {name}\n")


def never_called(folder: Path) -> list[str]:
    """Return the functions that no process has called."""
    lines = {line for path in folder.glob("functions-*") for line in path.read_text().splitlines()}
    return sorted({line[2:] for line in lines} - {line[2:] for line in lines if line.startswith("1")})
