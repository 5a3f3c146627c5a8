"""Running the check of reconciliation, and what it found, for tests; and the lines of the lineage that it does not compare."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from scripts.target import Connection
from tests.consolidation.test_lineage import KEPT, Line

#: Rules by which the hybrid column is the same whatever the legacy column says.
WITHOUT_EFFECT = {"never_by_import", "tier_without_paid"}


class Finding(NamedTuple):
    """One example of what did not agree."""

    legacy_table: str
    kind: str
    legacy_key: str | None
    hybrid_table: str | None
    columns: tuple[str, ...]


def validate(connection: Connection, domain: str | None = None) -> list[tuple[Any, ...]]:
    """Compare, and return the result by legacy table."""
    return connection.execute("select * from consolidation.validate(%s)", (domain,)).fetchall()


def findings(connection: Connection) -> list[Finding]:
    """Return what the last check found."""
    rows = connection.execute(
        "select legacy_table, kind, legacy_key, hybrid_table, columns from consolidation.differences"
        " where validation = (select max(validation) from consolidation.reconciliation) order by 1, 2, 4, 3"
    )
    return [Finding(table, kind, key, hybrid, tuple(columns)) for table, kind, key, hybrid, columns in rows]


def columns_of_views(connection: Connection) -> dict[str, set[str]]:
    """Return the columns of each view of consolidation."""
    found: dict[str, set[str]] = {}
    for view, column in connection.execute(
        "select relname, attname from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0"
        " where relkind = 'v' and relnamespace = 'consolidation'::regnamespace"
    ):
        found.setdefault(view, set()).add(column)
    return found


@cache
def sources_of_views(connection: Connection) -> dict[str, set[str]]:
    """Return for each view of consolidation which columns of captured tables it is made of, as `a.users.email`, by whatever way.

    Asked once of a connection: no test changes those views.
    """
    direct: dict[str, set[tuple[str, str]]] = {}
    for view, relation, column in connection.execute(
        """
        select distinct view.relname, named.relname, attname
        from pg_class as view
        join pg_rewrite on ev_class = view.oid
        join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid and refclassid = 'pg_class'::regclass
        join pg_class as named on named.oid = refobjid and named.oid <> view.oid
        join pg_attribute on attrelid = named.oid and attnum = refobjsubid and attnum > 0
        where view.relkind = 'v' and view.relnamespace = 'consolidation'::regnamespace
        """
    ):
        direct.setdefault(view, set()).add((relation, column))

    def resolve(view: str, on_the_way: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for relation, column in direct.get(view, ()):
            if relation.startswith("read_"):
                schema, table = relation.removeprefix("read_").split("_", 1)
                found.add(f"{schema}.{table}.{'id' if column == 'legacy_key' else column}")
            elif relation not in on_the_way:
                # what is found once stands in a table: expected_posts is filled from found_posts_of_a and found_posts_of_b
                filled_from = [one for one in direct if one.startswith(relation.replace("expected_", "found_"))]
                for one in (relation, *filled_from):
                    found |= resolve(one, on_the_way | {relation, one})
        return found

    return {view: resolve(view, frozenset({view})) for view in direct}


def uncompared(connection: Connection, lineage: Iterable[Line]) -> list[str]:
    """Say which lines of the lineage no view compares and no reason excuses."""
    columns, sources = columns_of_views(connection), sources_of_views(connection)
    views: dict[str, list[str]] = {}
    keys: dict[str, str] = {}
    for hybrid, view, key in connection.execute("select hybrid_table, view_name, key_column from consolidation.expectations"):
        views.setdefault(hybrid, []).append(view)
        keys[view] = key
    for table, view in connection.execute("select legacy_table, view_name from consolidation.asides where kind = 'not kept'"):
        views.setdefault(f"consolidation.kept of {table}", []).append(view)
    excused = {
        (table, column) for table, column in connection.execute("select hybrid_table, hybrid_column from consolidation.not_compared")
    }
    faults = []
    for line in lineage:
        source = f"{line.legacy_schema.lower()}.{line.legacy_table}.{line.legacy_column}"
        place = line.hybrid_table
        if place in KEPT:
            place = f"consolidation.kept of {line.legacy_schema.lower()}.{line.legacy_table}"
        elif (line.hybrid_table, line.hybrid_column) in excused:
            continue
        if not any(
            (line.hybrid_table in KEPT or line.hybrid_column in columns[view] or line.hybrid_column == keys.get(view))
            and (source in sources.get(view, ()) or line.rule in WITHOUT_EFFECT)
            for view in views.get(place, ())
        ):
            faults.append(str(line))
    return faults
