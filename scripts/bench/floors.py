"""The floor of an import: `create table as` with the same transforms, one for each hybrid table that a step writes.

It is made from the text of the transforms themselves, so that it cannot fall behind them. A transform is one statement: CTEs that decide,
then CTEs that insert. Each insert into a hybrid table becomes `create table floor.<step>_<n> as` with the CTEs before it and its select;
what is written for the books (ledger, kept, rejects, conflicts) is left out, and so are indexes, keys and whatever else an import costs.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from psycopg import sql

from scripts.target import Connection

_PART = re.compile(
    r"^  (?:with )?(?P<name>\w+) as (?:materialized |not materialized )?\(\n(?P<body>.*?)^  \)", flags=re.MULTILINE | re.DOTALL
)
_INSERT = re.compile(r"\s*insert into (?P<table>(?:public|secrets)\.\w+)\s*\((?P<columns>[^)]*)\)(?P<select>.*)", flags=re.DOTALL)
_CHANGES = re.compile(r"\s*(insert|update|delete|merge)\b")


@dataclass(frozen=True)
class Floor:
    """What one step's transform takes alone: the rows that it gives, and the seconds."""

    step: str
    rows: int
    seconds: float


def statements(source: str, name: str) -> list[str]:
    """Return the `create table as` statements of a transform, given its body as PostgreSQL keeps it.

    Where it writes one hybrid table that is one statement. Where it writes several, what it materializes is made a table once, and that
    stands for the first of them: to work it out again for each would make the floor too high.

    Raises:
        ValueError: the transform is not written as docs/consolidation.md prescribes.
    """
    parts = list(_PART.finditer(source))
    several = sum(_INSERT.fullmatch(part["body"]) is not None for part in parts) > 1
    before: list[str] = []
    made: list[str] = []
    inserts = 0

    def make(select: str, columns: str = "") -> str:
        table = f"floor.{name}_{len(made) + 1}"
        chain = f"with {', '.join(before)}\n" if before else ""
        made.append(f"create table {table}{columns} as {chain}{select};")
        return table

    for part in parts:
        body, is_materialized = part["body"], " as materialized (" in part[0].splitlines()[0]
        if insert := _INSERT.fullmatch(body):
            inserts += 1
            columns = f" ({', '.join(column.strip() for column in insert['columns'].split(','))})"
            select = re.split(r"^    (?:on conflict|returning)\b", insert["select"], flags=re.MULTILINE)[0]
            if not several or inserts > 1:
                make(select, columns)
            # others may read what it returns
            before.append(f"{part['name']}{columns} as (\n{select})")
        elif not _CHANGES.match(body):
            if several and is_materialized:
                body = f"table {make(body)}"
            before.append(f"{part['name']} as {'materialized ' if is_materialized and not several else ''}(\n{body})")
    if not made:
        raise ValueError(f"no insert into a hybrid table was found in the transform of {name}")
    return made


def measure(connection: Connection, step: str) -> Floor:
    """Time the statements of a step over the whole legacy table, and drop what they made.

    The import is through, so that the ledger and the tables that the transforms read are as they were for the step, or larger.
    """
    name = step.replace(".", "_")
    row = connection.execute("select prosrc from pg_proc where oid = to_regproc(%s)", (f"consolidation.import_{name}",)).fetchone()
    assert row is not None, step
    declared, _, body = row[0].partition("\nbegin\n")
    made = statements(body, name)
    connection.execute("create schema if not exists floor")
    connection.execute(
        sql.SQL("create function {}() returns void language plpgsql set work_mem = '64MB' set timezone = 'UTC' set jit = off as {}").format(
            sql.Identifier("floor", name), sql.Literal(f"{declared}\nbegin\n{''.join(made)}\nend")
        )
    )
    with connection.transaction():
        # all of the table is the batch
        for setting, value in (("first", "(0,0)"), ("past", "(4294967294,0)"), ("again", "no")):
            connection.execute("select set_config(%s, %s, true)", (f"consolidation.{setting}", value))
        started = time.perf_counter()
        connection.execute(sql.SQL("select {}()").format(sql.Identifier("floor", name)))
        seconds = time.perf_counter() - started
    rows = 0
    for number in range(1, len(made) + 1):
        table = sql.Identifier("floor", f"{name}_{number}")
        found = connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone()
        rows += found[0] if found else 0
        connection.execute(sql.SQL("drop table {}").format(table))
    return Floor(step, rows, seconds)
