"""A backup restored where the user wants it: into an empty database, or into a new one that gets its name when all is compared."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from psycopg import sql

from scripts import contents, overrides, shim
from scripts.backups import not_as_backed_up, structure_not_compared
from scripts.clients import client_major
from scripts.contents import Content, Table
from scripts.errors import UserError
from scripts.manifest import Backup, Manifest
from scripts.restore import MARKER, Facts, choose, differences, end_default_rights, load, make_database, make_schema
from scripts.settings import query
from scripts.target import Connection, Target, check_server

#: What Supabase keeps itself. In a database that has them they are left as they are, and only rows are loaded into them.
PLATFORM_SCHEMAS = frozenset({
    "_analytics", "_realtime", "_supavisor", "auth", "cron", "extensions", "graphql", "graphql_public", "net", "pgbouncer", "pgsodium",
    "pgsodium_masks", "realtime", "storage", "supabase_functions", "supabase_migrations", "vault",
})  # fmt: skip

# the books of Supabase's own migrations: those of the target stay as they are
_PLATFORM_BOOKS = frozenset({"schema_migrations", "migrations"})

_UNFINISHED = "_unfinished"
_LONGEST_NAME = 63  # bytes, of any name in PostgreSQL


@dataclass(frozen=True)
class Restored:
    """Where a backup was restored, and what of it was left out."""

    target: Target
    left_out: tuple[str, ...]


def restore(backup: Backup, target: Target, *, jobs: int = 2, force: bool = False) -> Restored:
    """Restore a backup into an empty database; it is marked as unfinished until it has been compared."""
    unproven = _check(backup, force=force)
    with target.connect() as connection:
        check_server(connection, target)
        contents.settle(connection)
        major = _client(connection, backup.manifest, target)
        _refuse_half_restored(connection, backup.manifest, target)
        _refuse_not_empty(connection, target)
        _refuse_other_encoding(connection, backup.manifest, target)
        _refuse_missing_roles(connection, backup.manifest, target)
        missing = _missing_extensions(connection, backup.manifest, target, force=force)
        facts, dropped = _facts(connection, backup.manifest, target, force=force)
        there = {one.schema for one in backup.manifest.extensions if one.name not in missing} | contents.own_schemas(connection).keys()
        plan = choose(backup, major, there, facts)
        _begin(connection, backup)
        end_default_rights(connection, backup, facts)
        _make_extensions(connection, backup.manifest, missing)
    load(backup, target, plan, jobs, major)
    with target.connect() as connection:
        if found := differences(connection, backup, plan):
            raise not_as_backed_up(f"{target.describe()}, where the schema {MARKER} stays as a mark,", found)
    left_out = (*plan.left_out, *dropped, *(f"extension {name}" for name in missing), *backup.outside(), *structure_not_compared(backup))
    with target.connect() as connection:
        connection.execute("analyze")
        if force and (unproven or left_out):
            what = (
                f"restored {backup.folder}"
                + (", which was not verified" if unproven else "")
                + "".join(f", without {one}" for one in left_out)
            )
            overrides.record(connection, "FORCE", what)
        with connection.transaction():
            connection.execute("drop table unfinished_restore.restore")
            connection.execute("drop schema unfinished_restore")
        if unproven and not dropped and not _is_source(connection, backup.manifest):
            backup.mark_verified(f"PostgreSQL {connection.info.server_version // 10000} at {target.host}", left_out)
    return Restored(target, left_out)


def restore_as(backup: Backup, server: Target, name: str, make: Callable[[str], Target], *, jobs: int = 2, force: bool = False) -> Restored:
    """Restore a backup into a new database, which gets its name when all is compared: nobody can take half of it for the whole.

    `server` is a database beside it, and `make` makes an empty database of the name that it is given.
    """
    draft = f"{name}{_UNFINISHED}"
    if len(draft.encode()) > _LONGEST_NAME or not name or name.endswith(_UNFINISHED):
        raise UserError(
            f"A new database cannot be called {name[:80]!r}.", f"Use a name of at most {_LONGEST_NAME - len(_UNFINISHED)} bytes."
        )
    _check(backup, force=force)
    with server.connect() as connection:
        there = {row[0] for row in connection.execute("select datname from pg_catalog.pg_database")}
    if name in there:
        raise UserError(f"There is a database {name} already.", "Give another name, or drop it first.")
    if draft in there:
        with server.with_database(draft).connect() as connection:
            state = _state(connection, backup.manifest)
        raise UserError(
            f"A restore into {name} was cut off: {state}, in the database {draft}.",
            f"Drop that with 'drop database \"{draft}\"', and run the same command again.",
        )
    done = restore(backup, make(draft), jobs=jobs, force=force)
    with server.connect() as connection:
        connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(name)))
    return replace(done, target=done.target.with_database(name))


def make_beside(server: Target, manifest: Manifest, name: str) -> Target:
    """Make a database on a server of the user's own."""
    with server.connect() as connection:
        make_database(connection, name, manifest, server.user)
    return server.with_database(name)


