"""A backup restored on a throw-away server, where it can be compared and where what somebody put into it harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql

from scripts import contents, shim
from scripts.clients import client_major
from scripts.errors import UserError
from scripts.manifest import Backup, Manifest
from scripts.restore import Facts, Plan, choose, end_default_rights, load, make_database, make_schema
from scripts.scratch import bare_server
from scripts.target import Connection, Target

_DATABASE = "restored"


@dataclass(frozen=True)
class Copy:
    """A restored database, seen as its superuser, and what of the backup it does not show."""

    target: Target
    plan: Plan
    major: int
    missing: tuple[str, ...]  # extensions


@contextmanager
def scratch_copy(backup: Backup, jobs: int) -> Iterator[Copy]:
    """Restore a backup on a server of its own, which is gone afterwards.

    No statement from the backup is run by a superuser: whoever could write a function in the source would else be one here, and with
    that could run programs as this user. The role that restores is called as the one that made the backup, and may act as each of its
    roles, none of which can do more than it can.
    """
    manifest = backup.manifest
    major = client_major(manifest.source.version_number)
    with bare_server(major, int(manifest.source.bytes * 1.2)) as server:
        main = replace(server.target(role=server.superuser), variable="the throw-away server")
        copy, builder = main.with_database(_DATABASE), f"{server.superuser}_builder"
        with main.connect() as admin:
            restorer = _make_roles(admin, replace(copy, user=manifest.source.role), manifest, builder)
            make_database(admin, _DATABASE, manifest, restorer.user)
        facts = Facts(restorer.user, superuser=False, may_act_as=_roles(manifest))
        with copy.connect() as admin:
            if owner := manifest.schemas.get("public"):
                admin.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(owner)))
            if _lacks_the_platform(manifest):
                shim.apply_roles(admin)
                shim.apply_database(admin)
                end_default_rights(admin, backup, facts)
            _open_schemas(admin, restorer.user, builder)
            missing = _provide_extensions(admin, restorer, manifest)
            plan = choose(backup, major, contents.own_schemas(admin), facts)
        try:
            load(backup, restorer, plan, jobs, major)
        except UserError as fault:
            lacks = f" (The throw-away server has no extension {', '.join(missing)}.)" if missing else ""
            raise UserError(
                f"{fault.sentence}{lacks}",
                "If that is for want of an extension or of ICU, restore it where they are, which verifies it too:"
                " make restore BACKUP=folder TO=url FORCE=1. A part of a database needs SCHEMAS to name all that it refers to.",
            ) from None
        with copy.connect() as admin:
            admin.execute(sql.SQL("drop owned by {}").format(sql.Identifier(builder)))
        yield Copy(copy, plan, major, missing)


def _roles(manifest: Manifest) -> frozenset[str]:
    """Return the roles to make. PostgreSQL's own (pg_...) are never given to anybody: some of them can run programs."""
    roles = {*manifest.roles, *manifest.schemas.values(), manifest.source.role}
    return frozenset(role for role in roles if not role.startswith("pg_"))


def _lacks_the_platform(manifest: Manifest) -> bool:
    """Tell whether the backup is of a part of a Supabase database without auth, whose functions policies call."""
    return "auth" not in manifest.schemas and {"anon", "authenticated", "service_role"} <= _roles(manifest)


def _make_roles(admin: Connection, restorer: Target, manifest: Manifest, builder: str) -> Target:
    """Make every role of the backup, and of them only the one that restores with a way to log in; return how."""
    admin.execute(sql.SQL("create role {}").format(sql.Identifier(builder)))
    for role in sorted(_roles(manifest)):
        admin.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
        admin.execute(sql.SQL("grant {} to {} with inherit true").format(sql.Identifier(builder), sql.Identifier(role)))
    for role in sorted(_roles(manifest) - {restorer.user}):
        admin.execute(sql.SQL("grant {} to {} with inherit true, set true").format(sql.Identifier(role), sql.Identifier(restorer.user)))
    verifier = admin.pgconn.encrypt_password(restorer.password.encode(), restorer.user.encode(), b"scram-sha-256").decode()
    admin.execute(sql.SQL("alter role {} login password {}").format(sql.Identifier(restorer.user), sql.Literal(verifier)))
    return restorer


def _open_schemas(admin: Connection, restorer: str, builder: str) -> None:
    """Let every role make things in every schema for as long as the restore takes: else none could be given what it owns there.

    In the source it may since have lost that right, and a right that it has is restored only after what it is needed for.
    """
    for words in (
        "grant create on database {database} to {builder}",
        "grant create on schema public to {builder}",
        "alter default privileges for role {restorer} grant create on schemas to {builder}",
    ):
        admin.execute(
            sql.SQL(words).format(database=sql.Identifier(_DATABASE), restorer=sql.Identifier(restorer), builder=sql.Identifier(builder))
        )


def _provide_extensions(admin: Connection, restorer: Target, manifest: Manifest) -> tuple[str, ...]:
    """Make the extensions that the server has, and stand-ins for the functions of those that it has not; return the latter."""
    available = {row[0] for row in admin.execute("select name from pg_catalog.pg_available_extensions")}
    missing = [one for one in manifest.extensions if one.name not in available]
    # in a session of the restoring role: SQL out of a manifest somebody may have written by hand
    with restorer.connect() as connection:
        for schema in sorted({one.schema for one in manifest.extensions}):
            make_schema(connection, schema, manifest)
        for function in (function for one in missing for function in one.used_functions):
            with suppress(psycopg.Error):  # a type of the extension, say; pg_restore will name what cannot be made without it
                connection.execute(function.encode())
    for one in manifest.extensions:
        if one.name in available:
            admin.execute(
                sql.SQL("create extension if not exists {} schema {}").format(sql.Identifier(one.name), sql.Identifier(one.schema))
            )
    # as members of an extension, whichever, they are not taken for functions of the database
    made = admin.execute(
        "select oid::regprocedure::text from pg_catalog.pg_proc where proowner = (select oid from pg_catalog.pg_roles where rolname = %s)",
        (restorer.user,),
    )
    for (name,) in made.fetchall():
        admin.execute(f"alter extension plpgsql add function {name}".encode())
    return tuple(one.name for one in missing)
