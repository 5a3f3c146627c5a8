"""What a plan says of row-level security: sequential scans, what runs once a row, and conditions that an index no longer serves.

A request is explained as whoever sends it and as the owner of the schema, whom no policy binds, with a plan for its values and with one
for any. What an index serves for the owner it must serve for the sender. What does not show in a plan, such as the statements of a
function, is counted by the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from scripts.bench.requests import Request, Sender, literally, parameters, positional, statement
from scripts.target import Connection

Node = Mapping[str, Any]

#: How PostgreSQL plans a prepared statement: for the values at hand, or for any.
MODES = ("force_custom_plan", "force_generic_plan")

#: Where a plan evaluates something for each row.
_CONDITIONS = ("Filter", "Index Cond", "Recheck Cond", "Join Filter", "Hash Cond", "Merge Cond")

#: A function for clients asks by itself, and the planner may ask once more, to know how many workspaces there are.
_BESIDES = 2

#: A function of ours, or a setting of the request, in such a place. An InitPlan has them in a place of its own.
_ASKED_A_ROW = re.compile(r"\b(private|public|auth|bench)\.\w+\(|current_setting\(")

_SCANNED = "select relid::regclass::text, seq_scan from pg_stat_xact_user_tables where schemaname in ('public', 'partitions')"

_CALLED = "select funcid::regproc::text, calls from pg_stat_xact_user_functions where schemaname in ('private', 'bench')"


@dataclass(frozen=True)
class Explained:
    """A plan that was carried out, the tables that were read from one end to the other meanwhile, and the functions that were called."""

    plan: Node
    scanned: Mapping[str, int]
    called: Mapping[str, int]


def explain(connection: Connection, request: Request, sender: Sender | None, mode: str) -> Explained:
    """Carry a request out and undo it: as its sender, or as the owner of the schema where there is none."""
    values = parameters(request, sender or Sender(""))
    text, arguments = positional(request.answer, values)
    with connection.transaction(force_rollback=True):
        connection.execute("select set_config('plan_cache_mode', %s, true)", (mode,))
        if sender:
            connection.execute(literally(statement("settings"), values))
        connection.execute("deallocate all")
        connection.execute(sql.SQL("prepare asked as ") + sql.SQL(text))
        execute = sql.SQL("execute asked ({})").format(sql.SQL(", ").join(map(sql.Literal, arguments)))
        before = _counts(connection, _SCANNED), _counts(connection, _CALLED)
        row = connection.execute(sql.SQL("explain (analyze, timing off, costs off, format json) ") + execute).fetchone()
        after = _counts(connection, _SCANNED), _counts(connection, _CALLED)
    assert row is not None
    return Explained(row[0][0]["Plan"], _more(before[0], after[0]), _more(before[1], after[1]))


def complaints(connection: Connection, request: Request, sender: Sender) -> list[str]:
    """Return all that row-level security spoils of a request's plans."""
    return [
        f"{request.what}, {'named' if sender.workspace else 'unnamed'}, {mode.split('_')[1]}: {complaint}"
        for mode in MODES
        for complaint in _complaints(explain(connection, request, sender, mode), explain(connection, request, None, mode))
    ]


def _complaints(with_policies: Explained, without: Explained) -> Iterator[str]:
    yield from (f"reads {table} from one end to the other" for table in with_policies.scanned)
    nodes = list(_walk(with_policies.plan))
    asked = sum(node.get("Parent Relationship") == "InitPlan" for node in nodes)
    for node in nodes:
        if node["Node Type"].endswith("Seq Scan"):
            yield f"has a sequential scan of {node['Relation Name']}"
        if node.get("Parent Relationship") == "SubPlan":
            yield f"has {node['Subplan Name']}, which is no InitPlan"
        for place in _CONDITIONS:
            if _ASKED_A_ROW.search(condition := node.get(place, "")):
                yield f"asks for each row of {node.get('Alias', '?')}: {condition}"
    for function, calls in with_policies.called.items():
        if calls > asked + _BESIDES:
            yield f"calls {function} {calls} times, for {asked} InitPlans"
    served = _served(with_policies.plan)
    for alias, columns in _served(without.plan).items():
        # one row by its key is one row, with or without more conditions
        if lost := columns - served.get(alias, set()) - ({"workspace_id"} if "id" in served.get(alias, set()) else set()):
            yield f"no index serves {' and '.join(sorted(lost))} of {alias} any more"


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)


def _served(node: Node, alias: str = "") -> dict[str, set[str]]:
    """Return the columns that index conditions hold to something, by alias; a bitmap's stand below the scan that has the alias."""
    alias = node.get("Alias", alias)
    found: dict[str, set[str]] = {}
    if condition := node.get("Index Cond"):
        # partitions of one table are numbered
        found[re.sub(r"_\d+$", "", alias)] = set(re.findall(r"\(+(\w+) (?:=|<=?|>=?|~\S+) ", condition))
    for child in node.get("Plans", ()):
        for name, columns in _served(child, alias).items():
            found[name] = found.get(name, set()) | columns
    return found


def _counts(connection: Connection, query: str) -> dict[str, int]:
    # as the owner: a client may not see what is in private
    with connection.transaction():
        role = connection.execute("select current_setting('role')").fetchone()
        connection.execute("set local role none")
        counts: dict[str, int] = dict(connection.execute(query.encode()).fetchall())
        assert role is not None
        connection.execute("select set_config('role', %s, true)", role)
    return counts


def _more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    return {name: count - before.get(name, 0) for name, count in after.items() if count > before.get(name, 0)}