# -------------------------------------------------------------------- what is refused


def _check(backup: Backup, *, force: bool) -> bool:
    """Refuse a damaged backup, and one that was never restored unless forced; return whether it was forced."""
    backup.check_files()
    if backup.verified():
        return False
    if not force:
        raise UserError(
            f"{backup.folder} is not verified: it has never been restored and compared.",
            f"Run 'make verify-backup BACKUP={backup.folder}' first. FORCE=1 restores it nevertheless, and is recorded.",
        )
    return True


def _client(connection: Connection, manifest: Manifest, target: Target) -> int:
    """Return the version of pg_restore for the target; a dump does not go back to an older server."""
    version, here = manifest.source.version_number, connection.info.server_version
    if here // 10000 < version // 10000:
        raise UserError(
            f"The backup is of PostgreSQL {version // 10000}, and {target.describe()} is PostgreSQL {here // 10000}, which is older.",
            "Restore it on the same version or a newer one.",
        )
    return client_major(here)


def _refuse_half_restored(connection: Connection, manifest: Manifest, target: Target) -> None:
    schemas = contents.own_schemas(connection)
    if MARKER not in schemas:
        return
    if target.embedded_major:
        next_step = f"Run 'make reset PG_MAJOR={target.embedded_major}', which deletes that server, and then the same command again."
    else:
        drop = sql.SQL(", ").join(map(sql.Identifier, sorted({*schemas} - PLATFORM_SCHEMAS | {"public"}))).as_string(connection)
        next_step = (
            "Make the database anew; or empty it, accounts from the backup in auth.users too, and run the same command again:"
            f" drop schema {drop} cascade; create schema public authorization pg_database_owner; grant usage on schema public to public;"
        )
    raise UserError(f"A restore into {target.describe()} was cut off or differed: {_state(connection, manifest)}.", next_step)


def _state(connection: Connection, manifest: Manifest) -> str:
    """Say in words how much of a backup is in a database."""
    contents.look_at(connection, manifest.schemas)
    there = {(one.schema, one.name) for one in contents.tables(connection)} & {(one.schema, one.name) for one in manifest.tables}
    filled = sum(_has_rows(connection, *key) for key in there)
    expected = sum(one.rows > 0 for one in manifest.tables)
    return f"{len(there)} of {len(manifest.tables)} tables are there, and {filled} of {expected} that should have rows have some"


def _has_rows(connection: Connection, schema: str, name: str) -> bool:
    row = connection.execute(sql.SQL("select exists (select from only {})").format(sql.Identifier(schema, name))).fetchone()
    return bool(row and row[0])


def _refuse_not_empty(connection: Connection, target: Target) -> None:
    left_alone = PLATFORM_SCHEMAS if shim.is_platform(connection) else frozenset()
    connection.execute("select set_config('restore.platform', %s, false)", (",".join(left_alone),))
    found = [
        f"schema {schema} ("
        + ", ".join(
            f"{count} {word}" for count, word in ((relations, "tables and views"), (functions, "functions"), (types, "types")) if count
        )
        + ")"
        for schema, relations, functions, types in connection.execute(query("restore_not_empty"))
    ]
    if found:
        away = f"'make reset PG_MAJOR={target.embedded_major}' empties this one; or restore" if target.embedded_major else "Restore"
        raise UserError(
            f"{target.describe()} is not empty: {', '.join(found).replace(' ()', '')}.",
            f"{away} into a new database of the same server, TO=name, or into an empty one, TO=url.",
        )


def _refuse_other_encoding(connection: Connection, manifest: Manifest, target: Target) -> None:
    row = connection.execute("select pg_catalog.getdatabaseencoding()").fetchone()
    if not row or row[0] != manifest.source.encoding:
        raise UserError(
            f"The text in {target.describe()} is {row[0] if row else 'unknown'}, and in the backup {manifest.source.encoding}.",
            "Restore into a new database, TO=name: it is made with the encoding of the backup.",
        )


def _refuse_missing_roles(connection: Connection, manifest: Manifest, target: Target) -> None:
    there = {row[0] for row in connection.execute("select rolname from pg_catalog.pg_roles")}
    if missing := sorted({*manifest.roles, *manifest.schemas.values()} - there):
        make = " ".join(sql.SQL("create role {};").format(sql.Identifier(name)).as_string(connection) for name in missing)
        raise UserError(f"The server of {target.describe()} lacks roles of the backup: {', '.join(missing)}.", f"Make them first: {make}")


