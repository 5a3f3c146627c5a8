"""What a database must have before a file is applied to it."""

from __future__ import annotations

from scripts.errors import UserError
from scripts.restore import MARKER
from scripts.settings import query
from scripts.shim import is_platform
from scripts.target import Connection, Target


def check(connection: Connection, target: Target) -> None:
    """Refuse a database without Supabase's platform or without pgvector, and one where vector is in the wrong schema."""
    half = connection.execute("select to_regnamespace(%s) is not null", (MARKER,)).fetchone()
    if half and half[0]:
        raise UserError(
            f"{target.describe()} is half restored: it has the schema {MARKER}.",
            "Run 'make restore' again, which says what is there and how to go on.",
        )
    row = connection.execute(query("vector")).fetchone()
    assert row is not None
    installed, schema, available = row
    if not installed and not available:
        raise UserError(
            f"The server at {target.describe()} does not have pgvector.",
            "Install pgvector 0.8 or newer on it (Debian: postgresql-NN-pgvector); on Supabase it is there.",
        )
    if not is_platform(connection):
        raise UserError(
            f"{target.describe()} is not a Supabase database: there is no auth.users, or a role of the API is missing.",
            "Run 'make platform' to prepare it as Supabase would; it makes roles, so do it on purpose.",
        )
    version = installed or available
    if tuple(int(part) for part in version.split(".")[:2]) < (0, 8):
        raise UserError(
            f"pgvector {version} is too old; 0.8 or newer is needed.",
            "Upgrade it: 'alter extension vector update' once the server has the newer files.",
        )
    if installed and schema != "extensions":
        raise UserError(
            f"The extension vector is in the schema {schema}, where it would be served to clients.",
            "Move it: 'create schema if not exists extensions; alter extension vector set schema extensions'.",
        )
