"""People and workspaces of A and B for tests of what belongs to them, and short ways to look at what an import made of a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from scripts.target import Connection
from tests.consolidation.small import add, begun, create_legacy, run_all, take, uid

#: People. Ann and Bob are A's; Ann is known to B under another id. Ben, Cat and Dan are B's alone.
ANN, BOB, ANN_IN_B, BEN, CAT, DAN = uid(1), uid(2), uid(5), uid(6), uid(7), uid(8)

#: Workspaces. Ann has two in A, of which B knows the first as hers too; Bob has one, Ben one, Cat two, the second by default, Dan none.
ANNS, ANNS_SECOND, BOBS, BENS, CATS, CATS_DEFAULT = uid(11), uid(12), uid(13), uid(16), uid(17), uid(18)

#: A person, or a workspace, that nobody has.
NOBODY, NOWHERE = uid(98), uid(99)

#: When rows were made that say it, and the start of the first import, which stands for times that nobody wrote down.
MADE, CHANGED, BEGUN = "2025-03-01T10:00:00+00:00", "2025-03-02T10:00:00+00:00", "2026-01-01T00:00:00+00:00"

DAY = {"created_at": MADE, "updated_at": CHANGED}


def settle(connection: Connection, which: str = "ab") -> None:
    """Make A and B, in old_a and old_b, with people and workspaces, and no import begun at a known time."""
    if "a" in which:
        create_legacy(connection, "a", "old_a")
        people_of_a(connection, "old_a")
    if "b" in which:
        create_legacy(connection, "b", "old_b")
        people_of_b(connection, "old_b")
    begun(connection, BEGUN)


def people_of_a(connection: Connection, schema: str) -> None:
    """Put A's people and workspaces into a schema."""
    add(connection, schema, "users", {"id": ANN, "email": "ann@x.org", **DAY}, {"id": BOB, "email": "bob@x.org", **DAY})
    connection.execute("insert into auth.users (id, email, email_confirmed_at, is_sso_user) values (%s, 'ann@x.org', now(), false)", (ANN,))
    # what signing up has made
    connection.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    for workspace, owner in ((ANNS, ANN), (ANNS_SECOND, ANN), (BOBS, BOB)):
        add(connection, schema, "workspaces", {"id": workspace, "name": "Of A", "owner_id": owner, **DAY})


def people_of_b(connection: Connection, schema: str) -> None:
    """Put B's people and workspaces into a schema."""
    for person, name in ((ANN_IN_B, "ann"), (BEN, "ben"), (CAT, "cat"), (DAN, "dan")):
        add(connection, schema, "users", {"id": person, "email": f"{name}@x.org", **DAY})
    for workspace, owner in ((ANNS, ANN_IN_B), (BENS, BEN), (CATS, CAT), (CATS_DEFAULT, CAT)):
        default = {"is_default": workspace == CATS_DEFAULT}
        add(connection, schema, "workspaces", {"id": workspace, "name": "Of B", "owner_id": owner, "metadata": default, **DAY})


def import_all(connection: Connection, which: str = "ab", batch_rows: int = 50_000) -> None:
    """Capture what settle() made, and import it."""
    for letter in which:
        take(connection, letter, f"old_{letter}")
    connection.commit()
    run_all(connection, batch_rows=batch_rows)


def start_anew(connection: Connection) -> None:
    """Take back what an import wrote, all of it."""
    connection.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    # what belongs to no workspace, or to the platform's own
    connection.execute("delete from public.avatar_profiles; delete from public.social_platforms")
    for table in ("ledger", "ledger_targets", "rejects", "kept", "conflicts", "progress", "places", "runs", "taken", "auth_addresses"):
        connection.execute(f"delete from consolidation.{table}".encode())
    begun(connection, BEGUN)
    connection.commit()


def became(connection: Connection, legacy_table: str, key: str, columns: str = "*") -> dict[str, Any] | None:
    """Return the hybrid row that a legacy row became, times as JSON has them; None where it was rejected."""
    line = connection.execute(
        "select step.hybrid_tables[1], line.hybrid_id from consolidation.ledger as line join consolidation.steps as step"
        " on step.step = line.legacy_table where line.legacy_table = %s and line.legacy_key = %s",
        (legacy_table, key),
    ).fetchone()
    assert line, f"{legacy_table} {key} has no line in the ledger"
    if line[1] is None:
        return None
    connection.execute("set timezone = 'UTC'")
    row = connection.execute(
        sql.SQL("select to_jsonb(found) from (select {} from {} where id = %s) as found").format(
            sql.SQL(columns),
            sql.Identifier(*line[0].split(".")),
        ),
        (line[1],),
    ).fetchone()
    assert row, f"{legacy_table} {key} should be {line[1]}"
    return dict(row[0])


def value(connection: Connection, legacy_table: str, key: str, column: str) -> Any:
    """Return what a column of that row holds."""
    row = became(connection, legacy_table, key, column)
    assert row is not None, f"{legacy_table} {key} was rejected: {why(connection, legacy_table, key)}"
    return row[column]


def values(connection: Connection, legacy_table: str, keys: Mapping[str, object], column: str) -> dict[str, Any]:
    """Return what a column holds in the rows that some legacy rows became; of a rejected one, why."""
    found = {}
    for key in keys:
        row = became(connection, legacy_table, key, column)
        found[key] = why(connection, legacy_table, key) if row is None else row[column]
    return found


def why(connection: Connection, legacy_table: str, key: str) -> str | None:
    """Return what the ledger gives as the reason."""
    row = connection.execute(
        "select reason from consolidation.ledger where legacy_table = %s and legacy_key = %s", (legacy_table, key)
    ).fetchone()
    return row[0] if row else None


def kept(connection: Connection, legacy_table: str) -> dict[tuple[str, str], Any]:
    """Return the originals that were kept of a legacy table, by key and column."""
    rows = connection.execute(
        "select legacy_key, legacy_column, value from consolidation.kept where legacy_table = %s order by 1, 2", (legacy_table,)
    )
    return {(key, column): original for key, column, original in rows}