def _missing_extensions(connection: Connection, manifest: Manifest, target: Target, *, force: bool) -> frozenset[str]:
    places = connection.execute("select extname, nspname from pg_extension join pg_namespace as n on n.oid = extnamespace")
    installed: dict[str, str] = {row[0]: row[1] for row in places}
    available = {row[0] for row in connection.execute("select name from pg_catalog.pg_available_extensions")}
    for one in manifest.extensions:
        if installed.get(one.name, one.schema) != one.schema:
            raise UserError(
                f"The extension {one.name} is in the schema {installed[one.name]} here, and in {one.schema} in the backup.",
                f"Move it: alter extension {one.name} set schema {one.schema}.",
            )
    missing = frozenset(one.name for one in manifest.extensions) - available
    if missing and not force:
        raise UserError(
            f"The server of {target.describe()} lacks extensions of the backup: {', '.join(sorted(missing))}.",
            "Install them there, or restore elsewhere. FORCE=1 goes on without, as far as nothing needs them, and is recorded.",
        )
    return missing


# -------------------------------------------------------------------- what is there, and stays


def _facts(connection: Connection, manifest: Manifest, target: Target, *, force: bool) -> tuple[Facts, list[str]]:
    """Return what a target has and its role may do, and which rows are left out because the platform there does not take them."""
    row = connection.execute(query("restore_role")).fetchone()
    assert row is not None
    facts = Facts(row[0], row[1], frozenset(row[2]))
    platform = frozenset(contents.own_schemas(connection)) & PLATFORM_SCHEMAS
    if not platform or not shim.is_platform(connection):
        return facts, []
    contents.look_at(connection, sorted(platform))
    here = {(one.schema, one.name): one for one in contents.tables(connection)}
    writable, triggers, parents = set(), set(), {}
    for schema, name, may_write, refers_to, own_triggers in connection.execute(query("restore_platform")):
        parents[schema, name] = {(other[0], other[1]) for other in refers_to}
        triggers.update(own_triggers)
        if may_write:
            writable.add((schema, name))
    to_load, faults = set(), []
    mine = [one for one in manifest.tables if one.schema in platform and one.name not in _PLATFORM_BOOKS]
    for wanted in mine:
        key = (wanted.schema, wanted.name)
        if fault := _why_not(connection, wanted, here.get(key), may_write=key in writable):
            faults.append(f"{wanted.shown} ({fault})")
        elif wanted.rows:
            to_load.add(key)
    if faults and not force:
        raise UserError(
            f"{target.describe()} does not take all rows of Supabase's own tables: {', '.join(faults)}.",
            "Restore into a project of the same age without accounts of its own. FORCE=1 leaves these rows out, and is recorded.",
        )
    with suppress(CycleError):  # then the server will say which row lacks its parent
        parents = {key: parents[key] for key in TopologicalSorter(parents).static_order() if key in parents}
    keys = {(one.schema, one.name) for one in manifest.tables if one.schema in platform}
    return (
        replace(
            facts,
            platform=platform,
            to_load=tuple(key for key in parents if key in to_load),
            not_compared=frozenset(keys - to_load),
            triggers=frozenset(triggers),
            sequences=frozenset((schema, name) for schema, name, _, may_set in contents.sequences(connection) if may_set),
        ),
        faults,
    )


def _why_not(connection: Connection, wanted: Content, here: Table | None, *, may_write: bool) -> str | None:
    """Return why the rows of a table of the platform cannot be loaded, or None where they can or need not be."""
    if here is None:
        return f"not there, and {wanted.rows} rows in the backup" if wanted.rows else None
    if not here.readable:
        return "not to be read" if wanted.rows else None
    if _has_rows(connection, wanted.schema, wanted.name):
        return "has rows of its own"
    if not wanted.rows:
        return None
    if lacking := sorted(set(wanted.columns) - set(here.columns)):
        return f"without {', '.join(lacking)}"
    return None if may_write else "not to be written"


# -------------------------------------------------------------------- begin


def _begin(connection: Connection, backup: Backup) -> None:
    """Mark the database, before anything is put into it."""
    with connection.transaction():
        connection.execute(query("restore_marker"))
        connection.execute(
            "insert into unfinished_restore.restore (folder, manifest_sha256) values (%s, %s)", (str(backup.folder), backup.sha256)
        )


def _make_extensions(connection: Connection, manifest: Manifest, missing: Collection[str]) -> None:
    for one in manifest.extensions:
        if one.name not in missing:
            make_schema(connection, one.schema, manifest)
            connection.execute(
                sql.SQL("create extension if not exists {} schema {}").format(sql.Identifier(one.name), sql.Identifier(one.schema))
            )


def _is_source(connection: Connection, manifest: Manifest) -> bool:
    """Tell whether this is the very database that was backed up, which proves nothing."""
    row = connection.execute(query("backup_source")).fetchone()
    return row is not None and row[:2] == (manifest.source.server, manifest.source.oid)
